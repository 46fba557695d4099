import "server-only";
import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import type { z } from "zod";
import { findActor } from "@/lib/auth/require-actor";
import { readSessionToken } from "@/lib/auth/session-token";
import type { Context } from "@/lib/domain/context";
import type { Verb } from "@/lib/domain/define-verb";
import { findSession, type FoundSession } from "@/lib/domain/identity/find-session";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { getPorts } from "./container";

/** Who looks at a page, or `null`. Asked once a request, however many parts of the page want to know. */
export const findPageSession = cache(async (): Promise<FoundSession | null> => {
  const token = await readSessionToken(await headers());
  return token === null ? null : findSession(await getPorts(), token.sid);
});

/** What a page of an organisation may read with; `null` for nobody. A foreign organisation is "not found". */
export const findPage = cache(async (orgSlug: string): Promise<Context | null> => {
  const ports = await getPorts();
  try {
    const signedIn = await findActor(ports, { headers: await headers() }, { orgSlug });
    if (!signedIn) return null;
    const { actor, orgId } = signedIn;
    return { ...ports, actor, orgId, requestId: newId("request") };
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") notFound();
    throw error;
  }
});

/** As `findPage`; leads nobody to the log-in page, and from there back to `path`. */
export async function openPage(orgSlug: string, path: string): Promise<Context> {
  const ctx = await findPage(orgSlug);
  return ctx ?? redirect(`/login?${new URLSearchParams({ callbackUrl: path })}`);
}

/** Reads for a page what the REST door would answer. */
export async function readVerb<Input extends z.ZodType, Output extends z.ZodType>(
  verb: Verb<Input, Output>,
  ctx: Context,
  input: z.input<Input>,
): Promise<z.output<Output>> {
  return verb.output.parse(await verb.run(ctx, verb.input.parse(input)));
}
