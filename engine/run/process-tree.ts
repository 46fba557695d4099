import { readdirSync, readFileSync } from "node:fs";

/** While new ones appear, they are stopped first: a round finds fewer than the one before, for who is stopped forks no more. */
const MAX_ROUNDS = 200;

/**
 * Kills everything below a process, and then itself. What it started and left belongs to it still, because it is a
 * subreaper (`tini -s`): neither a new session nor a fork of a fork leads out.
 */
export function endTree(root: number): void {
  const stopped = new Set<number>();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const found = descendants(root).filter((pid) => !stopped.has(pid));
    if (found.length === 0) break;
    for (const pid of found) {
      stopped.add(pid);
      signal(pid, "SIGSTOP");
    }
  }
  for (const pid of stopped) signal(pid, "SIGKILL");
  signal(root, "SIGKILL");
}

/** What runs below a process, itself not counted; zombies are left to their parents. */
export function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const found = readStat(name);
    if (found === null || found.state === "Z") continue;
    const siblings = children.get(found.parent);
    if (siblings) siblings.push(Number(name));
    else children.set(found.parent, [Number(name)]);
  }
  const all: number[] = [];
  const waiting = [root];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    const below = children.get(pid) ?? [];
    all.push(...below);
    waiting.push(...below);
  }
  return all;
}

function readStat(pid: string): { state: string; parent: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name is in brackets and may hold anything, brackets too.
    const [state = "", parent = ""] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state, parent: Number(parent) };
  } catch {
    return null; // it has ended meanwhile
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}
