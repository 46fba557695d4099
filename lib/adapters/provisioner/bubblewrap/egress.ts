import { type ChildProcess, spawn } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { AppError } from "@/lib/errors";
import { emptyEnvironment, runProgram } from "./run-program";

/** Nothing of these is the public internet. Sources: RFC 6890, RFC 6598 (carrier NAT), RFC 5771 (multicast). */
const privateRanges = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
];

/** The user-mode network's own name server, the only private address a room may talk to. */
export const ROOM_DNS = "10.0.2.3";

/** IPv4 addresses of this machine, but for its loopback: user-mode networking reaches them like any other address. */
export const listHostAddresses = () =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, address }) => family === "IPv4" && !address.startsWith("127."))
    .map(({ address }) => address);

/** The firewall of a room: to the public internet only, by IPv4, at a bounded rate of new connections. */
export function egressRules(hostAddresses: readonly string[]): string {
  const denied = [...privateRanges, ...hostAddresses].join(", ");
  return `add table inet workroom
flush table inet workroom
table inet workroom {
  set denied { type ipv4_addr; flags interval; auto-merge; elements = { ${denied} } }
  chain outbound { type filter hook output priority 0; policy drop;
    oif "lo" accept
    ct state established,related accept
    ip daddr ${ROOM_DNS} udp dport 53 limit rate 200/second burst 400 packets accept
    ip daddr ${ROOM_DNS} tcp dport 53 limit rate 50/second burst 100 packets accept
    ip daddr @denied reject with icmp type admin-prohibited
    meta nfproto ipv6 reject with icmpv6 type admin-prohibited
    ct state new limit rate 200/second burst 1000 packets accept
    reject with icmp type admin-prohibited
  }
  chain inbound { type filter hook input priority 0; policy drop;
    iif "lo" accept
    ct state established,related accept
  }
}
`;
}

/** Loads the rules into the network of a room, or replaces them. */
export async function loadEgressRules(pid: number, hostAddresses: readonly string[]) {
  const loaded = await runProgram(
    "nsenter",
    [`--net=/proc/${pid}/ns/net`, "--", "nft", "-f", "-"],
    { input: egressRules(hostAddresses), timeoutMs: 10_000 },
  );
  if (loaded.exitCode !== 0)
    throw new AppError("unavailable", "The room's network filter can't be loaded.", {
      details: { output: loaded.output },
    });
}

/**
 * Starts the user-mode network of a room: slirp4netns as the room's own first uid, with the rights of the room's user
 * namespace only, shut in its own mount namespace and system call filter. `logPath` gets what it has to say.
 */
export async function attachUserNetwork(
  pid: number,
  uid: number,
  logPath: string,
): Promise<ChildProcess> {
  const log = await open(logPath, "w", 0o600);
  try {
    const child = spawn("/usr/bin/slirp4netns", userNetworkArguments(pid), {
      uid,
      gid: uid,
      cwd: "/",
      env: emptyEnvironment,
      detached: true,
      // Its standard error is a file: a pipe would break when this host process ends, and the room's network with it.
      stdio: ["ignore", "ignore", log.fd, "pipe"],
    });
    await untilReady(child, logPath);
    child.unref();
    child.stdio[3]?.destroy();
    return child;
  } finally {
    await log.close();
  }
}

/** By process number: given paths, slirp4netns 1.2 can't shut itself in a sandbox. */
const userNetworkArguments = (pid: number) => [
  "--configure",
  "--mtu=65520",
  "--disable-host-loopback",
  "--enable-sandbox",
  "--enable-seccomp",
  "--ready-fd=3",
  String(pid),
  "tap0",
];

function untilReady(child: ChildProcess, logPath: string): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => settle(true), 10_000);
    const settle = (hasFailed: boolean) => {
      clearTimeout(timer);
      if (!hasFailed) return resolve();
      child.kill("SIGKILL");
      const output = readFile(logPath, "utf8").catch(() => "");
      void output.then((text) =>
        reject(
          new AppError("unavailable", "The room's network can't be attached.", {
            details: { output: text.slice(0, 2_000) },
          }),
        ),
      );
    };
    child.stdio[3]?.once("data", () => settle(false));
    child.once("error", () => settle(true));
    child.once("exit", () => settle(true));
  });
}
