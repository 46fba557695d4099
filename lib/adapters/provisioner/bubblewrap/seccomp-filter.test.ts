import { describe, expect, test } from "vitest";
import { deniedCalls, filteredCalls, missingCalls } from "./seccomp-denied-calls";
import { type FilterArchitecture, buildSeccompFilter } from "./seccomp-filter";

const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050026;
const EAFNOSUPPORT = 0x00050061;
const audit = { x64: 0xc000003e, arm64: 0xc00000b7 };

/** Runs the program as the kernel would, for one call. */
function decide(
  filter: FilterArchitecture,
  call: { number: number; args?: number[]; audit?: number },
): number {
  const program = buildSeccompFilter(filter);
  const words = new Map<number, number>([
    [0, call.number],
    [4, call.audit ?? audit[filter]],
    ...[0, 1, 2, 3, 4, 5].map((index) => [16 + index * 8, call.args?.[index] ?? 0] as const),
  ]);
  let loaded = 0;
  for (let at = 0; at * 8 < program.length; at += 1) {
    const code = program.readUInt16LE(at * 8);
    const [jumpTrue, jumpFalse] = [program.readUInt8(at * 8 + 2), program.readUInt8(at * 8 + 3)];
    const value = program.readUInt32LE(at * 8 + 4);
    if (code === 0x20) loaded = words.get(value) ?? 0;
    else if (code === 0x06) return value;
    else {
      const isTrue =
        code === 0x15 ? loaded === value : code === 0x35 ? loaded >= value : (loaded & value) !== 0;
      at += isTrue ? jumpTrue : jumpFalse;
    }
  }
  throw new Error("The program ends without an answer.");
}

test("the x32 calls of x86_64 are no way around the filter", () => {
  expect(decide("x64", { number: 0x40000000 + 1 })).toBe(ENOSYS);
});

describe.each(["x64", "arm64"] as const)("system call filter of %s", (filter) => {
  const column = filter === "x64" ? 0 : 1;
  const numbers = (calls: typeof deniedCalls) =>
    Object.values(calls).flatMap((pair) => pair[column] ?? []);

  test("refuses each dangerous call and lets no other through by a wrong number", () => {
    for (const number of numbers(deniedCalls)) expect(decide(filter, { number })).toBe(EPERM);
    for (const number of numbers(missingCalls)) expect(decide(filter, { number })).toBe(ENOSYS);
    const special = new Set([
      ...numbers(deniedCalls),
      ...numbers(missingCalls),
      ...Object.values(filteredCalls).map((pair) => pair[column]),
    ]);
    const others = Array.from({ length: 470 }, (_, number) => number).filter(
      (n) => !special.has(n),
    );
    expect(others.filter((number) => decide(filter, { number }) !== ALLOW)).toEqual([]);
  });

  test("ends a program that calls by another architecture's table", () => {
    expect(decide(filter, { number: 1, audit: 0x40000003 })).toBe(KILL);
  });

  test("opens UNIX, IPv4, IPv6 and routing sockets only", () => {
    const number = filteredCalls.socket[column];
    const outcome = (...args: number[]) => decide(filter, { number, args });
    for (const family of [1, 2, 10]) expect(outcome(family, 1, 0)).toBe(ALLOW);
    expect(outcome(16, 3, 0)).toBe(ALLOW);
    expect(outcome(16, 3, 12)).toBe(EAFNOSUPPORT); // netfilter
    for (const family of [17, 31, 38, 40, 44]) expect(outcome(family, 1, 0)).toBe(EAFNOSUPPORT);
  });

  test("makes processes and threads, but no namespaces", () => {
    const number = filteredCalls.clone[column];
    expect(decide(filter, { number, args: [17] })).toBe(ALLOW);
    expect(decide(filter, { number, args: [0x003d0f00] })).toBe(ALLOW); // a thread
    for (const flag of [0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000])
      expect(decide(filter, { number, args: [flag | 17] })).toBe(EPERM);
    expect(decide(filter, { number, args: [0x40000000 | 17] })).toBe(EPERM);
  });

  test("types into no terminal", () => {
    const number = filteredCalls.ioctl[column];
    expect(decide(filter, { number, args: [0, 0x5413] })).toBe(ALLOW); // window size
    for (const ioctl of [0x5412, 0x541c])
      expect(decide(filter, { number, args: [0, ioctl] })).toBe(EPERM);
  });
});
