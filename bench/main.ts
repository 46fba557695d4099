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

async function measure(installation: TestInstallation, port: number): Promise<Row[]> {
  const owner = new Owner({ host: "127.0.0.1", port }, new URL(installation.origin));
  await owner.setUp(installation.setupLink);
  const { dataDir } = installation;
  const rows = [await coldStart(dataDir, ROUNDS)];
  const room = await openWorkroom(owner);
  rows.push(await idleMemory(installation, ROUNDS));
  rows.push(await exec(owner, room.id, ROUNDS));
  await owner.upload(room.id, "input/sales.csv", salesCsv(makeSales(2_000)));
  rows.push(await eventDelay(owner, { port, dataDir, chatId: room.mainChatId }, ROUNDS));
  rows.push(await firstLoad(owner));
  return rows;
}

const at = process.argv.indexOf("--json");
const jsonFile = at > 0 ? (process.argv[at + 1] ?? null) : null;
const port = await freePort();
const installation = new TestInstallation({
  port,
  uidBase: ownUidBase(),
  env: { WORKROOM_API_RATE: "1000" }, // it runs more commands than a person does in a minute
});
await installation.start();
try {
  printRows(await measure(installation, port), jsonFile);
} finally {
  await installation.stop();
  installation.remove();
}
