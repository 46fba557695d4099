import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { Client } from "pg";
import { z } from "zod";

type Plan = {
  "Node Type": string;
  "Actual Rows"?: number | undefined;
  "Rows Removed by Filter"?: number | undefined;
  "Shared Hit Blocks"?: number | undefined;
  "Shared Read Blocks"?: number | undefined;
  "Relation Name"?: string | undefined;
  Plans?: Plan[] | undefined;
};
const Plan: z.ZodType<Plan> = z.looseObject({
  "Node Type": z.string(),
  "Actual Rows": z.number().optional(),
  "Rows Removed by Filter": z.number().optional(),
  "Shared Hit Blocks": z.number().optional(),
  "Shared Read Blocks": z.number().optional(),
  "Relation Name": z.string().optional(),
  get Plans() {
    return z.array(Plan).optional();
  },
});
const Entry = z.looseObject({ "Query Text": z.string(), Plan });

export type RunQuery = { text: string; buffers: number; scannedRows: number };

/** Has the server log the plan of each statement that the product's role runs in sessions from now on. */
export async function logPlans(client: Client): Promise<void> {
  for (const setting of [
    "session_preload_libraries = 'auto_explain'",
    "auto_explain.log_min_duration = 0",
    "auto_explain.log_analyze = on",
    "auto_explain.log_buffers = on",
    "auto_explain.log_timing = off",
    "auto_explain.log_format = 'json'",
  ])
    await client.query(`alter role workroom_app set ${setting}`);
}

export async function stopLoggingPlans(client: Client): Promise<void> {
  await client.query("alter role workroom_app reset session_preload_libraries");
}

const logFile = (dataDir: string) => path.join(dataDir, "logs/database.log");

/** Where the log ends now. */
export const markLog = (dataDir: string): number => statSync(logFile(dataDir)).size;

/** The statements that were logged since the mark: pages they touched, and rows their largest sequential scan read. */
export function readPlans(dataDir: string, mark: number): RunQuery[] {
  const text = readFileSync(logFile(dataDir)).subarray(mark).toString("utf8");
  return [...text.matchAll(/plan:\s*\n(\s*\{[\s\S]*?\n\s?\})\s*(?=\n[^\s]|\n?$)/g)].flatMap(
    (match) => {
      const entry = Entry.safeParse(parseJson(match[1] ?? ""));
      if (!entry.success) return [];
      const { Plan: plan } = entry.data;
      return [
        {
          text: entry.data["Query Text"].replaceAll(/\s+/g, " ").trim(),
          buffers: (plan["Shared Hit Blocks"] ?? 0) + (plan["Shared Read Blocks"] ?? 0),
          scannedRows: largestScan(plan),
        },
      ];
    },
  );
}

function largestScan(plan: Plan): number {
  const own =
    plan["Node Type"] === "Seq Scan"
      ? (plan["Actual Rows"] ?? 0) + (plan["Rows Removed by Filter"] ?? 0)
      : 0;
  return Math.max(own, ...(plan.Plans ?? []).map(largestScan));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
