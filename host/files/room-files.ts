import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { AppError } from "@/lib/errors";
import type { WorkspaceAttach } from "@/lib/ports/provisioner";
import { normalizeWorkspacePath } from "@/lib/protocol/paths";
import { asFileError } from "@/lib/local-tree/file-error";
import { currentHash, openForReading, placeFile } from "@/lib/local-tree/file-content";
import { createKeyedLock } from "@/lib/local-tree/keyed-lock";
import { listFolder, listNewRoom, nodeAt } from "@/lib/local-tree/list-folder";
import { locate } from "@/lib/local-tree/locate";
import { moveNode, removeNode } from "@/lib/local-tree/move-node";
import { makesFolders, type Tree } from "@/lib/local-tree/owners";

type WriteOptions = {
  size?: number | undefined;
  overwrite: boolean;
  signal?: AbortSignal | undefined;
};
type Parts = Pick<WorkspaceAttach, "attach" | "hasDisk"> & {
  assertWritable: (bytes: number) => void;
};
type ReadOptions = { offset?: number | undefined; length?: number | undefined };

/**
 * The file server: people's hands in a room's tree, awake or asleep. Every path is in normal form already or made so
 * here, and is walked inside the tree only. Writes of one path run one after another. Reading makes no disk: a blank one
 * in the place of a lost one would pass for all that the room has.
 */
// eslint-disable-next-line max-lines-per-function -- one object of small verbs
export function createRoomFiles({ attach, hasDisk, assertWritable }: Parts) {
  const withLock = createKeyedLock();

  async function visit<T>(
    roomId: string,
    path: string,
    run: (tree: Tree, normal: string) => Promise<T>,
  ) {
    try {
      return await run(await attach(roomId), normalize(path));
    } catch (error) {
      throw asFileError(error, path);
    }
  }
  const read: typeof visit = async (roomId, path, run) => {
    if (!(await hasDisk(roomId))) throw new AppError("not_found", "This file does not exist.");
    return visit(roomId, path, run);
  };
  const change: typeof visit = (roomId, path, run) =>
    withLock(`${roomId} ${path}`, () => visit(roomId, path, run));
  const write: typeof visit = (roomId, path, run) =>
    change(roomId, path, (tree, normal) => {
      assertWritable(0);
      return run(tree, normal);
    });

  return {
    async list(roomId: string, path: string, limit: number) {
      if (!(await hasDisk(roomId))) return listNewRoom(normalize(path));
      return read(roomId, path, (tree, folder) => listFolder(tree, folder, limit));
    },

    stat: (roomId: string, path: string) =>
      read(roomId, path, async (tree, normal) => {
        const node = await locate(tree.root, normal, {}, (place) => nodeAt(place, normal));
        if (!node) throw new AppError("not_found", "This file does not exist.");
        return node;
      }),

    read: (roomId: string, path: string, options: ReadOptions) =>
      read(roomId, path, (tree, normal) => openForReading(tree, normal, options)),

    /** Replaces a file by a stream; missing folders are made. */
    write: (roomId: string, path: string, body: Readable, options: WriteOptions) =>
      write(roomId, path, async (tree, normal) => {
        assertWritable(options.size ?? 0);
        const size = await placeFile(tree, normal, options.overwrite, body, options.signal);
        return { path: normal, size };
      }),

    writeText: (roomId: string, path: string, text: string, ifMatch: string | null) =>
      write(roomId, path, async (tree, normal) => {
        if (ifMatch !== null && (await currentHash(tree, normal)) !== ifMatch)
          throw new AppError("conflict", "Someone changed this file meanwhile.");
        const body = Buffer.from(text, "utf8");
        await placeFile(tree, normal, true, body, undefined);
        return { etag: createHash("sha256").update(body).digest("hex") };
      }),

    makeDirectory: (roomId: string, path: string) =>
      write(roomId, path, async (tree, normal) => {
        // Walking to a name below the folder makes the folder itself.
        await locate(tree.root, `${normal}/_`, makesFolders(tree, normal), () => undefined);
      }),

    move: (roomId: string, from: string, to: string) =>
      write(roomId, from, (tree, source) => moveNode(tree, source, normalize(to))),

    remove: (roomId: string, path: string) => change(roomId, path, removeNode),
  };
}
export type RoomFiles = ReturnType<typeof createRoomFiles>;

function normalize(path: string): string {
  try {
    return normalizeWorkspacePath(path);
  } catch (error) {
    throw new AppError("invalid_input", error instanceof Error ? error.message : "Bad path", {
      cause: error,
    });
  }
}
