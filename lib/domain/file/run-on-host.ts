import type { RoomHost } from "@/lib/ports/room-host";
import { type FileOp, type FileOpInput, type FileOpResult, fileOps } from "@/lib/protocol/file-ops";

/** Copies and removals of large folders take their time. */
const FILE_OP_TIMEOUT_MS = 10 * 60_000;

/** One operation on the files of a room's disk. */
export async function runOnHost<K extends FileOp>(
  host: RoomHost,
  roomId: string,
  op: K,
  input: FileOpInput<K>,
  { isUpload = false } = {},
): Promise<FileOpResult<K>> {
  const call = { roomId, op, input, isUpload };
  const result = await host.call("fileOp", call, { timeoutMs: FILE_OP_TIMEOUT_MS });
  return fileOps[op].output.parse(result) as FileOpResult<K>;
}
