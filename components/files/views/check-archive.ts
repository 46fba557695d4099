import { unzipSync } from "fflate";

const MAX_UNPACKED_BYTES = 300_000_000;
const MAX_ENTRIES = 20_000;

/**
 * Looks at the table of contents of a zip file (which Office files are) before anything of it is unpacked.
 *
 * @throws Error when it would unpack to more than a browser should hold
 */
export function checkArchive(bytes: Uint8Array): void {
  let total = 0;
  let count = 0;
  unzipSync(bytes, {
    filter: ({ originalSize }) => {
      total += originalSize;
      count += 1;
      return false;
    },
  });
  if (total > MAX_UNPACKED_BYTES || count > MAX_ENTRIES)
    throw new Error("This file unpacks to more than can be shown.");
}
