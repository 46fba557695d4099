import { once } from "node:events";
import { type IncomingMessage, request as httpRequest } from "node:http";
import { issueTicket, type NewTicket } from "@/lib/domain/identity/issue-ticket";
import { newId } from "@/lib/ids";
import { ask, TestSocket } from "../gateway/ask";
import { headersOfKey, headersOfPerson } from "./ask-verb";
import type { House } from "./furnish";
import {
  type Caller,
  editsRoom,
  isKey,
  makes,
  manages,
  type Profile,
  readsRoom,
  runsRoom,
} from "./profiles";
import type { World } from "./world";

export type DoorAnswer = { isOpen: boolean; text: string };
export type Door = {
  profile: Profile;
  /** The file of lib/gateway/dashboard that answers, for a route of REST. */
  route?: string;
  /** Sockets and previews take people who came by a signed-in browser; a program has no ticket that counts. */
  isForPeople?: true;
  knock: (house: House, caller: Caller) => Promise<DoorAnswer>;
};

/** A WASI program that does nothing: `(module (func (export "_start")))`. */
const smallestProgram = Buffer.from(
  "0061736d0100000001040160000003020100070a01065f737461727400000a040102000b",
  "hex",
);

/** Every way in that is no verb. */
export const doors: Record<string, Door> = {
  "a download": {
    route: "download",
    profile: readsRoom,
    knock: (house, caller) => fetchAs(house, caller, roomPath(house, "download?path=a.txt")),
  },
  "a folder as an archive": {
    route: "archive",
    profile: readsRoom,
    knock: (house, caller) => fetchAs(house, caller, roomPath(house, "archive?path=")),
  },
  "an upload in pieces": {
    route: "resumable-upload",
    profile: editsRoom,
    knock: (house, caller) =>
      fetchAs(house, caller, roomPath(house, "uploads"), "POST", {
        "upload-length": "1",
        "upload-metadata": `path ${Buffer.from(`input/${newId("request")}`).toString("base64")}`,
      }),
  },
  "an upload": {
    route: "upload",
    profile: editsRoom,
    knock: (house, caller) =>
      fetchAs(house, caller, roomPath(house, `upload?path=input/${newId("request")}`), "PUT"),
  },
  "the event stream of a chat": {
    route: "event-stream",
    profile: readsRoom,
    knock: (house, caller) =>
      fetchAs(house, caller, `/api/v1/chats/${house.world.ids.chatId}/events/stream`),
  },
  "the export of the audit log": {
    route: "audit-export",
    profile: { ...manages, foreigner: "not_found" }, // the link names this organisation
    knock: (house, caller) =>
      fetchAs(house, caller, `/api/v1/audit/export?org=${house.world.orgId}`),
  },
  "a streamed command": {
    route: "run-stream",
    profile: runsRoom,
    knock: (house, caller) => {
      const path = `/api/v1/workspaces/${house.world.ids.workroomId}/exec`;
      const accept = { accept: "application/x-ndjson", "content-type": "application/json" };
      return fetchAs(house, caller, path, "POST", accept, JSON.stringify({ command: "true" }));
    },
  },
  "the stream of a run": {
    profile: readsRoom,
    knock: (house, caller) => {
      const { workroomId, runId } = house.world.ids;
      return fetchAs(house, caller, `/api/v1/workspaces/${workroomId}/runs/${runId}/stream`);
    },
  },
  "an upload of a plugin": {
    route: "plugin-upload",
    profile: makes,
    knock: (house, caller) =>
      fetchAs(
        house,
        caller,
        `/api/v1/plugins/upload?name=${newId("request")}`,
        "POST",
        {},
        smallestProgram,
      ),
  },
  "the live socket of a chat": { profile: readsRoom, isForPeople: true, knock: knockLive },
  "a terminal": { profile: runsRoom, isForPeople: true, knock: knockTerminal },
  "a preview of the files": {
    profile: readsRoom,
    isForPeople: true,
    knock: (house, caller) => knockPreview(house, caller, null),
  },
  "a preview of a server": {
    profile: readsRoom,
    isForPeople: true,
    knock: (house, caller) => knockPreview(house, caller, house.port),
  },
  "a socket of a preview": { profile: readsRoom, isForPeople: true, knock: knockPreviewSocket },
  "a private App": {
    route: "open-app",
    profile: readsRoom,
    isForPeople: true,
    knock: knockApp,
  },
};

const roomPath = ({ world }: House, rest: string) =>
  `/api/v1/workrooms/${world.ids.workroomId}/${rest}`;

const headersOf = async (world: World, caller: Caller, profile: Profile) =>
  Object.fromEntries(
    isKey(caller) ? headersOfKey(world, caller, profile) : await headersOfPerson(world, caller),
  );

