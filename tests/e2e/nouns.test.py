#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Whose a certificate is and what is known of its renewal: teams, services, hosts, lineages, keys, authorities and tags, over
the API and the command line. The certificates are served by this test, renewed by it, and get a name more."""
import json
import socket
import ssl
import subprocess
import threading
import time
import unittest
import urllib.parse

from lib import api, keepvalid, pki, server, stage
from openapi_check import Document

V1 = "/api/v1"


class Site:
    """A TLS listener whose certificate can be changed."""

    def __init__(self, pair):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.port = self.listener.getsockname()[1]
        self.show(pair)
        threading.Thread(target=self.loop, daemon=True).start()

    def show(self, pair):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair.chain, pair.key)
        self.context = context

    def loop(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            try:
                connection.settimeout(10)
                with self.context.wrap_socket(connection, server_side=True) as t:
                    t.recv(1)
            except (OSError, ssl.SSLError):
                connection.close()


class Nouns(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = stage.Stage(cls)
        ca = cls.stage.authority
        cls.shop = [ca.leaf("shop1", "shop.example.test", days=20, starts_days=-70)]
        cls.shop.append(ca.leaf("shop2", "shop.example.test", "www.shop.example.test", days=80, key_of=cls.shop[0]))
        cls.blog = ca.leaf("blog", "blog.example.test", days=60, key_of=cls.shop[0])
        cls.wild = ca.leaf("wild", "*.wild.example.test", days=60)
        cls.sites = [Site(cls.shop[0]), Site(cls.blog), Site(cls.wild)]
        cls.data = cls.stage.path("data")
        cls.child = server.serve(cls.stage, cls.data)
        cls.api = server.set_up(cls.child)
        cls.document = Document(cls.api.get("/api/openapi.json"))
        cls.scan()

    @classmethod
    def scan(cls):
        targets = ["localhost:%d" % s.port for s in cls.sites]
        scan = cls.api.call("POST", V1 + "/scans", {"targets": targets, "server_name": None})["scan"]
        server.until("the scan ends", lambda: cls.api.get(V1 + "/scans/" + scan["id"])["scan"]["state"] == "done")

    def ask(self, method, path, body=None, status=200, match=None, **headers):
        """An answer that fits the document, with its tag."""
        if match:
            headers["If-Match"] = match
        got, head, content = self.api.raw(method, V1 + path, body, headers)
        media = (head.get("Content-Type") or "").split(";")[0]
        value = json.loads(content) if content and media.endswith("json") else None
        self.assertEqual(got, status, (method, path, body, value))
        schema = self.document.schema_of(method, V1 + path.split("?")[0], got, media)
        if schema:
            self.document.check(value, schema)
        self.tag = head.get("ETag")
        return value

    def too_much(self, method, path):
        """What two megabytes are answered; None when the server would not even take them."""
        try:
            return self.api.raw(method, V1 + path, {"name": "x" * 2000000})[0]
        except OSError:
            return None

    def refused(self, method, path, body, status, code=None, match=None):
        problem = self.ask(method, path, body, status, match)
        if code:
            self.assertEqual(problem["code"], code, problem)
        self.assertTrue(problem["detail"] and problem["hint"])

    def list(self, path):
        return self.ask("GET", path)["items"]

    def lineage(self, name):
        return [r for r in self.list("/lineages?q=lineage%3D" + urllib.parse.quote(name))][0]

    def test_1_teams(self):
        payments = self.ask("POST", "/teams", {"name": "Payments", "note": "ring twice", "contacts": [
            {"role": "owner", "name": "Anna", "email": "anna@example.test"}, {"role": "security", "name": "Bo"}]}, 201)
        self.assertEqual([c["role"] for c in payments["contacts"]], ["owner", "security"])
        self.assertEqual((payments["lineages"], payments["contacts"][1]["email"]), (0, None))
        other = self.ask("POST", "/teams", {"name": "Web"}, 201)
        self.refused("POST", "/teams", {"name": "payments"}, 409, "name-taken")
        for body in ({}, {"name": ""}, {"name": " x"}, {"name": 1}, {"name": None}, {"name": "a\nb"}, {"name": "x" * 200},
                     {"name": "y", "note": "n" * 9000}, {"name": "y", "colour": "red"},
                     {"name": "y", "contacts": [{"role": "cook", "name": "C"}]},
                     {"name": "y", "contacts": [{"role": "owner", "name": "C", "email": "nobody"}]},
                     {"name": "y", "contacts": [{"role": "owner", "name": "C"}] * 40}):
            self.refused("POST", "/teams", body, 400)
        self.assertEqual([t["name"] for t in self.list("/teams")], ["Payments", "Web"])
        self.assertEqual([t["name"] for t in self.list("/teams?q=AY&sort=-lineages")], ["Payments"])
        self.ask("GET", "/teams/" + other["id"])
        tag = self.tag
        self.refused("PATCH", "/teams/" + other["id"], {"note": "x"}, 428)
        self.assertEqual(self.ask("PATCH", "/teams/" + other["id"], {"name": "Web team", "note": "x"}, match=tag)["note"], "x")
        self.refused("PATCH", "/teams/" + other["id"], {"note": "y"}, 412, "changed", match=tag)
        self.refused("DELETE", "/teams/" + other["id"], None, 412, "changed", match=tag)
        self.refused("GET", "/teams/1", None, 404, "not-found")
        self.refused("GET", "/teams/x", None, 404)
        self.ask("GET", "/teams/" + other["id"])
        self.ask("PATCH", "/teams/" + other["id"], {"note": None, "contacts": None}, match=self.tag)

    def test_2_services_and_hosts(self):
        team = self.list("/teams?q=payments")[0]["id"]
        shop = self.ask("POST", "/services", {"name": "Shop", "criticality": "high", "environment": "Production",
                                              "cmdb_id": "CI0001", "owner": team}, 201)
        self.assertEqual((shop["owner"]["name"], shop["environment"]), ("Payments", "production"))
        for body in ({"name": "S", "owner": "99"}, {"name": "S", "owner": "x"}, {"name": "S", "environment": "two words"},
                     {"name": "S", "criticality": "dire"}, {"name": "S", "cmdb_id": "c" * 300}):
            self.refused("POST", "/services", body, 400)
        self.ask("GET", "/services/" + shop["id"])
        self.ask("PATCH", "/services/" + shop["id"], {"criticality": None}, match=self.tag)
        self.assertEqual(self.ask("GET", "/teams/" + team)["services"], 1)
        host = self.list("/hosts?q=localhost")[0]
        self.assertEqual((host["endpoints"], host["certificates"]), (3, 3))
        whole = self.ask("GET", "/hosts/" + host["id"])
        self.assertEqual(sorted(e["port"] for e in whole["endpoints"]), sorted(s.port for s in self.sites))
        tag = self.tag
        self.refused("PATCH", "/hosts/" + host["id"], {"note": "x"}, 428)
        self.refused("PATCH", "/hosts/" + host["id"], {"service": "7"}, 400, "no-such-service", match=tag)
        self.refused("PATCH", "/hosts/" + host["id"], {"name": "x"}, 400, match=tag)
        row = self.ask("PATCH", "/hosts/" + host["id"], {"cmdb_id": "CI7", "note": "in the cellar", "service": shop["id"],
                                                         "owner": team}, match=tag)["row"]
        self.assertEqual((row["cmdb_id"], row["service"]["name"], row["owner"]["name"]), ("CI7", "Shop", "Payments"))
        self.refused("PATCH", "/hosts/" + host["id"], {"note": "y"}, 412, "changed", match=tag)
        self.assertEqual([h["id"] for h in self.list("/hosts?q=owner:payments")], [host["id"]])
        self.assertEqual(self.list("/hosts?q=owner:web"), [])
        self.refused("GET", "/hosts?q=expires%3C30d", None, 400)
        self.refused("GET", "/hosts/5", None, 404)
        self.refused("DELETE", "/services/" + shop["id"], None, 428)
        self.ask("GET", "/services/" + shop["id"])
        self.refused("DELETE", "/services/" + shop["id"], None, 409, "in-use", match=self.tag)

    def test_3_lineages_and_tags(self):
        team, shop = self.list("/teams?q=payments")[0]["id"], self.list("/services")[0]["id"]
        row = self.lineage("shop.example.test")
        path = "/lineages/" + row["id"]
        self.ask("GET", path)
        tag = self.tag
        self.refused("PATCH", path, {"note": "x"}, 428)
        for body in ({"owner": "99"}, {"owner": 5}, {"service": "99"}, {"tags": ["two words"]}, {"tags": ["x" * 65]},
                     {"tags": ["t%d" % i for i in range(65)]}, {"environment": "a b"}, {"criticality": "none"},
                     {"note": "n" * 9000}, {"purpose": "p" * 300}, {"name": "other"}, {"add_tags": "pci"}):
            self.refused("PATCH", path, body, 400, match=tag)
        row = self.ask("PATCH", path, {"owner": team, "service": shop, "tags": ["PCI", "edge"], "purpose": "customers pay",
                                       "environment": "production", "criticality": "critical",
                                       "note": "Ask the CA's portal."}, match=tag)["row"]
        self.assertEqual((row["owner"]["name"], row["tags"], row["criticality"]), ("Payments", ["edge", "pci"], "critical"))
        self.refused("PATCH", path, {"note": "y"}, 412, "changed", match=tag)
        row = self.ask("PATCH", path, {"add_tags": ["slow"], "remove_tags": ["edge"]}, match="*")["row"]
        self.assertEqual(row["tags"], ["pci", "slow"])
        self.assertEqual(self.ask("GET", "/tags")["items"], [{"tag": "pci", "lineages": 1}, {"tag": "slow", "lineages": 1}])
        self.assertEqual(self.ask("GET", "/teams/" + team)["lineages"], 1)
        for q in ("owner:payments", "tag:pci", "env:production", "criticality>=high", "service:shop", "purpose:pay"):
            found = self.list("/certificates?q=" + urllib.parse.quote(q))
            self.assertEqual([c["name"] for c in found], ["shop.example.test"], q)
            self.assertEqual(found[0]["owner"]["name"], "Payments")
        for q in ("wildcard:yes", "name:wild"):
            self.assertEqual([c["wildcard"] for c in self.list("/certificates?q=" + urllib.parse.quote(q))], [True], q)
        self.assertEqual(len(self.list("/certificates?q=type:private")), 3)
        self.assertEqual(self.api.get(V1 + "/audit")["items"][0]["what"], "lineage.change")

    def test_4_a_renewal_with_one_name_more_continues_the_lineage(self):
        before = self.lineage("shop.example.test")
        time.sleep(1.1)  # what is seen later is seen in a later second
        self.sites[0].show(self.shop[1])
        self.scan()
        after = self.ask("GET", "/lineages/" + before["id"])
        self.assertEqual([after["row"][k] for k in ("owner", "tags", "note")], [before[k] for k in ("owner", "tags", "note")])
        new, old = after["certificates"]
        self.assertEqual((new["names_count"], old["names_count"]), (2, 1))
        self.assertEqual((new["replaces"], old["replaced_by"]), (old["sha256"], new["sha256"]))
        self.assertIsNotNone(old["gone_at"])
        self.assertEqual(after["row"]["path"], "untested", after["row"]["path_reason"])
        self.assertIn("renewed once, 20 days", after["row"]["path_reason"].replace("19 days", "20 days"))
        self.assertEqual(len(self.list("/lineages")), 3)

    def test_5_keys_and_authorities(self):
        shared = self.list("/keys?sort=-certificates")[0]
        self.assertEqual((shared["certificates"], shared["hosts"], shared["lineages"], shared["teams"]), (3, 1, 2, 1))
        whole = self.ask("GET", "/keys/" + shared["sha256"])
        self.assertEqual(len(whole["certificates"]), 3)
        self.assertEqual(([h["name"] for h in whole["hosts"]], [t["name"] for t in whole["teams"]]), (["localhost"], ["Payments"]))
        for sort in ("hosts", "-bits", "first_seen"):
            self.assertGreaterEqual(len(self.list("/keys?sort=" + sort)), 2)
        self.assertEqual(self.list("/keys?q=sha256:" + shared["sha256"]), [shared])
        self.assertEqual(self.list("/keys?q=owner:payments"), [shared])
        self.refused("GET", "/keys?q=issuer:x", None, 400)
        self.refused("GET", "/keys/" + "0" * 64, None, 404)
        self.refused("GET", "/keys/zz", None, 404)
        certificate = self.ask("GET", "/certificates/" + whole["certificates"][0]["sha256"])
        self.assertEqual((len(certificate["key_history"]), certificate["hosts"]), (2, 1))
        authorities = self.list("/authorities?sort=-issued_active")
        self.assertTrue(authorities)
        self.assertEqual((authorities[0]["issued"], authorities[0]["issued_active"]), (4, 3))
        for a in authorities:
            self.assertIn(a["kind"], ("root", "intermediate"))
        self.list("/authorities?sort=name&q=ca:yes")
        self.refused("GET", "/authorities?sort=colour", None, 400)

    def test_6_what_a_team_has_goes_to_another_one(self):
        team, web = self.list("/teams?q=payments")[0]["id"], self.list("/teams?q=web")[0]["id"]
        self.ask("GET", "/teams/" + team)
        tag = self.tag
        self.refused("DELETE", "/teams/" + team, None, 409, "in-use", match=tag)
        self.refused("DELETE", "/teams/%s?to=5" % team, None, 400, "no-such-team", match=tag)
        self.refused("DELETE", "/teams/%s?to=%s" % (team, team), None, 400, "no-such-team", match=tag)
        self.refused("DELETE", "/teams/%s?to=x" % team, None, 400, match=tag)
        self.ask("DELETE", "/teams/%s?to=%s" % (team, web), None, 204, match=tag)
        row = self.ask("GET", "/teams/" + web)
        self.assertEqual((row["lineages"], row["services"], row["hosts"]), (1, 1, 1))
        self.assertEqual(self.lineage("shop.example.test")["owner"]["name"], "Web team")
        self.assertEqual(self.list("/keys?sort=-certificates")[0]["teams"], 1)
        self.assertEqual([k["sha256"] for k in self.list("/keys?q=owner:web")], [self.list("/keys?sort=-certificates")[0]["sha256"]])

    def test_7_the_overview_counts_what_needs_somebody(self):
        overview = self.api.get(V1 + "/overview")["headline"]
        needing = self.list("/certificates?q=need_you:yes")
        self.assertEqual(overview["need_you"], len(needing))
        self.assertEqual(overview["active"], 3)

    def test_8_nothing_of_it_without_a_session_and_no_change_by_another_site(self):
        stranger = api.Client(self.api.address, self.api.port)
        for path in ("/teams", "/services", "/hosts", "/keys", "/authorities", "/tags", "/teams/1", "/keys/" + "0" * 64):
            self.assertEqual(stranger.raw("GET", V1 + path)[0], 401, path)
        for method, path in (("POST", "/teams"), ("PATCH", "/teams/1"), ("DELETE", "/teams/1"), ("PATCH", "/lineages/1"),
                             ("POST", "/services"), ("PATCH", "/services/1"), ("DELETE", "/services/1"), ("PATCH", "/hosts/1")):
            self.assertEqual(stranger.raw(method, V1 + path, {})[0], 401, path)
            self.assertEqual(self.api.raw(method, V1 + path, {}, {"Origin": "https://evil.example"})[0], 403, path)
            self.assertIn(self.too_much(method, path), (400, 404, 413, None), path)


    def run_(self, *words, code=0):
        """What a command prints, by the server's socket."""
        out = subprocess.run([keepvalid.BINARY, *words, "--data", self.data], capture_output=True, text=True, timeout=60)
        self.assertEqual(out.returncode, code, (words, out.stdout, out.stderr))
        return out.stdout if code in (0, 6) else out.stderr

    def test_9_the_commands_do_the_same(self):
        made = json.loads(self.run_("team", "add", "Mail", "--contact", "owner=Cy <cy@example.test>", "--contact", "security=Di Do",
                                    "--note", "by phone"))
        self.assertEqual(made["contacts"], [{"role": "owner", "name": "Cy", "email": "cy@example.test"},
                                            {"role": "security", "name": "Di Do", "email": None}])
        self.assertIn("name-taken", self.run_("team", "add", "mail", code=1))
        for words in (["team", "add", "X", "--contact", "owner"], ["team", "add", "X", "--contact", "cook=C"], ["team"],
                      ["team", "show"], ["team", "fly", "X"], ["service", "add", "Y", "--criticality", "dire"]):
            self.run_(*words, code=2)
        self.run_("team", "show", "Nobody", code=6)
        self.assertEqual(json.loads(self.run_("team", "edit", "mail", "--name", "Post"))["name"], "Post")
        rows = [line.split("\t") for line in self.run_("team", "list").splitlines()]
        self.assertEqual([r[0] for r in rows], ["Post", "Web team"])
        self.assertEqual(rows[0][4], "owner: Cy <cy@example.test>, security: Di Do")
        relay = json.loads(self.run_("service", "add", "Relay", "--owner", "post", "--environment", "test", "--cmdb-id", "CI9"))
        self.assertEqual((relay["owner"]["name"], relay["cmdb_id"]), ("Post", "CI9"))
        self.assertIn("in-use", self.run_("team", "rm", "Post", code=1))
        self.run_("team", "rm", "Post", "--to", "Web team")
        edited = json.loads(self.run_("service", "edit", "Relay", "--owner", "none", "--criticality", "low"))
        self.assertEqual((edited["owner"], edited["criticality"]), (None, "low"))
        self.run_("service", "rm", "Relay")
        self.assertEqual([r.split("\t")[0] for r in self.run_("service", "list").splitlines()], ["Shop"])
        shown = self.run_("show", self.list("/certificates?q=name:www.shop")[0]["sha256"])
        for said in ("Owner         Web team", "Tags          pci, slow", "Environment   production", "How to renew  Ask the CA",
                     "Renewal path  untested: renewed once", "Replaces      ", "Same key      "):
            self.assertIn(said, shown)
        row = [r.split("\t") for r in self.run_("list", "owner:web", "active:yes").splitlines()]
        self.assertEqual([r[8] for r in row], ["Web team"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
