import { index, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import {
  type RunFault,
  type RunImage,
  runKinds,
  runStates,
  type RunTable,
} from "@/lib/protocol/runs";
import { createdAt, orgId, time } from "./columns";
import { workrooms } from "./workrooms";

/** What a run has shown besides its text. */
export type RunShown = {
  result: string | null;
  tables: RunTable[];
  images: RunImage[];
  fault: RunFault | null;
};

/** Code or a module that was run in a workspace, with its outcome; of each workspace the newest are kept. */
export const runs = pgTable(
  "runs",
  {
    id: text("id").primaryKey(),
    orgId: orgId(),
    workroomId: text("workroom_id")
      .notNull()
      .references(() => workrooms.id, { onDelete: "cascade" }),
    kind: text("kind", { enum: runKinds }).notNull(),
    /** The code, the command, or the path or name of what was run. */
    source: text("source").notNull(),
    path: text("path"),
    pluginId: text("plugin_id"),
    state: text("state", { enum: runStates }).notNull(),
    exitCode: integer("exit_code"),
    signal: text("signal"),
    stdout: text("stdout").notNull().default(""),
    stderr: text("stderr").notNull().default(""),
    shown: jsonb("shown").$type<RunShown>().notNull(),
    outputPath: text("output_path"),
    durationMs: integer("duration_ms"),
    timeoutMs: integer("timeout_ms").notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: createdAt(),
    endedAt: time("ended_at"),
  },
  (t) => [
    index("runs_org_id_idx").on(t.orgId),
    index("runs_workroom_id_idx").on(t.workroomId, t.createdAt, t.id),
  ],
);
export type RunRow = typeof runs.$inferSelect;
