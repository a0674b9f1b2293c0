#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Discovery that goes on, against a real nginx that changes between runs: sources, runs, what is new, changed and gone, coverage,
unclear targets, learnt names, exclusions, rules; and an engine that is killed in the middle of runs."""
import json
import re
import sys
import unittest

from lib import keepvalid, pki, ports, server, stage

CONF = """daemon off; pid %(folder)s/nginx.pid; error_log stderr; worker_processes 1;
events {} http { access_log off; client_body_temp_path %(folder)s/t; proxy_temp_path %(folder)s/t; fastcgi_temp_path %(folder)s/t;
uwsgi_temp_path %(folder)s/t; scgi_temp_path %(folder)s/t;
%(servers)s }"""
TLS = """server { listen 127.0.0.1:%d ssl%s; server_name %s; ssl_certificate %s; ssl_certificate_key %s; }
"""
PLAIN = "server { listen 127.0.0.1:%d; }\n"


class Nginx:
    """What it serves is said by `show`: a list of (port, leaf, server name, is default)."""

    def __init__(self, stage_):
        self.stage, self.process = stage_, None

    def configure(self, shown, plain=()):
        blocks = [TLS % (port, " default_server" if default else "", name, leaf.chain, leaf.key) for port, leaf, name, default in shown]
        blocks += [PLAIN % port for port in plain]
        return self.stage.write("nginx.conf", CONF % {"folder": self.stage.folder, "servers": "".join(blocks)})

    def show(self, shown, plain=()):
        """Started anew, so that what is no more is refused at once."""
        conf = self.configure(shown, plain)
        if self.process:
            self.process.stop()
        listens = sorted({("127.0.0.1", port) for port, *_ in shown} | {("127.0.0.1", port) for port in plain})
        self.process = self.stage.start("nginx", "-e", "stderr", "-c", conf, listens=list(listens))


class Discovery(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = stage.Stage(cls)
        cls.a, cls.b, cls.plain, cls.c = [ports.free() for _ in range(4)]
        make = cls.stage.authority.leaf
        cls.one = make("one", "one.keepvalid.test", "two.keepvalid.test")
        cls.two = make("two", "two.keepvalid.test")
        cls.renewed = make("renewed", "one.keepvalid.test", "two.keepvalid.test", days=200)
        cls.other = make("other", "other.keepvalid.test")
        cls.lab = make("lab", "db.lab.keepvalid.test")
        cls.nginx = Nginx(cls.stage)
        cls.data = cls.stage.path("data")
        child = server.serve(cls.stage, cls.data)
        cls.api = server.set_up(child)
        cls.child = child

    def command(self, *args, ok=(0,)):
        return keepvalid.run(*args, "--data", self.data, ok=ok).stdout

    def source(self, name):
        return next(row for row in self.api.items("/api/v1/sources") if row["name"] == name)

    def ended(self, name, runs):
        """The last run of a source, when it has so many and none is open."""
        def look():
            rows = self.api.items("/api/v1/sources/%s/runs" % self.source(name)["id"])
            return len(rows) >= runs and rows[0]["ended_at"] and rows[0]
        run = server.until("run %d of %s" % (runs, name), look)
        self.assertEqual(run["state"], "done", run)
        return run

    def run_once(self, name):
        before = len(self.api.items("/api/v1/sources/%s/runs" % self.source(name)["id"]))
        self.command("source", "run", name)
        return self.ended(name, before + 1)

    def changes(self, *words):
        return [(c["kind"], c["certificate"]["sha256"], c["before"], c["location"])
                for c in self.api.items("/api/v1/changes" + "&".join(("?",) + words if words else ()).replace("?&", "?"))]

    def test_1_what_comes_changes_and_goes(self):
        place = "127.0.0.1[127.0.0.1]:%d/tls/"
        self.nginx.show([(self.a, self.one, "_", True), (self.b, self.other, "_", True)], [self.plain])
        made = json.loads(self.command("source", "add", "farm", "network", "scopes=127.0.0.1", "learn_names=no", "look=whole",
                                       "ports=%d,%d,%d" % (self.a, self.b, self.plain), "--every", "never"))
        self.assertEqual((made["schedule"]["every_s"], made["next_run_at"], made["last_run"]), (0, None, None))
        run = self.run_once("farm")
        self.assertEqual(run["targets"], 3, run)
        self.assertEqual(run["outcomes"], {"ok": 2, "no-tls": 1})
        new = [c for c in self.changes("kind=new")]
        self.assertEqual({self.one.sha256, self.other.sha256} - {c[1] for c in new}, set())
        self.assertEqual(run["new_certificates"], len(new))
        coverage = self.api.get("/api/v1/coverage?source=" + made["id"])["rows"]
        self.assertEqual([(r["scope"], r["targets"], r["answered"], r["tls"]) for r in coverage], [("127.0.0.1", 3, 3, 2)])
        self.assertEqual(len(coverage[0]["ports"]), 3)
        unclear = self.api.items("/api/v1/unclear")
        self.assertEqual([(u["target"], u["outcome"]) for u in unclear], [("127.0.0.1:%d" % self.plain, "no-tls")])
        self.assertEqual(self.source("farm")["found"], 2)

        self.nginx.show([(self.a, self.renewed, "_", True)])
        run = self.run_once("farm")
        self.assertEqual((run["changed"], run["gone"]), (1, 0), run)
        self.assertIn(("changed", self.renewed.sha256, self.one.sha256, place % self.a), self.changes("kind=changed"))
        self.assertEqual(self.api.items("/api/v1/unclear"), [])
        row = self.api.get("/api/v1/certificates/" + self.one.sha256)["row"]
        self.assertEqual((row["served"], bool(row["gone_at"])), (0, True), row)
        self.assertEqual(self.api.get("/api/v1/certificates/" + self.other.sha256)["row"]["served"], 1)

        run = self.run_once("farm")
        self.assertEqual((run["changed"], run["gone"]), (0, 1), run)
        self.assertEqual(self.changes("kind=gone"), [("gone", self.other.sha256, None, place % self.b)])
        row = self.api.get("/api/v1/certificates/" + self.other.sha256)["row"]
        self.assertEqual((row["served"], bool(row["gone_at"])), (0, True), row)
        run = self.run_once("farm")
        self.assertEqual((run["changed"], run["gone"], run["new_certificates"]), (0, 0, 0), "each is told once")

        self.nginx.show([(self.a, self.renewed, "_", True), (self.b, self.other, "_", True)])
        run = self.run_once("farm")
        self.assertEqual(run["new_certificates"], 1, run)
        self.assertEqual(self.changes("kind=new")[0], ("new", self.other.sha256, None, place % self.b))
        self.assertIsNone(self.api.get("/api/v1/certificates/" + self.other.sha256)["row"]["gone_at"])
        said = self.command("changes", "--kind", "gone")
        self.assertIn("other.keepvalid.test", said)

    def test_2_names_that_were_learnt_are_asked_for(self):
        self.nginx.show([(self.c, self.one, "_", True), (self.c, self.two, "two.keepvalid.test", False)])
        self.command("source", "add", "sites", "network", "scopes=127.0.0.0/30", "exclude=127.0.0.2,127.0.0.0,127.0.0.3", "look=whole",
                     "ports=%d" % self.c, "--every", "1d", "--quiet", "none")
        first = self.ended("sites", 1)
        self.assertEqual(first["by"], "engine", "the first run is due at once, and made by the schedule")
        self.assertEqual(first["targets"], 1, "excluded addresses are no targets: %r" % first)
        self.assertGreater(self.source("sites")["next_run_at"], first["due_at"])
        second = self.run_once("sites")
        self.assertEqual(second["targets"], 3, "one.keepvalid.test and two.keepvalid.test at the address: %r" % second)
        self.assertEqual(self.api.get("/api/v1/certificates/" + self.two.sha256)["row"]["served"], 1)

    def test_3_exclusions_hold_after_a_name_is_resolved(self):
        self.command("source", "add", "by name", "names", "names=localhost:%d" % self.c, "exclude=127.0.0.0/8,::1", "--every", "never")
        run = self.run_once("by name")
        self.assertEqual(run["outcomes"], {"excluded": 1}, run)

    def test_4_rules_set_what_nobody_set(self):
        self.api.call("POST", "/api/v1/teams", {"name": "platform"})
        said = json.loads(self.command("rule", "test", "--tag", "lab", "--json", "name:two.keepvalid.test"))
        self.assertGreaterEqual(said["matches"], 2, said)
        self.assertGreaterEqual(said["would_change"], 1)
        self.command("rule", "add", "lab machines", "--tag", "lab", "--env", "test", "--owner", "platform", "--purpose", "of the rule",
                     "name:lab.keepvalid.test")
        self.nginx.show([(self.c, self.lab, "_", True)])
        self.run_once("sites")
        found = self.api.items("/api/v1/certificates?q=tag:lab")
        self.assertEqual([(row["name"], row["environment"], row["owner"]["name"]) for row in found],
                         [("db.lab.keepvalid.test", "test", "platform")])
        path = "/api/v1/lineages/" + found[0]["lineage"]["id"]
        status, headers, _ = self.api.raw("GET", path)
        self.assertEqual(status, 200)
        status, _, body = self.api.raw("PATCH", path, {"purpose": "said by a person", "remove_tags": ["lab"]}, {"If-Match": headers["ETag"]})
        self.assertEqual(status, 200, body)
        job = json.loads(self.command("rule", "apply"))
        server.until("rules are applied", lambda: self.api.get("/api/v1/jobs/" + job["id"])["state"] == "done")
        result = self.api.get("/api/v1/jobs/" + job["id"])["result"]
        self.assertEqual((result["matches"], result["changed"]), (1, 0), result)
        row = self.api.get(path)["row"]
        self.assertEqual((row["purpose"], row["tags"], row["environment"]), ("said by a person", [], "test"), "what a person did stays")
        self.assertGreater(self.api.items("/api/v1/rules")[0]["matches"], 0)

    def test_5_what_is_wrong_is_refused(self):
        for body, code in (
                ({"name": "", "kind": "network", "options": {"scopes": ["127.0.0.1"]}}, "source-name"),
                ({"name": "x", "kind": "magic", "options": {}}, "source-kind"),
                ({"name": "x", "kind": "network", "options": {}}, "source-option"),
                ({"name": "x", "kind": "network", "options": {"scopes": ["10.0.0.0/33"]}}, "target-syntax"),
                ({"name": "x", "kind": "network", "options": {"scopes": ["127.0.0.1"], "speed": 5}}, "source-option"),
                ({"name": "x", "kind": "network", "options": {"scopes": ["127.0.0.1"], "rate": "fast"}}, "source-option"),
                ({"name": "x", "kind": "network", "options": {"scopes": ["127.0.0.1"]}, "schedule": {"every_s": 5}}, "schedule-every"),
                ({"name": "x", "kind": "network", "options": {"scopes": ["127.0.0.1"]}, "schedule": {"zone": "Mars/Olympus"}},
                 "schedule-zone"),
                ({"name": "x", "kind": "network", "options": {"scopes": ["127.0.0.1"]},
                  "schedule": {"quiet": [{"days": "daily", "from": "00:00", "to": "24:00"}]}}, "schedule-quiet"),
                ({"name": "FARM", "kind": "network", "options": {"scopes": ["127.0.0.1"]}}, "name-taken")):
            status, _, answer = self.api.raw("POST", "/api/v1/sources", body)
            self.assertEqual((status in (400, 409, 422), json.loads(answer)["code"]), (True, code), answer)
        for body, code in (({"name": "x", "q": "has:owner", "set": {"tags": ["a"]}}, "rule-field"),
                           ({"name": "x", "q": "", "set": {}}, "rule-set"),
                           ({"name": "x", "q": "", "set": {"owner": "1"}}, "rule-set")):
            status, _, answer = self.api.raw("POST", "/api/v1/rules", body)
            self.assertEqual((status, json.loads(answer)["code"]), (400, code), answer)
        path = "/api/v1/sources/" + self.source("farm")["id"]
        self.assertEqual(self.api.raw("PATCH", path, {"name": "y"})[0], 428)
        self.assertEqual(self.api.raw("PATCH", path, {"name": "y"}, {"If-Match": '"v999"'})[0], 412)
        self.assertEqual(self.api.raw("DELETE", path)[0], 428)
        self.command("source", "edit", "farm", "rate=50", "--pause", "--zone", "Europe/Berlin", "--quiet", "mon-fri 08:00-18:00")
        after = self.source("farm")
        self.assertEqual((after["options"]["rate"], after["schedule"]["paused"], after["schedule"]["zone"]), (50, True, "Europe/Berlin"))
        self.assertEqual(after["options"]["scopes"], ["127.0.0.1"], "options that were not named stay")
        self.command("source", "rm", "farm")
        self.assertNotIn("farm", [row["name"] for row in self.api.items("/api/v1/sources")])


class Killed(unittest.TestCase):
    """Killed at fault points of a run: the run is taken up, nothing that was seen is lost, nothing is told twice."""

    def test_runs_survive(self):
        with open(keepvalid.BINARY, "rb") as binary:
            built_in = b"fault_hits" in binary.read()
        if not built_in:
            self.fail("fault points are not built in: build with -DKEEPVALID_FAULTS=ON")
        here = stage.Stage(type(self))
        a, b = ports.free(), ports.free()
        one, two = here.authority.leaf("one", "one.keepvalid.test"), here.authority.leaf("two", "two.keepvalid.test")
        nginx = Nginx(here)
        for number, fault in enumerate(("source.run:1:kill", "scan.batch:1:kill", "job.end:1:kill", "run.missed:1:kill",
                                        "store.commit:9:kill", "store.committed:14:kill")):
            data = here.path("data%d" % number)
            nginx.show([(a, one, "_", True), (b, two, "_", True)])
            child = server.serve(here, data)
            api = server.set_up(child)
            made = api.call("POST", "/api/v1/sources", {
                "name": "farm", "kind": "network", "options": {"scopes": ["127.0.0.1"], "ports": "%d,%d" % (a, b), "look": "whole",
                                                             "learn_names": False}, "schedule": {"every_s": 0}})
            api.call("POST", "/api/v1/sources/%s/run" % made["id"])
            self.run_to_the_end(api, made["id"], 1)
            nginx.show([(a, one, "_", True)])
            self.assertEqual(child.stop(60), 0)
            child = server.serve(here, data, KEEPVALID_FAULT=fault)
            keepvalid.run("source", "run", "farm", "--data", data, ok=None)
            server.until("the fault %s" % fault, lambda: "process ended" in child.output() or not child.lives())
            child.stop(60)
            child = server.serve(here, data)
            api.port = int(re.search(r"http://127\.0\.0\.1:(\d+)", child.output()).group(1))
            if len(api.items("/api/v1/sources/%s/runs" % made["id"])) < 2:
                api.call("POST", "/api/v1/sources/%s/run" % made["id"])
            self.run_to_the_end(api, made["id"], 2)
            self.assertEqual(api.items("/api/v1/changes?kind=gone"), [], "%s: one miss is counted once" % fault)
            api.call("POST", "/api/v1/sources/%s/run" % made["id"])
            self.run_to_the_end(api, made["id"], 3)
            gone = api.items("/api/v1/changes?kind=gone")
            self.assertEqual([c["certificate"]["sha256"] for c in gone], [two.sha256], fault)
            self.assertEqual(api.get("/api/v1/certificates/" + one.sha256)["row"]["served"], 1)
            child.stop(60)
            print(fault, "ok", file=sys.stderr)

    def run_to_the_end(self, api, source, count):
        def look():
            rows = api.items("/api/v1/sources/%s/runs" % source)
            return len(rows) >= count and all(r["ended_at"] for r in rows) and rows
        rows = server.until("run %d" % count, look)
        self.assertEqual({r["state"] for r in rows}, {"done"}, rows)


if __name__ == "__main__":
    stage.main()
