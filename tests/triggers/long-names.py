#!/usr/bin/env python3
"""A file system in which every name exists: a folder if it begins with d, else a file that says opensesame.

usage: long-names.py MOUNTPOINT. Names have up to 1,024 bytes, more than Linux' own file systems allow.
Speaks just enough FUSE (linux/fuse.h) for stat, open and read. Unmounting ends it.
"""
import ctypes
import os
import struct
import sys

LOOKUP, FORGET, GETATTR, OPEN, READ, RELEASE, FLUSH, INIT = 1, 2, 3, 14, 15, 18, 25, 26
OPENDIR, RELEASEDIR, INTERRUPT, BATCH_FORGET = 27, 29, 36, 42
TEXT = b"opensesame\n"
ENOSYS = 38

names = {1: b"d"}


def attributes(node):
    mode, size = (0o40755, 0) if names[node].startswith(b"d") else (0o100644, len(TEXT))
    return struct.pack("<6Q10I", node, size, 0, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 512, 0)


def lookup(_, body):
    node = len(names) + 1
    names[node] = body.rstrip(b"\0")
    return struct.pack("<4Q2I", node, 0, 60, 60, 0, 0) + attributes(node)


def read(_, body):
    _, offset, size = struct.unpack_from("<QQI", body)
    return TEXT[offset:offset + size]


ANSWERS = {
    # Version 7.22: the last with the short answer.
    INIT: lambda node, body: struct.pack("<4I2HI", 7, 22, 0, 0, 0, 0, 4096),
    LOOKUP: lookup,
    GETATTR: lambda node, body: struct.pack("<Q2I", 60, 0, 0) + attributes(node),
    OPEN: lambda node, body: struct.pack("<Q2I", 0, 0, 0),
    OPENDIR: lambda node, body: struct.pack("<Q2I", 0, 0, 0),
    READ: read,
    RELEASE: lambda node, body: b"",
    RELEASEDIR: lambda node, body: b"",
    FLUSH: lambda node, body: b"",
}


def main():
    device = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0".encode()
    if ctypes.CDLL(None, use_errno=True).mount(b"fuse", sys.argv[1].encode(), b"fuse", 0, options):
        sys.exit(os.strerror(ctypes.get_errno()))
    if os.fork():
        return  # mounted: the caller goes on
    os.setsid()
    for stream in (0, 1, 2):
        os.dup2(os.open("/dev/null", os.O_RDWR), stream)
    while True:
        try:
            request = os.read(device, 1 << 17)
        except OSError:
            return
        _, operation, unique, node = struct.unpack_from("<IIQQ", request)
        if operation in (FORGET, BATCH_FORGET, INTERRUPT):
            continue
        answer = ANSWERS.get(operation)
        body = answer(node, request[40:]) if answer else b""
        os.write(device, struct.pack("<IiQ", 16 + len(body), 0 if answer else -ENOSYS, unique) + body)


if __name__ == "__main__":
    main()
