import type { Readable } from "node:stream";
import type { WorkspaceAttach } from "@/lib/ports/provisioner";
import {
  type FileOp,
  type FileOpInput,
  type FileOpResult,
  isLooking,
  readCaps,
} from "@/lib/protocol/file-ops";
import { openForReading, placeFile } from "@/lib/local-tree/file-content";
import { asFileError } from "@/lib/local-tree/file-error";
import { createKeyedLock } from "@/lib/local-tree/keyed-lock";
import type { Tree } from "@/lib/local-tree/owners";
import { runFileOp } from "@/lib/local-tree/run-file-op";
import { fileError } from "@/lib/workspace/file-error";
import { mainPath, normalPath, withNormalPaths } from "@/lib/workspace/normal-path";
import type { OutputQuotas } from "../quota/output-quotas";
import { createAppendLog } from "@/lib/local-tree/append-log";
import { reserveAt, withinQuota } from "./claim-output";
import { counted } from "./counted-body";

type WriteOptions = {
  size?: number | undefined;
  overwrite: boolean;
  /** For the door that takes uploads: it alone writes below `input/`. */
  isUpload?: boolean;
  ifMatch?: string | undefined;
  signal?: AbortSignal | undefined;
};
type Parts = Pick<WorkspaceAttach, "attach" | "hasDisk"> & {
  assertWritable: (bytes: number) => void;
  quotas: OutputQuotas;
};
type ReadOptions = { offset?: number | undefined; length?: number | undefined };

/**
 * The file server: people's and programs' hands in a room's tree, awake or asleep. Changes of one path run one after
 * another. Looking makes no disk: a blank one in the place of a lost one would pass for all that the room has.
 */
export function createRoomFiles({ attach, hasDisk, assertWritable, quotas }: Parts) {
  const withLock = createKeyedLock();
  const appends = createAppendLog();

  async function onDisk<T>(roomId: string, path: string, run: (tree: Tree) => Promise<T>) {
    if (!(await hasDisk(roomId))) throw fileError("ENOENT", { path });
    return run(await attach(roomId));
  }

  return {
    async run<K extends FileOp>(
      op: K,
      roomId: string,
      asked: FileOpInput<K>,
      { isUpload = false } = {},
    ): Promise<FileOpResult<K>> {
      const input = withNormalPaths(asked);
      const path = mainPath(input);
      const options = { mayChangeInput: isUpload, caps: readCaps.rest };
      const runOn = (tree: Tree) => runFileOp(tree, op, input, options);
      if (isLooking(op)) return onDisk(roomId, path, runOn);
      return withLock(`${roomId} ${path}`, () =>
        appends.once(roomId, input, async () => {
          // A full disk is no reason to refuse what makes room.
          if (op !== "delete" && op !== "rmdir") assertWritable(0);
          const tree = await attach(roomId);
          return withinQuota({ roomId, tree, quotas }, op, input, () => runOn(tree));
        }),
      );
    },

    async read(roomId: string, path: string, options: ReadOptions) {
      const normal = normalPath(path);
      try {
        return await onDisk(roomId, normal, (tree) => openForReading(tree, normal, options));
      } catch (error) {
        throw asFileError(error, normal);
      }
    },

    /** Replaces a file by a stream; missing folders are made. */
    async write(roomId: string, path: string, body: Readable, options: WriteOptions) {
      const normal = normalPath(path);
      const { overwrite: overwrites, isUpload = false, ifMatch, signal } = options;
      return withLock(`${roomId} ${normal}`, async () => {
        assertWritable(options.size ?? 0);
        try {
          const tree = await attach(roomId);
          const how = { overwrites, mayChangeInput: isUpload, ifMatch, signal };
          const bytes = options.size ?? 0;
          const held = await reserveAt({ roomId, tree, quotas }, normal, { bytes });
          try {
            const { size } = await placeFile(tree, normal, counted(body, bytes, held), how);
            return { path: normal, size };
          } finally {
            await held.settle();
          }
        } catch (error) {
          throw asFileError(error, normal);
        }
      });
    },
  };
}
export type RoomFiles = ReturnType<typeof createRoomFiles>;
