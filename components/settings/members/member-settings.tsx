"use client";
import { useQuery } from "@tanstack/react-query";
import { viewerQuery } from "@/lib/client/queries/viewer";
import { SettingsPage } from "../settings-page";
import { Invitations } from "./invitations";
import { MemberList } from "./member-list";

/** Settings: who belongs to the organisation, with which rights, and who is invited. */
export function MemberSettings() {
  const { data: viewer } = useQuery(viewerQuery());
  const isAdmin = viewer?.role === "owner" || viewer?.role === "admin";
  return (
    <SettingsPage title="Members" intro="Who belongs to this organisation, and what they may do.">
      {viewer && isAdmin && <Invitations ownRole={viewer.role} />}
      {viewer && <MemberList viewer={viewer} />}
    </SettingsPage>
  );
}
