import Link from "next/link";
import { Button } from "@/components/ui/button";
import { AuthCard } from "./auth-card";

/** The same page for every link that can't be used, whatever the reason: it tells what to do. */
export function UnusableInvitation({ reason }: { reason: string }) {
  return (
    <AuthCard title="This link doesn't work" lead={reason}>
      <div>
        <Button asChild>
          <Link href="/">Go to Workroom</Link>
        </Button>
      </div>
    </AuthCard>
  );
}
