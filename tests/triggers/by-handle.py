#!/usr/bin/env python3
"""Reads a file by its handle, as open_by_handle_at(2) opens it: without its name.

usage: by-handle.py save FILE HANDLE   writes down FILE's handle
       by-handle.py read HANDLE MOUNT  prints the file below MOUNT, or the error's name
"""
import ctypes
import errno
import os
import sys

AT_FDCWD, MAX_HANDLE_BYTES = -100, 128
libc = ctypes.CDLL(None, use_errno=True)


class Handle(ctypes.Structure):
    _fields_ = [("size", ctypes.c_uint), ("type", ctypes.c_int), ("bytes", ctypes.c_ubyte * MAX_HANDLE_BYTES)]


def must(result):
    if result < 0:
        sys.exit(errno.errorcode[ctypes.get_errno()])
    return result


def save(file, to):
    handle, mount = Handle(MAX_HANDLE_BYTES), ctypes.c_int()
    must(libc.name_to_handle_at(AT_FDCWD, file.encode(), ctypes.byref(handle), ctypes.byref(mount), 0))
    with open(to, "wb") as out:
        out.write(bytes(handle))


def read(saved, mount):
    with open(saved, "rb") as data:
        handle = Handle.from_buffer_copy(data.read())
    below = os.open(mount, os.O_RDONLY)
    opened = must(libc.open_by_handle_at(below, ctypes.byref(handle), os.O_RDONLY))
    sys.stdout.write(os.read(opened, 4096).decode())


{"save": save, "read": read}[sys.argv[1]](*sys.argv[2:])
