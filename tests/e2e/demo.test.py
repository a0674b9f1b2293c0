# SPDX-License-Identifier: Apache-2.0
"""`keepvalid up --demo`: what the demo and this machine serve is in the inventory by itself, and everything ends."""
import os
import sqlite3
import unittest

from lib import demo, keepvalid, ports, processes, server, stage


class Demo(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = stage.Stage(cls)
        cls.data = cls.stage.path("data")
        cls.network = demo.free_network()
        own = cls.stage.authority.leaf("own", "own.example.test")
        cls.own, cls.own_port = own, ports.free()
        cls.stage.start("openssl", "s_server", "-quiet", "-accept", "127.0.0.1:%d" % cls.own_port, "-cert", own.cert, "-key",
                        own.key, listens=("127.0.0.1", cls.own_port))
        cls.up = server.up(cls.stage, cls.data, "--demo", KEEPVALID_DEMO_NET=str(cls.network))
        cls.api = server.set_up(cls.up)
        cls.rows = demo.rows(cls.data, cls.network)

    def endpoints(self):
        """(address, port) -> its endpoint; with a server name where there are two."""
        found = {}
        for one in sorted(self.api.items("/api/v1/endpoints"), key=lambda one: one["server_name"] or ""):
            found[one["address"], one["port"]] = one
        return found

    def missing(self):
        """Rows whose certificate is not in the inventory; for those that show none, what the scans recorded counts."""
        seen = {place: one["outcome"] for place, one in self.endpoints().items()}
        told = {}
        for scan in self.api.items("/api/v1/scans"):
            for record in self.api.items("/api/v1/scans/%s/records" % scan["id"]):
                told[record["target"]] = record["outcome"]
        found = {row["name"]: seen.get((row["address"], row["port"])) for row in self.rows.values()}
        return [row["name"] for row in self.rows.values() if told.get(row["target"]) != row["outcome"] or
                ((row["outcome"] == "ok" or row["named_target"]) and found[row["name"]] != "ok")]

    def problems(self, endpoint):
        """Of the endpoint and of all certificates it shows."""
        found = set(endpoint["problems"])
        for certificate in self.api.items("/api/v1/certificates"):
            if certificate["sha256"] == endpoint["certificate"]:
                found |= set(certificate["problems"])
        return found

    def endpoint(self, name):
        row = self.rows[name]
        return self.endpoints()[row["address"], row["port"]]

    def test_1_everything_is_found_by_itself(self):
        server.until(lambda: "missing: %s" % self.missing(), lambda: not self.missing())
        server.until("the listener of this machine",
                     lambda: self.endpoints().get(("127.0.0.1", self.own_port), {}).get("certificate") == self.own.sha256)
        for name, row in self.rows.items():
            if row["outcome"] != "ok" and not row["named_target"]:
                continue
            with self.subTest(name):
                endpoint = self.endpoint(name)
                self.assertTrue(endpoint["demo"])
                self.assertEqual(row["protocol"], endpoint["protocol"])
                self.assertIsNotNone(endpoint["certificate"])
                shown = self.problems(endpoint) - {"untrusted"}
                if name != "dual-forgotten":
                    self.assertEqual(set(row["problems"]) - {"untrusted"}, shown)

        places = sorted((one["address"], one["port"]) for one in self.api.items("/api/v1/endpoints") if one["demo"])
        self.assertEqual(sorted(set(places)), places)  # none twice, by its name and by its address

    def test_2_the_second_certificate_that_ran_out_is_known(self):
        found = [one for one in self.api.items("/api/v1/certificates") if one["name"] == self.rows["dual-forgotten"]["host"]]
        self.assertEqual([[], ["expired"]], sorted([p for p in one["problems"] if p != "untrusted"] for one in found))

        need = [one for one in self.api.get("/api/v1/overview")["needs"] if one["name"] == self.rows["dual-forgotten"]["host"]]
        self.assertEqual(["expired-served"], [one["code"] for one in need])
        self.assertIn(self.rows["dual-forgotten"]["address"], need[0]["why"])

    def test_3_what_breaks_and_heals_is_seen(self):
        before = self.endpoint("good")["certificate"]
        keepvalid.run("demo", "break", "good", "--data", self.data)
        server.until("good has expired", lambda: "expired" in self.problems(self.endpoint("good")))
        keepvalid.run("demo", "break", "smtp", "stop", "--data", self.data)
        server.until("smtp is gone", lambda: self.endpoint("smtp")["outcome"] == "refused")
        keepvalid.run("demo", "heal", "all", "--data", self.data)
        server.until("good is well", lambda: self.endpoint("good")["certificate"] == before)
        server.until("smtp is back", lambda: self.endpoint("smtp")["outcome"] == "ok")
        self.assertEqual(set(), self.problems(self.endpoint("good")) - {"untrusted"})

    def test_4_demo_down_ends_the_listeners_and_the_server_goes_on(self):
        keepvalid.run("demo", "down", "--data", self.data)
        self.assertFalse(os.path.exists(self.data + "/demo"))
        for row in self.rows.values():
            self.assertFalse(ports.listens(row["address"], row["port"]), row["name"])
        self.assertTrue(self.api.get("/api/v1/whoami")["user"])
        self.assertFalse(self.api.get("/api/v1/overview")["demo"])
        self.nothing_of_the_demo_is_kept()

    def nothing_of_the_demo_is_kept(self):
        with sqlite3.connect("file:%s/keepvalid.db?mode=ro" % self.data, uri=True) as db:
            def one(sql):
                return db.execute(sql).fetchone()[0]
            tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%demo%'")]
            self.assertIn("certificates", tables)
            for table in tables: # a table with such a column wants its line in src/records/store/demo.c
                if "demo" in [row[1] for row in db.execute("PRAGMA table_info(%s)" % table)]:
                    self.assertEqual(0, one("SELECT COUNT(*) FROM %s WHERE demo <> 0" % table), table)
            for table, column in (("endpoints", "address"), ("locations", "address"), ("learnt_names", "address"), ("hosts", "name")):
                self.assertEqual(0, one("SELECT COUNT(*) FROM %s WHERE %s LIKE '%%127.83.%%'" % (table, column)), table)
            for noun in ("certificates", "endpoints", "hosts", "lineages"):
                self.assertEqual(one("SELECT COUNT(*) FROM " + noun), one("SELECT value FROM counters WHERE name = '%s'" % noun), noun)
            self.assertEqual(one("SELECT COUNT(*) FROM certificates WHERE active = 1"),
                             one("SELECT value FROM counters WHERE name = 'active'"))
            self.assertEqual(one("SELECT COUNT(*) FROM certificates WHERE active = 1"), one("SELECT COALESCE(SUM(count), 0) FROM expiry_days"))
            self.assertEqual(one("SELECT COUNT(*) FROM certificates WHERE need_at > 0"), one("SELECT COALESCE(SUM(count), 0) FROM need_days"))
            self.assertEqual(0, one("SELECT COALESCE(MAX(value), 0) FROM counters WHERE name = 'demo'"))
            self.assertEqual([], db.execute("PRAGMA foreign_key_check").fetchall())
            self.assertEqual(1, one("SELECT COUNT(*) FROM certificates WHERE name = 'own.example.test'"))

    def test_5_nothing_is_left_after_the_end(self):
        family = [self.up.pid] + processes.children(self.up.pid)
        self.assertGreater(len(family), 2)
        self.up.signal(15)
        self.assertEqual(0, self.up.wait())
        for pid in family:
            self.assertFalse(os.path.exists("/proc/%d/exe" % pid) and self.is_ours(pid), pid)
        self.assertFalse(ports.listens("127.0.0.1", self.api.port))
        self.assertNotIn("Sanitizer", self.up.output())

    def is_ours(self, pid):
        try:
            return os.path.realpath("/proc/%d/exe" % pid) == os.path.realpath(keepvalid.BINARY)
        except OSError:
            return False


class Later(unittest.TestCase):
    def test_a_demo_that_listens_before_the_server_starts_is_found_once(self):
        here = stage.Stage(Later)
        data, network = here.path("data"), demo.free_network()
        keepvalid.run("demo", "up", "--data", data, "--network", network)
        self.addCleanup(keepvalid.run, "demo", "down", "--data", data, ok=None)
        child = server.up(here, data)
        api = server.set_up(child)
        server.until("the first scan ends", lambda: [one for one in api.items("/api/v1/scans") if one["state"] == "done"])
        targets = [target for one in api.items("/api/v1/scans") for target in one["targets"]]
        self.assertEqual([], [target for target in targets if target.startswith("127.83.")])
        self.assertEqual(0, child.stop())


stage.main()
