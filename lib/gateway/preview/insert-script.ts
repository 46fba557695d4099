import { Transform } from "node:stream";

/** A page whose first tag is not seen by then gets its script all the same. */
const MAX_LOOKED_AT = 16_384;

/**
 * Everything that may stand before the first thing a page does: byte order mark, comments, doctype, `<html>` and
 * `<head>`. A script before the doctype would change how the page is laid out.
 */
const attributes = /(?:\s(?:"[^"]*"|'[^']*'|[^>"'])*)?/.source;
const opening = new RegExp(
  `^(?:\u00EF\u00BB\u00BF)?(?:\\s+|<!--[^]*?-->|<!doctype[^>]*>|<html${attributes}>)*(?:<head${attributes}>)?`,
  "i",
);
const openingLength = (text: string): number => opening.exec(text)?.[0].length ?? 0;
/** What is left could still be the beginning of one of these. */
const isCut = (rest: string) =>
  rest === "" ||
  /^\u00EF\u00BB?$/.test(rest) ||
  (rest.startsWith("<!--") ? !rest.includes("-->") : /^<[^>]*$/.test(rest));

// One byte, one character: places found in the text are places in the bytes, whatever the encoding.
const startOf = (bytes: Buffer) => bytes.subarray(0, MAX_LOOKED_AT).toString("latin1");

/** Puts a script tag where the head of an HTML page begins, before any other script of it can run. */
export function insertScript(tag: string): Transform {
  let held: Buffer[] | null = [];
  const insert = (bytes: Buffer): Buffer => {
    const at = openingLength(startOf(bytes));
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(tag, "latin1"), bytes.subarray(at)]);
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (held === null) return done(null, chunk);
      held.push(chunk);
      const bytes = Buffer.concat(held);
      const start = startOf(bytes);
      if (bytes.length < MAX_LOOKED_AT && isCut(start.slice(openingLength(start)))) return done();
      held = null;
      done(null, insert(bytes));
    },
    flush(done) {
      // An empty answer stays empty.
      if (held !== null && held.length > 0) this.push(insert(Buffer.concat(held)));
      done();
    },
  });
}
