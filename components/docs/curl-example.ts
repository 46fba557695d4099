import type { Operation, Schema } from "./operations";

/** A call of an operation that can be pasted into a shell, with as little in it as the operation takes. */
export function curlExample(operation: Operation, origin: string): string {
  const { method, parameters, body, isPublic, scope, answer } = operation;
  const path = operation.path.replaceAll(
    /\{(\w+)\}/g,
    (_all, name: string) => `$${shellName(name)}`,
  );
  const query = parameters
    .filter((one) => one.in === "query" && one.required)
    .map((one) => `${one.name}=${String(exampleOf(one.schema, one.name))}`)
    .join("&");
  const isStream = answer?.type === "text/event-stream";
  const lines = [
    `curl${isStream ? " -N" : ""}${method === "GET" ? "" : ` -X ${method}`} "${origin}${path}${query && `?${query}`}"`,
  ];
  if (!isPublic && scope !== null) lines.push('-H "Authorization: Bearer $WORKROOM_KEY"');
  if (body?.type === "application/json") {
    lines.push('-H "Content-Type: application/json"');
    lines.push(`-d '${JSON.stringify(exampleOf(body.schema, ""))}'`);
  } else if (body) lines.push("--data-binary @file.csv");
  return lines.join(" \\\n  ");
}

/** `workroomId` as the shell writes it: WORKROOM_ID. */
const shellName = (name: string) =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

const words: Readonly<Record<string, unknown>> = {
  path: "site/index.html",
  text: "Build a dashboard of our sales",
  title: "Sales dashboard",
  command: "ls",
  email: "ada@example.com",
  name: "Nightly report",
};

/** A value that the schema takes: its default or first choice, else one by its type. */
function exampleOf(schema: Schema, name: string): unknown {
  const fixed = schema.default ?? schema.enum?.[0] ?? schema.const;
  if (fixed !== undefined) return fixed;
  const [first] = schema.anyOf ?? schema.oneOf ?? [];
  if (first) return exampleOf(first, name);
  return examples[mainType(schema)]?.(schema) ?? words[name] ?? "…";
}

const mainType = ({ type = "" }: Schema): string =>
  typeof type === "string" ? type : (type[0] ?? "");

const numberExample = ({ minimum = 1 }: Schema) => Math.max(minimum, 1);
const examples: Readonly<Record<string, (schema: Schema) => unknown>> = {
  object: objectExample,
  array: ({ items = {} }) => [exampleOf(items, "")],
  boolean: () => true,
  integer: numberExample,
  number: numberExample,
};

function objectExample({ properties = {}, required = [] }: Schema): Record<string, unknown> {
  const names = required.length > 0 ? required : Object.keys(properties).slice(0, 1);
  return Object.fromEntries(names.map((name) => [name, exampleOf(properties[name] ?? {}, name)]));
}
