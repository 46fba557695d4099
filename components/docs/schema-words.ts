import type { Schema } from "./operations";

/** The name of the schema that a reference leads to. */
export const refName = (schema: Schema): string | null => schema.$ref?.split("/").at(-1) ?? null;

/** A type in a few words: `string`, `integer ≥ 0`, `list of WorkroomView`, `"mine" | "all"`. */
export function typeWords(schema: Schema): string {
  const name = refName(schema);
  if (name !== null) return name;
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map(typeWords))].join(" | ");
  if (schema.type === "array") return `list of ${typeWords(schema.items ?? {})}`;
  const type =
    typeof schema.type === "string" ? schema.type : (schema.type ?? ["anything"]).join(" | ");
  return [type, schema.format && `(${schema.format})`, limitWords(schema)]
    .filter(Boolean)
    .join(" ");
}

function limitWords({ minimum, maximum, minLength, maxLength }: Schema): string {
  const isOpenEnded = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER;
  const low = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? `≥ ${minimum}` : "";
  const high = isOpenEnded ? "" : `≤ ${maximum}`;
  const lengths =
    maxLength === undefined
      ? ""
      : `${minLength ?? 0} to ${maxLength.toLocaleString("en")} characters`;
  return [low, high, lengths].filter(Boolean).join(", ");
}

/** The schema whose fields are worth showing below a field: an object, or the objects of a list. */
export function innerObject(schema: Schema): Schema | null {
  if (schema.properties) return schema;
  if (schema.items) return innerObject(schema.items);
  const choices = schema.anyOf ?? schema.oneOf ?? [];
  return choices.map(innerObject).find((one) => one !== null) ?? null;
}
