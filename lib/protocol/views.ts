import { z } from "zod";
import { modelProviders, WallProbe } from "./engine";
import { turnEndReasons } from "./events";
import { HostWall } from "./host";
import { UserId } from "./ids";
import { EVERYONE, memberRoles } from "./view-names";
import { roomKinds } from "./workspace";

/** What the API and the page see. Times are ISO 8601, UTC. */
const Time = z.iso.datetime();

export const workroomStates = ["booting", "active", "sleeping", "archived", "failed"] as const;
export const desiredStates = ["active", "sleeping", "archived"] as const;
export type DesiredState = (typeof desiredStates)[number];
export const transitionReasons = [
  "user",
  "idle",
  "message",
  "create",
  "crash",
  "recovery",
  "disk",
] as const;
export type TransitionReason = (typeof transitionReasons)[number];

export const openness = ["private", "open"] as const;
/** What happened in a room that its people should look at. */
export const attentions = ["needs_you", "done", "failed"] as const;
export type Attention = (typeof attentions)[number];
/** What a person may do in a room: look, work, or decide about it (share, publish, delete). */
export const accessLevels = ["view", "edit", "own"] as const;

const Person = z.object({ id: z.string(), name: z.string() });

export const WorkroomView = z.object({
  id: z.string(),
  /** `session` and `computer` are read by their id only: no list has them. */
  kind: z.enum(roomKinds),
  orgId: z.string(),
  title: z.string(),
  createdBy: Person,
  createdAt: Time,
  lastActiveAt: Time,
  state: z.enum(workroomStates),
  desiredState: z.enum(desiredStates),
  /** A step of the transition that runs now: "Starting the sandbox"; `null` when nothing moves. */
  transition: z.string().nullable(),
  reason: z.enum(transitionReasons),
  /** Why it failed and what to do, in plain words. */
  failure: z.string().nullable(),
  bootMs: z.number().nullable(),
  walls: z.object({ held: z.number().int(), open: z.number().int(), checkedAt: Time }).nullable(),
  isWorking: z.boolean(), // a turn runs
  queuedCount: z.number().int(),
  /** The employee that answers: a model's name, or the demo employee. */
  employee: z.object({ isScripted: z.boolean(), label: z.string() }),
  previewPorts: z.array(z.object({ port: z.number().int(), program: z.string() })),
  app: z.object({ slug: z.string(), url: z.string(), liveVersion: z.number().int() }).nullable(),
  /** When its files were last made durable by a commit; `null`: never. */
  savedAt: Time.nullable(),
  mainChatId: z.string(),
  /** Its maker has said nothing in it yet: no list shows it. */
  isDraft: z.boolean(),
  openness: z.enum(openness), // fixed when the room was made
  access: z.enum(accessLevels), // of the one who asks, as all below
  /** It is shared beyond its creator: with people, or with the whole organisation. */
  isShared: z.boolean(),
  isPinned: z.boolean(),
  isMuted: z.boolean(),
  isUnread: z.boolean(),
  attention: z.enum(attentions).nullable(),
  /** Whose hands a running turn has. */
  actingAs: Person.nullable(),
});
export type WorkroomView = z.infer<typeof WorkroomView>;

export const shareAccess = ["view", "edit"] as const;
export const ShareSubject = z.union([UserId, z.literal(EVERYONE)]);
export const ShareView = z.object({
  subject: ShareSubject,
  person: z.object({ id: z.string(), name: z.string(), email: z.string() }).nullable(), // null: everyone
  access: z.enum(shareAccess),
  sharedAt: Time,
});
export type ShareView = z.infer<typeof ShareView>;

export const WallsView = z.object({ checkedAt: Time.nullable(), probes: z.array(WallProbe) });
export type WallsView = z.infer<typeof WallsView>;

export const ChatView = z.object({
  id: z.string(),
  workroomId: z.string(),
  title: z.string(),
  createdAt: Time,
  lastSeq: z.number().int(),
  /** When a turn of this chat last left files changed, or an undo set them back. */
  filesMovedAt: Time.nullable(),
  runningTurnId: z.string().nullable(),
});
export type ChatView = z.infer<typeof ChatView>;

export const messageStates = ["queued", "sent", "removed"] as const;
export const MessageView = z.object({
  id: z.string(),
  chatId: z.string(),
  author: z.object({ id: z.string(), name: z.string() }),
  text: z.string(),
  attachments: z.array(z.string()),
  state: z.enum(messageStates),
  createdAt: Time,
  turnId: z.string().nullable(),
});
export type MessageView = z.infer<typeof MessageView>;

