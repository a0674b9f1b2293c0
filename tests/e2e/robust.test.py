# SPDX-License-Identifier: Apache-2.0
"""Thousands of hostile servers in one run: one record each, in bounded memory, to the end; and Ctrl-C in the middle."""
import collections
import json
import os
import random
import signal
import sys
import time
import unittest

from lib import expect, farm, keepvalid, ports, processes, stage

ADDRESSES = 40
CLOSED = ports.FIRST - 1  # nobody listens there on the farm's addresses


def room_bytes():
    """Resident memory that a scan may take; sanitizers have their own."""
    return (1024 if "asan" in os.environ.get("KEEPVALID_BUILD", "") else 128) << 20


class Robust(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = stage.Stage(cls)
        cls.leaf = cls.stage.authority.leaf("good", "good.example.test", key="ec")
        cls.network = next(n for n in random.sample(range(256), 256) if ports.lock("farm-%d" % n))
        cls.farm = cls.stage.start(sys.executable, "-m", "lib.farm", cls.network, ADDRESSES, cls.leaf.chain, cls.leaf.key,
                                   cwd=os.path.dirname(os.path.abspath(__file__)))
        end = time.monotonic() + 120
        while "ready" not in cls.farm.output():
            assert cls.farm.lives() and time.monotonic() < end, cls.farm.output()
            time.sleep(0.1)

    def address(self, number):
        return "127.91.%d.%d" % (self.network, number)

    def targets(self):
        """target -> outcomes that are right, in random order."""
        found = {}
        for number in range(1, ADDRESSES + 1):
            for name, (_, outcomes, _) in farm.BEHAVIOURS.items():
                found[farm.target_of(name, self.address(number))] = outcomes
            for port in range(CLOSED - 15, CLOSED + 1):
                found["%s:%d" % (self.address(number), port)] = {"refused"}
        shuffled = list(found.items())
        random.shuffle(shuffled)
        return dict(shuffled)

    def start(self, form, targets, *more):
        path = self.stage.write("targets.%s" % form, "\n".join(targets) + "\n")
        out = self.stage.path("out.%s" % form)
        errors = self.stage.path("log.%s" % form)
        scan = processes.Process(errors, "sh", "-c", 'out=$1; shift; exec "$@" >"$out"', "sh", out, keepvalid.BINARY, "scan",
                                 "@" + path, "--" + form, "--timeout", "2", "--concurrency", "1000", *more)
        self.stage.servers.append(scan)
        return scan, out

    def watch(self, scan, within_s=600):
        """To its end; the most memory it had."""
        most, end = 0, time.monotonic() + within_s
        while scan.lives():
            self.assertLess(time.monotonic(), end, "the scan does not end")
            try:
                most = max(most, processes.rss_bytes(scan.pid))
            except OSError:
                break
            time.sleep(0.05)
        return most

    def test_one_right_record_for_each_of_thousands(self):
        targets = self.targets()
        self.assertGreater(len(targets), 2000)
        scan, out = self.start("jsonl", targets)
        most = self.watch(scan)
        self.assertEqual(5, scan.wait(), scan.output()[-2000:])
        self.assertLess(most, room_bytes())
        with open(out) as file:
            records = [json.loads(line) for line in file]
        times = collections.Counter(record["target"] for record in records)
        self.assertEqual([], [target for target in targets if times[target] != 1][:5])
        self.assertEqual(len(targets), len(records))
        wrong = []
        for record in records:
            expect.whole(self, record)
            if record["outcome"] not in targets[record["target"]]:
                wrong.append((record["target"], record["outcome"], record["detail"]))
        # The farm may have been slow: who had no time is asked again, with plenty.
        late = [target for target, outcome, _ in wrong if outcome == "timeout"]
        again = {record["target"]: record for record in keepvalid.scan(*late, "--timeout", "60", ok=None)} if late else {}
        wrong = [(target, again[target]["outcome"], again[target]["detail"]) if target in again else (target, outcome, detail)
                 for target, outcome, detail in wrong]
        wrong = [one for one in wrong if one[1] not in targets[one[0]]]
        records = [again.get(record["target"], record) for record in records]
        names = {farm.port_of(name): name for name in farm.BEHAVIOURS}
        self.assertEqual([], sorted({(names.get(int(target.rsplit(":", 1)[1])), outcome, detail)
                                     for target, outcome, detail in wrong}, key=str))
        for record in records:
            if record["port"] == farm.port_of("good"):
                self.assertEqual(self.leaf.sha256, record["chain"][0]["sha256"])
            elif record["outcome"] == "ok":
                self.assertTrue(record["chain"][0]["problem"], record["target"])

    def test_interrupted_it_leaves_a_whole_answer(self):
        targets = self.targets()
        scan, out = self.start("json", targets)
        end = time.monotonic() + 60
        while (not os.path.exists(out) or os.path.getsize(out) < 20000) and scan.lives() and time.monotonic() < end:
            time.sleep(0.02)
        self.assertTrue(scan.lives(), scan.output()[-2000:])
        os.kill(scan.pid, signal.SIGINT)
        self.watch(scan, 60)
        self.assertEqual(130, scan.wait())
        with open(out) as file:
            records = json.load(file)
        records = records if isinstance(records, list) else records["records"]
        self.assertEqual(len(records), len({record["target"] for record in records}))
        for record in records:
            self.assertIn(record["target"], targets)
            expect.whole(self, record)


stage.main()
