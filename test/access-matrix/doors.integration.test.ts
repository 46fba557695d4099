import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { startTestGateway, type TestGateway } from "../gateway/start-gateway";
import { CANARY, type Door, doors, furnish } from "./doors";
import { fingerprint } from "./fingerprint";
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
  const before = await fingerprint(world);
  const seen: Record<string, string> = {};
  // Who is refused comes first, so that it shows when a refused call has changed something.
  const inOrder = callers.toSorted(
    (a, b) => Number(isLetIn(door, openness, a)) - Number(isLetIn(door, openness, b)),
  );
  for (const caller of inOrder) {
    if (isLetIn(door, openness, caller) && seen["unchanged"] === undefined) {
      const { tickets: _used, ...now } = await fingerprint(world);
      expect(now).toEqual({ ...before, tickets: undefined });
      seen["unchanged"] = "yes";
    }
    const answer = await door.knock(house, caller);
    seen[caller] = answer.isOpen ? "let in" : "refused";
    expect({ caller, tells: answer.text.includes(CANARY) && !answer.isOpen }).toEqual({
      caller,
      tells: false,
    });
  }
  const wanted = callers.map((caller) => [
    caller,
    isLetIn(door, openness, caller) ? "let in" : "refused",
  ]);
  expect(seen).toEqual({ unchanged: "yes", ...Object.fromEntries(wanted) });
});
