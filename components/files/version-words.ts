import type { FileVersion } from "@/lib/protocol/versions";

const words: Readonly<Record<FileVersion["reason"], string>> = {
  create: "The workroom was made",
  turn_start: "Before a turn",
  turn_end: "The employee’s turn",
  upload: "Upload",
  edit: "Edit",
  undo: "Undo",
  sleep: "The workroom went to sleep",
  publish: "Publish",
  recovery: "After a restart",
  sync: "A program in the workroom",
  call: "Edit",
  conflict: "Kept copy",
  import: "Change in the bucket",
};

/** What made a version, in words: "Edit by Ada". */
export const versionWords = ({ reason, actor }: Pick<FileVersion, "reason" | "actor">): string =>
  actor === null ? words[reason] : `${words[reason]} by ${actor.name}`;
