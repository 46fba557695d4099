import { z } from "zod";

/** An opaque prefixed id on the wire, as `lib/ids.ts` makes them. */
const id = (prefix: string) => z.string().regex(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{20}$`));

export const WorkroomId = id("wr");
export const ChatId = id("ch");
export const MessageId = id("msg");
export const TurnId = id("trn");
export const AppId = id("app");
export const AppVersionId = id("apv");
export const ModelKeyId = id("mk");
export const TerminalId = id("trm");
export const UserId = id("usr");
export const InvitationId = id("inv");
export const SessionId = id("ses");
export const ApiKeyId = id("key");
export const PushSubscriptionId = id("psh");
export const AgentId = id("ag");
export const WorkspaceSessionId = id("wss");
export const StorageId = id("sto");
export const PluginId = id("plg");
export const RunId = id("run");

/** Names a workspace by what it belongs to: a workroom, an employee, or a session of a program. */
export const WorkspaceId = z.union([WorkroomId, AgentId, WorkspaceSessionId], {
  error: "This is no id of a workroom, an employee or a session.",
});
