import { z } from "zod";
import { FileNode, nodeTypes } from "./files";

/** Bytes of a content that travels as one JSON text; larger ones are streamed. */
const MAX_CONTENT_CHARS = 8_388_608;
/** Bytes of one answer of `read`; what is larger is read in parts, or downloaded. */
export const readCaps = {
  rest: { utf8: 10_485_760, base64: 10_485_760 },
  mcp: { utf8: 1_048_576, base64: 10_485_760 },
} as const;
export type ReadCaps = Readonly<Record<"utf8" | "base64", number>>;
const MAX_LISTED = 5_000;

const path = z
  .string()
  .describe("From the workspace's root (output/a.txt), or absolute (/workspace/output/a.txt).");
const encoding = z
  .enum(["utf8", "base64"])
  .default("utf8")
  .describe("How `content` is written; base64 for bytes that are no text.");
const content = z.string().max(MAX_CONTENT_CHARS, "This content is too large for one call.");
const durability = z
  .enum(["store", "local"])
  .default("store")
  .describe("When it answers: saved in the object store, or on the room's own disk.");
const ifMatch = z
  .string()
  .max(200)
  .optional()
  .describe("The etag that was read: refused (ESTALE) when the file has changed since.");
const force = z.boolean().default(false).describe("Succeeds when there is nothing at the path.");
const cursor = z.string().max(4_096).optional().describe("`nextCursor` of the page before.");
const limit = z.number().int().min(1).max(MAX_LISTED).default(1_000);
const glob = z
  .string()
  .min(1)
  .max(1_000)
  .describe("Like *.csv, src/**/*.ts or {a,b}?.md; matched against the path below the folder.");

export const FileStat = FileNode.extend({
  /** Permission bits, such as 0o644. */
  mode: z.number().int(),
  createdAt: z.iso.datetime(),
  /** Changes with the content; null for folders and links. */
  etag: z.string().nullable(),
  /** Where a link leads; null for others. */
  target: z.string().nullable(),
});
export type FileStat = z.infer<typeof FileStat>;

const Page = z.object({ nodes: z.array(FileNode), nextCursor: z.string().nullable() });
const Written = z.object({
  path: z.string(),
  size: z.number(),
  etag: z.string(),
  isCreated: z.boolean(),
});

const Match = z.object({
  path: z.string(),
  line: z.number().int(), // from 1
  column: z.number().int(), // from 1, in characters
  text: z.string(), // the line, cut when it is long
});

/**
 * The operations on a workspace's files: eleven, and edit, search and glob beside them. REST, MCP, the host's RPC and the
 * program in the room take these schemas; paths are brought to normal form by whoever runs them.
 */
