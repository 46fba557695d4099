"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Spinner } from "@/components/ui/spinner";
import { leaveForProvider } from "@/lib/client/sign-in";
import type { SignInProvider } from "@/lib/protocol/account";
import { FormError } from "./form-error";

type ProviderButtonsProps = {
  providers: readonly SignInProvider[];
  /** "invitation.<secret>" for who comes by an invitation. */
  intent?: string;
  afterwards?: string;
};

/** The ways in besides the password; nothing at all when none is set up. */
export function ProviderButtons({
  providers,
  intent = "",
  afterwards = "/",
}: ProviderButtonsProps) {
  const [leavingFor, setLeavingFor] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  if (providers.length === 0) return null;
  const leave = async (provider: SignInProvider["id"]) => {
    setLeavingFor(provider);
    setError(null);
    const refusal = await leaveForProvider(provider, { intent, callbackUrl: afterwards });
    if (refusal === null) return;
    setError(refusal);
    setLeavingFor(null);
  };
  return (
    <div className="flex flex-col gap-3">
      <p className="flex items-center gap-3 text-sm text-muted-foreground before:h-px before:flex-1 before:bg-border after:h-px after:flex-1 after:bg-border">
        or
      </p>
      {providers.map(({ id, label }) => (
        <Button
          key={id}
          size="lg"
          disabled={leavingFor !== null}
          onClick={() => void leave(id)}
          className="w-full"
        >
          {leavingFor === id && <Spinner />} <span className="truncate">Continue with {label}</span>
        </Button>
      ))}
      <FormError>{error}</FormError>
    </div>
  );
}
