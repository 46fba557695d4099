import type { AuditEntryView } from "@/lib/protocol/audit";

/** What was done, in plain words; the object's name follows. */
export const actionWords: Readonly<Record<string, string>> = {
  "account.change_password": "changed their password",
  "account.confirm_totp": "turned two-step sign-in on",
  "account.connect": "connected a sign-in account",
  "account.disconnect": "disconnected a sign-in account",
  "account.end_other_sessions": "signed out all other browsers",
  "account.end_session": "signed out a browser",
  "account.rename": "changed their name",
  "account.renew_recovery_codes": "made new recovery codes",
  "account.reset": "reset how the owner logs in",
  "account.start_connecting": "started to connect a sign-in account",
  "account.start_totp": "began to set up two-step sign-in",
  "account.turn_off_totp": "turned two-step sign-in off",
  "agent.change": "changed an employee",
  "agent.create": "made an employee",
  "agent.delete": "deleted an employee",
  "agent.turn_off_workspace": "turned the workspace of an employee off",
  "agent.turn_on_workspace": "turned the workspace of an employee on",
  "api_key.create": "made an API key",
  "api_key.revoke": "revoked an API key",
  "app.change": "changed an App",
  "app.publish": "published an App",
  "app.set_live": "made another version of an App live",
  "audit.export": "exported the audit log",
  "chat.create": "opened a chat",
  "chat.stop": "stopped a chat",
  "file.append": "added to a file",
  "file.copy": "copied a file",
  "file.delete": "deleted a file",
  "file.edit": "changed a file",
  "file.mkdir": "made a folder",
  "file.move": "moved a file",
  "file.rmdir": "deleted a folder",
  "version.restore": "restored an earlier state",
  "file.upload": "uploaded a file",
  "file.write": "saved a file",
  "invitation.accept": "joined by an invitation",
  "invitation.create": "invited somebody",
  "invitation.resend": "sent an invitation again",
  "invitation.revoke": "took an invitation back",
  "member.change_role": "changed the role of a member",
  "member.leave": "left the organisation",
  "member.remove": "removed a member",
  "message.edit": "changed a waiting message",
  "message.remove": "took a waiting message back",
  "message.send": "sent a message",
  "model_key.connect": "connected a model",
  "model_key.make_default": "made a model the default",
  "model_key.remove": "disconnected a model",
  "notification.read": "marked notifications as read",
  "org.change": "changed the organisation",
  "org.create": "made the organisation",
  "org.delete": "deleted the organisation",
  "plugin.delete": "deleted a plugin",
  "plugin.rename": "renamed a plugin",
  "plugin.upload": "added a plugin",
  "push.subscribe": "turned browser notifications on",
  "push.unsubscribe": "turned browser notifications off",
  "run.cancel": "stopped a run",
  "run.javascript": "ran JavaScript",
  "run.plugin": "ran a plugin",
  "run.python": "ran Python",
  "session.delete": "deleted a session",
  "session.open": "opened a session",
  "share.put": "shared a workroom",
  "share.remove": "took a share back",
  "ticket.create": "opened a live connection",
  "storage.cancel_move": "stopped the move of a workspace",
  "storage.change": "changed a bucket",
  "storage.create": "added a bucket",
  "storage.move": "moved a workspace to other storage",
  "storage.remove": "removed a bucket",
  "storage.switch": "finished moving a workspace",
  "storage.test": "tested a bucket",
  "storage.try": "tried a bucket",
  "turn.undo": "undid a turn",
  "workroom.check_walls": "checked the walls of a workroom",
  "workroom.create": "made a workroom",
  "workroom.delete": "deleted a workroom",
  "workroom.exec": "ran a command",
  "workroom.mark": "pinned, muted or marked a workroom",
  "workroom.rename": "renamed a workroom",
  "workroom.sleep": "put a workroom to sleep",
  "workroom.wake": "woke a workroom",
  "workspace.change_quota": "changed the limits of a workspace",
  "workspace.exec": "ran a command",
  "workspace.sleep": "put a workspace to sleep",
  "workspace.wake": "woke a workspace",
};

/** A name that has no words yet is still readable: "plan review". */
export const wordsOf = (action: string): string =>
  actionWords[action] ?? action.replaceAll(/[._]/g, " ");

const jobWords: Readonly<Record<string, string>> = {
  sweep_rooms: "Workroom (tidying up)",
  reconcile_workroom: "Workroom (starting and stopping)",
  reset_owner: "Whoever runs the server",
};

/** Who it was, as one reads it: the person, or the product itself. */
export const actorWords = ({ actor }: AuditEntryView): string =>
  actor.kind === "system"
    ? (jobWords[actor.id] ?? "Workroom")
    : (actor.name ?? "Somebody who has left");

/** The kinds of actions that one filters by. */
export const actionKinds: readonly { value: string; label: string }[] = [
  { value: "workroom", label: "Workrooms" },
  { value: "agent", label: "Employees" },
  { value: "session", label: "Sessions of programs" },
  { value: "workspace", label: "Workspaces" },
  { value: "chat", label: "Chats" },
  { value: "message", label: "Messages" },
  { value: "turn", label: "Turns" },
  { value: "run", label: "Runs" },
  { value: "plugin", label: "Plugins" },
  { value: "file", label: "Files" },
  { value: "version", label: "Versions of files" },
  { value: "app", label: "Apps" },
  { value: "share", label: "Shares" },
  { value: "member", label: "Members" },
  { value: "invitation", label: "Invitations" },
  { value: "org", label: "Organisation" },
  { value: "model_key", label: "Models" },
  { value: "storage", label: "Storage" },
  { value: "api_key", label: "API keys" },
  { value: "account", label: "Accounts and sign-in" },
  { value: "notification", label: "Notifications" },
  { value: "push", label: "Browser notifications" },
  { value: "ticket", label: "Live connections" },
];

const pages: Readonly<Record<string, string>> = {
  usr: "settings/members",
  inv: "settings/members",
  org: "settings/organisation",
  key: "settings/api-keys",
  mk: "settings/models",
  sto: "settings/storage",
  plg: "settings/plugins",
};

/** Where the object is now, if it has a page. */
export function objectHref(orgSlug: string, entry: AuditEntryView): string | null {
  if (entry.isHidden) return null;
  if (entry.workroomId !== null)
    return entry.action === "workroom.delete" ? null : `/${orgSlug}/workrooms/${entry.workroomId}`;
  const page = pages[entry.object?.id.split("_", 1)[0] ?? ""];
  return page === undefined ? null : `/${orgSlug}/${page}`;
}
