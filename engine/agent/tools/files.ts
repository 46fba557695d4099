import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import type { ToolCallContent } from "@agentclientprotocol/sdk";
import { ToolFailure } from "./tool-outcome";

const MAX_DIFF_CHARS = 100_000;
const MAX_READ_BYTES = 20 * 1_048_576;

export const resolvePath = (cwd: string, path: string) => resolve(cwd, path);
export const nameOf = (path: string) => basename(path) || path;

const reasons: Record<string, string> = {
  ENOENT: "there is no such file",
  EACCES: "it can't be written here (input/ is read-only; write to output/)",
  EROFS: "it is read-only (input/ holds what people gave; write to output/)",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is a file",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk is full",
};

/** The reason why a file operation failed, for the model. */
export function fileFailure(path: string, error: unknown): ToolFailure {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return new ToolFailure(`${path}: ${reasons[code] ?? String(error)}.`);
}

/** The text of a file, or `null` when there is none. @throws ToolFailure for folders, large and binary files */
export async function findText(path: string): Promise<string | null> {
  try {
    const { size } = await stat(path);
    if (size > MAX_READ_BYTES) {
      throw new ToolFailure(
        `${path} is ${Math.round(size / 1_048_576)} MB: read parts of it with bash.`,
      );
    }
    const bytes = await readFile(path);
    if (bytes.subarray(0, 8_192).includes(0)) throw new ToolFailure(`${path} is no text file.`);
    return bytes.toString("utf8");
  } catch (error) {
    if (error instanceof ToolFailure) throw error;
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw fileFailure(path, error);
  }
}

export async function writeText(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (error) {
    throw fileFailure(path, error);
  }
}

/** A diff for the page; sides beyond 100,000 characters are cut, and the content says so. */
export function diffContent(
  path: string,
  oldText: string | null,
  newText: string,
): ToolCallContent[] {
  const isCut = Math.max(oldText?.length ?? 0, newText.length) > MAX_DIFF_CHARS;
  return [
    {
      type: "diff",
      path,
      oldText: oldText?.slice(0, MAX_DIFF_CHARS) ?? null,
      newText: newText.slice(0, MAX_DIFF_CHARS),
      ...(isCut ? { _meta: { cut: true } } : {}),
    },
  ];
}
