import { newId } from "@/lib/ids";
import type { Context, Ports } from "./context";

/** The context of a job: the system acts, inside one organisation. */
export const systemContext = (ports: Ports, orgId: string, job: string): Context => ({
  ...ports,
  orgId,
  actor: { kind: "system", job },
  requestId: newId("request"),
});

/** The person who acts; jobs have none. */
export const actorId = ({ actor }: Pick<Context, "actor">): string =>
  actor.kind === "user" ? actor.userId : actor.job;
