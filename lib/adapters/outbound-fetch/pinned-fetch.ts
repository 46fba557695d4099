import { lookup } from "node:dns/promises";
import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { AppError } from "@/lib/errors";
import type { OutboundFetch } from "@/lib/ports/outbound-fetch";

const DEFAULT_MAX_BYTES = 1_048_576;

/** Everything that is not the public internet. */
const privateRanges: readonly [address: string, prefix: number, family: "ipv4" | "ipv6"][] = [
  ["0.0.0.0", 8, "ipv4"],
  ["10.0.0.0", 8, "ipv4"],
  ["100.64.0.0", 10, "ipv4"],
  ["127.0.0.0", 8, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["172.16.0.0", 12, "ipv4"],
  ["192.0.0.0", 24, "ipv4"],
  ["192.0.2.0", 24, "ipv4"],
  ["192.88.99.0", 24, "ipv4"],
  ["192.168.0.0", 16, "ipv4"],
  ["198.18.0.0", 15, "ipv4"],
  ["198.51.100.0", 24, "ipv4"],
  ["203.0.113.0", 24, "ipv4"],
  ["224.0.0.0", 3, "ipv4"],
  ["::", 96, "ipv6"], // unspecified, loopback and the old IPv4-compatible form
  ["64:ff9b::", 95, "ipv6"],
  ["64:ff9b:1::", 48, "ipv6"],
  ["100::", 64, "ipv6"],
  ["2001::", 23, "ipv6"],
  ["2001:db8::", 32, "ipv6"],
  ["2002::", 16, "ipv6"],
  ["fc00::", 7, "ipv6"],
  ["fe80::", 10, "ipv6"],
  ["fec0::", 10, "ipv6"],
  ["ff00::", 8, "ipv6"],
];

const blocked = new BlockList();
for (const [address, prefix, family] of privateRanges) blocked.addSubnet(address, prefix, family);

/** Mapped IPv4 addresses (`::ffff:10.0.0.1`) are judged as the IPv4 address they are. */
export const isPrivateAddress = (address: string): boolean =>
  blocked.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");

/** @param allowed `host:port` pairs, addresses and CIDR ranges that the operator trusts although they are private */
export function pinnedFetch(allowed: readonly string[]): OutboundFetch {
  return async (url, { method, headers, body, timeoutMs, maxBytes = DEFAULT_MAX_BYTES }) => {
    if (url.protocol !== "http:" && url.protocol !== "https:")
      throw new AppError("invalid_input", "Only http and https addresses can be used.");
    if (url.username || url.password)
      throw new AppError("invalid_input", "An address can't hold a user name or password.");
    const signal = AbortSignal.timeout(timeoutMs);
    const pinned = await resolveAllowed(url, allowed);
    const pin: LookupFunction = (_host, options, done) =>
      options.all ? done(null, [pinned]) : done(null, pinned.address, pinned.family);
    const options: RequestOptions = {
      method,
      headers: { ...headers, "accept-encoding": "identity", connection: "close" },
      lookup: pin,
      signal,
    };
    try {
      const response = await send(url, options, body);
      return { status: response.statusCode ?? 0, text: await readText(response, maxBytes) };
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      const reason = signal.aborted ? "It did not answer in time." : reasonOf(cause);
      throw new AppError("unavailable", `${url.host} can't be reached. ${reason}`, { cause });
    }
  };
}

const reasonOf = (error: unknown) =>
  error instanceof Error && "code" in error ? `(${String(error.code)})` : "";

type Pinned = { address: string; family: number };

/** The one address this call will use. Resolved once: a name that answers differently later changes nothing. */
export async function resolveAllowed(url: URL, allowed: readonly string[]): Promise<Pinned> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const addresses = await lookup(host, { all: true }).catch((cause: unknown) => {
    throw new AppError("invalid_input", `There is no server called ${host}.`, { cause });
  });
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const usable = addresses.find(
    ({ address }) => !isPrivateAddress(address) || isAllowed(allowed, { host, address, port }),
  );
  if (
    usable &&
    addresses.every(
      ({ address }) =>
        address === usable.address ||
        !isPrivateAddress(address) ||
        isAllowed(allowed, { host, address, port }),
    )
  )
    return usable;
  throw new AppError(
    "invalid_input",
    `${host} is a private address. The operator can allow it with WORKROOM_ALLOWED_PRIVATE_ENDPOINTS=${host}:${port}.`,
  );
}

function isAllowed(
  allowed: readonly string[],
  target: { host: string; address: string; port: string },
): boolean {
  return allowed.some((entry) => {
    if (entry === `${target.host}:${target.port}` || entry === `${target.address}:${target.port}`)
      return true;
    const [base = "", prefix] = entry.split("/");
    const family = isIP(base) === 6 ? "ipv6" : "ipv4";
    if (prefix === undefined || isIP(base) === 0) return false;
    const range = new BlockList();
    range.addSubnet(base, Number(prefix), family);
    return range.check(target.address, isIP(target.address) === 6 ? "ipv6" : "ipv4");
  });
}

function send(
  url: URL,
  options: RequestOptions,
  body?: string | Uint8Array,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const make = url.protocol === "https:" ? httpsRequest : httpRequest;
    const request = make(url, options, resolve);
    request.once("error", reject);
    request.end(body);
  });
}

async function readText(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      response.destroy();
      throw new AppError("unavailable", "The server's answer is too large.");
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