export const fileOps = {
  ls: {
    summary: "Lists a folder, in the byte order of the names.",
    input: z.strictObject({
      path: path.default(""),
      recursive: z.boolean().default(false),
      glob: glob.optional(),
      cursor,
      limit,
    }),
    output: Page,
  },
  read: {
    summary: "Reads a file, or a part of it; bytes that are no UTF-8 come as base64.",
    input: z.strictObject({
      path,
      encoding,
      offset: z.number().int().min(0).default(0).describe("First byte."),
      length: z.number().int().min(0).optional().describe("Bytes; to the end without it."),
    }),
    output: z.object({
      path: z.string(),
      encoding: z.enum(["utf8", "base64"]),
      content: z.string(),
      /** True for what is no text, whichever encoding was asked for. */
      isBinary: z.boolean(),
      size: z.number(), // of the whole file
      offset: z.number(),
      length: z.number(), // bytes of this part
      isTruncated: z.boolean(), // the file goes on behind this part
      etag: z.string(),
    }),
  },
  write: {
    summary: "Writes a whole file, atomically; missing folders are made.",
    input: z.strictObject({
      path,
      content,
      encoding,
      ifMatch,
      ifNoneMatch: z.literal("*").optional().describe("Refused (EEXIST) when something is there."),
      expectedMtime: z.iso
        .datetime()
        .optional()
        .describe("`modifiedAt` that was read: refused (ESTALE) when it is another one now."),
      durability,
    }),
    output: Written,
  },
  append: {
    summary: "Adds to the end of a file; a missing file is made.",
    input: z.strictObject({
      path,
      content,
      encoding,
      idempotencyKey: z
        .string()
        .min(1)
        .max(255)
        .optional()
        .describe("Names this append: sent again with the same one, it is not done twice."),
      durability,
    }),
    output: Written,
  },
  copy: {
    summary: "Copies a file, or with `recursive` a folder.",
    input: z.strictObject({
      from: path,
      to: path,
      recursive: z.boolean().default(false),
      overwrite: z.boolean().default(true).describe("Whether a file at `to` is replaced."),
      durability,
    }),
    output: z.object({ path: z.string(), nodes: z.number().int() }),
  },
  move: {
    summary: "Moves or renames a file or folder; a file at `to` is replaced atomically.",
    input: z.strictObject({
      from: path,
      to: path,
      overwrite: z.boolean().default(true).describe("Whether a file at `to` is replaced."),
      durability,
    }),
    output: z.object({ path: z.string() }),
  },
  delete: {
    summary: "Deletes a file or link, never a folder; an earlier checkpoint still has it.",
    input: z.strictObject({ path, force, durability }),
    output: z.object({ isDeleted: z.boolean() }),
  },
  mkdir: {
    summary: "Makes a folder and those above it; no error when it is there.",
    input: z.strictObject({ path, durability }),
    output: z.object({ path: z.string(), isCreated: z.boolean() }),
  },
  rmdir: {
    summary: "Removes a folder with everything in it; links are not followed.",
    input: z.strictObject({
      path,
      recursive: z.boolean().default(true).describe("False: only an empty folder (ENOTEMPTY)."),
      force,
      durability,
    }),
    output: z.object({ isDeleted: z.boolean() }),
  },
  stat: {
    summary: "Says what is at a path: kind, size, times, mode, etag. Links are not followed.",
    input: z.strictObject({ path }),
    output: FileStat,
  },
  exists: {
    summary: "Whether there is a file or folder at a path, also behind a link.",
    input: z.strictObject({ path }),
    output: z.object({ exists: z.boolean(), type: z.enum(nodeTypes).nullable() }),
  },
  edit: {
    summary: "Replaces a text in a file; it must be there exactly once.",
    input: z.strictObject({
      path,
      oldText: z.string().min(1).max(MAX_CONTENT_CHARS),
      newText: z.string().max(MAX_CONTENT_CHARS),
      replaceAll: z.boolean().default(false).describe("Replaces it wherever it is."),
      ifMatch,
      durability,
    }),
    output: z.object({
      path: z.string(),
      size: z.number(),
      etag: z.string(),
      replaced: z.number().int(),
    }),
  },
  search: {
    summary: "Finds lines in the text files of a folder.",
    input: z.strictObject({
      pattern: z.string().min(1).max(1_000),
      path: path.default(""),
      isRegex: z.boolean().default(false).describe("RE2 syntax: no look-around or backreferences."),
      isCaseSensitive: z.boolean().default(true),
      glob: glob.optional(),
      limit: z.number().int().min(1).max(1_000).default(200),
    }),
    output: z.object({
      matches: z.array(Match),
      /** True when there may be more: the limit, the time or the size of one search was reached. */
      isTruncated: z.boolean(),
      searchedFiles: z.number().int(),
    }),
  },
  glob: {
    summary: "Finds files and folders by a pattern of their paths.",
    input: z.strictObject({ pattern: glob, path: path.default(""), cursor, limit }),
    output: Page,
  },
} as const satisfies Record<string, { summary: string; input: z.ZodObject; output: z.ZodObject }>;

/** The operations that change nothing: they wake no room and make no disk. */
export const lookingOps = ["ls", "read", "stat", "exists", "search", "glob"] as const;
export type LookingOp = (typeof lookingOps)[number];
export const isLooking = (op: FileOp): op is LookingOp =>
  (lookingOps as readonly string[]).includes(op);
export type ChangingOp = Exclude<FileOp, LookingOp>;

export const FileOpName = z.enum(Object.keys(fileOps) as [FileOp, ...FileOp[]]);
export type FileOp = keyof typeof fileOps;
export type FileOpInput<K extends FileOp> = z.output<(typeof fileOps)[K]["input"]>;
export type FileOpResult<K extends FileOp> = z.infer<(typeof fileOps)[K]["output"]>;
