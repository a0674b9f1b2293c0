# SPDX-License-Identifier: Apache-2.0
"""Sources of the kind "ct": logs of the test's own making, over loopback, read by a real server, verified, kept once, whatever dies in
between. The list of logs is a data pack of the test's."""
import hashlib
import json
import os
import random
import signal
import sqlite3
import time
import unittest

from lib import ct_log, server, stage

OWN = "shop.example.org"


class Ct(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = stage.Stage(cls)
        leaf = cls.stage.authority.leaf("log", "127.0.0.1", key="ec")
        cls.logs = {name: ct_log.Log(name, tls) for name, tls in
                    [("one", None), ("two", None), ("safe", (leaf.chain, leaf.key)), ("liar", None), ("busy", None), ("killed", None)]}
        for log in cls.logs.values():
            cls.addClassCleanup(log.close)
        listed = {"operators": [{"name": "test", "logs": [log.listed("rfc6962") for log in cls.logs.values()],
                                 "tiled_logs": [log.listed("static") for log in cls.logs.values()]}]}
        cls.stage.write("pack/ct/log_list.json", json.dumps(listed))

    def start(self, name, allow="egress:\n  allow: [127.0.0.1]\n", **more):
        self.data = self.stage.path(name)
        settings = "scan_at_start: false\nroots: [%s]\n%s" % (self.stage.authority.root.cert, allow)
        child = server.serve(self.stage, self.data, settings, KEEPVALID_DATA=self.stage.path("pack"), **more)
        return child

    def again(self, child):
        child.signal(signal.SIGKILL)
        child.wait()
        return self.start(os.path.basename(self.data))

    def rows(self, sql, *values):
        db = sqlite3.connect("file:%s/keepvalid.db?mode=ro" % self.data, uri=True, timeout=60)
        try:
            return db.execute(sql, values).fetchall()
        finally:
            db.close()

    def source(self, client, name, logs, **options):
        return client.call("POST", "/api/v1/sources", {"name": name, "kind": "ct", "schedule": {"every_s": 0},
                                                       "options": {"domains": ["example.org"], "logs": logs, "rate": 100, **options}})

    def run_source(self, client, source, within_s=240):
        run = client.call("POST", "/api/v1/sources/%s/run" % source["id"])["run"]
        return self.ended(client, source, run["id"], within_s)

    def ended(self, client, source, run_id, within_s=240):
        def ask():
            run = [r for r in client.get("/api/v1/sources/%s/runs" % source["id"])["items"] if r["id"] == run_id][0]
            return run if run["ended_at"] else None
        return server.until("the run ends", ask, within_s)

    @staticmethod
    def fill(log, count, every):
        """Entries, some of them ours, some of those precertificates with their final certificates; answers hashes of ours."""
        ours = set()
        for i in range(count):
            if i % every:
                log.add(["host%d.other.test" % i, "notexample.org"], precert=i % 2 == 0)
                continue
            der, pre = log.add(["host%d.%s" % (len(log.entries), OWN), "*.w%d.example.org" % i, "elsewhere.test"], precert=i % 2 == 0)
            ours.add(hashlib.sha256(pre or der).hexdigest())
            if pre and i % 4 == 0:
                log.add_raw(der)
                ours.add(hashlib.sha256(der).hexdigest())
        return ours

    def found(self):
        return {h.hex() for (h,) in self.rows("SELECT c.sha256 FROM ct_entries e JOIN certificates c ON c.id = e.certificate_id")}

    def logs_of(self, source):
        return {name: rest for name, *rest in self.rows(
            "SELECT name, tree_size, next_index, entries_read, entries_ours, problem_code FROM ct_logs WHERE source_id = ?", int(source["id"]))}

    def test_own_certificates_are_found_once_in_both_kinds_of_log(self):
        one, two = self.logs["one"], self.logs["two"]
        wanted = self.fill(one, 1500, 50) | self.fill(two, 700, 30)
        child = self.start("both")
        client = server.set_up(child)
        source = self.source(client, "logs", ["one static", "two rfc6962"], since="all")
        run = self.run_source(client, source)
        self.assertEqual(run["state"], "done", run)
        self.assertEqual(self.found(), wanted)
        logs = self.logs_of(source)
        self.assertEqual(logs["one static"][:3], [one.size] * 3)
        self.assertEqual(logs["two rfc6962"][:3], [two.size] * 3)
        # they are known, by their place, and are not active: nobody serves them
        listed = client.items("/api/v1/certificates")
        self.assertLessEqual(wanted, {row["sha256"] for row in listed})
        self.assertTrue(all(row["state"] != "active" for row in listed), listed[:2])
        places = self.rows("SELECT address FROM locations WHERE kind = (SELECT kind FROM locations WHERE address LIKE 'one static, entry %' LIMIT 1)")
        self.assertEqual(len(places), len(wanted))
        self.assertEqual(self.rows("SELECT count(*) FROM certificates WHERE name LIKE '%other.test'"), [(0,)])
        # precertificates know their certificates
        pairs = self.rows("SELECT count(*) FROM ct_entries WHERE twin_id > 0")[0][0]
        self.assertGreater(pairs, 10)
        self.assertEqual(pairs % 2, 0)
        # names feed the scans of networks; wildcards and those of others do not
        names = {n for (n,) in self.rows("SELECT name FROM learnt_names")}
        self.assertIn("host0." + OWN, names)
        self.assertFalse({n for n in names if "*" in n or not n.endswith("example.org")})

        # the next run reads what came since, and nothing twice
        more = self.fill(one, 300, 20)
        asked = len(one.requests)
        self.run_source(client, source)
        self.assertEqual(self.found(), wanted | more)
        self.assertEqual(self.logs_of(source)["one static"][2], one.size)
        data = [r for r in one.requests[asked:] if "/tile/data/" in r]
        self.assertLessEqual(len(data), 3)

    def test_a_fresh_source_begins_now(self):
        log = self.logs["safe"]
        self.fill(log, 300, 10)
        child = self.start("now")
        client = server.set_up(child)
        source = self.source(client, "safe", ["safe static", "safe rfc6962"])  # over HTTPS, by a root of our own
        run = self.run_source(client, source)
        self.assertEqual(run["state"], "done", run)
        self.assertEqual(self.found(), set())
        wanted = self.fill(log, 60, 10)
        self.run_source(client, source)
        self.assertEqual(self.found(), wanted)
        for row in self.logs_of(source).values():
            self.assertEqual((row[0], row[4]), (log.size, ""))

    def test_killed_anywhere_nothing_is_skipped_or_doubled(self):
        log = self.logs["killed"]
        wanted = self.fill(log, 6000, 12)
        log.delay, log.most = 0.01, 256
        child = self.start("killed")
        client = server.set_up(child)
        source = self.source(client, "killed", ["killed static", "killed rfc6962"], since="all")
        run = client.call("POST", "/api/v1/sources/%s/run" % source["id"])["run"]
        for _ in range(6):
            time.sleep(random.uniform(0.2, 1.5))
            child = self.again(child)
        db = lambda: self.rows("SELECT ended_at FROM source_runs WHERE id = ?", int(run["id"]))[0][0]
        server.until("the run ends", db, 300)
        self.assertEqual(self.found(), wanted)
        for row in self.logs_of(source).values():
            self.assertEqual(row[:3], [log.size] * 3)
        self.assertEqual(self.rows("SELECT count(*) FROM ct_entries"), [(2 * len(wanted),)])

    def test_a_log_that_lies_is_refused_and_told(self):
        log = self.logs["liar"]
        wanted = self.fill(log, 300, 10)
        child = self.start("liar")
        client = server.set_up(child)
        source = self.source(client, "liar", ["liar static", "liar rfc6962"], since="all")
        self.run_source(client, source)
        self.assertEqual(self.found(), wanted)
        self.fill(log, 100, 10)
        for lie, code in [("fork", "ct-fork"), ("key", "ct-head")]:
            log.lies = {lie}
            self.run_source(client, source)
            self.assertEqual({row[4] for row in self.logs_of(source).values()}, {code})
            self.assertEqual(self.found(), wanted)
            told = client.get("/api/v1/sources/%s/logs" % source["id"])["items"]
            self.assertEqual({row["problem_code"] for row in told}, {code})
            self.assertTrue(all(row["problem"] and row["read"] == row["next_index"] for row in told), told)
        log.lies = {"truncated"}
        self.run_source(client, source)
        self.assertEqual(self.logs_of(source)["liar static"][4], "ct-entry")
        log.lies = {"long"}
        self.run_source(client, source)
        self.assertEqual(self.logs_of(source)["liar static"][4], "ct-tile")
        audit = client.items("/api/v1/audit")
        self.assertGreaterEqual(len([a for a in audit if a["what"] == "ct.refused"]), 4)
        log.lies = set()
        self.run_source(client, source)
        self.assertEqual({row[4] for row in self.logs_of(source).values()}, {""})
        self.assertEqual({row[1] for row in self.logs_of(source).values()}, {log.size})

    def test_a_busy_log_is_left_alone_for_as_long_as_it_asks(self):
        log = self.logs["busy"]
        wanted = self.fill(log, 100, 10)
        child = self.start("busy")
        client = server.set_up(child)
        log.busy, log.retry_after = 2, 2
        source = self.source(client, "busy", ["busy static"], since="all")
        run = self.run_source(client, source)
        self.assertEqual(run["state"], "done", run)
        self.assertEqual(self.found(), wanted)
        self.assertGreaterEqual(log.times[1] - log.times[0], 1.9)
        log.busy, log.retry_after = 9, 7200  # too long to wait: another time
        self.run_source(client, source)
        self.assertEqual(self.logs_of(source)["busy static"][4], "later")

    def test_logs_at_addresses_that_are_not_allowed_are_not_asked(self):
        log = self.logs["one"]
        child = self.start("denied", allow="")
        client = server.set_up(child)
        asked = len(log.requests)
        source = self.source(client, "denied", ["one static"])
        self.run_source(client, source)
        self.assertEqual(self.logs_of(source)["one static"][4], "egress-denied")
        self.assertEqual(len(log.requests), asked)

    def test_options_that_make_no_sense_are_refused(self):
        child = self.start("options")
        client = server.set_up(child)
        for options in [{"domains": ["com"]}, {"domains": []}, {"domains": ["192.0.2.1"]}, {"domains": ["a.test"], "since": "soon"}]:
            status, _, body = client.raw("POST", "/api/v1/sources", {"name": "x", "kind": "ct", "options": options})
            self.assertEqual(status, 400, body)


if __name__ == "__main__":
    stage.main()
