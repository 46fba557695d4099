import type { HostCapabilities, HostWall } from "@/lib/protocol/host";
import type { HostMeasure } from "./host-measure";

const INSTALL = "apt-get install bubblewrap slirp4netns nftables e2fsprogs tini uidmap iproute2";

/** The walls of this machine in plain words: built or not, needed or not, and what to do. */
export function describeWalls(
  measure: HostMeasure,
  allowWeak: boolean,
  outputFault?: string | null,
): HostCapabilities {
  const { cgroups } = measure;
  const has = (name: keyof typeof cgroups.folders) => cgroups.folders[name] !== undefined;
  const canFreeze = cgroups.unified !== null || has("freezer");
  const walls: HostWall[] = [
    wall("sandbox", "Rooms run in namespaces of their own", measure.sandboxFault, {
      remedy: `Install bubblewrap and allow user namespaces: ${INSTALL} (without root: sysctl kernel.unprivileged_userns_clone=1, on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0)`,
      isRequired: true,
    }),
    wall("system_calls", "Dangerous system calls are refused", measure.sandboxFault, {
      remedy: "The kernel needs CONFIG_SECCOMP_FILTER.",
      isRequired: true,
    }),
    wall(
      "uid_range",
      "Each room has users of its own; the engine is apart from the agent",
      measure.uidRangeFault,
      { remedy: "Start as root.", isRequired: true },
    ),
    wall("egress_filter", "Rooms reach the public internet only", measure.egressFault, {
      remedy: `Start as root, with /dev/net/tun: ${INSTALL}`,
      isRequired: true,
    }),
    wall("data_folder", "Rooms reach their own disk and nothing else", measure.pathFault, {
      remedy: "Choose another WORKROOM_DATA_DIR, or chmod o+x on the folders above it.",
      isRequired: true,
    }),
    wall("disk_cap", "The kernel caps each room's disk", measure.diskFault, {
      remedy: "Start as root on a machine with loop devices and ext4.",
      isRequired: false,
    }),
    ...(outputFault === undefined ? [] : [outputQuotaWall(outputFault)]),
    controller("cgroup_memory", "Memory of a room is capped", has("memory")),
    controller("cgroup_cpu", "CPU of a room is capped", has("cpu")),
    controller("cgroup_pids", "Number of a room's processes is capped", has("pids")),
    controller("freezer", "Rooms can be paused in memory", canFreeze),
  ];
  const isComplete = walls.every((entry) => entry.isBuilt || !entry.isRequired);
  const canOpenRooms = isComplete || (allowWeak && measure.sandboxFault === null);
  return {
    walls,
    canOpenRooms,
    isWeak: canOpenRooms && !isComplete,
    limits: {
      memory: has("memory"),
      cpu: has("cpu"),
      pids: has("pids"),
      disk: measure.diskFault === null,
    },
    canFreeze,
  };
}

function wall(
  id: string,
  title: string,
  fault: string | null,
  options: { remedy: string; isRequired: boolean },
): HostWall {
  const remedy = fault === null ? null : `${options.remedy} (${fault})`;
  return { id, title, isBuilt: fault === null, isRequired: options.isRequired, remedy };
}

const outputQuotaWall = (fault: string | null) =>
  wall("output_quota", "Limits of output/ hold in every program of a room", fault, {
    remedy:
      "Start as root on a machine with /dev/fuse. Until then rooms only have the size of each file limited; uploads and the API keep all limits.",
    isRequired: false,
  });

const controller = (id: string, title: string, isBuilt: boolean): HostWall => ({
  id,
  title,
  isBuilt,
  isRequired: false,
  remedy: isBuilt ? null : "Start as root where the cgroup controllers are writable.",
});
