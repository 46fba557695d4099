import { connect } from "node:net";
import { type Attack, mustAllFail } from "./wall-probe";

const CONNECT_TIMEOUT_MS = 800;
/** Where machines of other people's networks and clouds answer. */
const PRIVATE = ["10.0.0.1", "172.16.0.1", "192.168.0.1", "192.168.1.1", "100.64.0.1"];
const METADATA = ["169.254.169.254", "169.254.170.2"];
const IPV6 = ["fd00:ec2::254", "2606:4700:4700::1111"];
/** The user-mode network's names for this machine. */
const GATEWAY = ["10.0.2.2"];
const DATABASE_PORT = 5_432;
const ENGINE_PORT = 3_737;

export const networkAttacks = (hostAddresses: readonly string[]): Attack[] => [
  {
    id: "host_address",
    title: "Reach this machine's own network addresses",
    attempt: () => mustNotReach([...hostAddresses, ...GATEWAY], [22, 80, 3_000]),
  },
  {
    id: "host_loopback",
    title: "Reach the database on this machine's loopback",
    attempt: () => mustNotConnect(["127.0.0.1", "::1"], [DATABASE_PORT]),
  },
  {
    id: "metadata",
    title: "Reach the cloud's metadata service",
    attempt: () => mustNotReach(METADATA, [80]),
  },
  {
    id: "private_network",
    title: "Reach private networks",
    attempt: () => mustNotReach(PRIVATE, [80, 443]),
  },
  { id: "ipv6", title: "Leave by IPv6", attempt: () => mustNotReach(IPV6, [80]) },
  {
    id: "engine_control",
    title: "Give the engine orders through its tools port",
    attempt: mustNotControl,
  },
];

/** Outside the room even "connection refused" is an answer: the packet got there. */
const mustNotReach = (hosts: readonly string[], ports: readonly number[]) =>
  attemptAll(hosts, ports, ["connected", "ECONNREFUSED"]);

/** On the room's own loopback a refusal is right: nothing of this machine listens there. */
const mustNotConnect = (hosts: readonly string[], ports: readonly number[]) =>
  attemptAll(hosts, ports, ["connected"]);

function attemptAll(hosts: readonly string[], ports: readonly number[], open: readonly string[]) {
  return mustAllFail(
    hosts.flatMap((host) =>
      ports.map(async (port) => {
        const outcome = await tryConnect(host, port);
        return { isHeld: !open.includes(outcome), detail: `${host}:${port} ${outcome}` };
      }),
    ),
  );
}

function tryConnect(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (outcome: string) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => settle("no answer"));
    socket.once("connect", () => settle("connected"));
    socket.once("error", (error: NodeJS.ErrnoException) => settle(error.code ?? error.message));
  });
}

/** The control protocol must not be served on the port that the agent's side can reach. */
async function mustNotControl() {
  const calls = [
    ["GET", "/turns"],
    ["POST", "/turns"],
    ["POST", "/exec"],
    ["POST", "/probe"],
    ["GET", "/ports"],
  ] as const;
  return mustAllFail(
    calls.map(async ([method, path]) => {
      const response = await fetch(`http://127.0.0.1:${ENGINE_PORT}${path}`, {
        method,
        ...(method === "POST" ? { body: "{}" } : {}),
        signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS),
      }).catch(() => null);
      const status = response === null ? "no answer" : String(response.status);
      return { isHeld: response === null || !response.ok, detail: `${method} ${path} ${status}` };
    }),
  );
}
