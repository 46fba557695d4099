import { StringDecoder } from "node:string_decoder";

const HEAD_CHARS = 10_000;
const TAIL_CHARS = 20_000;

/** The beginning and the end of a command's output, however long it is. */
export class KeptOutput {
  #head = "";
  #tail = "";
  #dropped = 0;
  readonly #decoder = new StringDecoder("utf8");

  add(bytes: Buffer): void {
    let text = this.#decoder.write(bytes);
    const free = HEAD_CHARS - this.#head.length;
    if (free > 0) {
      this.#head += text.slice(0, free);
      text = text.slice(free);
    }
    this.#tail += text;
    if (this.#tail.length > 2 * TAIL_CHARS) {
      this.#dropped += this.#tail.length - TAIL_CHARS;
      this.#tail = this.#tail.slice(-TAIL_CHARS);
    }
  }

  text(): string {
    const cut = this.#dropped + Math.max(0, this.#tail.length - TAIL_CHARS);
    const gap = cut > 0 ? `\n… [${cut.toLocaleString("en-US")} characters left out]\n` : "";
    return this.#head + gap + this.#tail.slice(-TAIL_CHARS);
  }

  /** The last `chars` characters, for a live view. */
  last(chars: number): string {
    return (this.#head + this.#tail).slice(-chars);
  }
}
