import { deniedCalls, filteredCalls, missingCalls } from "./seccomp-denied-calls";

type Instruction = { code: number; jumpTrue: number; jumpFalse: number; value: number };

// Classic BPF, as <linux/filter.h> and <linux/seccomp.h> define it.
const LOAD_WORD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_GREATER_EQUAL = 0x35;
const JUMP_ANY_BIT = 0x45;
const RETURN = 0x06;
const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const errno = (number: number) => 0x00050000 | number;
const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;

// Offsets in struct seccomp_data; arguments are 64 bits wide, little endian on both architectures.
const OFFSET_CALL = 0;
const OFFSET_ARCH = 4;
const argumentOffset = (index: number) => 16 + index * 8;

const architectures = {
  x64: { audit: 0xc000003e, column: 0 },
  arm64: { audit: 0xc00000b7, column: 1 },
} as const;
export type FilterArchitecture = keyof typeof architectures;

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const NAMESPACE_FLAGS = 0x7e020000;
const X32_BIT = 0x40000000;
const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const AF_NETLINK = 16;
const NETLINK_ROUTE = 0;
/** Push characters into a terminal: TIOCSTI, and TIOCLINUX, which pastes. */
const TERMINAL_INPUT = [0x5412, 0x541c];

const load = (offset: number): Instruction => step(LOAD_WORD, offset);
const answer = (value: number): Instruction => step(RETURN, value);
const step = (code: number, value: number, jumpTrue = 0, jumpFalse = 0): Instruction => ({
  code,
  value,
  jumpTrue,
  jumpFalse,
});

/** Runs `body` only when the loaded word equals `value`; `body` must end in an answer and load what it needs. */
const when = (value: number, body: Instruction[]): Instruction[] => [
  step(JUMP_EQUAL, value, 0, body.length),
  ...body,
];

/**
 * The room's system call filter: a BPF program for `bwrap --seccomp FD`.
 * Sockets are AF_UNIX, AF_INET, AF_INET6 and routing netlink only: AF_VSOCK would pass every network namespace.
 */
export function buildSeccompFilter(architecture: FilterArchitecture): Buffer {
  const { audit, column } = architectures[architecture];
  const numbersOf = (calls: typeof deniedCalls) =>
    Object.values(calls).flatMap((numbers) => numbers[column] ?? []);
  const program = [
    load(OFFSET_ARCH),
    step(JUMP_EQUAL, audit, 1, 0),
    answer(KILL_PROCESS), // 32-bit programs have other numbers: a filter for one table must not judge by another
    load(OFFSET_CALL),
    ...(architecture === "x64"
      ? [step(JUMP_GREATER_EQUAL, X32_BIT, 0, 1), answer(errno(ENOSYS))]
      : []),
    ...numbersOf(deniedCalls).flatMap((number) => when(number, [answer(errno(EPERM))])),
    ...numbersOf(missingCalls).flatMap((number) => when(number, [answer(errno(ENOSYS))])),
    ...when(filteredCalls.clone[column], [
      load(argumentOffset(0)),
      step(JUMP_ANY_BIT, NAMESPACE_FLAGS, 0, 1),
      answer(errno(EPERM)),
      answer(ALLOW),
    ]),
    ...when(filteredCalls.socket[column], socketRule()),
    ...when(filteredCalls.ioctl[column], [
      load(argumentOffset(1)),
      ...TERMINAL_INPUT.flatMap((request) => when(request, [answer(errno(EPERM))])),
      answer(ALLOW),
    ]),
    answer(ALLOW),
  ];
  return encode(program);
}

function socketRule(): Instruction[] {
  return [
    load(argumentOffset(0)),
    ...[AF_UNIX, AF_INET, AF_INET6].flatMap((family) => when(family, [answer(ALLOW)])),
    ...when(AF_NETLINK, [
      load(argumentOffset(2)),
      step(JUMP_EQUAL, NETLINK_ROUTE, 0, 1),
      answer(ALLOW),
      answer(errno(EAFNOSUPPORT)),
    ]),
    answer(errno(EAFNOSUPPORT)),
  ];
}

function encode(program: Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, { code, jumpTrue, jumpFalse, value }] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(jumpTrue, index * 8 + 2);
    bytes.writeUInt8(jumpFalse, index * 8 + 3);
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4);
  }
  return bytes;
}
