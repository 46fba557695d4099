import Link from "next/link";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

export default function NotFound() {
  return (
    <main className="h-dvh">
      <EmptyState
        title="There is nothing here"
        action={
          <Button asChild>
            <Link href="/">Go to your workrooms</Link>
          </Button>
        }
      >
        The address is wrong, or what was here is gone.
      </EmptyState>
    </main>
  );
}
