import { spawn, type SpawnOptions } from "node:child_process";
import { AppError } from "@/lib/errors";

export type RunAs = { uid: number; gid: number };

const COMMAND_TIMEOUT_MS = 120_000;
const SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin";
const NOBODY = "65534";

/**
 * PostgreSQL refuses to run as root. Root therefore starts it as an ordinary user, or, where there is none, in a user
 * namespace in which it sees itself as `nobody` while the files stay root's.
 */
export function wrapCommand(
  file: string,
  args: string[],
  runAs: RunAs | null,
  { endsWithParent = false } = {},
): { file: string; args: string[]; options: SpawnOptions } {
  const isRoot = process.getuid?.() === 0;
  const words: string[] = [];
  if (isRoot && !runAs)
    words.push("unshare", "--user", `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, "--");
  if (endsWithParent && process.platform === "linux")
    words.push("setpriv", "--pdeathsig", "INT", "--");
  const [first = file, ...rest] = [...words, file, ...args];
  const env: Record<string, string> = { PATH: SYSTEM_PATH, LC_ALL: "C", TZ: "UTC" };
  // Next's types want NODE_ENV in every environment; the database has no use for it.
  const options: SpawnOptions = {
    env: env as unknown as NodeJS.ProcessEnv,
    cwd: "/",
    ...(isRoot && runAs ? { uid: runAs.uid, gid: runAs.gid } : {}),
  };
  return { file: first, args: rest, options };
}

/** Runs one command to its end. @throws AppError `unavailable` with what it wrote to standard error */
export function run(file: string, args: string[], runAs: RunAs | null): Promise<void> {
  const command = wrapCommand(file, args, runAs);
  return new Promise((resolve, reject) => {
    const child = spawn(command.file, command.args, {
      ...command.options,
      stdio: ["ignore", "ignore", "pipe"],
      timeout: COMMAND_TIMEOUT_MS,
    });
    let errors = "";
    child.stderr?.on(
      "data",
      (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-2_000)),
    );
    const fail = (cause?: unknown) =>
      reject(new AppError("unavailable", `${file} failed: ${errors.trim()}`, { cause }));
    child.once("error", fail);
    child.once("exit", (code) => (code === 0 ? resolve() : fail()));
  });
}
