import type { WallProbe } from "@/lib/protocol/engine";

/** One attack that must fail. `attempt` resolves with what it saw; a probe that can't be made is `unknown`. */
export type Attack = {
  id: string;
  title: string;
  attempt: () => Promise<{ isHeld: boolean; detail: string }>;
};

const PROBE_TIMEOUT_MS = 1_200;
const MAX_DETAIL = 300;

/** Runs attacks side by side, each with a time limit: what doesn't end in time has got nowhere. */
export function attackAll(attacks: readonly Attack[]): Promise<WallProbe[]> {
  return Promise.all(attacks.map(attackOnce));
}

async function attackOnce({ id, title, attempt }: Attack): Promise<WallProbe> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<{ isHeld: boolean; detail: string }>((resolve) => {
    timer = setTimeout(() => resolve({ isHeld: true, detail: "no answer" }), PROBE_TIMEOUT_MS);
  });
  try {
    const { isHeld, detail } = await Promise.race([attempt(), late]);
    return { id, title, outcome: isHeld ? "held" : "open", detail: detail.slice(0, MAX_DETAIL) };
  } catch (error) {
    return { id, title, outcome: "unknown", detail: String(error).slice(0, MAX_DETAIL) };
  } finally {
    clearTimeout(timer);
  }
}

/** Names of errors that mean "a wall": refused by the kernel's rules, or simply not there. */
const wallErrors = new Set(["EACCES", "EPERM", "EROFS", "ENOENT", "ENOTDIR", "ENXIO", "ELOOP"]);

/** Tries something that must throw; any other failure than a wall's is passed on as unknown. */
export async function mustFail(
  what: string,
  attempt: () => Promise<unknown>,
): Promise<{ isHeld: boolean; detail: string }> {
  try {
    await attempt();
    return { isHeld: false, detail: `${what}: it worked` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || !wallErrors.has(code)) throw error;
    return { isHeld: true, detail: `${what}: ${code}` };
  }
}

/** One result of several attempts: open when any of them is. */
export async function mustAllFail(
  attempts: readonly Promise<{ isHeld: boolean; detail: string }>[],
): Promise<{ isHeld: boolean; detail: string }> {
  const results = await Promise.all(attempts);
  const shown = results.filter((result) => !result.isHeld);
  return {
    isHeld: shown.length === 0,
    detail: (shown.length > 0 ? shown : results).map((result) => result.detail).join("; "),
  };
}
