import type { Readable } from "node:stream";
import type { RunWord } from "@/lib/protocol/runs";

const MAX_LINE_CHARS = 4_000_000;
const MAX_WORDS = 200;
const types = new Set(["result", "table", "image", "fault", "trap", "out_of_memory"]);

type RunnerWord =
  | Exclude<RunWord, { type: "start" | "end" | "stdout" | "stderr" }>
  | { type: "trap" | "out_of_memory" };

/**
 * What a runner shows, line by line. Whoever wrote the code can say anything here: the web parses each word, as it does
 * with all a room says, and too much or too long is left out.
 */
export class RunnerWords {
  #rest = "";
  #count = 0;

  constructor(private readonly onWord: (word: RunnerWord) => void) {}

  read(source: Readable): Promise<void> {
    source.setEncoding("utf8");
    source.on("data", (text: string) => {
      this.#rest += text;
      const lines = this.#rest.split("\n");
      this.#rest = (lines.pop() ?? "").slice(0, MAX_LINE_CHARS);
      for (const line of lines) this.#take(line);
    });
    source.on("error", () => undefined);
    return new Promise((resolve) => source.once("close", () => resolve()));
  }

  #take(line: string): void {
    if (line.length >= MAX_LINE_CHARS || this.#count >= MAX_WORDS) return;
    try {
      const word = JSON.parse(line) as RunnerWord;
      if (!types.has(word.type)) return;
      this.#count += 1;
      this.onWord(word);
    } catch {
      // No word of a runner.
    }
  }
}
