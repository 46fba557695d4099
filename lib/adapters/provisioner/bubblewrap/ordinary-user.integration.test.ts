import { execFile } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { HostCapabilities } from "@/lib/protocol/host";
import { bundleProgram } from "@/test/sandbox/bundle-program";
import { makeRuntimeFolder, newRoomId } from "@/test/sandbox/sandbox-fixture";

const USER = 64_123; // no user of this machine

test("without root, rooms stay shut until weak ones are allowed; then what is missing is named and the rest holds", async () => {
  const folder = mkdtempSync(join(tmpdir(), "workroom-user-"));
  chmodSync(folder, 0o755);
  const runtimeDir = await makeRuntimeFolder("engine");
  try {
    const program = await bundleProgram("try-ordinary-user", folder);
    const dataDir = mkdtempSync(join(folder, "data-"));
    chownSync(dataDir, USER, USER);
    const node = join(runtimeDir, "node");
    const { stdout } = await promisify(execFile)(
      node,
      [program, dataDir, runtimeDir, newRoomId()],
      {
        uid: USER,
        gid: USER,
        cwd: "/",
        env: { PATH: "/usr/bin:/bin" } as unknown as NodeJS.ProcessEnv,
      },
    );
    const seen = JSON.parse(stdout) as {
      refusal: string;
      walls: HostCapabilities;
      outputs: string[];
      end: unknown;
    };
    expect(seen.refusal).toMatch(/can't build these walls.*engine is apart from the agent/);
    expect(seen.walls).toMatchObject({ canOpenRooms: true, isWeak: true });
    const missing = seen.walls.walls.filter((wall) => !wall.isBuilt).map((wall) => wall.id);
    expect(missing).toEqual(expect.arrayContaining(["uid_range", "egress_filter", "disk_cap"]));
    const [uid, namespaces, network, input, output, processes] = seen.outputs;
    expect(uid).toBe("1000");
    expect([namespaces, network, input].join(" ")).not.toContain("open");
    expect(output).toBe("kept");
    expect(Number(processes)).toBeLessThan(10);
    expect(seen.end).toMatchObject({ reason: "disk_stop" });
    expect(readdirSync(join(dataDir, "rooms"))).toEqual([]);
  } finally {
    for (const path of [folder, runtimeDir]) rmSync(path, { recursive: true, force: true });
  }
});
