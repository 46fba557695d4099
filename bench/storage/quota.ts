import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createQuotaKeeper } from "@/host/quota/quota-keeper";
import { createLog } from "@/lib/log";
import { elapsed, run } from "../programs";
import { interleaved, type Row } from "../rows";

const FILES = 10_000;
const SERVER_UID = 999_999;
const checkout = join(import.meta.dirname, "../..");
const limits = { maxFileBytes: 2 ** 30, maxFiles: 10 * FILES, maxTotalBytes: 2 ** 34 };

/** A program that makes files of 4 KiB in its folder, as small as a program gets. */
const writer = `import os
b = b"x" * 4096
for i in range(${FILES}):
    f = os.open("f%d" % i, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o644)
    os.write(f, b)
    os.close(f)`;

/** 10,000 small files made and written in a folder with a quota, beside the same folder without one. Needs root. */
export async function quotaWrites(rounds: number): Promise<Row> {
  const dataDir = mkdtempSync(join(tmpdir(), "workroom-bench-quota-"));
  chmodSync(dataDir, 0o755);
  const nodePath = join(dataDir, "node");
  copyFileSync(process.execPath, nodePath);
  chmodSync(nodePath, 0o755);
  const keeper = createQuotaKeeper({
    dataDir,
    programPath: join(checkout, "dist/quota.mjs"),
    nodePath,
    serverUid: SERVER_UID,
    log: createLog("bench", "silent"),
  });
  const room = { roomId: `wr_${"b".repeat(20)}`, viewPath: join(dataDir, "view") };
  const workspacePath = join(dataDir, "workspace");
  mkdirSync(join(workspacePath, "output"), { recursive: true });
  let count = 0;
  const fill = (parent: string) => {
    const folder = join(parent, `round-${(count += 1)}`);
    mkdirSync(folder);
    const script = `import os; os.chdir(${JSON.stringify(folder)})\n${writer}`;
    return elapsed(() => run("python3", ["-c", script])).finally(() =>
      rmSync(folder, { recursive: true }),
    );
  };
  try {
    await keeper.open({ ...room, group: "bench", workspacePath, limits });
    const sides = await interleaved(
      rounds,
      () => fill(join(room.viewPath, "output")),
      () => fill(workspacePath),
    );
    return { name: "10,000 files under a quota / plain folder", unit: "ms", ...sides, goal: 10 };
  } finally {
    await keeper.close(room);
    keeper.leave();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
