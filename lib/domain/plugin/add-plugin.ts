import { createHash } from "node:crypto";
import { isNull } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { plugins } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import type { PluginView } from "@/lib/protocol/runs";
import { authorize } from "../authorize";
import type { Context } from "../context";
import { actorId } from "../system-context";
import { writeAudit } from "../write-audit";
import { viewPlugin } from "./view-plugin";

const MAX_PLUGINS = 200;

/**
 * Takes a WASI program in as a plugin of the organisation. Its bytes lie in the store under their hash, once for however
 * many plugins have them, and are there before the row that names them.
 *
 * @throws AppError `invalid_input` for what is no WASI program · `conflict` for a name that is taken
 */
export async function addPlugin(
  ctx: Context,
  { name, bytes }: { name: string; bytes: Buffer },
): Promise<PluginView> {
  authorize(ctx, "plugin.manage", { kind: "org", orgId: ctx.orgId });
  await requireProgram(bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const key = `plugins/${ctx.orgId}/${sha256}.wasm`;
  if ((await ctx.store.size(key)) === null) await ctx.store.put(key, bytes);
  return inOrg(ctx.db, ctx.orgId, async (tx) => {
    const there = await tx.select().from(plugins).where(isNull(plugins.deletedAt));
    if (there.length >= MAX_PLUGINS)
      throw new AppError("limit_exceeded", `An organisation has at most ${MAX_PLUGINS} plugins.`);
    if (there.some((plugin) => plugin.name === name))
      throw new AppError("conflict", "There is a plugin of this name already.");
    const [plugin] = await tx
      .insert(plugins)
      .values({
        id: newId("plugin"),
        orgId: ctx.orgId,
        name,
        sha256,
        size: bytes.length,
        key,
        createdBy: actorId(ctx),
        createdAt: ctx.now(),
      })
      .returning();
    if (!plugin) throw new Error("A row was inserted.");
    await writeAudit(tx, ctx, "plugin.upload", plugin.id, { name, size: bytes.length });
    return viewPlugin(plugin);
  });
}

const refuse = (message: string) => new AppError("invalid_input", message);

/** A program for WASI preview 1, and nothing that wants more than that. */
async function requireProgram(bytes: Buffer): Promise<void> {
  if (bytes.subarray(0, 4).toString("latin1") !== "\0asm")
    throw refuse("This file is no WASM module.");
  const program = await WebAssembly.compile(new Uint8Array(bytes)).catch((cause: unknown) => {
    throw new AppError("invalid_input", "This WASM module is damaged.", { cause });
  });
  const other = WebAssembly.Module.imports(program).find(
    ({ module, kind }) => module !== "wasi_snapshot_preview1" || kind !== "function",
  );
  if (other) throw refuse(`The module needs ${other.module}.${other.name}, which WASI has not.`);
  if (!WebAssembly.Module.exports(program).some(({ name }) => name === "_start"))
    throw refuse("The module has no _start: it is a library, not a program.");
}
