import type { IncomingMessage } from "node:http";
import { ExecChunk } from "@/lib/protocol/engine";
import { engineGone } from "./engine-http";

const MAX_LINE_CHARS = 2_097_152;

/** The NDJSON of a command. A stream that ends without the command's exit is a room that went away. */
export async function* readExecChunks(response: IncomingMessage): AsyncGenerator<ExecChunk> {
  response.setEncoding("utf8");
  let rest = "";
  try {
    for await (const text of response as AsyncIterable<string>) {
      rest += text;
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > MAX_LINE_CHARS) throw new Error("A line is too long.");
      for (const line of lines) {
        const chunk = ExecChunk.parse(JSON.parse(line));
        yield chunk;
        if (chunk.type === "exit") return;
      }
    }
    throw new Error("The stream ended early.");
  } catch (cause) {
    throw engineGone(cause);
  } finally {
    response.destroy();
  }
}
