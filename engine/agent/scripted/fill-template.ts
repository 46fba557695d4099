import { recordedScripts } from "./recorded-turns";

export type Variables = Readonly<Record<string, string>>;

const PLACE = /\{\{(script:)?([A-Za-z-]+)(?:\|(sh|json))?\}\}/g;
const SECTION = /\{\{#([A-Za-z]+)\}\}([\s\S]*?)\{\{\/\1\}\}/g;

const quoted = {
  sh: (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`,
  json: (text: string) => JSON.stringify(text), // is a string literal of Python, too
};

/**
 * A text of a recorded turn with its places filled: `{{name}}`, `{{name|sh}}` and `{{name|json}}` quoted for a shell or
 * a program, `{{script:name}}` a whole program, `{{#name}}…{{/name}}` only when the variable is known.
 */
export function fillTemplate(text: string, variables: Variables): string {
  return text
    .replaceAll(SECTION, (_all, name: string, inner: string) => (variables[name] ? inner : ""))
    .replaceAll(
      PLACE,
      (_all, script: string | undefined, name: string, quoting?: "sh" | "json") => {
        if (script) return fillTemplate(recordedScripts[name] ?? "", variables);
        const value = variables[name] ?? "";
        return quoting ? quoted[quoting](value) : value;
      },
    );
}

/** The same for every text inside a JSON value. */
export function fillAll(value: unknown, variables: Variables): unknown {
  if (typeof value === "string") return fillTemplate(value, variables);
  if (Array.isArray(value)) return value.map((item) => fillAll(item, variables));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fillAll(item, variables)]),
  );
}
