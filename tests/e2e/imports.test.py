#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Imports: tables as spreadsheets write them, folders of certificates, the stores of ACME clients; dry run, refusals, kills."""
import http.client
import json
import os
import unittest

from lib import api, keepvalid, pki, server, stage

SHEET = ("\ufeffCommon Name;Team;Environment;Expiry Date;How to renew;Colour\r\n"
         "shop.example.test;Payments;Production;2026-01-01;\"ask anna;\nthen \"\"bob\"\"\";red\r\n"
         "https://mail.example.test/x;IT Ops;production;;;blue\r\n"
         ";;;;;\r\n"
         "vpn.example.test;Payments;not a word!;;;\r\n"
         ";Nobody;;;;\r\n"
         "\"open\r\n")


class Imports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = stage.Stage(cls)
        cls.data = cls.stage.path("data")
        cls.child = server.serve(cls.stage, cls.data)
        cls.api = server.set_up(cls.child)

    def run_import(self, *args, **more):
        return keepvalid.run("import", *args, "--data", self.data, **more)

    def lineage(self, name):
        found = [x for x in self.api.items("/api/v1/lineages") if x["name"] == name]
        return found[0] if found else None

    def test_1_a_dry_run_tells_what_would_come_and_changes_nothing(self):
        path = self.stage.write("list.csv", SHEET)
        before = self.api.get("/api/v1/audit?limit=1")["items"][0]["index"]
        done = self.run_import("csv", path, "--dry-run", "--jsonl", ok=(5,))
        rows = {row["line"]: row for row in map(json.loads, done.stdout.splitlines())}
        self.assertEqual({line: row["outcome"] for line, row in rows.items()},
                         {2: "added", 4: "added", 6: "added", 7: "refused", 8: "refused"})
        self.assertIn("would be: 3 added", done.stderr)
        self.assertIn('"Colour" is not looked at', done.stderr)
        self.assertEqual(self.api.items("/api/v1/lineages"), [])
        self.assertEqual(self.api.items("/api/v1/teams"), [])
        self.assertEqual(self.api.get("/api/v1/audit?limit=1")["items"][0]["index"], before)

    def test_2_a_table_sets_who_what_and_how(self):
        path = self.stage.write("list.csv", SHEET)
        done = self.run_import("csv", path, ok=(5,))
        self.assertIn("3 added, 0 changed, 0 the same, 2 refused", done.stderr)
        shop = self.lineage("shop.example.test")
        self.assertEqual((shop["owner"]["name"], shop["environment"], shop["note"]), ("Payments", "production", 'ask anna;\nthen "bob"'))
        self.assertEqual(self.lineage("mail.example.test")["owner"]["name"], "IT Ops")
        entry = next(e for e in self.api.get("/api/v1/audit?limit=20")["items"] if e["what"] == "inventory.import")
        self.assertEqual(entry["object"], "import:" + path)
        self.assertIn("3 added", entry["why"])
        again = self.run_import("csv", path, ok=(5,))
        self.assertIn("0 added, 0 changed, 2 the same", again.stderr)
        self.assertEqual(len(self.api.items("/api/v1/lineages")), 3)

    def test_3_columns_are_mapped_and_wrong_maps_are_named(self):
        path = self.stage.write("odd.csv", "Web site,Dept,x\nodd.example.test,Odd Team,y\n")
        self.run_import("csv", path, "--map", "Web site=name", "--map", "Dept=owner")
        self.assertEqual(self.lineage("odd.example.test")["owner"]["name"], "Odd Team")
        for args, said in ((["--map", "nothing=name"], "no column has the title"), (["--map", "x=colour"], "there is no field"),
                           (["--map", "x"], "there is no =")):
            self.assertIn(said, self.run_import("csv", path, "--map", "Web site=name", *args, ok=(2,)).stderr)

    def test_3b_targets_become_a_source_that_grows(self):
        path = self.stage.write("where.csv", "host,port\n192.0.2.1,443\n192.0.2.2,8443\n")
        self.run_import("csv", path, "--name", "where")
        self.stage.write("where.csv", "host\n192.0.2.2:8443\n192.0.2.3\n")
        self.run_import("csv", path, "--name", "where")
        source = next(s for s in self.api.items("/api/v1/sources") if s["name"] == "import where")
        self.assertEqual((source["kind"], source["options"]["names"]), ("names", ["192.0.2.1:443", "192.0.2.2:8443", "192.0.2.3"]))

    def test_4_a_folder_gives_its_certificates_and_no_key(self):
        ca = self.stage.authority
        folder = self.stage.path("folder")
        os.mkdir(folder)
        pair = ca.leaf("one", "one.example.test")
        with open(os.path.join(folder, "both.pem"), "w") as file:
            file.write(pki.text_of(pair.key) + pki.text_of(pair.chain))
        self.stage.write("folder/notes.txt", "nothing here\n")
        done = self.run_import("pem", folder)
        self.assertIn("1 added", done.stderr)
        whole = self.api.get("/api/v1/certificates/" + pair.sha256)
        self.assertTrue(any(place["kind"] == "import" and place["address"].endswith(":" + folder + "/both.pem") for place in whole["locations"]),
                        whole["locations"])
        self.assertIn("0 added", self.run_import("pem", folder).stderr)
        self.assertIn("no certificate was found", self.run_import("pem", self.stage.path("folder", "notes.txt"), ok=(6,)).stderr)
        with open(pair.key) as file:
            secret = "".join(file.read().split("\n")[1:-2])[:40]
        for name in os.listdir(self.data):
            if name.startswith("keepvalid.db"):
                with open(os.path.join(self.data, name), "rb") as file:
                    self.assertNotIn(secret.encode(), file.read())

    def test_5_the_store_of_certbot_says_who_renews(self):
        pair = self.stage.authority.leaf("bot", "bot.example.test")
        root = self.stage.path("letsencrypt")
        for part in ("live/bot.example.test", "archive/bot.example.test", "renewal"):
            os.makedirs(os.path.join(root, part))
        for source, name in ((pair.cert, "cert"), (pair.chain, "fullchain"), (pair.key, "privkey")):
            with open(os.path.join(root, "archive/bot.example.test", name + "1.pem"), "w") as file:
                file.write(pki.text_of(source))
            os.symlink("../../archive/bot.example.test/%s1.pem" % name, os.path.join(root, "live/bot.example.test", name + ".pem"))
        live = os.path.join(root, "live/bot.example.test")
        self.stage.write("letsencrypt/renewal/bot.example.test.conf",
                         "version = 2.1.0\narchive_dir = %s/archive/bot.example.test\ncert = %s/cert.pem\nprivkey = %s/privkey.pem\n"
                         "fullchain = %s/fullchain.pem\n[renewalparams]\nauthenticator = webroot\n"
                         "server = https://acme.example/directory\n" % (root, live, live, live))
        self.run_import("certbot", root)
        lineage = self.lineage("bot.example.test")
        self.assertEqual(lineage["tags"], ["certbot"])
        self.assertIn("renewed by certbot, proof by webroot", lineage["note"])

    def test_6_entries_are_checked_one_by_one(self):
        pair = self.stage.authority.leaf("two", "two.example.test")
        entries = [{"pem": pki.text_of(pair.cert), "owner": "Payments", "criticality": "HIGH"}, {"pem": pki.text_of(pair.key)},
                   {"pem": pki.text_of(pair.cert) + pki.text_of(pair.key)}, {"pem": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"},
                   {"name": "x" * 254}, {"name": "three.example.test", "criticality": "huge"}, {"target": "192.0.2.7", "port": "8443"},
                   {"name": "<img src=x>\u202e", "note": "=1+1"}]
        report = self.api.call("POST", "/api/v1/imports", {"name": "entries", "entries": entries})
        self.assertEqual([row["outcome"] for row in report["rows"]],
                         ["added", "refused", "refused", "refused", "refused", "added", "added", "added"])
        self.assertIn("private key", report["rows"][1]["detail"])
        self.assertIn("private key", report["rows"][2]["detail"])
        self.assertIn("criticality", report["rows"][5]["detail"])
        self.assertEqual(report["targets"], ["192.0.2.7:8443"])
        self.assertEqual(self.lineage("two.example.test")["criticality"], "high")

    def test_7_what_is_wrong_as_a_whole_is_refused_as_a_whole(self):
        for body, status, code in (({"name": "", "text": "name\n"}, 400, "import-name"), ({"name": "x"}, 400, "import-what"),
                                   ({"name": "x", "text": "name\na\n", "entries": []}, 400, "import-what"),
                                   ({"name": "x", "text": "colour\nred\n"}, 400, "sheet-columns"),
                                   ({"name": "x", "text": "name\n" + "a\n" * 2001}, 400, "import-rows"),
                                   ({"name": "x", "entries": [{"nothing": "y"}]}, 400, "body-shape")):
            got, _, content = self.api.raw("POST", "/api/v1/imports", body)
            self.assertEqual((got, json.loads(content)["code"]), (status, code), str(body)[:60])
        try:
            self.assertEqual(self.api.raw("POST", "/api/v1/imports", {"name": "x", "text": "n" * 1100000})[0], 413)
        except OSError:
            pass  # the answer came, and the connection ended, before all was sent
        self.assertIsNone(self.lineage("a"))
        self.assertEqual(api.Client(self.api.address, self.api.port).raw("POST", "/api/v1/imports", {"name": "x", "text": "name\n"})[0], 401)

    def test_8_a_long_table_goes_in_parts_and_lines_are_those_of_the_file(self):
        rows = "".join("n%04d.long.test,team %d,\"a\nb\"\n" % (i, i % 7) for i in range(2500)) + "bad\",x,y,z,z\n"
        path = self.stage.write("long.csv", "name,owner,note\n" + rows)
        done = self.run_import("csv", path, "--jsonl", ok=(5,))
        told = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(told), 2501)
        self.assertIn("2500 added", done.stderr)
        self.assertEqual(self.api.get("/api/v1/lineages?q=long.test&limit=1&total=true")["total"], 2500)

    def test_9_a_kill_in_the_middle_leaves_all_of_a_part_or_nothing(self):
        data = self.stage.path("killed")
        child = server.serve(self.stage, data, KEEPVALID_FAULT="import.settle:1:kill")
        client = server.set_up(child)
        with self.assertRaises((OSError, http.client.HTTPException)):
            client.call("POST", "/api/v1/imports", {"name": "k", "text": "name,owner\nkilled.example.test,Team\n"})
        child.stop()
        child = server.serve(self.stage, data)
        done = keepvalid.run("list", "--of", "lineages", "--json", "--data", data, ok=(0, 6))
        self.assertEqual(json.loads(done.stdout), [])


stage.main()
