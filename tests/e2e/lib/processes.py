# SPDX-License-Identifier: Apache-2.0
"""Servers as children of the test: own process group, output in a file, ended whatever happens.

Should the test itself be killed, the kernel ends them (PR_SET_PDEATHSIG).
"""
import ctypes
import os
import shutil
import signal
import subprocess
import time

LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


def need(program):
    """Path of a program; a missing one fails the test by name."""
    path = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not path:
        raise AssertionError("%s is missing: run tools/install-deps test" % program)
    return path


def run(*command, input=None, ok=(0,), timeout=120, **more):
    """Runs to the end, answers the finished process (text). An exit code not in `ok` fails; ok=None takes any."""
    done = subprocess.run([str(c) for c in command], input=input, capture_output=True, text=True, errors="replace",
                          timeout=timeout, **more)
    if ok is not None and done.returncode not in ok:
        raise AssertionError("%s: exit %d\n%s%s" % (" ".join(map(str, command)), done.returncode, done.stdout[-3000:],
                                                    done.stderr[-3000:]))
    return done


class Process:
    def __init__(self, log, *command, user=None, **more):
        self.log = log
        self.command = [str(c) for c in command]
        program = need(self.command[0])
        with open(log, "ab") as out:
            self.child = subprocess.Popen([program] + self.command[1:], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                          start_new_session=True, user=user, group=user,
                                          extra_groups=[] if user else None,
                                          preexec_fn=lambda: LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL), **more)

    @property
    def pid(self):
        return self.child.pid

    def lives(self):
        return self.child.poll() is None

    def output(self):
        with open(self.log, errors="replace") as file:
            return file.read()

    def signal(self, number):
        if self.lives():
            os.killpg(self.child.pid, number)

    def wait(self, within_s=60):
        return self.child.wait(within_s)

    def stop(self, within_s=10):
        """SIGTERM to its group, SIGKILL when it lingers. Answers the exit code."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.child.pid, number)
                self.child.wait(within_s)
                break
            except subprocess.TimeoutExpired:
                continue
            except ProcessLookupError:
                break
        self.end_group()
        return self.child.wait(within_s)

    def end_group(self):
        """Children that outlive their parent."""
        for _ in range(50):
            try:
                os.killpg(self.child.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return
            time.sleep(0.02)


def rss_bytes(pid):
    """Resident memory of a process now."""
    with open("/proc/%d/status" % pid) as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    return 0


def children(pid):
    """Process ids of all descendants of a process."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name) as file:
                    parents[int(name)] = int(file.read().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    found, look = [], [pid]
    while look:
        parent = look.pop()
        new = [child for child, its in parents.items() if its == parent]
        found += new
        look += new
    return found
