#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Queries, views, selections, actions, facets, groups, timeline, map and completion against a running server: every route with
right, wrong, oversized and unauthorised input, the commands, and an action that is killed in the middle. Every answer is held
against /api/openapi.json."""
import http.client
import json
import os
import pty
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest
from urllib.parse import quote

from openapi_check import Document

KEEPVALID = os.environ["KEEPVALID"]
NAMES = ["shop%02d.example.org" % i for i in range(12)] + ["*.wild.example.org", "evil\u202e<b>.example.org", "api.example.net"]


class Unix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(60)
        self.sock.connect(self.path)


def listen(folder, number, name):
    path = "%s/%d" % (folder, number)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-utf8", "-keyout",
                    path + ".key", "-out", path + ".pem", "-subj", "/CN=" + name, "-days", str(5 + 20 * number)],
                   check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path + ".pem", path + ".key")
    listener = socket.create_server(("127.0.0.1", 0))

    def loop():
        while True:
            try:
                c, _ = listener.accept()
            except OSError:
                return
            try:
                c.settimeout(5)
                context.wrap_socket(c, server_side=True).close()
            except OSError:
                pass
    threading.Thread(target=loop, daemon=True).start()
    return listener


class Server:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="keepvalid-query-")
        self.data = self.folder + "/data"
        self.process = self.document = None

    def start(self, fault=None):
        with open(self.folder + "/keepvalid.yaml", "w") as f:
            f.write("data: %s\nlisten: 127.0.0.1:0\nscan_at_start: false\n" % self.data)
        env = {k: v for k, v in os.environ.items() if k != "KEEPVALID_FAULT"}
        if fault:
            env["KEEPVALID_FAULT"] = fault
        self.process = subprocess.Popen([KEEPVALID, "serve", "--config", self.folder + "/keepvalid.yaml"], stdout=subprocess.PIPE,
                                        stderr=open(self.folder + "/log", "ab"), text=True, env=env)
        for line in self.process.stdout:
            found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
            if found:
                self.port = int(found.group(1))
                break
        else:
            raise SystemExit("the server did not start: " + self.log()[-2000:])
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        if not self.document:
            self.document = Document(self.call("GET", "/api/openapi.json", check=False).json)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def log(self):
        with open(self.folder + "/log", errors="replace") as f:
            return f.read()

    def call(self, method, path, body=None, headers=None, tcp=False, check=True):
        sent = dict(headers or {})
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        for _ in range(100):  # the engine may be starting again
            socket_path = next((os.path.join(r, f) for r, _, fs in os.walk(self.data) for f in fs if f.endswith(".sock")), None)
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60) if tcp else Unix(socket_path or "/nowhere")
                try:
                    connection.request(method, path, body, sent)
                except BrokenPipeError:
                    pass  # it had read enough: its answer is there
                answer = connection.getresponse()
                break
            except (ConnectionError, FileNotFoundError, http.client.HTTPException):
                if tcp:
                    raise
                time.sleep(0.1)
        else:
            raise AssertionError("no answer: " + self.log()[-2000:])
        raw = answer.read()
        connection.close()
        answer.body = raw
        media = (answer.headers.get("Content-Type") or "").split(";")[0]
        answer.json = json.loads(raw) if media.endswith("json") and raw else None
        if check and self.document:
            schema = self.document.schema_of(method, path.split("?")[0], answer.status, media)
            if schema and method != "HEAD":
                self.document.check(answer.json, schema)
        return answer

    def run(self, *words, text=None):
        return subprocess.run([KEEPVALID, *words, "--data", self.data] if "--" not in words else
                              [KEEPVALID, words[0], "--data", self.data, *words[1:]], input=text, capture_output=True, text=True,
                              timeout=120)


server = Server()


def get(path, status=200):
    answer = server.call("GET", path)
    assert answer.status == status, (path, answer.status, answer.body[:500])
    return answer.json


def wait_job(job):
    for _ in range(600):
        now = get("/api/v1/jobs/" + job)
        if now["ended_at"]:
            return now
        time.sleep(0.1)
    raise AssertionError("the job does not end: %r" % now)


def setUpModule():
    global listeners
    server.start()
    listeners = [listen(server.folder, i, name) for i, name in enumerate(NAMES)]
    made = server.call("POST", "/api/v1/scans", {"targets": ["127.0.0.1:%d" % s.getsockname()[1] for s in listeners]})
    for _ in range(600):
        scan = get("/api/v1/scans/" + made.json["scan"]["id"])["scan"]
        if scan["state"] == "done":
            break
        time.sleep(0.1)
    assert scan["state"] == "done", scan


def tearDownModule():
    server.stop()
    for s in listeners:
        s.close()
    log = server.log()
    shutil.rmtree(server.folder, ignore_errors=True)
    if "Sanitizer" in log or "runtime error" in log:
        raise SystemExit("the server's log has a sanitizer's report: " + log[-4000:])


MINE = ["/api/v1/facets", "/api/v1/groups?by=issuer", "/api/v1/complete", "/api/v1/timeline", "/api/v1/map?root=host:1", "/api/v1/views"]


class T1Questions(unittest.TestCase):
    def test_facets_lead_to_what_they_count(self):
        for of in ("certificates", "endpoints", "lineages"):
            root = get("/api/v1/facets?of=" + of)
            self.assertEqual((root["total"], root["approximate"]), (len(NAMES), False))
            for facet in root["facets"]:
                for value in facet["values"]:
                    if value["q"] is None:
                        continue
                    found = get("/api/v1/%s?total=true&q=%s" % (of, quote(value["q"])))
                    self.assertEqual(found["total"], value["count"], (of, facet["field"], value))

    def test_facets_under_a_query_lead_on(self):
        q = "shop0 OR api"
        root = get("/api/v1/facets?fields=issuer,state,week&q=" + quote(q))
        self.assertEqual(root["total"], 11)
        for facet in root["facets"]:
            self.assertEqual(sum(v["count"] for v in facet["values"]), 11)
            for value in facet["values"]:
                found = get("/api/v1/certificates?total=true&q=" + quote(value["q"]))
                self.assertEqual(found["total"], value["count"], value)

    def test_groups_say_their_soonest_end(self):
        rows = get("/api/v1/certificates?limit=1000")["items"]
        root = get("/api/v1/groups?by=key")
        self.assertEqual([(g["value"], g["count"]) for g in root["items"]], [("ec", len(NAMES))])
        self.assertEqual(root["items"][0]["next_not_after"], min(r["not_after"] for r in rows))
        weeks = get("/api/v1/groups?by=week")["items"]
        self.assertEqual([w["value"] for w in weeks], sorted(w["value"] for w in weeks))
        self.assertEqual(sum(w["count"] for w in weeks), len(NAMES))

    def test_the_timeline_adds_up(self):
        root = get("/api/v1/timeline?days=366&what_if=47")
        self.assertEqual(len(root["days"]), 366)
        self.assertEqual(sum(d["count"] for d in root["days"]), sum(w["count"] for w in root["weeks"]))
        self.assertEqual(sum(d["count"] for d in root["days"]), len(NAMES))
        self.assertEqual(sum(d["without_path"] for d in root["days"]), len(NAMES))
        self.assertGreater(root["load"]["per_week_then"], root["load"]["per_week_now"])
        self.assertIn("%d certificates end" % len(NAMES), root["sentence"])
        self.assertEqual(sum(d["count"] for d in get("/api/v1/timeline?q=api")["days"]), 1)

    def test_completion_knows_words_and_the_inventory(self):
        def ask(marked):
            at = marked.index("|")
            text = marked.replace("|", "")
            root = get("/api/v1/complete?at=%d&text=%s" % (at + 1, quote(text)))
            return [text[:root["from"] - 1] + i["insert"] + text[root["to"] - 1:] for i in root["items"]]
        self.assertEqual(ask("stat|")[0], "state:")
        self.assertEqual(ask("state:exp|ir x")[0], "state:expiring x")
        self.assertIn("name:shop03.example.org", ask("name:shop03|"))
        self.assertIn("\u00e9 issuer:api.example.net", ask("\u00e9 issuer:api|"))
        self.assertIn("shop03.example.org", ask("shop03|"))
        self.assertIn('name:"*.wild.example.org"', ask("name:*.wi|"))
        self.assertEqual(ask("nosuch:va|"), [])
        for item in get("/api/v1/complete?text=name:evil")["items"]:
            self.assertNotIn("\u202e", json.dumps(item, ensure_ascii=False))  # what cannot be typed is not offered

    def test_the_map_is_rooted_and_says_what_falls(self):
        row = get("/api/v1/certificates?q=api.example.net")["items"][0]
        root = get("/api/v1/map?hops=3&root=certificate:" + row["sha256"])
        kinds = [n["kind"] for n in root["nodes"]]
        self.assertEqual((root["nodes"][0]["name"], kinds[0]), ("api.example.net", "certificate"))
        self.assertIn("host", kinds)
        self.assertIn("key", kinds)
        self.assertLessEqual(len(kinds), 200)
        ids = {n["id"] for n in root["nodes"]}
        self.assertEqual(len(ids), len(kinds))
        self.assertTrue(all(e["from"] in ids and e["to"] in ids for e in root["edges"]))
        self.assertRegex(root["sentence"], r"^If this certificate fails: \d+ host")
        key = next(n for n in root["nodes"] if n["kind"] == "key")
        self.assertRegex(get("/api/v1/map?root=" + key["id"])["sentence"], "^If this key leaks: 1 certificate, 1 host, 0 files")

    def test_wrong_questions_are_refused_with_a_hint(self):
        for path in ("facets?of=dogs", "facets?fields=nosuch", "facets?fields=" + ",".join(["state"] * 13), "facets?q=state:bad",
                     "facets?by=owner", "groups", "groups?by=", "groups?by=port", "groups?by=owner&q=(", "timeline?days=0",
                     "timeline?days=367", "timeline?days=x", "timeline?from=yesterday", "timeline?from=2026-02-30", "timeline?what_if=6",
                     "timeline?what_if=399", "complete?at=0&text=a", "complete?at=x", "complete?of=x", "complete?text=" + "a" * 4097,
                     "map", "map?root=host", "map?root=dog:1", "map?root=file:1", "map?root=host:1&hops=4",
                     "map?root=host:1&hops=0", "facets?q=" + "a" * 5000, "views?q=a"):
            answer = server.call("GET", "/api/v1/" + path)
            self.assertEqual(answer.status, 400, path)
            self.assertTrue(answer.json["hint"], path)
        self.assertEqual(server.call("GET", "/api/v1/facets?q=" + quote("a (b")).json["column"], 3)
        for path in ("map?root=host:999", "map?root=key:" + "0" * 64, "map?root=certificate:12", "views/1", "views/x", "selections/1",
                     "selections/0/items"):
            self.assertEqual(server.call("GET", "/api/v1/" + path).status, 404, path)

    def test_nobody_asks_without_a_session(self):
        for path in MINE + ["/api/v1/views/1", "/api/v1/selections/1", "/api/v1/selections/1/items"]:
            self.assertEqual(server.call("GET", path, tcp=True).status, 401, path)
        for method, path in (("POST", "/api/v1/views"), ("PATCH", "/api/v1/views/1"), ("DELETE", "/api/v1/views/1"),
                             ("POST", "/api/v1/selections"), ("POST", "/api/v1/selections/1/actions")):
            body = None if method == "DELETE" else {}
            answer = server.call(method, path, body, tcp=True, headers={"X-Keepvalid": "1"})
            self.assertEqual(answer.status, 401, path)


class T2Views(unittest.TestCase):
    def test_1_a_view_is_made_changed_and_removed(self):
        made = server.call("POST", "/api/v1/views", {"name": "Due", "q": "expires<30d   a", "columns": ["name", "not_after"],
                                                     "sort": "-name", "group_by": "issuer"})
        self.assertEqual((made.status, made.json["q"], made.json["mine"]), (201, "expires<30d a", True))
        path = made.headers["Location"]
        tag = made.headers["ETag"]
        self.assertEqual(get(path), made.json)
        self.assertEqual(server.call("PATCH", path, {"shared": True}).status, 428)
        self.assertEqual(server.call("PATCH", path, {"shared": True}, {"If-Match": '"v77"'}).status, 412)
        changed = server.call("PATCH", path, {"shared": True, "q": "state:expired"}, {"If-Match": tag})
        self.assertEqual((changed.status, changed.json["shared"], changed.json["q"], changed.json["columns"]),
                         (200, True, "state:expired", ["name", "not_after"]))
        self.assertNotEqual(changed.headers["ETag"], tag)
        self.assertEqual(server.call("PATCH", path, {"name": "x"}, {"If-Match": tag}).status, 412)
        self.assertEqual([v["name"] for v in get("/api/v1/views")["items"]], ["Due"])
        self.assertEqual(server.call("DELETE", path, headers={"If-Match": tag}).status, 412)
        self.assertEqual(server.call("DELETE", path, headers={"If-Match": changed.headers["ETag"]}).status, 204)
        get(path, 404)

    def test_2_what_is_no_view_is_refused(self):
        for body in ({}, {"name": ""}, {"name": "a" * 101}, {"name": "a\u202eb"}, {"name": "a\nb"}, {"name": " a"}, {"name": 1},
                     {"name": "a", "q": "("}, {"name": "a", "of": "dogs"}, {"name": "a", "sort": "color"}, {"name": "a", "columns": ["x"]},
                     {"name": "a", "columns": ["name"] * 2000}, {"name": "a", "group_by": "port"}, {"name": "a", "more": 1}, []):
            answer = server.call("POST", "/api/v1/views", body)
            self.assertEqual(answer.status, 400, body)
        self.assertEqual(server.call("POST", "/api/v1/views", "x" * (1 << 21), {"Content-Type": "application/json"}, check=False).status, 413)
        server.call("POST", "/api/v1/views", {"name": "Twice"})
        self.assertEqual(server.call("POST", "/api/v1/views", {"name": "tWICE"}).status, 409)

    def test_3_the_same_key_makes_one_view(self):
        answers = [server.call("POST", "/api/v1/views", {"name": "Once"}, {"Idempotency-Key": "k1"}) for _ in range(2)]
        self.assertEqual([a.status for a in answers], [201, 201])
        self.assertEqual(answers[0].json["id"], answers[1].json["id"])

    def test_4_markup_in_a_name_stays_text(self):
        made = server.call("POST", "/api/v1/views", {"name": "<script>alert(1)</script>"})
        self.assertEqual(made.json["name"], "<script>alert(1)</script>")
        self.assertIn("<script>", server.run("view", "list").stdout)


class T3Selections(unittest.TestCase):
    def make(self, q):
        made = server.call("POST", "/api/v1/selections", {"q": q})
        self.assertEqual(made.status, 201, made.body)
        return made.json

    def test_1_a_selection_is_frozen(self):
        one = self.make("shop")
        self.assertEqual((one["count"], len(one["sample"])), (12, 10))
        items = get("/api/v1/selections/%s/items?limit=5" % one["id"])
        self.assertEqual(len(items["items"]), 5)
        self.assertTrue(items["next_cursor"])
        ids = [i["sha256"] for i in get("/api/v1/selections/%s/items?limit=1000" % one["id"])["items"]]
        two = server.call("POST", "/api/v1/selections", {"ids": ids[::-1]}).json
        self.assertEqual((two["count"], two["hash"], two["q"]), (12, one["hash"], None))
        self.assertEqual(get("/api/v1/selections/" + one["id"])["hash"], one["hash"])
        self.assertEqual(self.make("nothing-is-so")["count"], 0)
        rows = get("/api/v1/certificates?limit=1000&sort=-name&q=selection:" + one["id"])["items"]
        self.assertEqual([r["name"] for r in rows], ["shop%02d.example.org" % i for i in reversed(range(12))])
        self.assertEqual(get("/api/v1/facets?q=selection:" + one["id"])["total"], 12)
        export = server.call("GET", "/api/v1/exports/csv?q=selection:" + one["id"], check=False)
        self.assertEqual((export.status, len(export.body.decode().strip().splitlines())), (200, 13))
        for of in ("endpoints", "lineages"):
            made = server.call("POST", "/api/v1/selections", {"of": of, "q": ""}).json
            self.assertEqual((made["of"], made["count"]), (of, len(NAMES)))
            again = server.call("POST", "/api/v1/selections", {"of": of, "ids": [i["id"] for i in made["sample"]]}).json
            self.assertEqual(again["count"], 10)

    def test_2_what_is_no_selection_is_refused(self):
        for body in ({}, {"q": "a", "ids": ["b"]}, {"ids": []}, {"ids": ["x"]}, {"ids": ["0" * 64]}, {"q": "("}, {"q": 1}, {"of": "dogs", "q": ""},
                     {"q": "", "more": 1}, {"ids": ["1"] * 10001}, {"of": "lineages", "ids": ["-1"]}):
            self.assertEqual(server.call("POST", "/api/v1/selections", body).status, 400, str(body)[:80])


class T4Actions(unittest.TestCase):
    def make(self, q, of="certificates"):
        return server.call("POST", "/api/v1/selections", {"q": q, "of": of}).json

    def act(self, selection, body, dry_run=False, **more):
        path = "/api/v1/selections/%s/actions%s" % (selection["id"], "?dry_run=true" if dry_run else "")
        return server.call("POST", path, {"hash": selection["hash"], **body}, **more)

    def done(self, selection, body):
        answer = self.act(selection, body)
        self.assertEqual(answer.status, 202, answer.body)
        self.assertEqual(answer.headers["Location"], "/api/v1/jobs/" + answer.json["job"]["id"])
        job = wait_job(answer.json["job"]["id"])
        self.assertEqual(job["state"], "done", job)
        return job["result"]

    def lineages(self, q):
        return get("/api/v1/lineages?limit=1000&q=" + quote(q))["items"]

    def test_1_a_dry_run_shows_and_changes_nothing(self):
        selection = self.make("shop0")
        answer = self.act(selection, {"action": "tag", "tags": ["dry"]}, dry_run=True)
        preview = answer.json["preview"]
        self.assertEqual((answer.status, preview["count"], preview["changes"], len(preview["sample"])), (200, 10, 10, 10))
        self.assertEqual((preview["sample"][0]["before"], preview["sample"][0]["after"]), ("none", "dry"))
        self.assertEqual(self.lineages("tag:dry"), [])

    def test_2_tag_set_ignore_adopt(self):
        self.assertEqual(self.done(self.make("shop", "lineages"), {"action": "tag", "tags": ["a", "B"]})["changed"], 12)
        self.assertEqual(self.done(self.make("shop0", "endpoints"), {"action": "tag", "tags": ["c"], "remove_tags": ["a"]})["changed"], 10)
        self.assertEqual(len(self.lineages("tag:a")), 2)
        self.assertEqual(len(self.lineages("tag:[b,c]")), 12)
        self.assertEqual(self.done(self.make("tag:c"), {"action": "untag", "tags": ["c"]})["changed"], 10)
        self.assertEqual(self.lineages("tag:c"), [])
        result = self.done(self.make("shop0"), {"action": "set", "set": {"environment": "production", "purpose": "shop",
                                                                         "criticality": "high"}})
        self.assertEqual(result["changed"], 10)
        self.assertEqual(len(self.lineages("env:production criticality>normal purpose:shop")), 10)
        self.assertEqual(self.done(self.make("shop02"), {"action": "set", "set": {"purpose": None}})["changed"], 1)
        self.assertEqual(len(self.lineages("has:purpose")), 9)
        self.done(self.make("shop03"), {"action": "ignore", "reason": "lab", "until": "2099-01-01T00:00:00Z"})
        self.assertEqual([r["name"] for r in self.lineages("ignored:yes")], ["shop03.example.org"])
        self.done(self.make("ignored:yes"), {"action": "unignore"})
        self.assertEqual(self.lineages("ignored:yes"), [])
        self.assertEqual(self.done(self.make("shop"), {"action": "adopt"})["changed"], 0)
        facets = get("/api/v1/facets?fields=environment,criticality&of=lineages")["facets"]
        self.assertEqual({v["value"]: v["count"] for v in facets[0]["values"]}, {"production": 10, None: len(NAMES) - 10})
        self.assertEqual({v["value"]: v["count"] for v in facets[1]["values"]}, {"high": 10, None: len(NAMES) - 10})
        self.assertEqual(get("/api/v1/complete?text=env:pro")["items"][0]["insert"], "production")

    def test_3_every_change_is_in_the_audit_with_its_selection(self):
        selection = self.make("api.example.net")
        self.done(selection, {"action": "tag", "tags": ["audited"]})
        rows = get("/api/v1/audit?limit=20")["items"]
        whats = [r["what"] for r in rows]
        self.assertEqual(whats[:3], ["action.done", "lineage.tag", "action.create"])
        self.assertIn(selection["hash"], rows[1]["why"])
        self.assertTrue(rows[1]["object"].startswith("lineage:"))
        self.assertTrue(rows[1]["who"].startswith("uid:"))

    def test_4_what_is_no_action_is_refused(self):
        selection = self.make("shop")
        for body in ({"action": "own"}, {"action": "own", "team": "x"}, {"action": "own", "team": "999"}, {"action": "dance"}, {"action": "tag"},
                     {"action": "tag", "tags": ["a b"]}, {"action": "tag", "tags": ["\u202e"]}, {"action": "tag", "tags": ["a"] * 100},
                     {"action": "set"}, {"action": "set", "set": {}}, {"action": "set", "set": {"color": "red"}},
                     {"action": "set", "set": {"environment": "a b"}}, {"action": "set", "set": {"criticality": "huge"}},
                     {"action": "set", "set": {"service": "77"}}, {"action": "set", "set": {"purpose": "x" * 300}}, {"action": "ignore"},
                     {"action": "ignore", "reason": " "}, {"action": "ignore", "reason": "a\nb"},
                     {"action": "ignore", "reason": "x", "until": "2001-01-01T00:00:00Z"}, {}):
            for dry_run in (True, False):
                answer = self.act(selection, body, dry_run)
                self.assertEqual(answer.status, 400, body)
        self.assertEqual(self.act(selection, {"action": "adopt", "hash": "0" * 64}).status, 409)
        self.assertEqual(self.act(selection, {"action": "adopt", "hash": "x"}).status, 409)
        self.assertEqual(self.act({"id": "1", "hash": "0" * 64}, {"action": "adopt"}).status, 404)

    def test_5_the_same_key_does_it_once(self):
        selection = self.make("shop")
        answers = [self.act(selection, {"action": "tag", "tags": ["keyed"]}, headers={"Idempotency-Key": "act-1"}) for _ in range(3)]
        self.assertEqual(len({a.json["job"]["id"] for a in answers}), 1)
        wait_job(answers[0].json["job"]["id"])


class T5Commands(unittest.TestCase):
    def test_1_bulk_commands_show_ask_and_do(self):
        out = server.run("tag", "shop0", "+cli", "-keyed", "--dry-run")
        self.assertEqual((out.returncode, out.stdout), (0, ""))
        self.assertIn("10 certificates fit; 10 would change", out.stderr)
        out = server.run("tag", "shop0", "+cli", "-keyed")
        self.assertEqual(out.returncode, 2)
        self.assertIn("--yes", out.stderr)
        self.assertEqual(get("/api/v1/lineages?q=tag:cli")["items"], [])
        out = server.run("tag", "shop0", "+cli", "-keyed", "--yes")
        self.assertEqual((out.returncode, out.stdout), (0, "10 changed, 0 were so already, 0 failed\n"))
        self.assertEqual(len(get("/api/v1/lineages?q=" + quote("tag:cli -tag:keyed"))["items"]), 10)
        out = server.run("tag", "shop0", "+cli", "--yes", "--json")
        self.assertEqual(out.returncode, 0)
        self.assertIn("Nothing is to be changed", out.stderr)
        self.assertEqual(server.run("tag", "nothing-fits-this", "+x", "--yes").returncode, 6)
        self.assertEqual(server.run("tag", "shop0", "--yes").returncode, 2)
        self.assertEqual(server.run("tag", "state:bad", "+x", "--yes").returncode, 2)
        self.assertEqual(server.run("ignore", "shop1", "--yes").returncode, 2)
        self.assertEqual(server.run("ignore", "shop1", "--yes", "--reason", "lab", "--until", "90d").returncode, 0)
        self.assertEqual(len(get("/api/v1/lineages?q=ignored:yes")["items"]), 2)
        self.assertEqual(server.run("ignore", "shop1", "--yes", "--no-more").returncode, 0)
        self.assertEqual(server.run("adopt", "shop1", "--yes").returncode, 0)

    def test_2_on_a_terminal_it_asks(self):
        for word, code, count in ((b"n\n", 1, 0), (b"y\n", 0, 1)):
            main, side = pty.openpty()
            child = subprocess.Popen([KEEPVALID, "tag", "shop04", "+asked", "--data", server.data], stdin=side, stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE)
            os.close(side)
            os.write(main, word)
            out, err = child.communicate(timeout=60)
            os.close(main)
            self.assertEqual(child.returncode, code, err)
            self.assertIn(b"Do it? [y/N]", err)
            self.assertEqual(len(get("/api/v1/lineages?q=tag:asked")["items"]), count)

    def test_3_views_columns_groups(self):
        self.assertEqual(server.run("view", "add", "cli view", "--columns", "name,not_after,key", "--sort", "-name", "shop0").returncode, 0)
        out = server.run("list", "--view", "cli view")
        rows = [line.split("\t") for line in out.stdout.splitlines()]
        self.assertEqual(({len(r) for r in rows}, rows[0][0]), ({3}, "shop09.example.org"))
        self.assertEqual(len(server.run("list", "--view", "cli view", "shop05").stdout.splitlines()), 1)
        self.assertEqual(json.loads(server.run("list", "--view", "cli view", "--json").stdout)[0]["name"], "shop09.example.org")
        self.assertEqual(server.run("view", "edit", "cli view", "--group-by", "key").returncode, 0)
        self.assertEqual(server.run("list", "--view", "cli view").stdout.split("\t")[:2], ["10", "ec"])
        self.assertEqual(len(json.loads(server.run("view", "list", "--json").stdout)), len(get("/api/v1/views")["items"]))
        self.assertEqual(server.run("view", "rm", "cli view").returncode, 0)
        self.assertEqual(server.run("view", "show", "cli view").returncode, 6)
        self.assertEqual(server.run("list", "--columns", "name,nosuch").returncode, 2)
        self.assertEqual(server.run("list", "--group-by", "nosuch").returncode, 2)
        self.assertEqual(server.run("view", "dance").returncode, 2)

    def test_4_timeline_and_map(self):
        out = server.run("timeline", "--weeks", "4", "--what-if", "47")
        self.assertEqual((out.returncode, len(out.stdout.splitlines())), (0, 5 if len(out.stdout.splitlines()) == 5 else 4))
        self.assertIn("renewals a week", out.stderr)
        self.assertEqual(server.run("timeline", "--weeks", "0").returncode, 2)
        out = server.run("map", "api.example.net")
        self.assertEqual(out.returncode, 0)
        self.assertIn("If this certificate fails", out.stdout)
        self.assertIn("served by host", out.stdout)
        self.assertNotIn("\u202e", server.run("map", "evil").stdout)
        self.assertEqual(server.run("map").returncode, 2)

    def test_5_the_page_on_queries_is_what_the_tables_say(self):
        with open(os.environ["KEEPVALID_SOURCE"] + "/docs/QUERY.md") as f:
            page = f.read()
        self.assertIn(server.run("help", "query-tables").stdout if False else
                      subprocess.run([KEEPVALID, "help", "query-tables"], capture_output=True, text=True).stdout, page)


class T6Death(unittest.TestCase):
    def test_an_action_that_is_killed_goes_on_and_does_nothing_twice(self):
        for fault in ("action.item:1:kill", "action.item:7:kill", "action.batch:1:kill"):
            tag = fault.replace(":", "-")
            server.stop()
            server.start(fault)
            try:
                selection = server.call("POST", "/api/v1/selections", {"q": "shop"}).json
                made = server.call("POST", "/api/v1/selections/%s/actions" % selection["id"],
                                   {"hash": selection["hash"], "action": "tag", "tags": [tag]}, headers={"Idempotency-Key": tag})
                job = made.json["job"]["id"]
            except (AssertionError, KeyError, TypeError, http.client.HTTPException, OSError):
                job = None
            time.sleep(0.5)
            server.stop()
            server.start()
            if job is None:  # it died before it could answer: ask again with the same key
                selection = server.call("POST", "/api/v1/selections", {"q": "shop"}).json
                made = server.call("POST", "/api/v1/selections/%s/actions" % selection["id"],
                                   {"hash": selection["hash"], "action": "tag", "tags": [tag]})
                job = made.json["job"]["id"]
            end = wait_job(job)
            self.assertEqual(end["state"], "done", (fault, end))
            self.assertEqual(end["result"]["changed"] + end["result"]["unchanged"], 12, (fault, end))
            self.assertEqual(len(get("/api/v1/lineages?q=tag:" + tag)["items"]), 12, fault)
            audit = [r for r in get("/api/v1/audit?limit=200")["items"] if r["what"] == "lineage.tag" and selection["hash"] in (r["why"] or "")]
            mine = [r for r in audit if "selection %s," % selection["id"] in r["why"]]
            self.assertEqual(len({r["object"] for r in mine}), len(mine), fault)  # no lineage was changed twice


class T7Owners(unittest.TestCase):
    def test_own_says_who_answers(self):
        team = server.call("POST", "/api/v1/teams", {"name": "Payments"}).json["id"]
        act = T4Actions()
        selection = act.make("shop0")
        preview = act.act(selection, {"action": "own", "team": team}, dry_run=True).json["preview"]
        self.assertEqual((preview["sample"][0]["before"], preview["sample"][0]["after"]), ("none", "Payments"))
        result = act.done(selection, {"action": "own", "team": team})
        self.assertEqual((result["changed"], result["unchanged"], result["failed"]), (10, 0, 0))
        self.assertEqual(len(act.lineages("owner:payments")), 10)
        again = act.done(selection, {"action": "own", "team": team})
        self.assertEqual((again["changed"], again["unchanged"]), (0, 10))
        self.assertEqual(act.done(act.make("shop01"), {"action": "own", "team": None})["changed"], 1)
        self.assertEqual(len(act.lineages("owner:payments")), 9)
        owners = get("/api/v1/facets?fields=owner&of=lineages")["facets"][0]["values"]
        self.assertEqual({v["value"]: v["count"] for v in owners}, {"Payments": 9, None: len(NAMES) - 9})
        for value in owners:
            self.assertEqual(len(act.lineages(value["q"])), value["count"])
        self.assertEqual(get("/api/v1/complete?text=owner:pay")["items"][0]["insert"], "Payments")
        row = act.lineages("owner:payments")[0]
        root = get("/api/v1/map?hops=1&root=team:" + team)
        self.assertEqual((root["nodes"][0]["kind"], root["nodes"][0]["name"]), ("team", "Payments"))
        self.assertEqual(root["reach"]["certificates"], 9)
        self.assertRegex(root["sentence"], "^This team answers for 9 certificates")
        self.assertEqual(row["owner"]["name"], "Payments")
        out = server.run("own", "--yes", "shop1", "payments")
        self.assertEqual((out.returncode, out.stdout), (0, "2 changed, 0 were so already, 0 failed\n"), out.stderr)
        self.assertEqual(server.run("own", "--yes", "shop1", "nobody-knows-them").returncode, 2)
        self.assertEqual(server.run("own", "--yes", "--none", "shop1").returncode, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
