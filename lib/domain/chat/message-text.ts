import { z } from "zod";
import { storableText } from "./storable-json";

const MAX_CHARACTERS = 100_000;

/** What a person may ask in one message. */
export const MessageText = z
  .string()
  .max(
    MAX_CHARACTERS,
    "A message can have at most 100,000 characters. Put longer texts into a file and attach it.",
  )
  .transform(storableText)
  .refine((text) => text.trim() !== "", "Write something first.");

const MAX_TITLE = 60;

/** A room's title from its first message: the first line, cut between words. */
export function titleOf(text: string): string {
  const line = text.trim().split("\n", 1)[0]?.replaceAll(/\s+/g, " ") ?? "";
  if (line.length <= MAX_TITLE) return line;
  const cut = line.slice(0, MAX_TITLE);
  const space = cut.lastIndexOf(" ");
  return `${(space > MAX_TITLE / 2 ? cut.slice(0, space) : cut).toWellFormed()}…`;
}