export const turnStates = ["running", ...turnEndReasons] as const;
export const TurnView = z.object({
  id: z.string(),
  chatId: z.string(),
  messageId: z.string(),
  state: z.enum(turnStates),
  startedAt: Time,
  endedAt: Time.nullable(),
  employee: z.object({ isScripted: z.boolean(), label: z.string() }),
  /** What to tell a person when the turn did not end well. */
  message: z.string().nullable(),
  inputTokens: z.number().int(),
  outputTokens: z.number().int(),
  costMicroUsd: z.number().int(),
  isCostEstimated: z.boolean(), // the model's price is not known, and a high one was assumed
  changedFiles: z.number().int().nullable(), // null until the end snapshot is committed
  undo: z.enum(["available", "nothing", "done", "running"]),
});
export type TurnView = z.infer<typeof TurnView>;

export const appAudiences = ["private", "public"] as const;
export const AppVersionView = z.object({
  id: z.string(),
  number: z.number().int(),
  publishedBy: z.object({ id: z.string(), name: z.string() }),
  publishedAt: Time,
  note: z.string(),
  sourcePath: z.string(), // the folder or HTML file, workspace path
  fileCount: z.number().int(),
  totalBytes: z.number(),
  isLive: z.boolean(),
});
export type AppVersionView = z.infer<typeof AppVersionView>;
export const AppView = z.object({
  id: z.string(),
  workroomId: z.string(),
  slug: z.string(),
  url: z.string(),
  audience: z.enum(appAudiences),
  versions: z.array(AppVersionView), // newest first
});
export type AppView = z.infer<typeof AppView>;

/** What would be published from a path. */
export const PublishCandidate = z.object({
  sourcePath: z.string(),
  kind: z.enum(["static_folder", "html_file", "server"]),
  fileCount: z.number().int(),
  totalBytes: z.number(),
  warnings: z.array(z.string()),
  /** Why it can't be published, or `null`. */
  refusal: z.string().nullable(),
});
export type PublishCandidate = z.infer<typeof PublishCandidate>;

export const ModelKeyView = z.object({
  id: z.string(),
  provider: z.enum(modelProviders),
  label: z.string(),
  modelId: z.string(),
  baseUrl: z.string(),
  lastFour: z.string(), // of the key; "" when there is none
  isDefault: z.boolean(),
  monthlyCapMicroUsd: z.number().int().nullable(),
  spentMicroUsd: z.number().int(), // this calendar month, UTC
  isPriceEstimated: z.boolean(), // the model's price is not known, and a high one is assumed
  lastError: z.string().nullable(),
});
export type ModelKeyView = z.infer<typeof ModelKeyView>;

/** A model found on this machine that nobody has connected yet. */
export const DetectedModel = z.object({
  id: z.string(), // "env:ANTHROPIC_API_KEY" · "local:11434"
  provider: z.enum(modelProviders),
  label: z.string(), // "Found ANTHROPIC_API_KEY"
  modelIds: z.array(z.string()),
});
export type DetectedModel = z.infer<typeof DetectedModel>;

export const OrgView = z.object({ id: z.string(), slug: z.string(), name: z.string() });
export type OrgView = z.infer<typeof OrgView>;

/** What an organisation's settings show, and what its admins change. */
export const OrgSettingsView = OrgView.extend({
  /** Of a new room that has a repository. */
  repositoryOpenness: z.enum(openness),
});
export type OrgSettingsView = z.infer<typeof OrgSettingsView>;

export const MemberView = z.object({
  userId: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(memberRoles),
  joinedAt: Time,
  /** In this organisation; `null`: never, or not for the one who asks: only admins see it of others. */
  lastSeenAt: Time.nullable(),
});
export type MemberView = z.infer<typeof MemberView>;

/** An invitation that nobody has accepted yet. */
export const InvitationView = z.object({
  id: z.string(),
  email: z.string(),
  role: z.enum(memberRoles),
  invitedBy: Person,
  createdAt: Time,
  expiresAt: Time,
  isExpired: z.boolean(),
  /** When the e-mail left; `null` while it waits, or when no mail server is set up. */
  mailedAt: Time.nullable(),
});
export type InvitationView = z.infer<typeof InvitationView>;

/** What the page needs on every screen: who, where, and what this installation can do. */
export const ViewerView = z.object({
  user: z.object({ id: z.string(), name: z.string(), email: z.string() }),
  org: OrgView,
  role: z.enum(memberRoles),
  /** Every organisation of this person, the oldest membership first; of an API key: its own one. */
  orgs: z.array(OrgView.extend({ role: z.enum(memberRoles) })),
  /** Somebody else is a member of the organisation too. */
  isTeam: z.boolean(),
  employee: z.object({ isScripted: z.boolean(), label: z.string() }),
  hostWalls: z.array(HostWall),
  isWeakSandbox: z.boolean(),
  canOpenRooms: z.boolean(),
  isDiskStopped: z.boolean(),
  maxUploadBytes: z.number(),
});
export type ViewerView = z.infer<typeof ViewerView>;

export const HealthView = z.object({
  status: z.enum(["ok", "degraded"]),
  database: z.enum(["ok", "down"]),
  store: z.enum(["ok", "down"]),
  host: z.enum(["ok", "down"]),
  version: z.string(),
});
export type HealthView = z.infer<typeof HealthView>;
