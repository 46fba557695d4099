import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { AppError } from "@/lib/errors";
import { createAppendLog } from "@/lib/local-tree/append-log";
import { createKeyedLock } from "@/lib/local-tree/keyed-lock";
import { runFileOp } from "@/lib/local-tree/run-file-op";
import { fileTools } from "@/lib/mcp/file-tools";
import { failureText, makeMcpServer } from "@/lib/mcp/make-server";
import { type FileOp, type FileOpInput, isLooking, readCaps } from "@/lib/protocol/file-ops";

// MCP over stdio for programs in the room: the same operations with the same answers as outside, run with the rights of
// whoever starts this. What it writes is on the room's disk when it answers; the store has it moments later.
const root = process.argv[2] ?? "/workspace";
const tree = { root, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const options = { mayChangeInput: false, caps: readCaps.mcp };
const withLock = createKeyedLock();
const appends = createAppendLog();

async function run(op: FileOp, asked: object): Promise<unknown> {
  const input = asked as FileOpInput<typeof op>;
  const runNow = () => runFileOp(tree, op, input, options);
  if (isLooking(op)) return runNow();
  // One after another: changes of a room's own programs are few.
  return withLock(root, () => appends.once(root, input, runNow));
}

function describeFailure(error: unknown): string {
  if (error instanceof AppError) return failureText(error.message, error.details);
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return "Something went wrong.";
}

const tools = fileTools(run);
serveStdio(() => makeMcpServer(tools, "1", describeFailure));
