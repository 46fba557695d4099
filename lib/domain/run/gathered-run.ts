import type { RunShown } from "@/lib/db/schema";
import type { RunEnd, RunEvent } from "@/lib/protocol/runs";
import { storableJson, storableText } from "../chat/storable-json";

const HEAD_CHARS = 120_000;
const TAIL_CHARS = 80_000;
const MAX_TABLES = 10;
const MAX_IMAGES = 40;
const MAX_RESULT_CHARS = 200_000;

/** What a run has said so far, as it is kept: of a long output the beginning and the end. */
export class GatheredRun {
  /** Number of the last word that was taken. */
  n = 0;
  end: RunEnd | null = null;
  readonly #texts = { stdout: "", stderr: "" };
  readonly #dropped = { stdout: 0, stderr: 0 };
  readonly #shown: RunShown = { result: null, tables: [], images: [], fault: null };

  /** The same word again counts once. */
  take({ n, word }: RunEvent): void {
    if (n <= this.n) return;
    this.n = n;
    switch (word.type) {
      case "start":
        return;
      case "stdout":
      case "stderr":
        this.#addText(word.type, word.text);
        return;
      case "result": {
        const before = this.#shown.result === null ? "" : `${this.#shown.result}\n`;
        this.#shown.result = `${before}${word.text}`.slice(0, MAX_RESULT_CHARS);
        return;
      }
      case "table":
        if (this.#shown.tables.length < MAX_TABLES) this.#shown.tables.push(word.table);
        return;
      case "image":
        if (this.#shown.images.length < MAX_IMAGES) this.#shown.images.push(word.image);
        return;
      case "fault":
        this.#shown.fault = word.fault;
        return;
      case "end":
        this.end = word;
    }
  }

  text(name: "stdout" | "stderr"): string {
    const text = this.#texts[name];
    const cut = this.#dropped[name] + Math.max(0, text.length - HEAD_CHARS - TAIL_CHARS);
    if (cut === 0) return storableText(text);
    const gap = `\n… [${cut.toLocaleString("en-US")} characters left out]\n`;
    return storableText(text.slice(0, HEAD_CHARS) + gap + text.slice(-TAIL_CHARS));
  }

  shown = (): RunShown => storableJson(this.#shown) as RunShown;

  #addText(name: "stdout" | "stderr", more: string): void {
    const text = this.#texts[name] + more;
    const surplus = text.length - HEAD_CHARS - 2 * TAIL_CHARS;
    if (surplus <= 0) {
      this.#texts[name] = text;
      return;
    }
    const cut = surplus + TAIL_CHARS;
    this.#dropped[name] += cut;
    this.#texts[name] = text.slice(0, HEAD_CHARS) + text.slice(HEAD_CHARS + cut);
  }
}
