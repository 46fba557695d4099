import { z, ZodError } from "zod";
import type { Verb } from "@/lib/domain/define-verb";

/**
 * The query of a request as its verb's schema wants it: an address knows only texts, so numbers, flags and lists are
 * made of them by the type of their field. What doesn't fit stays a text, and the schema says what is wrong.
 *
 * @throws ZodError for a field that is named twice and is no list
 */
export function readQuery(verb: Verb, query: URLSearchParams): Record<string, unknown> {
  const shape: Readonly<Record<string, unknown>> =
    verb.input instanceof z.ZodObject ? verb.input.shape : {};
  const input = [...new Set(query.keys())].map((name): [string, unknown] => {
    const texts = query.getAll(name);
    const field = Object.hasOwn(shape, name) ? bareType(shape[name]) : undefined;
    if (field instanceof z.ZodArray)
      return [name, texts.map((text) => coerce(bareType(field.element), text))];
    if (texts.length > 1) throw namedTwice(name);
    return [name, coerce(field, texts[0] ?? "")];
  });
  return Object.fromEntries(input);
}

/** The schema below what may surround it: optional, default, nullable, a transform. */
function bareType(schema: unknown): unknown {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodNullable
  )
    return bareType(schema.unwrap());
  return schema instanceof z.ZodPipe ? bareType(schema.in) : schema;
}

function coerce(field: unknown, text: string): unknown {
  if (field instanceof z.ZodNumber) return text.trim() === "" ? Number.NaN : Number(text);
  if (field instanceof z.ZodBoolean) return flags.get(text) ?? text;
  return text;
}

const flags: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["1", true],
  ["false", false],
  ["0", false],
]);

const namedTwice = (name: string) =>
  new ZodError([
    { code: "custom", path: [name], message: `Name "${name}" only once.`, input: undefined },
  ]);
