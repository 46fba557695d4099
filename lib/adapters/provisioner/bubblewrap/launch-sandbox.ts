import { type ChildProcess, spawn } from "node:child_process";
import { constants, readFileSync, readdirSync } from "node:fs";
import { open, rm, writeFile } from "node:fs/promises";
import type { Duplex } from "node:stream";
import { z } from "zod";
import { AppError } from "@/lib/errors";
import { ROOM_UIDS } from "./processes";
import type { RoomFolder } from "./room-folder";
import { emptyEnvironment } from "./run-program";
import { launchFds } from "./sandbox-arguments";

const BwrapInfo = z.object({ "child-pid": z.number().int().positive() });
const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

/** A shell says that its namespace is there, waits for the map and the disk, and becomes bwrap: one process, no fork. */
const becomeBwrap = [
  `echo >&${launchFds.status}`,
  `read -r _ <&${launchFds.go} || exit 72`, // the host process has gone
  `exec ${launchFds.go}<&- >>"$1" 2>&1`,
  "shift",
  "ulimit -c 0",
  "ulimit -n 65536 2>/dev/null || ulimit -n $(ulimit -H -n)",
];
/** No namespace below this one: the room can't shed its user namespace for one in which it has every right. */
const forbidNamespaces = "echo 0 > /proc/sys/user/max_user_namespaces || exit 71";
const execBwrap = `exec /usr/bin/bwrap --args ${launchFds.args} -- "$@"`;

export type SandboxLaunch = {
  /** The process that becomes bwrap; it ends when the room ends. */
  child: ChildProcess;
  /** Starts bwrap; resolves with PID 1 of the room (host number), held before its first instruction. */
  build(args: string[]): Promise<number>;
  /** Of the waiting process, whose namespaces the room takes over. */
  pid: number;
  /** Lets the room run. */
  release(): void;
};

type LaunchOptions = {
  firstUid: number | null;
  /** Make the network with the user namespace, so that it can be filtered and attached before bwrap runs. */
  hasNetwork: boolean;
  /** Gets what bwrap and the command print; opened as the room's own uid. */
  logPath: string;
  seccompPath: string;
  /** No program of the room can make a file larger; the system call fails with EFBIG. */
  maxFileBytes?: number;
  command: readonly string[];
};

/**
 * Spawns the process that becomes the room: as the room's own first uid, with an empty environment, detached, so that
 * it outlives this host process. `firstUid` null: no range of uids can be mapped, bwrap maps this user's own.
 */
export async function launchSandbox(options: LaunchOptions): Promise<SandboxLaunch> {
  const { firstUid } = options;
  const seccomp = await open(options.seccompPath, "r");
  try {
    const child = spawnHolder(options, seccomp.fd);
    const status = readStatus(child);
    await status.untilLine();
    if (firstUid !== null) await mapUids(child, firstUid);
    const pipe = (fd: number) => child.stdio[fd] as Duplex | null | undefined;
    return {
      child,
      pid: child.pid ?? 0,
      async build(args) {
        pipe(launchFds.args)?.end(`${args.join("\0")}\0`);
        pipe(launchFds.go)?.end("go\n");
        const info = BwrapInfo.parse(JSON.parse(await status.untilObject()));
        return info["child-pid"];
      },
      release() {
        pipe(launchFds.block)?.end("go");
        child.unref();
      },
    };
  } finally {
    await seccomp.close();
  }
}

function spawnHolder(options: LaunchOptions, seccompFd: number): ChildProcess {
  const { firstUid } = options;
  const steps = [...becomeBwrap, ...(firstUid === null ? [] : [forbidNamespaces]), execBwrap];
  const leaked = findLeakedFds();
  const script = [...leaked.map((fd) => `exec ${fd}>&-`), ...steps].join("\n");
  // dash starts faster, but can't name descriptors above 9.
  const shell = [leaked.length === 0 ? "/bin/sh" : "/bin/bash", "-c", script, "sh"].concat(
    options.logPath,
    options.command,
  );
  const { maxFileBytes } = options;
  const [file = "", ...rest] = [
    ...(maxFileBytes === undefined ? [] : ["/usr/bin/prlimit", `--fsize=${maxFileBytes}`]),
    ...(firstUid === null ? [] : openNamespace(firstUid, options.hasNetwork)),
    ...shell,
  ];
  const child = spawn(file, rest, {
    env: emptyEnvironment,
    cwd: "/",
    detached: true,
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe", "pipe", seccompFd, "pipe"],
  });
  for (const stream of child.stdio) stream?.on("error", () => null); // a broken pipe: the status stream tells
  return child;
}

/**
 * Becomes the room's uid and opens its namespaces. CAP_SYS_ADMIN is kept up to that very call: hosts that forbid user
 * namespaces to ordinary users (Ubuntu 24.04, hardened Debian) let only its holders make one with rights in it. The
 * namespace belongs to the room's uid, and no right outside of it is left to what runs next.
 */
function openNamespace(uid: number, hasNetwork: boolean): string[] {
  return [
    ["/usr/bin/setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"],
    ["--inh-caps=-all,+sys_admin", "--ambient-caps=-all,+sys_admin", "--"],
    ["/usr/bin/unshare", "--user", ...(hasNetwork ? ["--net"] : []), "--keep-caps", "--"],
  ].flat();
}

/** Descriptors this process inherited without close-on-exec: they must not reach a room. Node's own are all marked. */
function findLeakedFds(): number[] {
  const CLOSE_ON_EXEC = 0o2000000;
  return readdirSync("/proc/self/fd").flatMap((name) => {
    if (Number(name) <= 2) return [];
    try {
      const flags = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, "utf8"))?.[1];
      return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0
        ? [Number(name)]
        : [];
    } catch {
      return []; // closed meanwhile: the descriptor of the listing itself
    }
  });
}

async function mapUids(child: ChildProcess, firstUid: number): Promise<void> {
  const map = `0 ${firstUid} ${ROOM_UIDS}`;
  await writeFile(`/proc/${child.pid}/uid_map`, map);
  await writeFile(`/proc/${child.pid}/gid_map`, map);
}

/** The status stream: an empty line once the shell runs, then bwrap's JSON object. */
function readStatus(child: ChildProcess) {
  let text = "";
  let hasEnded = false;
  let wake: () => void = () => null;
  const stream = child.stdio[launchFds.status] as Duplex;
  stream.on("data", (chunk: Buffer) => {
    text += chunk.toString("utf8");
    wake();
  });
  for (const [emitter, event] of [
    [stream, "close"],
    [child, "error"],
    [child, "exit"],
  ] as const)
    emitter.once(event, () => {
      hasEnded = true;
      wake();
    });
  const until = async (form: RegExp) => {
    for (;;) {
      const found = form.exec(text);
      if (found) return found[0];
      if (hasEnded) throw new AppError("unavailable", "The room's sandbox didn't start.");
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return { untilLine: () => until(/\n/), untilObject: () => until(/\{[^}]*\}/) };
}

/** The start of what a room printed. The file is hostile: no link is followed, no pipe waited for. */
export async function readEngineLog(folder: RoomFolder): Promise<string> {
  const file = await open(folder.engineLog, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => null);
  if (file === null) return "";
  try {
    const { size, isFile } = await file.stat().then((s) => ({ size: s.size, isFile: s.isFile() }));
    if (!isFile) return "";
    const bytes = Buffer.alloc(4_096);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, Math.max(0, size - bytes.length));
    return bytes.toString("utf8", 0, bytesRead).trim();
  } finally {
    await file.close();
  }
}

export const forgetEngineLog = (folder: RoomFolder) => rm(folder.engineLog, { force: true });
