import { pino } from "pino";
import { withoutParameters } from "./without-parameters";

const secretFields = ["apiKey", "password", "token", "ticket", "secret", "authorization", "cookie"];

/** Structured log on standard error; fields that hold secrets are redacted at any of the first three depths. */
export const createLog = (name: string, level = "info") =>
  pino(
    {
      name,
      level,
      serializers: { err: withoutParameters },
      redact: {
        paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
        censor: "[redacted]",
      },
    },
    pino.destination({ fd: 2, sync: true }),
  );
export type Log = ReturnType<typeof createLog>;
