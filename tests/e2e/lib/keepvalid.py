# SPDX-License-Identifier: Apache-2.0
"""The program under test."""
import json
import os

from . import processes

BINARY = os.environ.get("KEEPVALID") or os.path.join(os.path.dirname(__file__), "../../../build/dev/keepvalid")
SOURCE = os.environ.get("KEEPVALID_SOURCE") or os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))


def run(*args, **more):
    """`keepvalid ARGS`, to its end: see processes.run."""
    return processes.run(BINARY, *args, **more)


def records(done):
    """The records of a finished `scan --jsonl`."""
    return [json.loads(line) for line in done.stdout.splitlines()]


def scan(*args, ok=(0, 1, 5), **more):
    """Records of a scan, in any order. That some (5) or all (1) targets failed is fine unless `ok` says otherwise."""
    return records(run("scan", *args, "--jsonl", ok=ok, **more))


def scan_one(target, *args, **more):
    """The one record of one target; more or fewer fail."""
    found = scan(target, *args, **more)
    assert len(found) == 1, "%d records for %s" % (len(found), target)
    return found[0]
