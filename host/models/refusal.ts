import type { ServerResponse } from "node:http";

/** A call that never reaches the provider, with words for the person who reads the turn. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

/** One error body that the clients of all providers can read. */
export function sendRefusal(res: ServerResponse, { status, type, message }: Refusal): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const body = JSON.stringify({
    type: "error",
    error: { type, code: type, status: type, message },
  });
  res.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "x-should-retry": "false",
    connection: "close",
  });
  res.end(body);
}
