import { constants } from "node:os";

const { errno } = constants;

/** A refusal of a request, with the number that the program sees. */
export class Refusal extends Error {
  readonly errno: number;
  constructor(readonly code: keyof typeof numbers) {
    super(code);
    this.errno = -numbers[code];
  }
}

const numbers = {
  EPERM: errno.EPERM,
  ENOENT: errno.ENOENT,
  EEXIST: errno.EEXIST,
  EINVAL: errno.EINVAL,
  EFBIG: errno.EFBIG,
  EDQUOT: errno.EDQUOT,
  ENOSYS: errno.ENOSYS,
  EOPNOTSUPP: errno.EOPNOTSUPP,
  ESTALE: errno.ESTALE,
  EIO: errno.EIO,
};

/** The number of any failed call, negative as the wire has it. */
export function errnoOfFailure(error: unknown): number {
  const found = (error as { errno?: unknown } | null)?.errno;
  return typeof found === "number" && found < 0 ? found : -errno.EIO;
}

export const isCode = (error: unknown, code: string) =>
  (error as { code?: unknown } | null)?.code === code;
