import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { startTestGateway, type TestGateway } from "../gateway/start-gateway";
import { type Door, doors } from "./doors";
import { fingerprint } from "./fingerprint";
import { CANARY, furnish } from "./furnish";
import { type Caller, callers, expected, isKey, type Openness } from "./profiles";
import { makeWorld } from "./world";

let gateway: TestGateway;
let server: Server;
let port: number;

beforeAll(async () => {
  gateway = await startTestGateway();
  server = createServer((_request, response) => response.end(CANARY));
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, () => undefined),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await gateway.close();
});

const isLetIn = ({ profile, isForPeople }: Door, openness: Openness, caller: Caller) =>
  !(isForPeople && isKey(caller)) && expected(profile, openness, caller) === "ok";

const cases = Object.entries(doors).flatMap(([name, door]) =>
  (["private", "open"] as const).map((openness) => ({ name, door, openness })),
);

test.each(cases)("$name of a room that is $openness", async ({ door, openness }) => {
  const world = await makeWorld(gateway.ports, gateway.rooms.dataDir, openness);
  const house = await furnish(gateway, world, port);
  const seen: Record<string, string> = {};
  const knock = async (caller: Caller) => {
    const answer = await door.knock(house, caller);
    seen[caller] = answer.isOpen ? "let in" : "refused";
    if (!answer.isOpen && answer.text.includes(CANARY)) seen[caller] = "told";
  };
  const before = await fingerprint(world);
  for (const caller of callers) if (!isLetIn(door, openness, caller)) await knock(caller);
  // Tickets were made to be used up.
  const after = { ...(await fingerprint(world)), tickets: before["tickets"] };
  expect(after, "a refused call has changed something").toEqual(before);
  for (const caller of callers) if (isLetIn(door, openness, caller)) await knock(caller);
  const wanted = callers.map((caller) => [
    caller,
    isLetIn(door, openness, caller) ? "let in" : "refused",
  ]);
  expect(seen).toEqual(Object.fromEntries(wanted));
});

test("every route that streams has a row", () => {
  const file = path.join(import.meta.dirname, "../../lib/gateway/dashboard/raw-routes.ts");
  const routes = [...readFileSync(file, "utf8").matchAll(/from "\.\/([\w-]+)"/g)].map(
    ([, name]) => name,
  );
  const known = Object.values(doors).flatMap(({ route }) => route ?? []);
  expect(known.toSorted()).toEqual(routes.toSorted());
});
