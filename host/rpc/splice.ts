import type { Duplex } from "node:stream";

/**
 * Joins two byte streams. Each side's end is passed on alone, so a peer that has said all it has to say still gets its
 * answer; a reset of one side resets the other.
 */
export function splice(a: Duplex, b: Duplex): void {
  a.pipe(b);
  b.pipe(a);
  endWith(a, b);
  endWith(b, a);
}

function endWith(closing: Duplex, other: Duplex): void {
  closing.on("error", () => other.destroy());
  closing.on("close", () => {
    if (!closing.readableEnded || other.writableFinished) other.destroy();
    else other.end(() => other.destroy());
  });
}
