import { rmSync } from "node:fs";
import { readFile, stat, symlink } from "node:fs/promises";
import { Readable } from "node:stream";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createRoomFiles } from "@/host/files/room-files";
import { type FileOp, type FileOpInput, fileOps } from "@/lib/protocol/file-ops";
import { errnoNameOf } from "@/lib/workspace/file-error";
import { makeQuotaRuntime, openQuotaRooms } from "@/test/sandbox/quota-kit";
import type { z } from "zod";
import { newRoomId } from "@/test/sandbox/sandbox-fixture";

const MiB = 1_048_576;
const quota = { maxFileBytes: MiB, maxFiles: 5, maxTotalBytes: 2 * MiB };
const efbig = { code: "too_large", details: expect.objectContaining({ errno: "EFBIG" }) };
const edquot = { code: "disk_full", details: expect.objectContaining({ errno: "EDQUOT" }) };
const isRoot = process.getuid?.() === 0;

let runtimeDir: string;
beforeAll(async () => {
  runtimeDir = await makeQuotaRuntime();
});
afterAll(() => rmSync(runtimeDir, { recursive: true, force: true }));

describe.runIf(isRoot).each(["awake", "asleep", "awake without FUSE"])(
  "files of a room that is %s",
  (state) => {
    let rooms: ReturnType<typeof openQuotaRooms>;
    let files: ReturnType<typeof createRoomFiles>;
    let roomId: string;
    let root: string;
    beforeEach(async () => {
      const fuseFault = state.endsWith("FUSE") ? "there is no /dev/fuse" : null;
      rooms = openQuotaRooms(runtimeDir, { fuseFault });
      roomId = newRoomId();
      files = createRoomFiles({
        ...rooms.provisioner,
        assertWritable: () => undefined,
        quotas: rooms.quotas,
      });
      await rooms.start(roomId, { quota });
      if (state === "asleep") await rooms.provisioner.stop(roomId);
      ({ root } = await rooms.provisioner.attach(roomId));
    });
    afterEach(async () => {
      await rooms.close();
      rmSync(rooms.dataDir, { recursive: true, force: true });
    });
    const run = <K extends FileOp>(op: K, input: z.input<(typeof fileOps)[K]["input"]>) =>
      files.run(op, roomId, fileOps[op].input.parse(input) as FileOpInput<K>);
    const write = (path: string, bytes: number) =>
      run("write", { path, content: "x".repeat(bytes) });
    const sizeOf = async (path: string) => (await stat(`${root}/${path}`)).size;

    test("are refused before the first byte, by whichever operation they come", async () => {
      await expect(write("output/a", MiB + 1)).rejects.toMatchObject(efbig);
      await write("output/a", MiB);
      await expect(run("append", { path: "output/a", content: "x" })).rejects.toMatchObject(efbig);
      await expect(
        run("edit", {
          path: "output/a",
          oldText: "x".repeat(MiB),
          newText: "y".repeat(MiB + 1),
        }),
      ).rejects.toMatchObject(efbig);
      await write("output/b", MiB - 1);
      await write("output/b", MiB); // replaced, not added
      await expect(write("output/c", 1)).rejects.toMatchObject(edquot);
      await run("delete", { path: "output/b" });
      await run("copy", { from: "output/a", to: "output/c" });
      await expect(run("copy", { from: "output/a", to: "output/d" })).rejects.toMatchObject(edquot);
      await write("elsewhere", MiB);
      await expect(run("move", { from: "elsewhere", to: "output/e" })).rejects.toMatchObject(
        edquot,
      );
      await run("move", { from: "output/a", to: "a" });
      await run("move", { from: "elsewhere", to: "output/deep/e" });
      await run("mkdir", { path: "output/x/y" });
      await expect(run("mkdir", { path: "output/z" })).rejects.toMatchObject(edquot);
      await run("rmdir", { path: "output/x" });
      await symlink("output", `${root}/link`);
      await expect(write("link/deep/q", MiB)).rejects.toMatchObject(edquot);
      expect(await rooms.quotas.usage(roomId)).toEqual({ files: 3, bytes: 2 * MiB });
    });

    test("count as they stream in, with a size that was said, a wrong one, or none", async () => {
      const stream = (bytes: number) =>
        Readable.from(
          (function* () {
            for (let left = bytes; left > 0; left -= 65_536)
              yield Buffer.alloc(Math.min(left, 65_536));
          })(),
        );
      const upload = (path: string, bytes: number, size?: number) =>
        files.write(roomId, path, stream(bytes), { overwrite: true, size });
      await expect(upload("output/a", 9 * MiB, 9 * MiB)).rejects.toMatchObject(efbig);
      await expect(upload("output/a", 9 * MiB, 10)).rejects.toMatchObject(efbig);
      await expect(upload("output/a", 9 * MiB)).rejects.toMatchObject(efbig);
      await upload("output/a", MiB, MiB);
      await upload("output/b", MiB);
      await expect(upload("output/c", 1)).rejects.toMatchObject(edquot);
      expect(await sizeOf("output/b")).toBe(MiB);
      expect(await rooms.quotas.usage(roomId)).toEqual({ files: 2, bytes: 2 * MiB });
    });

    test.runIf(state === "awake")(
      "and what its programs write are counted together: both at once never pass the limit",
      async () => {
        await rooms.provisioner.setQuota(roomId, { ...quota, maxFileBytes: 2 * MiB });
        const shell = rooms.run(
          roomId,
          "for j in $(seq 60); do head -c 30001 /dev/zero >> output/shell 2>/dev/null; done",
        );
        const refused: unknown[] = [];
        for (let i = 0; i < 70; i += 1)
          await run("append", { path: "output/api", content: "x".repeat(30_001) }).catch(
            (error: unknown) => refused.push(error),
          );
        expect(refused.map(errnoNameOf)).toEqual(refused.map(() => "EDQUOT"));
        await shell;
        const bytes = (await sizeOf("output/api")) + (await sizeOf("output/shell"));
        expect(bytes).toBeLessThanOrEqual(2 * MiB);
        expect(bytes).toBeGreaterThan(2 * MiB - 90_000);
        expect(await rooms.quotas.usage(roomId)).toEqual({ files: 2, bytes });
      },
    );

    test.runIf(state === "awake")(
      "are seen by its programs at once, new, replaced and removed",
      async () => {
        await write("output/a", 3);
        expect((await rooms.run(roomId, "cat output/a")).output).toBe("xxx");
        await run("write", { path: "output/a", content: "other" });
        await expect
          .poll(async () => (await rooms.run(roomId, "cat output/a")).output)
          .toBe("other");
        await rooms.run(roomId, "echo mine > output/b");
        expect(await readFile(`${root}/output/b`, "utf8")).toBe("mine\n");
        await run("delete", { path: "output/a" });
        await expect.poll(async () => (await rooms.run(roomId, "ls output")).output).toBe("b\n");
        expect((await rooms.run(roomId, "touch output/.workroom-part-1 2>&1")).output).toContain(
          "not permitted",
        );
      },
    );

    test.runIf(state.endsWith("FUSE"))(
      "has the size of each file limited, and says that this is all",
      async () => {
        expect(
          (await rooms.run(roomId, "head -c 1048577 /dev/zero > output/a; stat -c %s output/a"))
            .output,
        ).toContain("1048576");
        const { walls } = await rooms.provisioner.probe();
        expect(walls.find(({ id }) => id === "output_quota")).toMatchObject({
          isBuilt: false,
          isRequired: false,
          remedy: expect.stringContaining("/dev/fuse"),
        });
      },
    );
  },
);
