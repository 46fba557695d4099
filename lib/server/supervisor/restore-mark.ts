import { existsSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PlainFailure } from "./plain-failure";

const markOf = (root: string) => path.join(root, "restoring");

/** While this file is there, the data folder holds a part of a backup only. */
export const setRestoreMark = (root: string): void =>
  writeFileSync(markOf(root), "", { mode: 0o600, flush: true });

export const clearRestoreMark = (root: string): void => rmSync(markOf(root), { force: true });

export const hasRestoreMark = (root: string): boolean => existsSync(markOf(root));

/** @throws PlainFailure when a restore into this folder was cut off */
export function refuseHalfRestored(root: string): void {
  if (hasRestoreMark(root))
    throw new PlainFailure(
      `A restore into ${root} was cut off. Run it again with --replace: npm run restore -- <file> --replace`,
    );
}
