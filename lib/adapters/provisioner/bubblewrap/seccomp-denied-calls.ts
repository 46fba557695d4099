/** Numbers of a system call: [x86_64, aarch64]; `null` where the architecture doesn't have it. */
type CallNumbers = readonly [x64: number | null, arm64: number | null];

/**
 * Calls a room never needs, each a piece of kernel surface or a way around a wall. Answered with EPERM.
 * Sources: the kernel's unistd tables; Docker's default profile for which calls ordinary programs live without.
 */
export const deniedCalls: Readonly<Record<string, CallNumbers>> = {
  // Namespaces and mounts: the room's tree and identity are fixed before the first instruction of the engine.
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  move_mount: [429, 429],
  open_tree: [428, 428],
  mount_setattr: [442, 442],
  open_tree_attr: [467, 467],
  setns: [308, 268],
  unshare: [272, 97],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  // Other processes.
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  process_madvise: [440, 440],
  pidfd_getfd: [438, 438],
  kcmp: [312, 272],
  // Kernel interfaces with a history of escapes.
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  fanotify_init: [300, 262],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  lookup_dcookie: [212, 18],
  vmsplice: [278, 75],
  memfd_secret: [447, 447],
  modify_ldt: [154, null],
  // Memory placement of the whole machine.
  mbind: [237, 235],
  get_mempolicy: [239, 236],
  set_mempolicy: [238, 237],
  set_mempolicy_home_node: [450, 450],
  migrate_pages: [256, 238],
  move_pages: [279, 239],
  // The machine itself.
  acct: [163, 89],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  reboot: [169, 142],
  swapon: [167, 224],
  swapoff: [168, 225],
  syslog: [103, 116],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  clock_adjtime: [305, 266],
  adjtimex: [159, 171],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  ioperm: [173, null],
  iopl: [172, null],
  nfsservctl: [180, 42],
  vhangup: [153, 58],
  uselib: [134, null],
  ustat: [136, null],
  sysfs: [139, null],
  _sysctl: [156, null],
};

/** Calls that answer ENOSYS, so that programs fall back: the flags of clone3 lie in memory, out of a filter's sight. */
export const missingCalls: Readonly<Record<string, CallNumbers>> = {
  clone3: [435, 435],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
};

/** Calls whose arguments decide. */
export const filteredCalls = {
  clone: [56, 220],
  socket: [41, 198],
  ioctl: [16, 29],
} as const satisfies Record<string, CallNumbers>;
