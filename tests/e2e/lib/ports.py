# SPDX-License-Identifier: Apache-2.0
"""Free loopback ports, and waiting for someone to listen.

A port handed out is kept by a locked file until this process ends, so that tests that run side by side never
get the same one. Ports lie below the kernel's range for outgoing connections.
"""
import atexit
import fcntl
import os
import random
import socket
import tempfile
import time

FIRST, LAST = 20000, 32000
held = []


@atexit.register
def release():
    for file in held:
        file.close()


def lock(port):
    folder = os.path.join(tempfile.gettempdir(), "keepvalid-ports.%d" % os.getuid())
    os.makedirs(folder, exist_ok=True)
    file = open(os.path.join(folder, str(port)), "w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return False
    held.append(file)
    return True


def is_free(port):
    """Nobody listens on it, on any address of this machine."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("0.0.0.0", port))
            except OSError:
                return False
    return True


def free():
    for _ in range(2000):
        port = random.randrange(FIRST, LAST)
        if lock(port) and is_free(port):
            return port
    raise AssertionError("no free port from %d to %d" % (FIRST, LAST))


def listens(address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as s:
        s.settimeout(1)
        return s.connect_ex((address, port)) == 0


def wait(address, port, alive=lambda: True, within_s=60):
    """Until something listens there; fails when `alive` says no or after within_s."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if listens(address, port):
            return
        if not alive():
            raise AssertionError("nothing will listen on %s port %d: its process ended" % (address, port))
        time.sleep(0.05)
    raise AssertionError("nothing listens on %s port %d after %d s" % (address, port, within_s))
