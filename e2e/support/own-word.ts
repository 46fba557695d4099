import { randomBytes } from "node:crypto";

/**
 * A few letters for names that an installation takes only once. All journeys share one installation, and a second try
 * of a journey finds in it what the first one left.
 */
export const ownWord = (): string => randomBytes(4).toString("hex");
