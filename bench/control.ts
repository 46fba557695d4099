import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Client } from "pg";
import { freePort } from "../e2e/support/free-port";
import { checkout, ownUidBase, TestInstallation, until } from "../e2e/support/installation";
import { bareDir, buildBareNext } from "./bare-next";
import { fillOrganisation } from "./fill-organisation";
import { Owner } from "./owner";
import { ask, elapsed, end, nodeBinary } from "./programs";
import { logPlans, markLog, readPlans, stopLoggingPlans } from "./query-plans";
import { interleaved, printRows, type Row } from "./rows";

const ROUNDS = 15;
const CALLS_A_ROUND = 10;
const MAX_BUFFERS = 150;
const MAX_SCANNED = 1_000;

const small = { rooms: 100, members: 10, eventsPerRoom: 50, ownEvery: 2 };
const large = { rooms: 10_000, members: 1_000, eventsPerRoom: 50, ownEvery: 20 };

async function asDatabaseOwner<T>(dataDir: string, work: (client: Client) => Promise<T>) {
  const password = readFileSync(path.join(dataDir, "pg/owner-password"), "utf8").trim();
  const host = path.join(dataDir, "pg/run");
  const client = new Client({ host, user: "postgres", password, database: "postgres" });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

type Organisations = { small: string; large: string };

/** Two organisations of one owner: a hundred rooms, and ten thousand with a thousand members. */
async function fill(owner: Owner, dataDir: string): Promise<Organisations> {
  const second = await owner.api<{ id: string }>("POST", "/orgs", { name: "Large" });
  const { org, user } = await owner.api<{ org: { id: string }; user: { id: string } }>(
    "GET",
    "/viewer",
  );
  await asDatabaseOwner(dataDir, async (client) => {
    await fillOrganisation(client, { orgId: org.id, ownerId: user.id, prefix: "s" }, small);
    await fillOrganisation(client, { orgId: second.id, ownerId: user.id, prefix: "b" }, large);
    await client.query("vacuum analyze");
  });
  return { small: org.id, large: second.id };
}

/** Some calls in a row: one alone is too short for the clock. */
const times = (work: () => Promise<unknown>) => async () => {
  const total = await elapsed(async () => {
    for (let call = 0; call < CALLS_A_ROUND; call++) await work();
  });
  return total / CALLS_A_ROUND;
};

/** One room of the large organisation, by the ids that `fillOrganisation` gives. */
const roomId = `wr_${"b20".padStart(20, "0")}`;
const chatId = `ch_${"b20".padStart(20, "0")}`;

const lists = {
  "sidebar, 10,000 rooms / 100 rooms": "/workrooms?views=mine,shared,team",
  "what stands on top of it": "/workrooms?views=mine,shared,team&group=front",
  "list of one's own rooms": "/workrooms?views=mine",
  "search in all of them": "/workrooms?views=mine,shared,team&q=room",
};

async function measureLists(owner: Owner, orgs: Organisations): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, place] of Object.entries(lists)) {
    const sides = await interleaved(
      ROUNDS,
      times(() => owner.api("GET", place, undefined, { "workroom-org": orgs.large })),
      times(() => owner.api("GET", place, undefined, { "workroom-org": orgs.small })),
    );
    rows.push({ name, unit: "ms", ...sides, goal: 1.3 });
  }
  return rows;
}

async function startBareNext(): Promise<{ child: ChildProcess; port: number }> {
  buildBareNext();
  const port = await freePort();
  const next = path.join(checkout, "node_modules/next/dist/bin/next");
  const args = [next, "start", bareDir, "--port", String(port), "--hostname", "127.0.0.1"];
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" } as const;
  const child = spawn(nodeBinary, args, { stdio: "ignore", env });
  const isUp = () =>
    ask({ host: "127.0.0.1", port }, "/api/hello").then(
      ({ status }) => status === 200,
      () => false,
    );
  await until("the bare Next app answers", isUp);
  return { child, port };
}

async function measureVerb(owner: Owner, orgs: Organisations): Promise<Row> {
  const bare = await startBareNext();
  const target = { host: "127.0.0.1", port: bare.port };
  const sides = await interleaved(
    ROUNDS,
    times(() =>
      owner.api("GET", `/workrooms/${roomId}/chats`, undefined, { "workroom-org": orgs.large }),
    ),
    times(() => ask(target, "/api/hello")),
  );
  await end(bare.child);
  return { name: "a verb through REST / bare Next route", unit: "ms", ...sides, goal: 3 };
}

/** What the statements of the hot calls touch, by the server's own account. */
async function measureQueries(
  owner: Owner,
  orgs: Organisations,
  restart: () => Promise<void>,
  dataDir: string,
) {
  await asDatabaseOwner(dataDir, logPlans);
  await restart(); // the settings hold for new connections
  const mark = markLog(dataDir);
  const inLarge = { "workroom-org": orgs.large };
  const hot = [
    ...Object.values(lists),
    "/viewer",
    `/workrooms/${roomId}`,
    `/chats/${chatId}/events?after=40`,
    `/chats/${chatId}/turns`,
    `/chats/${chatId}/queue`,
    "/notifications",
  ];
  for (const place of hot) await owner.api("GET", place, undefined, inLarge);
  const queries = readPlans(dataDir, mark);
  await asDatabaseOwner(dataDir, stopLoggingPlans);
  if (queries.length < hot.length) throw new Error("The plans of the hot calls were not logged.");
  const most = queries.reduce((a, b) => (b.buffers > a.buffers ? b : a));
  const scans = queries.filter(({ scannedRows }) => scannedRows > MAX_SCANNED);
  process.stdout.write(`most buffers: ${most.text.slice(0, 200)}\n`);
  for (const { text, scannedRows } of scans)
    process.stdout.write(`scans ${scannedRows} rows: ${text.slice(0, 200)}\n`);
  return [
    {
      name: "pages touched by the hungriest hot query",
      unit: "pages",
      ours: most.buffers,
      peer: MAX_BUFFERS,
      goal: 1,
    },
    {
      name: "hot queries that scan over 1,000 rows",
      unit: "",
      ours: scans.length,
      peer: queries.length,
      goal: 0,
    },
  ];
}

const at = process.argv.indexOf("--json");
const jsonFile = at > 0 ? (process.argv[at + 1] ?? null) : null;
const port = await freePort();
const installation = new TestInstallation({
  port,
  uidBase: ownUidBase(),
  env: { WORKROOM_API_RATE: "1000" },
});
await installation.start();
try {
  const owner = new Owner({ host: "127.0.0.1", port }, new URL(installation.origin));
  await owner.setUp(installation.setupLink);
  const { dataDir } = installation;
  const orgs = await fill(owner, dataDir);
  const rows = await measureLists(owner, orgs);
  rows.push(await measureVerb(owner, orgs));
  const restart = async () => {
    await installation.stop();
    await installation.start();
  };
  rows.push(...(await measureQueries(owner, orgs, restart, dataDir)));
  printRows(rows, jsonFile);
} finally {
  await installation.stop();
  installation.remove();
}
