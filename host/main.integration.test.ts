import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createUnixRoomHost } from "@/lib/adapters/room-host/unix-room-host";
import type { RoomHost } from "@/lib/ports/room-host";
import { fileCall } from "@/test/host/file-call";
import {
  findLeftovers,
  makeRuntimeFolder,
  newRoomId,
  roomLimits,
} from "@/test/sandbox/sandbox-fixture";
import { openWorkspace } from "@/test/host/open-workspace";

const web = { uid: 2_545_000, gid: 2_545_001 };
const uidBase = 1_300_000_000 + Math.floor(Math.random() * 500) * 20 * 65_536;
let dataDir: string;
let bundle: string;
let host: RoomHost;
let main: ChildProcess | undefined;

/** A data folder as the start script makes it, and the host as a program of its own. */
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "workroom-host-"));
  chmodSync(dataDir, 0o711);
  for (const folder of ["run", "store"]) mkdirSync(join(dataDir, folder), { mode: 0o711 });
  renameSync(await makeRuntimeFolder("stand-in"), join(dataDir, "runtime"));
  bundle = join(dataDir, "host.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, "main.ts")],
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  host = createUnixRoomHost({ socketPath: join(dataDir, "run", "host.sock") });
});
afterAll(() => {
  main?.kill("SIGKILL");
  rmSync(dataDir, { recursive: true, force: true });
});

async function startHost(): Promise<void> {
  const env = {
    NODE_ENV: "production" as const,
    PATH: process.env["PATH"],
    WORKROOM_DATA_DIR: dataDir,
    WORKROOM_UID_BASE: String(uidBase),
    WORKROOM_ROOM_DISK: String(roomLimits.diskBytes),
    PREVIEW_URL: "https://previews.example",
    LOG_LEVEL: "info",
  };
  main = spawn(process.execPath, [bundle], { env, stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  main.stderr?.on("data", (chunk: Buffer) => (log += chunk.toString()));
  await expect.poll(() => log, { timeout: 30_000 }).toContain("listening");
}
async function stopHost(): Promise<number> {
  const ended = once(main!, "exit");
  main?.kill("SIGTERM");
  const [code] = (await ended) as [number];
  main = undefined;
  return code;
}

test.runIf(process.getuid?.() === 0)(
  "the host leaves its rooms to the next one, and on a full stop leaves nothing",
  async () => {
    for (const folder of ["run", "store"]) chownSync(join(dataDir, folder), web.uid, web.gid);
    const [awake, asleep] = [newRoomId(), newRoomId()];
    await startHost();
    const { uid, gid, mode } = statSync(join(dataDir, "run", "host.sock"));
    expect({ uid, gid, mode: mode & 0o777 }).toEqual({ ...web, mode: 0o600 });

    await host.call(
      "start",
      { roomId: awake, epoch: 1, limits: roomLimits },
      { timeoutMs: 40_000 },
    );
    const config = join(dataDir, "rooms", awake, "run", "config.json");
    expect(JSON.parse(readFileSync(config, "utf8"))).toMatchObject({
      roomId: awake,
      epoch: 1,
      previewHost: "previews.example",
    });
    await fileCall(host, asleep, "write", { path: "output/a", content: "a" });
    const cause = { reason: "edit", turnId: null, actorId: null } as const;
    await openWorkspace(host, asleep);
    const snapshot = await host.call("snapshot", { roomId: asleep, epoch: 1, parent: null, cause });
    const saved = statSync(join(dataDir, "store", snapshot!.manifest.key));
    expect([saved.uid, saved.gid]).toEqual([web.uid, web.gid]);

    expect(await stopHost()).toBe(0);
    expect(
      (await findLeftovers({ dataDir, uidBase })).some((left) => left.startsWith("process")),
    ).toBe(true);
    await startHost();
    expect((await host.call("list", {})).sandboxes).toMatchObject([
      { roomId: awake, state: "running" },
    ]);
    expect(
      await host.call(
        "start",
        { roomId: awake, epoch: 1, limits: roomLimits },
        { timeoutMs: 40_000 },
      ),
    ).toMatchObject({ isAdopted: true });

    // A host that was killed is no different.
    const killed = once(main!, "exit");
    main?.kill("SIGKILL");
    await killed;
    await startHost();
    expect((await host.call("list", {})).sandboxes).toMatchObject([
      { roomId: awake, state: "running" },
    ]);

    writeFileSync(join(dataDir, "run", "stopping"), "");
    await fileCall(host, asleep, "ls", {});
    expect(await stopHost()).toBe(0);
    expect(await findLeftovers({ dataDir, uidBase })).toEqual([]);
  },
);
