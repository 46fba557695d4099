import type { z } from "zod";
import { runOnHost } from "@/lib/domain/file/run-on-host";
import type { RoomHost } from "@/lib/ports/room-host";
import { type FileOp, type FileOpInput, type FileOpResult, fileOps } from "@/lib/protocol/file-ops";

export type FileOpAsked<K extends FileOp> = z.input<(typeof fileOps)[K]["input"]>;

/** What is not said has the value that a program would get. */
export const filled = <K extends FileOp>(op: K, input: FileOpAsked<K>): FileOpInput<K> =>
  fileOps[op].input.parse(input) as FileOpInput<K>;

/** One operation on a room's files by the host. */
export const fileCall = <K extends FileOp>(
  host: RoomHost,
  roomId: string,
  op: K,
  input: FileOpAsked<K>,
): Promise<FileOpResult<K>> => runOnHost(host, roomId, op, filled(op, input));
