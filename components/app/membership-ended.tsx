"use client";
import { EmptyState } from "@/components/ui/empty-state";
import { Button } from "@/components/ui/button";

/** Instead of the dashboard, once the person is no member of the page's organisation any more. */
export function MembershipEnded({ orgName }: { orgName: string | undefined }) {
  return (
    <main className="h-dvh" role="alert">
      <EmptyState
        isWholePage
        title={`You are no longer a member of ${orgName ?? "this organisation"}`}
        action={
          // A fresh page: what this one knows belongs to an organisation that is closed to it.
          <Button onClick={() => window.location.assign("/")}>Go on</Button>
        }
      >
        One of its admins has removed you, or it was deleted. Ask them if that surprises you.
      </EmptyState>
    </main>
  );
}
