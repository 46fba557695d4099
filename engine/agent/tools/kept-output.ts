import { StringDecoder } from "node:string_decoder";

/** What a model is shown of an output: its beginning and its end. */
const forModel = { head: 10_000, tail: 20_000 };
/** What a person can open: below the limit of one event's body. */
const forPerson = { head: 60_000, tail: 100_000 };

/** The beginning and the end of a command's output, however long it is. */
export class KeptOutput {
  #head = "";
  #tail = "";
  #dropped = 0;
  readonly #decoder = new StringDecoder("utf8");

  add(bytes: Buffer): void {
    let text = this.#decoder.write(bytes);
    const free = forPerson.head - this.#head.length;
    if (free > 0) {
      this.#head += text.slice(0, free);
      text = text.slice(free);
    }
    this.#tail += text;
    if (this.#tail.length > 2 * forPerson.tail) {
      this.#dropped += this.#tail.length - forPerson.tail;
      this.#tail = this.#tail.slice(-forPerson.tail);
    }
  }

  text = (): string => this.#ends(forModel);
  shown = (): string => this.#ends(forPerson);

  #ends({ head, tail }: typeof forModel): string {
    const kept = this.#head + this.#tail;
    const cut = kept.length + this.#dropped - head - tail;
    if (cut <= 0) return kept;
    const gap = `\n… [${cut.toLocaleString("en-US")} characters left out]\n`;
    return kept.slice(0, head) + gap + kept.slice(-tail);
  }

  /** The last `chars` characters, for a live view. */
  last(chars: number): string {
    const end = this.#tail.slice(-chars);
    return end.length < chars ? (this.#head + end).slice(-chars) : end;
  }
}
