import { mkdir, rm, stat, chmod } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type CgroupLayout, detectCgroups } from "./cgroups";
import { attachUserNetwork, listHostAddresses, loadEgressRules } from "./egress";
import { launchSandbox } from "./launch-sandbox";
import { makeImage, mountImage } from "./room-disk";
import { runProgram } from "./run-program";
import { launchFds } from "./sandbox-arguments";
import { systemArguments } from "./sandbox-etc";

/** What this machine was seen to do, and why not where it failed. `null`: it works. */
export type HostMeasure = {
  isRoot: boolean;
  sandboxFault: string | null;
  uidRangeFault: string | null;
  egressFault: string | null;
  diskFault: string | null;
  pathFault: string | null;
  cgroups: CgroupLayout;
};

type MeasureOptions = { dataDir: string; uidBase: number; seccompPath: string };

const PROBE_DISK_BYTES = 8_388_608;
const PROBE_OWNERS = { host: 0, engine: 0, agent: 0 };

/** Builds a small sandbox, its network and its disk once, for real, and takes them down again. */
export async function measureHost(options: MeasureOptions): Promise<HostMeasure> {
  const isRoot = process.getuid?.() === 0;
  const [cgroups, pathFault, diskFault] = await Promise.all([
    detectCgroups(),
    findClosedFolder(options.dataDir),
    isRoot ? measureDisk(options.dataDir) : "only root can mount the room's disk image",
  ]);
  const mapped = isRoot ? await measureSandbox(options, options.uidBase) : null;
  const plain = mapped?.sandboxFault === null ? mapped : await measureSandbox(options, null);
  return {
    isRoot,
    cgroups,
    pathFault: isRoot ? pathFault : null,
    diskFault,
    sandboxFault: plain.sandboxFault,
    uidRangeFault: mapped ? mapped.sandboxFault : "only root can map a block of uids to each room",
    egressFault: (mapped ?? plain).egressFault,
  };
}

async function measureSandbox(options: MeasureOptions, firstUid: number | null) {
  const seen: { sandboxFault: string | null; egressFault: string | null } = {
    sandboxFault: null,
    egressFault: "without a block of uids the room has no network at all",
  };
  try {
    const launch = await launchSandbox({
      firstUid,
      hasNetwork: firstUid !== null,
      logPath: "/dev/null",
      seccompPath: options.seccompPath,
      command: ["/bin/true"],
    });
    const ended = new Promise((resolve) => launch.child.once("exit", resolve));
    let init: number | null = null;
    try {
      if (firstUid !== null)
        seen.egressFault = await measureEgress(launch.pid, firstUid, options.dataDir);
      init = await launch.build(probeArguments(firstUid !== null));
    } finally {
      // bwrap ends once its first process is gone: nothing of the probe outlives this call.
      if (init === null) launch.child.kill("SIGKILL");
      else process.kill(init, "SIGKILL");
      await ended;
    }
  } catch (error) {
    seen.sandboxFault = reasonOf(error);
  }
  return seen;
}

function probeArguments(isMapped: boolean): string[] {
  return [
    ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup"],
    isMapped ? [] : ["--unshare-user", "--disable-userns", "--unshare-net"],
    ["--as-pid-1", "--cap-drop", "ALL", "--clearenv"],
    ["--info-fd", String(launchFds.status), "--block-fd", String(launchFds.block)],
    ["--seccomp", String(launchFds.seccomp), ...systemArguments()],
    ["--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys", "--dev", "/dev"],
  ].flat();
}

async function measureEgress(pid: number, uid: number, dataDir: string): Promise<string | null> {
  const logPath = join(dataDir, "network-probe.log");
  try {
    await openTunDevice();
    const [network] = await Promise.all([
      attachUserNetwork(pid, uid, logPath),
      loadEgressRules(pid, listHostAddresses()),
    ]);
    const ended = new Promise((resolve) => network.once("exit", resolve));
    network.kill("SIGKILL");
    await ended;
    return null;
  } catch (error) {
    return reasonOf(error);
  } finally {
    await rm(logPath, { force: true });
  }
}

/** The network helper opens the device as the room's uid: give it the mode that udev gives it everywhere. */
async function openTunDevice(): Promise<void> {
  const found = await stat("/dev/net/tun");
  if ((found.mode & 0o006) !== 0o006) await chmod("/dev/net/tun", 0o666);
}

async function measureDisk(dataDir: string): Promise<string | null> {
  const root = join(dataDir, `disk-probe-${process.pid}`);
  const folder = { root, image: join(root, "disk.img"), disk: join(root, "disk") };
  try {
    await mkdir(folder.disk, { recursive: true });
    await makeImage(folder.image, PROBE_DISK_BYTES);
    await mountImage(folder, PROBE_OWNERS);
    return null;
  } catch (error) {
    return reasonOf(error);
  } finally {
    await runProgram("umount", ["--quiet", folder.disk]);
    await rm(root, { recursive: true, force: true });
  }
}

/** A folder above the data that other uids can't pass through: rooms reach their disk as uids of their own. */
async function findClosedFolder(dataDir: string): Promise<string | null> {
  for (let path = dataDir; ; path = dirname(path)) {
    const found = await stat(path).catch(() => null);
    if (found && (found.mode & 0o001) === 0) return `${path} can't be passed by other users`;
    if (path === dirname(path)) return null;
  }
}

function reasonOf(error: unknown): string {
  const { message, details } = error as { message: string; details?: { output?: string } };
  return [message, details?.output].filter(Boolean).join(" ").slice(0, 500);
}
