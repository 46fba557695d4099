import { z } from "zod";
import type { Verb } from "@/lib/domain/define-verb";
import type { Row } from "./table";
import { fieldValues, type World } from "./world";

export const namesOf = ({ input }: Verb): string[] =>
  input instanceof z.ZodObject ? Object.keys(input.shape) : [];

/** Every field of the verb that the row or the world has a value for. */
export function inputOf(verb: Verb, row: Row, world: World): Record<string, unknown> {
  const values = { ...fieldValues(world), ...row.input?.(world) };
  return Object.fromEntries(
    namesOf(verb).flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])),
  );
}
