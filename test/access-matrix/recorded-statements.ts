import type { Pool, PoolClient } from "pg";

export type Statement = { text: string; values: unknown[] };
type Query = PoolClient["query"];

/**
 * Writes down what is asked of the database inside the scope of one organisation, as the product asks it. What sees all
 * organisations, and what is outside of a scope, is left out.
 */
export function recordStatements(pool: Pool): {
  statements: Statement[];
  start(): void;
  stop(): void;
} {
  const statements: Statement[] = [];
  let isOn = false;
  const watch = (client: PoolClient) => {
    const query = client.query.bind(client) as (...given: unknown[]) => unknown;
    let scope: "none" | "org" | "system" = "none";
    client.query = ((...given: unknown[]) => {
      const { text, values } = readGiven(given);
      if (/^\s*(begin|commit|rollback)/i.test(text)) scope = "none";
      else if (text.includes("set_config"))
        scope = values[0] === "workroom.org_id" ? "org" : "system";
      else if (isOn && scope === "org") statements.push({ text, values });
      return query(...given);
    }) as Query;
  };
  pool.on("connect", watch);
  return {
    statements,
    start: () => {
      isOn = true;
    },
    stop: () => {
      isOn = false;
    },
  };
}

function readGiven([first, second]: unknown[]): Statement {
  const config = typeof first === "string" ? { text: first } : (first as Partial<Statement>);
  const values = Array.isArray(second) ? second : (config.values ?? []);
  return { text: config.text ?? "", values };
}
