import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What goes wrong with one request. */
export type Fault =
  | { kind: "status"; status: number; code: string; message?: string }
  | { kind: "cut" } // the line breaks before an answer
  | { kind: "half" } // the answer's body breaks off in the middle
  | { kind: "silent" }; // nothing comes at all

/** Which request it happens to. */
type Rule = { fault: Fault; times: number; matches: (request: IncomingMessage) => boolean };

/** Stands before an S3 server and lets requests through, or does to them what a test says. */
export async function startS3Faults(endpoint: string) {
  const target = new URL(endpoint);
  const rules: Rule[] = [];
  let seen = 0;
  const server = createServer((incoming, outgoing) => {
    seen += 1;
    const rule = rules.find(({ times, matches }) => times > 0 && matches(incoming));
    if (rule) rule.times -= 1;
    const fault = rule?.fault;
    if (fault?.kind === "silent") return;
    if (fault?.kind === "cut") return void incoming.socket.destroy();
    if (fault?.kind === "status") return void refuse(incoming, outgoing, fault);
    pass(target, incoming, outgoing, fault?.kind === "half");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    /** From now on, the next `times` requests that match. */
    inject(fault: Fault, options: { times?: number; method?: string; key?: string } = {}) {
      const { times = Number.POSITIVE_INFINITY, method, key = "" } = options;
      const matches = (asked: IncomingMessage) =>
        (!method || asked.method === method) && decodeURIComponent(asked.url ?? "").includes(key);
      rules.push({ fault, times, matches });
    },
    heal: () => void (rules.length = 0),
    count: () => seen,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The body is taken in first, as a real server does, so that the sender gets to read the answer. */
function refuse(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { status, code, message = code }: Extract<Fault, { kind: "status" }>,
): void {
  incoming.resume();
  incoming.once("end", () => {
    outgoing.writeHead(status, { "content-type": "application/xml" });
    const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
    outgoing.end(incoming.method === "HEAD" ? undefined : body);
  });
}

function pass(target: URL, incoming: IncomingMessage, outgoing: ServerResponse, isHalf: boolean) {
  const { method, url: path, headers } = incoming;
  // The signature covers the host name that the client used.
  const onward = request(
    { host: target.hostname, port: target.port, method, path, headers },
    (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      const half = Math.floor(Number(answer.headers["content-length"] ?? 0) / 2);
      let sent = 0;
      if (!isHalf) return void answer.pipe(outgoing);
      answer.on("data", (chunk: Buffer) => {
        const rest = chunk.subarray(0, Math.max(0, half - sent));
        sent += rest.length;
        outgoing.write(rest, () => sent >= half && outgoing.destroy());
      });
    },
  );
  onward.on("error", () => outgoing.destroy());
  incoming.pipe(onward);
}
