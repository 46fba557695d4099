import { asc } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { orgs } from "@/lib/db/schema";
import type { Context } from "../context";

/**
 * Whether this is the organisation of whoever set the product up. Anybody may make further ones: what the operator pays
 * for, like the model keys of the machine's environment, is not theirs.
 */
export const isFirstOrg = ({ db, orgId }: Pick<Context, "db" | "orgId">): Promise<boolean> =>
  inSystem(db, async (tx) => {
    const [first] = await tx
      .select({ id: orgs.id })
      .from(orgs)
      .orderBy(asc(orgs.createdAt), asc(orgs.id))
      .limit(1);
    return first?.id === orgId;
  });
