"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Spinner } from "@/components/ui/spinner";
import { errorText } from "@/lib/client/api";
import { joinByInvitation } from "@/lib/client/queries/join";
import { FormError } from "./form-error";

/** One button for a person who is signed in with the invited address. */
export function AcceptInvitation({ secret, orgName }: { secret: string; orgName: string }) {
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const accept = async () => {
    setBusy(true);
    setError(null);
    try {
      const { orgSlug } = await joinByInvitation({ secret });
      window.location.assign(`/${orgSlug}`);
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <div className="flex flex-col gap-4">
      <FormError>{error ? errorText(error) : null}</FormError>
      <Button variant="primary" size="lg" disabled={isBusy} onClick={() => void accept()}>
        {isBusy && <Spinner />}
        {isBusy ? "Joining…" : `Join ${orgName}`}
      </Button>
    </div>
  );
}
