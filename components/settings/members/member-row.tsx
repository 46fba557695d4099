"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { RelativeTime } from "@/components/ui/relative-time";
import { errorText } from "@/lib/client/api";
import { changeRole, membersQuery } from "@/lib/client/queries/members";
import { viewerQuery } from "@/lib/client/queries/viewer";
import { roleWords } from "@/lib/client/role-words";
import { showToast } from "@/lib/client/toast";
import type { MemberView, ViewerView } from "@/lib/protocol/views";
import type { MemberRole } from "@/lib/protocol/view-names";
import { RemoveMemberDialog } from "./remove-member-dialog";
import { RoleSelect, rolesUpTo } from "./role-select";

type MemberRowProps = { member: MemberView; viewer: ViewerView; others: readonly MemberView[] };

/** One member: who, since when, and for those who may: role and removal. */
export function MemberRow({ member, viewer, others }: MemberRowProps) {
  const [isRemoving, setRemoving] = useState(false);
  const isSelf = member.userId === viewer.user.id;
  const isAdmin = viewer.role === "owner" || viewer.role === "admin";
  // Nobody raises themselves, and only owners change owners.
  const isInReach = isAdmin && rolesUpTo(viewer.role).includes(member.role);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex items-center gap-2 font-medium">
          <span className="truncate">{member.name}</span>
          {isSelf && <Badge>You</Badge>}
        </p>
        <p className="truncate text-[0.8125rem] text-muted-foreground">{member.email}</p>
        <p className="text-[0.8125rem] text-muted-foreground">
          Joined <RelativeTime at={member.joinedAt} />
          {member.lastSeenAt && (
            <>
              , last seen <RelativeTime at={member.lastSeenAt} />
            </>
          )}
        </p>
      </div>
      {isInReach ? (
        <MemberRoleField member={member} upTo={isSelf ? member.role : viewer.role} />
      ) : (
        <span className="text-sm text-muted-foreground">{roleWords[member.role].label}</span>
      )}
      {isInReach && !isSelf && (
        <Button
          variant="ghost"
          size="sm"
          aria-label={`Remove ${member.name}`}
          onClick={() => setRemoving(true)}
        >
          Remove
        </Button>
      )}
      {isRemoving && (
        <RemoveMemberDialog
          member={member}
          viewerId={viewer.user.id}
          others={others}
          onClose={() => setRemoving(false)}
        />
      )}
    </li>
  );
}

function MemberRoleField({ member, upTo }: { member: MemberView; upTo: MemberRole }) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (role: MemberRole) => changeRole(member.userId, role),
    onError: (error) => showToast(errorText(error), { tone: "error" }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: viewerQuery().queryKey });
      return client.invalidateQueries({ queryKey: membersQuery().queryKey });
    },
  });
  return (
    <RoleSelect
      aria-label={`Role of ${member.name}`}
      className="w-28"
      value={change.isPending ? change.variables : member.role}
      upTo={upTo}
      disabled={change.isPending}
      onChange={(role) => change.mutate(role)}
    />
  );
}
