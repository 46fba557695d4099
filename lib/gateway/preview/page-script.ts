import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { offerPick } from "./in-page/offer-pick";
import { reportConsole } from "./in-page/report-console";

/** Ours on every preview host; a page's own rules (CSP) mostly allow scripts of its own origin. */
export const PAGE_SCRIPT_PATH = "/.workroom/page.js";
export const pageScriptTag = `<script src="${PAGE_SCRIPT_PATH}"></script>`;

/** What tells the dashboard around a preview of the page's errors, and of an element that a person points at. */
export function sendPageScript(
  request: IncomingMessage,
  response: ServerResponse,
  dashboardOrigin: string,
): void {
  const script = pageScript(dashboardOrigin);
  const etag = `"${createHash("sha256").update(script).digest("base64url").slice(0, 22)}"`;
  const headers = {
    "content-type": "text/javascript; charset=utf-8",
    "cache-control": "private, max-age=300",
    "x-content-type-options": "nosniff",
    etag,
  };
  if (request.headers["if-none-match"] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, { ...headers, "content-length": Buffer.byteLength(script) });
  response.end(request.method === "HEAD" ? undefined : script);
}

// The functions run in the page: they are sent as their text, so each must stand alone.
export const pageScript = (dashboardOrigin: string): string => `(() => {
  if (parent === window || parent !== top) return;
  const origin = ${JSON.stringify(dashboardOrigin)};
  const post = parent.postMessage.bind(parent);
  const send = (message) => post({ ...message, source: "workroom-preview" }, origin);
  send({ type: "hello" });
  (${reportConsole.toString()})(send);
  (${offerPick.toString()})(send, origin);
})();
`;
