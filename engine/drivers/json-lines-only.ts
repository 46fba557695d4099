import { Transform } from "node:stream";

const MAX_STRAY_BYTES = 65_536;

/**
 * Passes the lines of an agent that look like JSON-RPC and drops the others: programs print warnings where they
 * shouldn't. Breaks the stream when an agent prints more of them than a program of good will does.
 */
export function jsonLinesOnly(): Transform {
  let isStray = false;
  let isAtLineStart = true;
  let strayBytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let start = 0;
      while (start < chunk.length) {
        if (isAtLineStart) isStray = chunk[start] !== 0x7b; // {
        const newline = chunk.indexOf(10, start);
        const end = newline < 0 ? chunk.length : newline + 1;
        if (isStray) strayBytes += end - start;
        else this.push(chunk.subarray(start, end));
        isAtLineStart = newline >= 0;
        start = end;
      }
      done(strayBytes > MAX_STRAY_BYTES ? new Error("The agent does not speak ACP.") : null);
    },
  });
}
