import { lstatSync, readlinkSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOM_DNS } from "./egress";

export const AGENT_ID = 1_000;

/** `/etc` of every room: the same few files, nothing of this machine's own. */
const ownFiles: Readonly<Record<string, string>> = {
  passwd: `root:x:0:0:engine:/var/lib/engine:/usr/sbin/nologin
agent:x:${AGENT_ID}:${AGENT_ID}:Agent:/home/agent:/bin/bash
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`,
  group: `root:x:0:\nagent:x:${AGENT_ID}:\nnogroup:x:65534:\n`,
  hostname: "workroom\n",
  hosts: "127.0.0.1 localhost workroom\n::1 localhost\n",
  "resolv.conf": `nameserver ${ROOM_DNS}\noptions timeout:3 attempts:2\n`,
  "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
  "machine-id": "0123456789abcdef0123456789abcdef\n", // the same for all: a real one would name this host
};

/** What programs below /usr expect beside it. */
const sharedPaths = [
  "alternatives",
  "ssl/certs",
  "ssl/openssl.cnf",
  "ca-certificates",
  "fonts",
  "ld.so.cache",
  "localtime",
  "mime.types",
  "magic",
  "python3",
  "java-11-openjdk",
  "java-17-openjdk",
  "java-21-openjdk",
  "ImageMagick-6",
  "bash.bashrc",
  "profile",
  "services",
  "protocols",
];

/** Writes the rooms' own files of /etc below the data folder. Rooms that run keep the files they have. */
export async function writeSandboxEtc(dataDir: string): Promise<void> {
  const folder = join(dataDir, "sandbox-etc");
  await mkdir(folder, { recursive: true, mode: 0o755 });
  for (const [name, text] of Object.entries(ownFiles)) {
    const path = join(folder, name);
    await writeFile(`${path}.new`, text, { mode: 0o644 });
    await rename(`${path}.new`, path);
  }
}

export function etcArguments(dataDir: string): string[] {
  return [
    ...sharedPaths.flatMap((name) => ["--ro-bind-try", `/etc/${name}`, `/etc/${name}`]),
    ...Object.keys(ownFiles).flatMap((name) => [
      "--ro-bind",
      join(dataDir, "sandbox-etc", name),
      `/etc/${name}`,
    ]),
  ];
}

/** `/usr`, and the old top folders as this host has them: links into /usr, or folders of their own. */
export function systemArguments(): string[] {
  return ["--ro-bind", "/usr", "/usr"].concat(
    ["bin", "sbin", "lib", "lib32", "lib64", "libx32"].flatMap((name) => {
      const found = lstatSync(`/${name}`, { throwIfNoEntry: false });
      if (!found) return [];
      return found.isSymbolicLink()
        ? ["--symlink", readlinkSync(`/${name}`), `/${name}`]
        : ["--ro-bind", `/${name}`, `/${name}`];
    }),
  );
}
