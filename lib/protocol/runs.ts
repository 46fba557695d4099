import { z } from "zod";
import { PluginId, RunId } from "./ids";

/** What can be run in a workspace: a shell command, code in a language, or a WASM module. */
export const runKinds = ["command", "python", "javascript", "plugin"] as const;
export type RunKind = (typeof runKinds)[number];

/** How a run ended. `failed`: its exit code is not 0. `interrupted`: its sandbox ended before it did. */
export const runStates = [
  "running",
  "succeeded",
  "failed",
  "timed_out",
  "out_of_memory",
  "trapped",
  "cancelled",
  "interrupted",
] as const;
export type RunState = (typeof runStates)[number];

/** Longest run, and the usual one. */
export const MAX_RUN_MS = 3_600_000;
export const USUAL_RUN_MS = 60_000;
export const MAX_CODE_CHARS = 200_000;
/** Characters of stdout, and of stderr, that an answer holds; of a longer output all is in a file. */
export const MAX_ANSWER_CHARS = 400_000;
export const MAX_PLUGIN_BYTES = 64 * 1_048_576;
const NO_NUL = "This can't hold a NUL character.";
const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => !value.includes("\0"), NO_NUL);

export const RunArguments = z.array(text(100_000)).max(500);
export const RunEnvironment = z
  .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/), text(100_000))
  .refine((env) => Object.keys(env).length <= 200, "These are more than 200 variables.");
export const RunInput = text(500_000);
export const CommandText = text(100_000).min(1);
export const CodeText = z.string().max(MAX_CODE_CHARS);

/** What the engine starts. Paths are absolute in the room. */
export const RunProgram = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("command"), command: z.string() }),
  z.object({
    kind: z.enum(["python", "javascript"]),
    code: z.string().nullable(), // null: the file at `path`
    path: z.string().nullable(),
  }),
  z.object({
    kind: z.literal("plugin"),
    path: z.string().nullable(), // in the room, or
    sha256: z.string().nullable(), // what PUT /plugins/:sha256 has brought
    memoryBytes: z.number().int(),
    cpuSeconds: z.number().int(),
  }),
]);
export type RunProgram = z.infer<typeof RunProgram>;

export const StartRun = z.object({
  runId: RunId,
  program: RunProgram,
  args: z.array(z.string()),
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
  stdin: z.string().nullable(),
  timeoutMs: z.number().int(),
  /** Ends with the connection that started it. */
  isTied: z.boolean(),
});
export type StartRun = z.infer<typeof StartRun>;

const Cell = z.union([z.string().max(2_000), z.number(), z.boolean(), z.null()]);
/** Rows of a table that a run has shown; `rowCount` counts also those that were left out. */
export const RunTable = z.object({
  columns: z.array(z.string().max(300)).max(100),
  rows: z.array(z.array(Cell).max(100)).max(500),
  rowCount: z.number().int().nonnegative(),
});
export type RunTable = z.infer<typeof RunTable>;

/** A picture that a run has made: a file of the workspace. */
export const RunImage = z.object({
  path: z.string().max(4_096), // relative to the workspace
  mediaType: z.string().max(100),
  size: z.number().int().nonnegative(),
});
export type RunImage = z.infer<typeof RunImage>;

/** What an exception was, in the words of its language; `line` counts in the code that was sent. */
export const RunFault = z.object({
  name: z.string().max(300),
  message: z.string().max(20_000),
  line: z.number().int().nullable(),
});
export type RunFault = z.infer<typeof RunFault>;

export const RunEnd = z.object({
  type: z.literal("end"),
  state: z.enum(runStates).exclude(["running"]),
  exitCode: z.number().int().nullable(),
  signal: z.string().max(30).nullable(),
  durationMs: z.number().int().nonnegative(),
  /** The file of the workspace that holds all of a long output. */
  outputPath: z.string().max(4_096).nullable(),
  /** Some of the output was not streamed, or was too long even for the file. */
  isTruncated: z.boolean(),
});
export type RunEnd = z.infer<typeof RunEnd>;

/** What a run says while it goes, in order; `end` is the last. */
export const RunWord = z.discriminatedUnion("type", [
  z.object({ type: z.literal("start") }), // always the first
  z.object({ type: z.literal("stdout"), text: z.string().max(2_000_000) }),
  z.object({ type: z.literal("stderr"), text: z.string().max(2_000_000) }),
  z.object({ type: z.literal("result"), text: z.string().max(200_000) }),
  z.object({ type: z.literal("table"), table: RunTable }),
  z.object({ type: z.literal("image"), image: RunImage }),
  z.object({ type: z.literal("fault"), fault: RunFault }),
  RunEnd,
]);
export type RunWord = z.infer<typeof RunWord>;

/** One word with its number; they count from 1 in each run. */
export const RunEvent = z.object({ n: z.number().int().positive(), word: RunWord });
export type RunEvent = z.infer<typeof RunEvent>;

/** A run as the API and the page see it; a long output holds its beginning and its end. */
export const RunView = z.object({
  id: RunId,
  kind: z.enum(runKinds),
  /** The code, or the name of what was run. */
  source: z.string(),
  path: z.string().nullable(),
  pluginId: PluginId.nullable(),
  state: z.enum(runStates),
  exitCode: z.number().int().nullable(),
  signal: z.string().nullable(),
  stdout: z.string(),
  stderr: z.string(),
  /** The value of the last expression, as the language writes it. */
  result: z.string().nullable(),
  tables: z.array(RunTable),
  images: z.array(RunImage),
  fault: RunFault.nullable(),
  /** The file that holds the whole of a long output. */
  outputPath: z.string().nullable(),
  durationMs: z.number().int().nullable(),
  timeoutMs: z.number().int(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
});
export type RunView = z.infer<typeof RunView>;

/** A WASM program of an organisation. */
export const PluginView = z.object({
  id: PluginId,
  name: z.string(),
  sha256: z.string(),
  size: z.number().int(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
});
export type PluginView = z.infer<typeof PluginView>;
export const PluginName = z.string().trim().min(1).max(100);
