"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { setupQuery } from "@/lib/client/queries/setup";
import { AuthCard } from "./auth-card";
import { SetupForm } from "./setup-form";

export function SetupScreen({ token }: { token: string }) {
  const offer = useQuery({ ...setupQuery(token), enabled: token !== "" });
  if (offer.isError)
    return (
      <ErrorState
        title="Can't open the set-up"
        message={errorText(offer.error)}
        onRetry={() => void offer.refetch()}
      />
    );
  if (token === "" || offer.data?.isValid === false)
    return (
      <AuthCard
        title="This set-up link doesn't work"
        lead="It was used already, or it is not complete. Start Workroom again to get a new one, or log in if an owner exists."
      >
        <Button asChild size="lg">
          <Link href="/login">Log in</Link>
        </Button>
      </AuthCard>
    );
  return (
    <AuthCard
      title="Set up Workroom"
      lead="One screen, then your first workroom is being made. Everything stays on this machine."
    >
      {offer.data ? <SetupForm token={token} detected={offer.data.detected} /> : <SetupSkeleton />}
    </AuthCard>
  );
}

function SetupSkeleton() {
  return (
    <div className="flex flex-col gap-4" aria-busy="true">
      {["a", "b", "c", "d"].map((key) => (
        <div key={key} className="flex flex-col gap-1.5">
          <Skeleton className="h-5 w-28" />
          <Skeleton className="h-9" />
        </div>
      ))}
      <Skeleton className="h-24" />
      <Skeleton className="h-11" />
    </div>
  );
}
