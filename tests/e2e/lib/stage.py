# SPDX-License-Identifier: Apache-2.0
"""The stage of one test class: a temporary folder, its servers, its CA; all gone at the end."""
import os
import shutil
import sys
import tempfile
import unittest

from . import pki, ports, processes


class Stage:
    def __init__(self, test_class):
        self.folder = tempfile.mkdtemp(prefix="keepvalid-e2e-")
        os.chmod(self.folder, 0o755)  # servers that give up root still read here
        self.servers = []
        self._authority = None
        test_class.addClassCleanup(self.close)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, text, mode=0o644):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    @property
    def authority(self):
        if not self._authority:
            self._authority = pki.Authority(self.folder)
        return self._authority

    def start(self, *command, listens=(), log=None, **more):
        """Starts a server and waits until it listens on all of `listens` ((address, port), or a list of them)."""
        log = self.path(log or "%s.%d.log" % (os.path.basename(str(command[0])), len(self.servers)))
        server = processes.Process(log, *command, **more)
        self.servers.append(server)
        for address, port in [listens] if isinstance(listens, tuple) and listens else listens:
            try:
                ports.wait(address, port, server.lives)
            except AssertionError as problem:
                raise AssertionError("%s: %s\n%s" % (command[0], problem, server.output()[-3000:])) from None
        return server

    def close(self):
        for server in reversed(self.servers):
            server.stop()
        if os.environ.get("KEEPVALID_KEEP"):
            print("kept: " + self.folder, file=sys.stderr)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)


def main():
    """As the last line of a test file."""
    unittest.main(module="__main__", verbosity=2, buffer=False)
