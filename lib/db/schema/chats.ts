import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { messageStates, turnStates } from "@/lib/protocol/views";
import { createdAt, orgId, time } from "./columns";
import { workrooms } from "./workrooms";

export const chats = pgTable(
  "chats",
  {
    id: text("id").primaryKey(),
    orgId: orgId(),
    workroomId: text("workroom_id")
      .notNull()
      .references(() => workrooms.id, { onDelete: "cascade" }),
    title: text("title").notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: createdAt(),
    /** The last `seq` given out; events are numbered under this row's lock. */
    lastSeq: integer("last_seq").notNull().default(0),
    agentSessionId: text("agent_session_id"),
  },
  (t) => [index("chats_org_id_idx").on(t.orgId), index("chats_workroom_id_idx").on(t.workroomId)],
);

/** What people asked, in order: the durable queue and the record of what was sent. */
export const messages = pgTable(
  "messages",
  {
    id: text("id").primaryKey(),
    orgId: orgId(),
    chatId: text("chat_id")
      .notNull()
      .references(() => chats.id, { onDelete: "cascade" }),
    /** The chat's room, so that what waits in a room is counted by one index; a trigger fills it in. */
    workroomId: text("workroom_id"),
    authorId: text("author_id").notNull(),
    text: text("text").notNull(),
    attachments: jsonb("attachments").$type<string[]>().notNull().default([]),
    state: text("state", { enum: messageStates }).notNull().default("queued"),
    position: bigint("position", { mode: "number" }).notNull(),
    idempotencyKey: text("idempotency_key").notNull(),
    turnId: text("turn_id"),
    createdAt: createdAt(),
  },
  (t) => [
    index("messages_org_id_idx").on(t.orgId),
    index("messages_chat_id_state_position_idx").on(t.chatId, t.state, t.position),
    index("messages_queued_idx")
      .on(t.workroomId)
      .where(sql`state = 'queued'`),
    uniqueIndex("messages_chat_id_idempotency_key_idx").on(t.chatId, t.idempotencyKey),
  ],
);

export const turns = pgTable(
  "turns",
  {
    id: text("id").primaryKey(),
    orgId: orgId(),
    chatId: text("chat_id")
      .notNull()
      .references(() => chats.id, { onDelete: "cascade" }),
    workroomId: text("workroom_id").notNull(),
    messageId: text("message_id").notNull(),
    /** Whose hands work in this turn: the author of its message. One person's at a time in a room. */
    principalId: text("principal_id"),
    state: text("state", { enum: turnStates }).notNull().default("running"),
    epoch: integer("epoch").notNull(),
    startedAt: time("started_at").notNull().defaultNow(),
    /** The engine has accepted the turn; until then the dispatch job offers it again under the same id. */
    acceptedAt: time("accepted_at"),
    endedAt: time("ended_at"),
    /** The end snapshot is committed (or given up): the next message of the chat may start. */
    finishedAt: time("finished_at"),
    message: text("message"),
    isScripted: boolean("is_scripted").notNull().default(false),
    employeeLabel: text("employee_label").notNull(),
    modelKeyId: text("model_key_id"),
    /** The turn's model token as a box of SecretBox: a restarted host is told of it again. */
    grantBox: text("grant_box"),
    inputTokens: integer("input_tokens").notNull().default(0),
    outputTokens: integer("output_tokens").notNull().default(0),
    costMicroUsd: bigint("cost_micro_usd", { mode: "number" }).notNull().default(0),
    isCostEstimated: boolean("is_cost_estimated").notNull().default(false),
    startCheckpointId: text("start_checkpoint_id"),
    endCheckpointId: text("end_checkpoint_id"),
    /** Files that differ between the two checkpoints; null until the end one is committed. */
    changedFiles: integer("changed_files"),
    undoneAt: time("undone_at"),
  },
  (t) => [
    index("turns_org_id_idx").on(t.orgId),
    index("turns_chat_id_started_at_idx").on(t.chatId, t.startedAt),
    index("turns_state_idx").on(t.state),
    index("turns_workroom_id_idx").on(t.workroomId),
    index("turns_open_idx")
      .on(t.orgId, t.workroomId)
      .where(sql`finished_at is null`),
  ],
);

/** Append-only log of a chat. `frame_epoch, frame_n` make taking in a frame twice impossible. */
export const events = pgTable(
  "events",
  {
    chatId: text("chat_id")
      .notNull()
      .references(() => chats.id, { onDelete: "cascade" }),
    seq: integer("seq").notNull(),
    orgId: orgId(),
    turnId: text("turn_id"),
    ts: time("ts").notNull(),
    source: text("source", { enum: ["engine", "chat"] }).notNull(),
    type: text("type").notNull(),
    data: jsonb("data").notNull(),
  },
  (t) => [primaryKey({ columns: [t.chatId, t.seq] }), index("events_org_id_idx").on(t.orgId)],
);
export type Chat = typeof chats.$inferSelect;
export type Message = typeof messages.$inferSelect;
export type Turn = typeof turns.$inferSelect;