/** One request; the first bytes of the answer are enough, since a stream has no end. */
async function fetchAs(
  house: House,
  caller: Caller,
  path: string,
  method = "GET",
  more: Record<string, string> = {},
  content: string | Buffer = method === "PUT" ? "x" : "",
): Promise<DoorAnswer> {
  const { gateway, world } = house;
  const profile = path.includes("/audit/") ? manages : readsRoom;
  const headers = {
    ...(await headersOf(world, caller, profile)),
    host: `workroom.localhost:${gateway.port}`,
    ...(content.length > 0 && { "content-length": content.length }),
    ...more,
  };
  const options = { host: "127.0.0.1", port: gateway.port, path, method, headers, agent: false };
  const request = httpRequest(options);
  const [response] = (await once(request.end(content), "response")) as [IncomingMessage];
  // An answer without a body ends without a byte.
  const first = Promise.race([once(response, "data"), once(response, "end").then(() => [""])]);
  const [chunk] = (await first) as [Buffer | string];
  response.on("error", () => undefined);
  request.on("error", () => undefined).destroy();
  const isOpen = response.statusCode === 200 || response.statusCode === 201;
  return { isOpen, text: chunk.toString() };
}

/** A ticket as if the caller had been given one, whoever they are. */
async function ticketFor(
  { gateway, world }: House,
  caller: Caller,
  purpose: NewTicket["purpose"],
  objectId: string | null,
) {
  if (caller === "anonymous") return "0".repeat(40);
  const person = isKey(caller)
    ? { ...world.inhabitants.admin, sessionId: null }
    : world.inhabitants[caller];
  const orgId = caller === "foreigner" ? person.orgId : world.orgId;
  const { userId, sessionId } = person;
  return issueTicket(gateway.ports, { purpose, objectId, userId, sessionId, orgId, ttlMs: 60_000 });
}

/** What a socket says until it is closed, or until one of its messages fits. */
async function listen(
  socket: TestSocket,
  isAnswer: (message: unknown) => boolean,
): Promise<DoorAnswer> {
  const closed = socket.closed.then(() => false);
  const isOpen = await Promise.race([closed, socket.until(isAnswer).then(() => true)]);
  const text = JSON.stringify(socket.messages);
  socket.socket.terminate();
  return { isOpen: isOpen && !text.includes('"type":"error"'), text };
}

const openSocket = ({ gateway }: House, path: string) =>
  new TestSocket(gateway.port, path, `workroom.localhost:${gateway.port}`, {
    origin: gateway.appOrigin,
  });

async function knockLive(house: House, caller: Caller): Promise<DoorAnswer> {
  const ticket = await ticketFor(house, caller, "live", null);
  const socket = openSocket(house, "/ws/live");
  await socket.opened;
  socket.send({ type: "hello", ticket });
  socket.send({ type: "subscribe_chat", chatId: house.world.ids.chatId, after: 0 });
  return listen(socket, (message) => /"(chat_events|error)"/.test(JSON.stringify(message)));
}

async function knockTerminal(house: House, caller: Caller): Promise<DoorAnswer> {
  const { workroomId } = house.world.ids;
  const ticket = await ticketFor(house, caller, "terminal", workroomId);
  const query = new URLSearchParams({ workroomId, terminalId: newId("terminal") });
  const socket = openSocket(house, `/ws/terminal?${query}`);
  await socket.opened;
  socket.send({ ticket });
  socket.socket.send(Buffer.from("echo"));
  return listen(socket, () => true);
}

/** The way of a browser: the ticket first, then the page with the cookie that it got. */
async function enter(house: House, host: string, ticket: string): Promise<string> {
  const { headers } = await ask(house.gateway.port, `/.workroom/open?ticket=${ticket}`, { host });
  return headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
}

const previewHost = ({ gateway, previewKey }: House, port: number | null) =>
  `p-${previewKey}${port === null ? "" : `-${port}`}.workroom.localhost:${gateway.port}`;

async function knockPreview(
  house: House,
  caller: Caller,
  port: number | null,
): Promise<DoorAnswer> {
  const host = previewHost(house, port);
  const ticket = await ticketFor(house, caller, "preview", house.world.ids.workroomId);
  const cookie = await enter(house, host, ticket);
  const { status, text } = await ask(house.gateway.port, "/a.txt", { host, headers: { cookie } });
  return { isOpen: status === 200, text };
}

async function knockPreviewSocket(house: House, caller: Caller): Promise<DoorAnswer> {
  const host = previewHost(house, house.port);
  const ticket = await ticketFor(house, caller, "preview", house.world.ids.workroomId);
  const cookie = await enter(house, host, ticket);
  const socket = new TestSocket(house.gateway.port, "/", host, {
    cookie,
    origin: `http://${host}`,
  });
  const isOpen = await socket.opened.then(
    () => true,
    () => false,
  );
  socket.socket.terminate();
  return { isOpen, text: "" };
}

async function knockApp(house: House, caller: Caller): Promise<DoorAnswer> {
  const { gateway, world, slug } = house;
  const host = `${slug}.apps.localhost:${gateway.port}`;
  const ticket = await ticketFor(house, caller, "app", world.ids.appId);
  const cookie = await enter(house, host, ticket);
  const { status, text } = await ask(gateway.port, "/", { host, headers: { cookie } });
  return { isOpen: status === 200, text };
}
