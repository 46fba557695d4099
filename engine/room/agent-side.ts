import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { EngineSettings } from "../config";

const AGENT_UID = 1000;

/** Starts what belongs to the agent: another user than the engine's, an environment of its own, its own session. */
export type AgentSide = {
  /** Whom the agent's side runs as, or `null` where the engine can't be another user (outside a sandbox). */
  readonly uid: number | null;
  environment(extra?: Record<string, string>): Record<string, string>;
  /** The child leads a new session and process group, so that `killGroup` ends it with all it started. */
  /** For a child that is started in another way than by `spawn`. */
  asFirstToEnd<T>(start: () => T): T;
  spawn(command: string, args: readonly string[], options: SpawnOptions): ChildProcess;
};
type SpawnOptions = { cwd: string; env?: Record<string, string>; stdio: StdioOptions };

/** Is `uid` one that this user namespace knows? A room without a uid range maps a single one. */
function isMappedUid(uid: number): boolean {
  const ranges = readOrNull("/proc/self/uid_map")?.split("\n") ?? [];
  return ranges.some((line) => {
    const [first = 0, , count = 0] = line.trim().split(/\s+/).map(Number);
    return uid >= first && uid < first + count;
  });
}

const OOM_SCORE = "/proc/self/oom_score_adj";
const CHILD_OOM_SCORE = 500;

/**
 * Out of memory, the kernel shall end what the agent runs before the engine. A child inherits the score at its start, and
 * a program may lower its own back to where it was, so the engine raises its own for that moment.
 */
function asFirstToEnd<T>(start: () => T): T {
  const own = readOrNull(OOM_SCORE);
  const isRaised =
    own !== null && Number(own) < CHILD_OOM_SCORE && isWritten(String(CHILD_OOM_SCORE));
  try {
    return start();
  } finally {
    if (isRaised) isWritten(own);
  }
}

function isWritten(score: string): boolean {
  try {
    writeFileSync(OOM_SCORE, score);
    return true;
  } catch {
    return false; // another /proc than Linux has: no order then
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return null;
  }
}

export function makeAgentSide(settings: EngineSettings): AgentSide {
  const canSwitch = settings.isSandboxed && process.getuid?.() === 0 && isMappedUid(AGENT_UID);
  const uid = canSwitch ? AGENT_UID : null;
  const base = {
    PATH: `/usr/local/bin:/usr/bin:/bin:${dirname(process.execPath)}`,
    HOME: settings.homeDir,
    USER: "agent",
    LOGNAME: "agent",
    LANG: "C.UTF-8",
    TERM: "xterm-256color",
    PYTHONUNBUFFERED: "1", // output is shown while a program runs
    WORKROOM_WORKSPACE: settings.workspaceDir,
    // Dev servers of the Vite family answer only to hosts they know; previews come by names below this one.
    __VITE_ADDITIONAL_SERVER_ALLOWED_HOSTS: `.${settings.previewHost}`,
  };
  const environment = (extra: Record<string, string> = {}) => ({ ...base, ...extra });
  return {
    uid,
    environment,
    asFirstToEnd,
    spawn: (command, args, { cwd, env, stdio }) =>
      asFirstToEnd(() =>
        spawn(command, args, {
          cwd,
          env: (env ?? environment()) as NodeJS.ProcessEnv, // Next's types want a NODE_ENV in every environment
          stdio,
          detached: true,
          ...(uid === null ? {} : { uid, gid: uid }),
        }),
      ),
  };
}

/** Kills the whole process group of a child that `spawn` of the agent's side has started. */
export function killGroup(child: ChildProcess, signal: NodeJS.Signals = "SIGKILL"): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended already.
  }
}
