import { parse, type Program } from "acorn";

const PREFIX = "(async () => {";

type Edit = { start: number; end: number; text: string };
type Statement = Program["body"][number];

/**
 * Code as the body of an async function, so that it may await and import, with the value of its last expression as the
 * answer. Lines stay where they are; on the first one columns move by `columnOffset`.
 *
 * @throws SyntaxError with `line` where the code can't be read
 */
export function asAsyncFunction(code: string): { text: string; columnOffset: number } {
  const { body } = parseCode(code);
  const edits = body.flatMap((statement) => editOf(statement, code));
  const last = body.at(-1);
  if (last?.type === "ExpressionStatement") {
    // The statement, not its expression: brackets around that one belong to it.
    const { start } = last;
    const end = code[last.end - 1] === ";" ? last.end - 1 : last.end;
    edits.push({ start, end: start, text: "return (" }, { start: end, end, text: ")" });
  }
  let text = code;
  for (const edit of edits.toSorted((a, b) => b.start - a.start))
    text = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
  return { text: `${PREFIX}${text}\n})()`, columnOffset: -PREFIX.length };
}

function parseCode(code: string): Program {
  const options = {
    ecmaVersion: "latest",
    allowAwaitOutsideFunction: true,
    allowReturnOutsideFunction: true,
    allowHashBang: true,
  } as const;
  try {
    return parse(code, { ...options, sourceType: "module" });
  } catch (error) {
    try {
      return parse(code, { ...options, sourceType: "script" });
    } catch {
      throw readable(error);
    }
  }
}

function readable(error: unknown): Error {
  const { message, loc } = error as Error & { loc?: { line: number; column: number } };
  const plain = message.replace(/ \(\d+:\d+\)$/, "");
  return Object.assign(new SyntaxError(plain), { line: loc?.line ?? null });
}

/** Imports become `await import()`, exports lose their keyword. */
function editOf(statement: Statement, code: string): Edit[] {
  const { start, end } = statement;
  const whole = code.slice(start, end);
  const lines = "\n".repeat(whole.split("\n").length - 1);
  switch (statement.type) {
    case "ImportDeclaration":
      return [{ start, end, text: importText(statement) + lines }];
    case "ExportAllDeclaration":
      return [{ start, end, text: lines }];
    case "ExportNamedDeclaration":
      return statement.declaration
        ? [{ start, end: statement.declaration.start, text: "" }]
        : [{ start, end, text: lines }];
    case "ExportDefaultDeclaration":
      return [{ start, end: statement.declaration.start, text: "" }];
    default:
      return [];
  }
}

function importText(statement: Extract<Statement, { type: "ImportDeclaration" }>): string {
  const source = `await import(${JSON.stringify(statement.source.value)}${attributes(statement)})`;
  const space = statement.specifiers.find(({ type }) => type === "ImportNamespaceSpecifier");
  const names = statement.specifiers.flatMap((specifier) => {
    if (specifier.type === "ImportNamespaceSpecifier") return [];
    if (specifier.type === "ImportDefaultSpecifier") return [`default: ${specifier.local.name}`];
    const { imported, local } = specifier;
    const name = imported.type === "Identifier" ? imported.name : JSON.stringify(imported.value);
    return [`${name}: ${local.name}`];
  });
  const parts = [
    space ? `const ${space.local.name} = ${source};` : "",
    names.length > 0 ? `const { ${names.join(", ")} } = ${space?.local.name ?? source};` : "",
  ];
  return statement.specifiers.length === 0 ? `${source};` : parts.join("");
}

function attributes({ attributes: given }: Extract<Statement, { type: "ImportDeclaration" }>) {
  if (given.length === 0) return "";
  const entries = given.map(({ key, value }) => {
    const name = key.type === "Identifier" ? key.name : String(key.value);
    return `${JSON.stringify(name)}: ${JSON.stringify(value.value)}`;
  });
  return `, { with: { ${entries.join(", ")} } }`;
}
