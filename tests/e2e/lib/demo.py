# SPDX-License-Identifier: Apache-2.0
"""The demo's listeners, on a network of the test's own (127.83.N.x)."""
import json
import random

from . import keepvalid, ports

TLS_PORT = 18443


def free_network():
    """An N nobody uses; kept until this process ends."""
    for number in random.sample(range(1, 256), 255):
        if ports.lock("demo-%d" % number) and not ports.listens("127.83.%d.10" % number, TLS_PORT):
            return number
    raise AssertionError("no free demo network")


def rows(folder, network):
    """The table as it is now: name -> row."""
    done = keepvalid.run("demo", "list", "--json", "--data", folder, "--network", network)
    return {row["name"]: row for row in json.loads(done.stdout)}
