import type { Db } from "@/lib/db/client";
import type { MemberRole } from "@/lib/db/schema";
import type { Buckets } from "@/lib/ports/buckets";
import type { EngineClient } from "@/lib/ports/engine-client";
import type { EventBus } from "@/lib/ports/event-bus";
import type { JobQueue } from "@/lib/ports/job-queue";
import type { Mailer } from "@/lib/ports/mailer";
import type { Locks } from "@/lib/ports/locks";
import type { ObjectStore } from "@/lib/ports/object-store";
import type { OutboundFetch } from "@/lib/ports/outbound-fetch";
import type { PushSender } from "@/lib/ports/push-sender";
import type { RoomHost } from "@/lib/ports/room-host";
import type { SecretBox } from "@/lib/ports/secret-box";
import type { SignInProvider } from "@/lib/protocol/account";
import type { ApiKeyScope } from "@/lib/protocol/api-keys";
import type { OutputQuota } from "@/lib/protocol/workspace";

/** A person in an organisation: in a browser (`sessionId`), or a program that has their key (`apiKey`). */
export type PersonActor = {
  kind: "user";
  userId: string;
  role: MemberRole;
  sessionId: string | null;
  apiKey?: { id: string; scopes: readonly ApiKeyScope[] };
};
export type Actor = PersonActor | { kind: "system"; job: string };

/** What the outside world offers the domain; made once a process by `lib/server/container.ts`. */
export type Ports = {
  db: Db;
  host: RoomHost;
  engine: EngineClient;
  store: ObjectStore;
  /** The stores behind `store`, for who moves a workspace between them. */
  buckets: Buckets;
  jobs: JobQueue;
  bus: EventBus;
  secrets: SecretBox;
  locks: Locks;
  outbound: OutboundFetch;
  push: PushSender;
  mailer: Mailer;
  now: () => Date;
  /** Fixed facts of this installation. */
  settings: Settings;
};

export type Settings = {
  appUrl: URL; // the dashboard's origin
  previewUrl: URL; // its host is the parent of `p-<key>.…`
  appsUrl: URL; // its host is the parent of `<slug>.…`
  maxUploadBytes: number;
  /** Multiplies the rate limits of the REST door (lib/server/verbs/rate-limit.ts). */
  apiRate: number;
  idleSleepMs: number;
  turnTimeoutMs: number;
  roomLimits: { memoryBytes: number; cpuCores: number; maxPids: number; diskBytes: number };
  /** Limits of `output/` that a new session has unless it asks for others. */
  sessionQuota: OutputQuota;
  /** `host:port` pairs and CIDR ranges a model or S3 endpoint may have although they are private. */
  allowedPrivateEndpoints: string[];
  /** Keys of providers found in the operator's environment, by variable name. */
  environmentKeys: Readonly<Record<string, string>>;
  /** Where people can sign in besides by password; only those the operator has set up. */
  signInProviders: readonly SignInProvider[];
};

/** One call of a verb: who, in which organisation, with what. */
export type Context = Ports & {
  orgId: string;
  actor: Actor;
  requestId: string;
  /** Aborts when the caller has gone away before the answer. */
  signal?: AbortSignal;
};
