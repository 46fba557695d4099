import { and, eq, isNull } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { type ModelKey, modelKeys } from "@/lib/db/schema";

export const DEMO_EMPLOYEE = "Demo employee: scripted, no AI";

export type Employee = { isScripted: boolean; label: string; key: ModelKey | null };

/** Who answers in this organisation: its default model, or the demo employee when none is connected. */
export async function findEmployee(tx: DbTransaction): Promise<Employee> {
  const usable = and(eq(modelKeys.isDefault, true), isNull(modelKeys.removedAt));
  const [key] = await tx.select().from(modelKeys).where(usable).limit(1);
  if (!key) return { isScripted: true, label: DEMO_EMPLOYEE, key: null };
  return { isScripted: false, label: `${key.label} · ${key.modelId}`, key };
}
