"use client";
import { useQuery } from "@tanstack/react-query";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { orgQuery } from "@/lib/client/queries/orgs";
import { viewerQuery } from "@/lib/client/queries/viewer";
import { SettingsPage } from "../settings-page";
import { DeleteOrganisation } from "./delete-organisation";
import { LeaveOrganisation } from "./leave-organisation";
import { OrganisationForm } from "./organisation-form";

/** Settings: what the organisation is called, where it is, how open its rooms are, and the ways out. */
export function OrganisationSettings() {
  const org = useQuery(orgQuery());
  const { data: viewer } = useQuery(viewerQuery());
  return (
    <SettingsPage title="General" intro="The organisation itself.">
      {org.isError && !org.data ? (
        <ErrorState
          title="Can't load the organisation"
          message={errorText(org.error)}
          onRetry={() => void org.refetch()}
        />
      ) : !org.data || !viewer ? (
        <Skeleton className="h-64 rounded-lg" />
      ) : (
        <>
          <OrganisationForm
            org={org.data}
            canChange={viewer.role === "owner" || viewer.role === "admin"}
          />
          <LeaveOrganisation orgName={org.data.name} />
          {viewer.role === "owner" && <DeleteOrganisation org={org.data} />}
        </>
      )}
    </SettingsPage>
  );
}
