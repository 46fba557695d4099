import { createHash } from "node:crypto";
import type { HostInput } from "@/lib/protocol/host";
import { Refusal } from "./refusal";

export type Grant = HostInput<"grantModel"> & {
  /** The budget as it was last given; `budgetMicroUsd` has what was spent before that on top. */
  givenMicroUsd: number | null;
  spentMicroUsd: number;
  /** Estimated cost of calls under way. */
  reservedMicroUsd: number;
  runningCalls: number;
  /** Aborted when the turn is over. */
  end: AbortController;
};

const MAX_RUNNING_CALLS = 8;

/** Who may use which model now; in memory only. Tokens are kept as hashes, so a look-up tells nothing by its time. */
export function createGrants() {
  const byToken = new Map<string, Grant>();

  function revoke(roomId: string, turnId: string): void {
    for (const [key, grant] of byToken) {
      if (grant.roomId !== roomId || grant.turnId !== turnId) continue;
      byToken.delete(key);
      grant.end.abort();
    }
  }

  return {
    /**
     * Granting the same again changes nothing; another budget counts from now, and calls under way go on. Any other
     * difference replaces the turn's grant.
     */
    grant(input: HostInput<"grantModel">): void {
      const found = byToken.get(hash(input.token));
      if (!found || !isSame(found, input)) {
        revoke(input.roomId, input.turnId);
        byToken.set(hash(input.token), createGrant(input));
      } else if (found.givenMicroUsd !== input.budgetMicroUsd) {
        const { spentMicroUsd } = found;
        found.givenMicroUsd = input.budgetMicroUsd;
        found.budgetMicroUsd =
          input.budgetMicroUsd === null ? null : spentMicroUsd + input.budgetMicroUsd;
      }
    },
    revoke,
    revokeRoom(roomId: string): void {
      for (const grant of byToken.values())
        if (grant.roomId === roomId) revoke(roomId, grant.turnId);
    },
    /** @throws Refusal when the token is unknown, or was given to another room */
    find(roomId: string, token: string | null): Grant {
      const grant = token === null ? undefined : byToken.get(hash(token));
      if (grant?.roomId === roomId) return grant;
      throw new Refusal(401, "authentication_error", "The turn that asked for the model is over.");
    },
  };
}

const hash = (token: string) => createHash("sha256").update(token).digest("hex");

const createGrant = (input: HostInput<"grantModel">): Grant => ({
  ...input,
  givenMicroUsd: input.budgetMicroUsd,
  spentMicroUsd: 0,
  reservedMicroUsd: 0,
  runningCalls: 0,
  end: new AbortController(),
});

const comparedKeys = ["roomId", "turnId", "provider", "modelId", "baseUrl", "apiKey"] as const;
const isSame = (grant: Grant, input: HostInput<"grantModel">) =>
  comparedKeys.every((key) => grant[key] === input[key]);

/**
 * Counts a call in, before anything of it is read, and answers how to count it out again with what it cost.
 *
 * @throws Refusal when too many calls of the turn run
 */
export function enter(grant: Grant): (costMicroUsd: number) => void {
  if (grant.runningCalls >= MAX_RUNNING_CALLS)
    throw new Refusal(429, "rate_limit_error", "Too many calls to the model at once.");
  grant.runningCalls += 1;
  return (costMicroUsd) => {
    grant.runningCalls -= 1;
    grant.spentMicroUsd += costMicroUsd;
  };
}

/**
 * Sets the estimated cost of a call aside, and answers how to give it back.
 *
 * @throws Refusal when what the turn has spent, with the calls under way and this one's input, reaches its budget
 */
export function reserve(grant: Grant, estimateMicroUsd: number): () => void {
  const { budgetMicroUsd: budget } = grant;
  const committed = grant.spentMicroUsd + grant.reservedMicroUsd + estimateMicroUsd;
  if (budget !== null && (committed > budget || grant.spentMicroUsd >= budget))
    throw new Refusal(
      402,
      "budget_exceeded",
      "The spend limit is reached, so the model was not asked.",
    );
  grant.reservedMicroUsd += estimateMicroUsd;
  return () => {
    grant.reservedMicroUsd -= estimateMicroUsd;
  };
}
