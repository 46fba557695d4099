import type { FileOpInput } from "@/lib/protocol/file-ops";
import { fileError } from "./file-error";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * A text with one of its parts replaced.
 *
 * @throws AppError EINVAL for bytes that are no text, and when the part is not there exactly once
 */
export function replaceText(
  bytes: Uint8Array,
  path: string,
  change: Pick<FileOpInput<"edit">, "oldText" | "newText" | "replaceAll">,
): { text: string; replaced: number } {
  const { oldText, newText, replaceAll } = change;
  const before = decode(bytes, path);
  const replaced = before.split(oldText).length - 1;
  if (replaced === 0)
    throw fileError("EINVAL", {
      path,
      message: "This file does not contain the text that is to be replaced.",
      hint: "Read the file again: spaces and line ends count.",
    });
  if (replaced > 1 && !replaceAll)
    throw fileError("EINVAL", {
      path,
      message: `This file contains the text ${replaced} times.`,
      hint: "Give more of the lines around it, or set `replaceAll`.",
    });
  return { text: before.replaceAll(oldText, () => newText), replaced };
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw fileError("EINVAL", { path, message: "This file is no text in UTF-8.", cause });
  }
}
