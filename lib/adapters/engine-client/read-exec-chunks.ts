import type { IncomingMessage } from "node:http";
import { ExecChunk } from "@/lib/protocol/engine";
import { engineGone } from "./engine-http";

const MAX_LINE_CHARS = 2_097_152;
/** After the exit only the end of the answer is to come. */
const END_TIMEOUT_MS = 1_000;

/** The NDJSON of a command. A stream that ends without the command's exit is a room that went away. */
export async function* readExecChunks(response: IncomingMessage): AsyncGenerator<ExecChunk> {
  response.setEncoding("utf8");
  let rest = "";
  let hasExited = false;
  try {
    for await (const text of response.iterator({
      destroyOnReturn: false,
    }) as AsyncIterable<string>) {
      rest += text;
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > MAX_LINE_CHARS) throw new Error("A line is too long.");
      for (const line of lines) {
        const chunk = ExecChunk.parse(JSON.parse(line));
        hasExited = chunk.type === "exit";
        yield chunk;
        if (hasExited) return;
      }
    }
    throw new Error("The stream ended early.");
  } catch (cause) {
    throw engineGone(cause);
  } finally {
    if (hasExited) readToEnd(response);
    else response.destroy(); // ends the command
  }
}

/** What was read to its end leaves its connection to the next call. */
function readToEnd(response: IncomingMessage): void {
  const timer = setTimeout(() => response.destroy(), END_TIMEOUT_MS);
  response.once("close", () => clearTimeout(timer));
  response.resume();
}
