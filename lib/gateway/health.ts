import type { ServerResponse } from "node:http";
import { sql } from "drizzle-orm";
import type { Ports } from "@/lib/domain/context";
import type { HealthView } from "@/lib/protocol/views";
import { sendJson } from "./answers";

const CHECK_TIMEOUT_MS = 3_000;

/** Whether database, store and host answer now. Nothing secret: the start script and a reverse proxy ask it too. */
export async function readHealth(
  ports: Pick<Ports, "db" | "store" | "host">,
  version: string,
): Promise<HealthView> {
  const [database, store, host] = await Promise.all([
    outcome(ports.db.execute(sql`select 1`)),
    outcome(ports.store.check()),
    outcome(ports.host.call("disk", {}, { timeoutMs: CHECK_TIMEOUT_MS })),
  ]);
  const isOk = database === "ok" && store === "ok" && host === "ok";
  return { status: isOk ? "ok" : "degraded", database, store, host, version };
}

/** 200 while the web answers at all: a restart of it would mend none of the others. */
export async function sendHealth(
  response: ServerResponse,
  ports: Pick<Ports, "db" | "store" | "host">,
  version: string,
): Promise<void> {
  sendJson(response, 200, await readHealth(ports, version));
}

async function outcome(check: Promise<unknown>): Promise<"ok" | "down"> {
  const { promise: late, resolve } = Promise.withResolvers<"down">();
  const timer = setTimeout(() => resolve("down"), CHECK_TIMEOUT_MS);
  try {
    return await Promise.race([
      check.then(
        () => "ok" as const,
        () => "down" as const,
      ),
      late,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
