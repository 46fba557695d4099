import { type FileOp, fileOps, isLooking } from "@/lib/protocol/file-ops";
import type { Tool } from "./tool";

/** The file operations as tools; `run` gets input that has passed the operation's schema. */
export const fileTools = (run: (op: FileOp, input: object) => Promise<unknown>): Tool[] =>
  (Object.keys(fileOps) as FileOp[]).map((op) => ({
    name: op,
    description: fileOps[op].summary,
    input: fileOps[op].input,
    output: fileOps[op].output,
    isReadOnly: isLooking(op),
    ...(op === "read" && { asText: readText }),
    run: (input) => run(op, input),
  }));

/** A model reads a text better as it is than inside JSON. */
const readText = (answer: Record<string, unknown>): string =>
  answer["isTruncated"] === true
    ? `${String(answer["content"])}\n[bytes ${String(answer["offset"])} to ${Number(answer["offset"]) + Number(answer["length"])} of ${String(answer["size"])}]`
    : String(answer["content"]);
