import { stdSerializers } from "pino";

/**
 * A failure as the log tells it. A failed query names its parameters in its message: what people wrote, hashes, sealed
 * secrets. The log keeps the query and what the database said of it.
 */
export function withoutParameters(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { params: _params, ...told } = stdSerializers.err(error);
  return { ...told, message: cut(told.message), stack: cut(told.stack) };
}

const cut = (text: string) => text.replaceAll(/\nparams: [\s\S]*?(?=\n {4}at |$)/g, "");
