import { appendFile, mkdtemp, readFile, readdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openRoomStore, sha } from "@/test/host/room-store-kit";

const kit = await openRoomStore();
const { dataDir, rooms, createRoom, open } = kit;
afterAll(kit.close);

describe("setting single paths back", () => {
  test("gives what the turn changed its earlier state, and keeps what others changed since", async () => {
    const one = await createRoom();
    await one.write("edited", "before");
    await one.write("deleted/with/folder", "before");
    await one.write("touched-again", "before");
    const before = await open(await one.snapshot(null));
    await one.write("edited", "after");
    await rm(join(one.root, "deleted"), { recursive: true });
    await one.write("touched-again", "after");
    await one.write("added/file", "after");
    await one.write("added/mine", "a person's own file");
    await appendFile(join(one.root, "touched-again"), " and more");
    const revert = (path: string, expected: string | null) => ({
      path,
      entry: before.find(path) ?? null,
      expectedSha256: expected,
    });
    const result = await rooms.revertPaths({
      roomId: one.roomId,
      paths: [
        revert("edited", sha("after")),
        revert("touched-again", sha("after")),
        revert("added", null),
        revert("added/file", sha("after")),
        revert("deleted", null),
        revert("deleted/with", null),
        revert("deleted/with/folder", null),
      ],
    });
    expect(result.reverted.toSorted()).toEqual([
      "added/file",
      "deleted",
      "deleted/with",
      "deleted/with/folder",
      "edited",
    ]);
    expect(result.kept.toSorted()).toEqual(["added", "touched-again"]);
    expect(await readFile(join(one.root, "edited"), "utf8")).toBe("before");
    expect(await readFile(join(one.root, "deleted/with/folder"), "utf8")).toBe("before");
    expect(await readFile(join(one.root, "touched-again"), "utf8")).toBe("after and more");
    expect(await readdir(join(one.root, "added"))).toEqual(["mine"]);
  });

  test("refuses paths outside the workspace, and never writes through a link that leads out", async () => {
    const one = await createRoom();
    await one.write("dir/f", "before");
    const before = await open(await one.snapshot(null));
    const outside = await mkdtemp(join(dataDir, "outside-"));
    await rm(join(one.root, "dir"), { recursive: true });
    await symlink(outside, join(one.root, "dir"));
    const entry = before.find("dir/f")!;
    const call = (path: string) =>
      rooms.revertPaths({
        roomId: one.roomId,
        paths: [{ path, entry: { ...entry, path }, expectedSha256: null }],
      });
    await expect(call("dir/f")).rejects.toMatchObject({ code: "not_found" });
    for (const path of ["../x", "/etc/x", "", "a/../b", "a\0b"])
      await expect(call(path)).rejects.toMatchObject({ code: "invalid_input" });
    expect(await readdir(outside)).toEqual([]);
  });
});
