"""Attacks that need system calls: prints one JSON object {id: [is_held, detail]}. Runs in the room as the agent."""
import ctypes
import errno
import fcntl
import json
import os
import platform
import pty
import socket

libc = ctypes.CDLL(None, use_errno=True)
is_arm = platform.machine() == "aarch64"
WALLS = {errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EAFNOSUPPORT, errno.EROFS, errno.ENOSPC}
results = {}


def name(number):
    return errno.errorcode.get(number, str(number))


def attack(key, *tries):
    details, is_held = [], True
    for title, attempt in tries:
        try:
            attempt()
            is_held = False
            details.append(title + ": it worked")
        except OSError as error:
            if error.errno not in WALLS:
                is_held = False
            details.append(title + ": " + name(error.errno))
    results[key] = [is_held, "; ".join(details)]


def call(x64, arm64, *args):
    """The raw call in a child: a call that works must not change this process."""
    pid = os.fork()
    if pid == 0:
        ctypes.set_errno(0)
        answer = libc.syscall(arm64 if is_arm else x64, *[ctypes.c_long(a) for a in args])
        os._exit(0 if answer >= 0 else ctypes.get_errno())
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code != 0:
        raise OSError(code if code > 0 else errno.EPERM, "refused")


def open_socket(family, kind, protocol=0):
    socket.socket(family, kind, protocol).close()


def become(uid):
    pid = os.fork()
    if pid == 0:
        try:
            os.setuid(uid)
            os._exit(0)
        except OSError as error:
            os._exit(error.errno)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code != 0:
        raise OSError(code, "refused")


def type_into_terminal():
    leader, follower = pty.openpty()
    try:
        fcntl.ioctl(follower, 0x5412, b"x")
    finally:
        os.close(leader)
        os.close(follower)


NEWUSER, NEWNS = 0x10000000, 0x00020000
text = ctypes.create_string_buffer(b"none")
folder = ctypes.create_string_buffer(b"/tmp")
kind = ctypes.create_string_buffer(b"tmpfs")
scratch = ctypes.create_string_buffer(256)
at = ctypes.addressof

attack("vsock", ("AF_VSOCK socket", lambda: open_socket(40, socket.SOCK_STREAM)))
attack(
    "raw_sockets",
    ("packet socket", lambda: open_socket(17, socket.SOCK_RAW)),
    ("raw IP socket", lambda: open_socket(socket.AF_INET, socket.SOCK_RAW, 1)),
    ("AF_ALG socket", lambda: open_socket(38, socket.SOCK_SEQPACKET)),
)
attack("firewall", ("netfilter socket", lambda: open_socket(16, socket.SOCK_RAW, 12)))
attack(
    "user_namespace",
    ("unshare", lambda: call(272, 97, NEWUSER)),
    ("clone", lambda: call(56, 220, NEWUSER | 17, 0, 0, 0, 0)),
    ("clone3", lambda: call(435, 435, at(scratch), 88)),
)
attack(
    "mount",
    ("mount", lambda: call(165, 40, at(text), at(folder), at(kind), 0, 0)),
    ("unshare mounts", lambda: call(272, 97, NEWNS)),
    ("open_tree", lambda: call(428, 428, -100, at(folder), 1)),
)
attack(
    "trace",
    ("ptrace PID 1", lambda: call(101, 117, 16, 1, 0, 0)),
    ("read memory of PID 1", lambda: call(310, 270, 1, 0, 0, 0, 0, 0)),
)
attack(
    "kernel_surface",
    ("bpf", lambda: call(321, 280, 0, at(scratch), 48)),
    ("io_uring", lambda: call(425, 425, 1, at(scratch))),
    ("userfaultfd", lambda: call(323, 282, 0)),
    ("perf", lambda: call(298, 241, at(scratch), 0, -1, -1, 0)),
    ("keyctl", lambda: call(250, 219, 0, -3, 1)),
    ("load a module", lambda: call(313, 273, -1, at(text), 0)),
)
attack("become_root", ("setuid 0", lambda: become(0)))
attack("terminal_input", ("TIOCSTI", type_into_terminal))
print(json.dumps(results))
