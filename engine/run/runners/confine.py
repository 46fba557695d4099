"""Lets a program touch the workspace and nothing else (Landlock), then becomes that program.

Usage: confine.py FOLDER... -- PROGRAM ARGUMENTS. The folders may be read and written; the system's own programs and
libraries may be read. The resolution of paths in a WASI runtime follows links of folders, so the kernel has to say no.
"""

import ctypes
import os
import sys

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same on every architecture
SET_NO_NEW_PRIVS = 38
PATH_BENEATH = 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
TRUNCATE_VERSION, NET_VERSION, IOCTL_VERSION, SCOPE_VERSION = 3, 4, 5, 6
READ_ONLY = EXECUTE | READ_FILE | READ_DIR
SYSTEM = ["/usr", "/bin", "/lib", "/lib64", "/opt/workroom", "/etc/ssl", "/etc/ld.so.cache", "/etc/localtime"]
DEVICES = ["/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"]

libc = ctypes.CDLL(None, use_errno=True)


class Ruleset(ctypes.Structure):
    _fields_ = [("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("access", ctypes.c_uint64), ("folder", ctypes.c_int32)]


def call(number, *args):
    result = libc.syscall(ctypes.c_long(number), *args)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"system call {number}")
    return result


def allow(ruleset, path, access):
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not os.path.isdir(path):
        access &= EXECUTE | WRITE_FILE | READ_FILE | (1 << 14) | (1 << 15)
    rule = Beneath(access, folder)
    call(ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(PATH_BENEATH), ctypes.byref(rule), ctypes.c_uint32(0))
    os.close(folder)


def confine(folders, program):
    version = call(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    every = (1 << 13) - 1
    if version >= 2:
        every |= 1 << 13
    if version >= TRUNCATE_VERSION:
        every |= 1 << 14
    if version >= IOCTL_VERSION:
        every |= 1 << 15
    rules = Ruleset(every, 3 if version >= NET_VERSION else 0, 3 if version >= SCOPE_VERSION else 0)
    size = 24 if version >= SCOPE_VERSION else 16 if version >= NET_VERSION else 8
    ruleset = call(CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0))
    for path in [*SYSTEM, os.path.dirname(program), os.path.dirname(os.path.abspath(__file__))]:
        allow(ruleset, path, READ_ONLY)
    for path in ["/proc/self", "/proc/meminfo", "/proc/cpuinfo", "/sys/fs/cgroup"]:
        allow(ruleset, path, READ_FILE | READ_DIR)
    for path in DEVICES:
        allow(ruleset, path, READ_FILE | WRITE_FILE)
    for path in folders:
        allow(ruleset, path, every & ~EXECUTE)
    libc.prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    call(RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))


split = sys.argv.index("--")
folders, command = sys.argv[1:split], sys.argv[split + 1 :]
try:
    confine(folders, command[0])
except OSError as error:
    # Without the kernel's help a module could follow a link out of the workspace: it does not run then.
    sys.exit(f"This machine can't confine a plugin to the workspace (Landlock): {error}")
for fd in (4, 5, 6):
    try:
        os.set_inheritable(fd, True)
    except OSError:
        pass
os.execv(command[0], command)
