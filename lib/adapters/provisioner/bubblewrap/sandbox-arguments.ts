import type { RoomLimits } from "@/lib/protocol/host";
import type { RoomFolder } from "./room-folder";
import { AGENT_ID, etcArguments, systemArguments } from "./sandbox-etc";

/** Inherited file descriptors of the launch, by number. */
export const launchFds = { go: 3, status: 4, args: 5, seccomp: 6, block: 7 } as const;

/** What the engine may still do with uid 0 of its namespace: become the agent, and end what the agent started. */
const engineCapabilities = ["setuid", "setgid", "kill"];

const MAX_TMP_BYTES = 1_073_741_824;

/**
 * Arguments of bwrap, passed through a file descriptor so that no process list shows them. `isMapped`: bwrap runs as
 * uid 0 of a namespace that maps a whole block of uids; else engine and agent share one uid.
 */
export function sandboxArguments(room: {
  dataDir: string;
  runtimeDir: string;
  folder: RoomFolder;
  /** What becomes `/workspace`: the folder itself, or the view whose `output/` counts. */
  workspace: string;
  limits: RoomLimits;
  isMapped: boolean;
  /** The network was made with the user namespace; else the room gets an empty one. */
  hasNetwork: boolean;
}): string[] {
  const { folder } = room;
  return [
    ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup"],
    room.hasNetwork ? [] : ["--unshare-net"],
    ["--hostname", "workroom", "--new-session", "--as-pid-1", "--clearenv", "--chdir", "/"],
    ["--info-fd", String(launchFds.status), "--block-fd", String(launchFds.block)],
    ["--seccomp", String(launchFds.seccomp)],
    identity(room.isMapped),
    systemArguments(),
    // Folders that bwrap makes for a mount point are its own alone.
    ["/etc", "/etc/ssl", "/home", "/opt", "/run", "/var", "/var/lib"].flatMap(openFolder),
    etcArguments(room.dataDir),
    // A fresh /proc holds only the room's own processes; kernel settings and what drives hardware are read-only or hidden.
    ["--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys"],
    ["--dev", "/dev"],
    temporary("/dev/shm", room.limits),
    temporary("/tmp", room.limits),
    ["--symlink", "/tmp", "/var/tmp"],
    ["--bind", room.workspace, "/workspace", "--ro-bind", folder.input, "/workspace/input"],
    ["--bind", folder.home, "/home/agent"],
    ["--bind", folder.engineState, "/var/lib/engine"],
    ["--bind", folder.run, "/run/engine"],
    ["--ro-bind", room.runtimeDir, "/opt/workroom"],
    ["--remount-ro", "/"],
  ].flat();
}

const openFolder = (path: string) => ["--perms", "0755", "--dir", path];

function identity(isMapped: boolean): string[] {
  const id = String(AGENT_ID);
  const whole = ["--unshare-user", "--disable-userns", "--uid", id, "--gid", id];
  return [
    isMapped ? [] : whole,
    ["--cap-drop", "ALL"],
    // SETPCAP goes with the first program of the room: it takes the rest out of the bounding set (roomCommand).
    isMapped ? [...engineCapabilities, "setpcap"].flatMap(addCapability) : [],
  ].flat();
}

const addCapability = (name: string) => ["--cap-add", `CAP_${name.toUpperCase()}`];

/** The first program of the room becomes the reaper, which starts the engine. */
export function roomCommand(reaper: string, isMapped: boolean): string[] {
  const engine = [reaper, "--", "/opt/workroom/node", "/opt/workroom/engine.cjs"];
  if (!isMapped) return engine;
  const kept = ["-all", ...engineCapabilities.map((name) => `+${name}`)].join(",");
  const drop = ["--inh-caps=-all", "--ambient-caps=-all", `--bounding-set=${kept}`];
  return ["/usr/bin/setpriv", ...drop, "--", ...engine];
}

/** Memory of a tmpfs counts against the room's memory; its size keeps one file from taking all of it. */
function temporary(path: string, limits: RoomLimits): string[] {
  const bytes = Math.min(Math.floor(limits.memoryBytes / 2), MAX_TMP_BYTES);
  return ["--perms", "1777", "--size", String(bytes), "--tmpfs", path];
}
