import { eq } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { modelKeys, type Turn, turns } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { randomBase32 } from "@/lib/ids";
import type { TurnModel } from "@/lib/protocol/engine";
import type { Context } from "../context";
import { readSpending } from "../model/save-model-key";

const TOKEN_LENGTH = 40;

/**
 * Lets this turn use its model: the host gets the key and a token that opens the gateway for this turn only. Repeating
 * it (a restarted host has forgotten every grant) gives the same token again.
 *
 * @throws AppError `limit_exceeded` when the month's cap is used up · `not_found` when the model was disconnected
 */
export async function grantModel(ctx: Context, turn: Turn): Promise<TurnModel> {
  if (turn.isScripted || !turn.modelKeyId) return { kind: "scripted" };
  const { key, spent } = await readKey(ctx, turn.modelKeyId);
  const cap = key.monthlyCapMicroUsd;
  if (cap !== null && spent >= cap)
    throw new AppError(
      "limit_exceeded",
      `The monthly cap of ${key.label} is used up. Raise it in the settings, or choose another model.`,
    );
  const token = await keepToken(ctx, turn);
  await ctx.host.call("grantModel", {
    roomId: turn.workroomId,
    turnId: turn.id,
    token,
    provider: key.provider,
    modelId: key.modelId,
    baseUrl: key.baseUrl,
    apiKey: ctx.secrets.open(key.secretBox, key.id),
    budgetMicroUsd: cap === null ? null : cap - spent,
  });
  return { kind: "model", provider: key.provider, modelId: key.modelId, token };
}

const readKey = (ctx: Context, keyId: string) =>
  inOrg(ctx.db, ctx.orgId, async (tx) => {
    const [key] = await tx.select().from(modelKeys).where(eq(modelKeys.id, keyId));
    if (!key || key.removedAt)
      throw new AppError("not_found", "The model of this turn was disconnected.");
    const spending = await readSpending(tx, ctx.now());
    return { key, spent: spending.get(keyId) ?? 0 };
  });

async function keepToken(ctx: Context, turn: Turn): Promise<string> {
  if (turn.grantBox) return ctx.secrets.open(turn.grantBox, turn.id);
  const token = randomBase32(TOKEN_LENGTH);
  const grantBox = ctx.secrets.seal(token, turn.id);
  await inOrg(ctx.db, ctx.orgId, (tx) =>
    tx.update(turns).set({ grantBox }).where(eq(turns.id, turn.id)),
  );
  return token;
}
