import { makeSales, salesCsv } from "../examples/sales";
import { freePort } from "../e2e/support/free-port";
import { ownUidBase, TestInstallation, until } from "../e2e/support/installation";
import { coldStart } from "./cold-start";
import { eventDelay } from "./event-delay";
import { exec } from "./exec";
import { firstLoad } from "./first-load";
import { idleMemory } from "./idle-memory";
import { Owner } from "./owner";
import { printRows, type Row } from "./rows";

const ROUNDS = 7;

type Workroom = { id: string; state: string; mainChatId: string };

async function openWorkroom(owner: Owner): Promise<Workroom> {
  const made = await owner.api<Workroom>("POST", "/workrooms", {
    title: "Bench",
    idempotencyKey: `bench-${Date.now()}`,
  });
  const look = () => owner.api<Workroom>("GET", `/workrooms/${made.id}`);
  await until("the workroom is active", async () => (await look()).state === "active");
  return made;
}

const figures = ["cold-start", "memory", "exec", "event", "first-load"] as const;
type Figure = (typeof figures)[number];

async function measure(
  installation: TestInstallation,
  port: number,
  asked: readonly Figure[],
): Promise<Row[]> {
  const owner = new Owner({ host: "127.0.0.1", port }, new URL(installation.origin));
  await owner.setUp(installation.setupLink);
  const { dataDir } = installation;
  const rows: Row[] = [];
  if (asked.includes("cold-start")) rows.push(await coldStart(dataDir, ROUNDS));
  const room = await openWorkroom(owner);
  if (asked.includes("memory")) rows.push(await idleMemory(installation, ROUNDS));
  if (asked.includes("exec")) rows.push(await exec(owner, room.id, ROUNDS));
  if (asked.includes("event")) {
    await owner.upload(room.id, "input/sales.csv", salesCsv(makeSales(2_000)));
    rows.push(await eventDelay(owner, { port, dataDir, chatId: room.mainChatId }, ROUNDS));
  }
  if (asked.includes("first-load")) rows.push(await firstLoad(owner));
  return rows;
}

function option(name: string): string | null {
  const at = process.argv.indexOf(name);
  return at > 0 ? (process.argv[at + 1] ?? null) : null;
}

/** `--only exec,event`: these figures alone. */
function askedFigures(): readonly Figure[] {
  const names = option("--only")?.split(",");
  const asked = figures.filter((figure) => !names || names.includes(figure));
  if (names && asked.length < names.length)
    throw new Error(`The figures are ${figures.join(", ")}.`);
  return asked;
}

const asked = askedFigures();
const port = await freePort();
const installation = new TestInstallation({
  port,
  uidBase: ownUidBase(),
  env: { WORKROOM_API_RATE: "1000" }, // it runs more commands than a person does in a minute
});
await installation.start();
try {
  printRows(await measure(installation, port, asked), option("--json"));
} finally {
  await installation.stop();
  installation.remove();
}
