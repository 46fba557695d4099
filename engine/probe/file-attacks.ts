import { open, readFile, readdir, writeFile } from "node:fs/promises";
import { type Attack, mustAllFail, mustFail } from "./wall-probe";

const write = (path: string) =>
  mustFail(`write ${path}`, async () => {
    const file = await open(path, "r+");
    await file.close();
  });
const create = (path: string) => mustFail(`create ${path}`, () => writeFile(path, "probe"));
const read = (path: string) => mustFail(`read ${path}`, () => readFile(path));
const list = (path: string) => mustFail(`list ${path}`, () => readdir(path));

export const fileAttacks: Attack[] = [
  {
    id: "input_write",
    title: "Change the files you dropped in (input/)",
    attempt: () => create("/workspace/input/.wall-probe"),
  },
  {
    id: "system_write",
    title: "Change the system's programs",
    attempt: () =>
      mustAllFail(
        ["/usr/bin/.wall-probe", "/etc/.wall-probe", "/opt/workroom/.wall-probe"].map(create),
      ),
  },
  {
    id: "core_pattern",
    title: "Change how the kernel runs programs",
    attempt: () =>
      mustAllFail(
        [
          "/proc/sys/kernel/core_pattern",
          "/proc/sys/kernel/modprobe",
          "/proc/sys/user/max_user_namespaces",
          "/proc/sysrq-trigger",
        ].map(write),
      ),
  },
  {
    id: "engine_files",
    title: "Open the engine's sockets and notes",
    attempt: () =>
      mustAllFail([
        ...["/run/engine", "/var/lib/engine"].map(list),
        ...["/run/engine/engine.sock", "/run/engine/config.json"].map(read),
      ]),
  },
  {
    id: "other_rooms",
    title: "See other workrooms or this machine's files",
    attempt: () =>
      mustAllFail(
        ["/var/lib/workroom", "/root", "/srv", "/mnt", "/proc/1/root", "/proc/1/cwd"].map(list),
      ),
  },
  {
    id: "devices",
    title: "Open disks, memory and the kernel's log",
    attempt: () =>
      mustAllFail(
        ["/dev/sda", "/dev/vda", "/dev/loop0", "/dev/mem", "/dev/kmsg", "/dev/net/tun"].map(read),
      ),
  },
];
