import type { ServerResponse } from "node:http";
import type { Conversation, Reply } from "./conversation";

/** Anything a client may send: read with care, this is the other end of the wire. */
export type Json = Record<string, unknown>;

export const asList = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
export const asText = (value: unknown): string => (typeof value === "string" ? value : "");

/** The text of a content that is a text or a list of parts with texts. */
export const textOf = (content: unknown): string =>
  typeof content === "string"
    ? content
    : asList(content)
        .map((part) => asText(part["text"]))
        .join("");

/** Messages that follow one another without an answer come as one, with a part for each. */
export const textsOf = (content: unknown): string[] =>
  typeof content === "string" ? [content] : asList(content).map((part) => asText(part["text"]));

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** One server-sent event; the Anthropic and Responses protocols name their events. */
export function sendEvent(response: ServerResponse, body: unknown, event?: string): void {
  response.write(`${event ? `event: ${event}\n` : ""}data: ${JSON.stringify(body)}\n\n`);
}

export const startEvents = (response: ServerResponse) =>
  response.writeHead(200, { "content-type": "text/event-stream" });

/** A protocol: how a request reads, how a reply and an error look. */
export type Protocol = {
  matches: (path: string) => boolean;
  /** The key as this protocol's clients send it. */
  keyHeader: string;
  errorBody: (status: number, message: string) => unknown;
  read: (body: Json, path: string) => Conversation;
  /** Yields once for each event, so that a fault can cut the stream in its middle. */
  stream: (response: ServerResponse, reply: Reply, modelId: string) => Iterable<void>;
  whole: (reply: Reply, modelId: string) => unknown;
};
