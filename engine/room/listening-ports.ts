import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { ListeningPort } from "@/lib/protocol/engine";
import { killGroup, type AgentSide } from "./agent-side";

const LISTEN = "0A";
const MAX_PROGRAM_CHARS = 120;
const LOOKUP_TIMEOUT_MS = 3_000;

type Socket = { port: number; uid: number; inode: string };

/** The program of a socket, by inode: it never changes, so each socket is looked up once. */
const programs = new Map<string, string>();

/** Servers of the agent's side that listen in the room, by port. Two small reads unless there is a new one. */
export async function listListeningPorts(
  side: AgentSide,
  ownPort: number,
): Promise<ListeningPort[]> {
  const uid = side.uid ?? process.getuid?.() ?? 0;
  const sockets = [...readSockets("/proc/net/tcp"), ...readSockets("/proc/net/tcp6")].filter(
    (socket) => socket.uid === uid && socket.port !== ownPort,
  );
  const isNew = sockets.some(({ inode }) => !programs.has(inode));
  if (isNew) await lookUpPrograms(side, sockets);
  const live = new Set(sockets.map(({ inode }) => inode));
  for (const inode of programs.keys()) if (!live.has(inode)) programs.delete(inode);
  const byPort = new Map<number, string>();
  for (const { port, inode } of sockets) {
    if (!byPort.has(port)) byPort.set(port, programs.get(inode) ?? "");
  }
  return [...byPort]
    .map(([port, program]) => ({ port, program }))
    .toSorted((a, b) => a.port - b.port);
}

function readSockets(path: string): Socket[] {
  let table: string;
  try {
    table = readFileSync(path, "utf8");
  } catch {
    return []; // no IPv6 here
  }
  return table
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, local = "", , state, , , , uid, , inode = ""] = line.trim().split(/\s+/);
      const port = Number.parseInt(local.split(":")[1] ?? "", 16);
      return state === LISTEN && port > 0 ? [{ port, uid: Number(uid), inode }] : [];
    });
}

/** Only the owner of a program may see which sockets it holds, so the agent's side looks. */
async function lookUpPrograms(side: AgentSide, sockets: readonly Socket[]): Promise<void> {
  const child = side.spawn(
    "/usr/bin/find",
    [
      "/proc",
      "-maxdepth",
      "3",
      "-path",
      "/proc/[0-9]*/fd/*",
      "-lname",
      "socket:*",
      "-printf",
      "%l %h\\n",
    ],
    { cwd: "/", stdio: ["ignore", "pipe", "ignore"] },
  );
  const timer = setTimeout(() => killGroup(child), LOOKUP_TIMEOUT_MS);
  let listing = "";
  child.stdout?.on("data", (chunk: Buffer) => (listing += chunk.toString()));
  await new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.once("error", () => resolve());
  });
  clearTimeout(timer);
  const pidOf = new Map<string, string>();
  for (const found of listing.matchAll(/^socket:\[(\d+)\] \/proc\/(\d+)\/fd$/gm)) {
    if (found[1] && found[2]) pidOf.set(found[1], found[2]);
  }
  for (const { inode } of sockets) {
    const pid = pidOf.get(inode);
    programs.set(inode, pid ? commandLine(pid) : "");
  }
}

/** "python3 -m http.server 8000": the program's name and its arguments. */
function commandLine(pid: string): string {
  try {
    const [program = "", ...args] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return [basename(program), ...args].join(" ").trim().slice(0, MAX_PROGRAM_CHARS);
  } catch {
    return "";
  }
}
