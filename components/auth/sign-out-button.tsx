"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { signOut } from "@/lib/client/sign-in";

/** Signs the browser out and comes back to the same page. */
export function SignOutButton() {
  const [hasFailed, setFailed] = useState(false);
  const leave = async () => {
    try {
      await signOut();
      window.location.reload();
    } catch {
      setFailed(true);
    }
  };
  return (
    <>
      <Button variant="link" size="sm" className="px-0" onClick={() => void leave()}>
        Sign out
      </Button>
      {hasFailed && (
        <span role="alert" className="text-danger">
          Signing out didn&rsquo;t work. Try again.
        </span>
      )}
    </>
  );
}
