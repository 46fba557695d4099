import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, beforeEach } from "vitest";
import { createRoomFiles, type RoomFiles } from "@/host/files/room-files";
import { createOutputQuotas } from "@/host/quota/output-quotas";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { newId } from "@/lib/ids";
import type { FileOp } from "@/lib/protocol/file-ops";
import { type FileOpAsked, filled } from "./file-call";

export const isRoot = process.getuid?.() === 0;
export const agent = { uid: 2_345_000, gid: 2_345_001 };

/** For a test file: the host's file server, with an empty room for each of its tests, and a secret beside the rooms. */
export async function openRoomFiles() {
  const dataDir = await mkdtemp(join(tmpdir(), "room-files-"));
  const secret = join(dataDir, "secret.txt");
  await writeFile(secret, "FOREIGN");
  const provisioner = createFakeProvisioner({ dataDir, ...(isRoot && { owner: agent }) });
  const quotas = createOutputQuotas({ provisioner, keeper: null });
  const files: RoomFiles = createRoomFiles({
    ...provisioner,
    assertWritable: () => undefined,
    quotas,
  });
  const kit = {
    dataDir,
    secret,
    files,
    roomId: "",
    root: "",
    read: async (path: string) => text((await files.read(kit.roomId, path, {})).body),
    put: (path: string, body: string, overwrite = true) =>
      files.write(kit.roomId, path, Readable.from([Buffer.from(body)]), {
        overwrite,
        isUpload: true,
      }),
    run: <K extends FileOp>(op: K, input: FileOpAsked<K>) =>
      files.run(op, kit.roomId, filled(op, input)),
  };
  beforeEach(async () => {
    kit.roomId = newId("workroom");
    kit.root = (await provisioner.attach(kit.roomId)).root;
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));
  return kit;
}
