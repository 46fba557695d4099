import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { EngineSettings } from "../config";

const AGENT_UID = 1000;

/** Starts what belongs to the agent: another user than the engine's, an environment of its own, its own session. */
export type AgentSide = {
  /** Whom the agent's side runs as, or `null` where the engine can't be another user (outside a sandbox). */
  readonly uid: number | null;
  environment(extra?: Record<string, string>): Record<string, string>;
  /** The child leads a new session and process group, so that `killGroup` ends it with all it started. */
  spawn(command: string, args: readonly string[], options: SpawnOptions): ChildProcess;
};
type SpawnOptions = { cwd: string; env?: Record<string, string>; stdio: StdioOptions };

/** Is `uid` one that this user namespace knows? A room without a uid range maps a single one. */
function isMappedUid(uid: number): boolean {
  try {
    return readFileSync("/proc/self/uid_map", "utf8")
      .trim()
      .split("\n")
      .some((line) => {
        const [first = 0, , count = 0] = line.trim().split(/\s+/).map(Number);
        return uid >= first && uid < first + count;
      });
  } catch {
    return false;
  }
}

/** The whole uid space is mapped only outside a room: there children keep the user of the engine. */
function isOutsideRoom(): boolean {
  return readFileSync("/proc/self/uid_map", "utf8").trim().split(/\s+/)[2] === "4294967295";
}

export function makeAgentSide(settings: EngineSettings): AgentSide {
  const canSwitch = process.getuid?.() === 0 && !isOutsideRoom() && isMappedUid(AGENT_UID);
  const uid = canSwitch ? AGENT_UID : null;
  const base = {
    PATH: `/usr/local/bin:/usr/bin:/bin:${dirname(process.execPath)}`,
    HOME: settings.homeDir,
    USER: "agent",
    LOGNAME: "agent",
    LANG: "C.UTF-8",
    TERM: "xterm-256color",
    WORKROOM_WORKSPACE: settings.workspaceDir,
    // Dev servers of the Vite family answer only to hosts they know; previews come by <something>.localhost.
    __VITE_ADDITIONAL_SERVER_ALLOWED_HOSTS: ".localhost",
  };
  const environment = (extra: Record<string, string> = {}) => ({ ...base, ...extra });
  return {
    uid,
    environment,
    spawn: (command, args, { cwd, env, stdio }) =>
      spawn(command, args, {
        cwd,
        env: (env ?? environment()) as NodeJS.ProcessEnv, // Next's types want a NODE_ENV in every environment
        stdio,
        detached: true,
        ...(uid === null ? {} : { uid, gid: uid }),
      }),
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
