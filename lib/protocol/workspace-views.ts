import { z } from "zod";
import { accessLevels, desiredStates, workroomStates } from "./views";
import { channels, OutputQuota, roomKinds } from "./workspace";

/** What the API and the page see of workspaces, employees and sessions. Times are ISO 8601, UTC. */
const Time = z.iso.datetime();
const Person = z.object({ id: z.string(), name: z.string() });

/** State of the sandbox that serves a workspace. */
const SandboxState = z.object({
  state: z.enum(workroomStates),
  desiredState: z.enum(desiredStates),
  /** A step that runs now; `null` when nothing moves. */
  transition: z.string().nullable(),
  failure: z.string().nullable(),
});

export const WorkspaceView = SandboxState.extend({
  /** Of the workroom, employee or session that it belongs to. */
  id: z.string(),
  kind: z.enum(roomKinds),
  title: z.string(),
  /** The room that serves it: its terminal, previews and live news go by this id. */
  roomId: z.string(),
  /** Prefix of its objects in the store. */
  root: z.string(),
  /** The bucket that holds it; `id` null: the managed store. */
  storage: z.object({ id: z.string().nullable(), name: z.string() }),
  /** Limits of `output/`; null: none. */
  quota: OutputQuota.nullable(),
  /** What `output/` holds; null: not known yet. */
  usage: z.object({ files: z.number().int(), bytes: z.number() }).nullable(),
  savedAt: Time.nullable(),
  /** Changes that are on the disk and not in the store yet, and their bytes; null when the host can't say. */
  waiting: z.object({ files: z.number().int(), bytes: z.number().int() }).nullable(),
  access: z.enum(accessLevels), // of the one who asks
});
export type WorkspaceView = z.infer<typeof WorkspaceView>;

export const AgentView = z.object({
  id: z.string(),
  name: z.string(),
  instructions: z.string(),
  createdBy: Person,
  createdAt: Time,
  access: z.enum(accessLevels), // of the one who asks
  /** Prefix of its workspace in the store, on or off. */
  root: z.string(),
  /** Its computer; null: its workspace is off. */
  computer: SandboxState.extend({ roomId: z.string() }).nullable(),
});
export type AgentView = z.infer<typeof AgentView>;

export const SessionView = z.object({
  id: z.string(),
  channel: z.enum(channels),
  name: z.string(),
  createdAt: Time,
  roomId: z.string(),
  root: z.string(),
  quota: OutputQuota.nullable(),
  state: z.enum(workroomStates),
});
export type SessionView = z.infer<typeof SessionView>;
