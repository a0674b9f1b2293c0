#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Exports in every form, read by other programs: Python's csv and json, openssl, the CycloneDX schemas, icalendar. The
certificates carry text that would do harm where it is opened."""
import csv
import hashlib
import io
import json
import os
import re
import unittest
import urllib.parse

import icalendar
import jsonschema

from lib import api, keepvalid, pki, server, stage, tls

SCHEMAS = os.path.join(os.environ["KEEPVALID_SOURCE"], "tests", "data", "cyclonedx")
HOSTILE = [("formula", "=cmd|' /C calc'!A0"), ("plus", "+1+2"), ("bidi", "evil\u202egpj.example"), ("quote", 'a "quoted", comma; \\ name'),
           ("html", "<img src=x onerror=alert(1)>"), ("long", "\u00fc" * 60), ("accent", "M\u00fcller \u20ac")]


class Exports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = stage.Stage(cls)
        ca = cls.stage.authority
        cls.pairs = [ca.leaf("rsa", "rsa.example.test", key="rsa"), ca.leaf("ec", "ec.example.test", "www.ec.example.test", key="ec"),
                     ca.leaf("ed", "ed.example.test", key="ed25519"), ca.leaf("p384", "p384.example.test", key="ec384"),
                     ca.leaf("rsa3072", "rsa3072.example.test", key="rsa3072")]
        for name, text in HOSTILE:
            cls.pairs.append(cls.hostile(name, text))
        cls.listeners = [tls.serve(pair) for pair in cls.pairs]
        child = server.serve(cls.stage, cls.stage.path("data"))
        cls.api = server.set_up(child)
        scan = cls.api.call("POST", "/api/v1/scans", {"targets": ["127.0.0.1:%d" % s.getsockname()[1] for s in cls.listeners]})
        server.until("the scan's end", lambda: cls.api.get("/api/v1/scans/" + scan["scan"]["id"])["scan"]["state"] == "done")
        cls.rows = cls.api.items("/api/v1/certificates")

    @classmethod
    def hostile(cls, name, text):
        """Self-signed, with that text as common name and organisation."""
        pair = pki.Pair(cls.stage.folder, "hostile-" + name)
        escaped = text.replace("\\", "\\\\").replace("/", "\\/").replace("+", "\\+")
        pki.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-utf8", "-keyout", pair.key, "-out",
                    pair.cert, "-days", "40", "-subj", "/O=" + escaped + "/CN=" + escaped, "-addext", "subjectAltName=DNS:%s.hostile.test" % name)
        pair.chain = pair.cert
        return pair

    def export(self, form, **query):
        status, headers, body = self.api.raw("GET", "/api/v1/exports/" + form + ("?" + urllib.parse.urlencode(query) if query else ""))
        self.assertEqual(status, 200, body[:400])
        self.assertIn("attachment; filename=", headers["Content-Disposition"])
        return headers["Content-Type"], body

    def test_a_table_is_read_by_others_and_no_cell_is_a_formula(self):
        media, body = self.export("csv")
        self.assertTrue(media.startswith("text/csv"))
        text = body.decode("utf-8")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        self.assertEqual({r["sha256"] for r in rows}, {r["sha256"] for r in self.rows})
        by_hash = {r["sha256"]: r for r in rows}
        for pair in self.pairs:
            self.assertIn(pair.sha256, by_hash)
        ec = by_hash[self.pairs[1].sha256]
        self.assertEqual(ec["facts.names.dns"].split(), ["ec.example.test", "www.ec.example.test"])
        self.assertEqual((ec["key.algorithm"], ec["key.curve"]), ("ec", "P-256"))
        for row in rows:
            for value in row.values():
                self.assertNotRegex(value or "", r"^[=+@\t\r-]")
                self.assertNotRegex(value or "", "[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u206f]")
        self.assertTrue(any(r["name"].startswith("'=cmd|") for r in rows))
        self.assertTrue(any("\\u202e" in r["name"] for r in rows))
        self.assertTrue(any(r["name"] == HOSTILE[3][1].lower() or 'quoted", comma' in r["subject"] for r in rows))

    def test_columns_are_chosen_and_a_wrong_one_is_named(self):
        _, body = self.export("csv", columns="not_after,name,key.bits", q="key:rsa")
        rows = list(csv.reader(io.StringIO(body.decode())))
        self.assertEqual(rows[0], ["not_after", "name", "key.bits"])
        self.assertTrue(all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", r[0]) and int(r[2]) >= 1024 for r in rows[1:]))
        for query, code in (("columns=nothing", "export-columns"), ("of=users", "export-of"), ("columns=" + ",".join(["name"] * 65), "export-columns"),
                            ("q=expires<<", None), ("nothing=1", "parameter")):
            status, _, body = self.api.raw("GET", "/api/v1/exports/csv?" + query)
            self.assertEqual(status, 400, query)
            if code:
                self.assertEqual(json.loads(body)["code"], code)
        status, _, body = self.api.raw("GET", "/api/v1/exports/xlsx")
        self.assertEqual((status, json.loads(body)["code"]), (404, "export-form"))
        status, _, body = self.api.raw("GET", "/api/v1/exports/pem?of=endpoints")
        self.assertEqual((status, json.loads(body)["code"]), (400, "export-of"))

    def test_a_mark_is_put_before_a_table_for_spreadsheets(self):
        self.assertTrue(self.export("csv", bom="true")[1].startswith(b"\xef\xbb\xbfname,"))

    def test_json_and_lines_have_the_rows_with_all_facts(self):
        document = json.loads(self.export("json")[1])
        lines = [json.loads(line) for line in self.export("jsonl")[1].splitlines()]
        self.assertEqual(document["items"], lines)
        self.assertEqual({r["sha256"] for r in lines}, {r["sha256"] for r in self.rows})
        for row in lines:
            self.assertEqual(row["facts"]["sha256"], row["sha256"])
        raw = self.export("json")[1].decode()
        self.assertNotIn("\u202e", raw)
        self.assertTrue(any("\u202e" in r["facts"]["subject"] for r in lines), "the value itself is kept")

    def test_pem_holds_the_very_certificates(self):
        path = self.stage.path("all.pem")
        with open(path, "wb") as file:
            file.write(self.export("pem")[1])
        found = set()
        for one in pki.ders(path):
            found.add(hashlib.sha256(one).hexdigest())
        self.assertEqual(found, {r["sha256"] for r in self.rows})

    def schema_check(self, version, document):
        store = {}
        for name in os.listdir(SCHEMAS):
            if name.endswith(".json"):
                with open(os.path.join(SCHEMAS, name)) as file:
                    schema = json.load(file)
                store["http://cyclonedx.org/schema/" + name] = schema
                store[schema.get("$id", name)] = schema
        schema = store["http://cyclonedx.org/schema/bom-%s.SNAPSHOT.schema.json" % version]
        resolver = jsonschema.RefResolver(base_uri=schema["$id"], referrer=schema, store=store)
        validator = jsonschema.Draft7Validator(schema, resolver=resolver, format_checker=jsonschema.FormatChecker())
        wrong = ["%s: %s" % ("/".join(map(str, e.absolute_path)), e.message[:200]) for e in validator.iter_errors(document)]
        self.assertEqual(wrong, [])

    def test_a_bill_of_materials_fits_its_schema_and_says_what_we_know(self):
        for version in ("1.6", "1.7"):
            media, body = self.export("cyclonedx-" + version)
            self.assertEqual(media, "application/vnd.cyclonedx+json; version=" + version)
            bom = json.loads(body)
            self.schema_check(version, bom)
            refs = [c["bom-ref"] for c in bom["components"]]
            self.assertEqual(len(refs), len(set(refs)))
            certificates = {c["bom-ref"]: c for c in bom["components"] if c["cryptoProperties"]["assetType"] == "certificate"}
            self.assertEqual(set(certificates), {"crypto/certificate/" + r["sha256"] for r in self.rows})
            for certificate in certificates.values():
                properties = certificate["cryptoProperties"]["certificateProperties"]
                related = [r["ref"] for r in properties["relatedCryptographicAssets"]] if version == "1.7" else \
                    [properties["signatureAlgorithmRef"], properties["subjectPublicKeyRef"]]
                self.assertEqual(len(related), 2)
                for ref in related:
                    self.assertIn(ref, refs)
            families = {c["cryptoProperties"]["algorithmProperties"].get("algorithmFamily") for c in bom["components"]
                        if c["cryptoProperties"]["assetType"] == "algorithm"}
            if version == "1.7":
                self.assertLessEqual({"RSASSA-PKCS1", "ECDSA", "EdDSA"}, families)

    def test_a_calendar_has_one_event_a_lineage_on_its_last_day(self):
        _, body = self.export("ics")
        self.assertTrue(all(len(line) <= 75 for line in body.split(b"\r\n")))
        self.assertNotIn("\u202e", body.decode("utf-8"))
        calendar = icalendar.Calendar.from_ical(body)
        events = {str(e["UID"]): e for e in calendar.walk("VEVENT")}
        lineages = [x for x in self.api.items("/api/v1/lineages") if x["not_after"]]
        self.assertEqual(len(events), len(lineages))
        for lineage in lineages:
            event = next(e for uid, e in events.items() if uid.startswith("lineage-%s@" % lineage["id"]))
            self.assertEqual(event["DTSTART"].dt.isoformat(), lineage["not_after"][:10])
            if lineage["name"].isascii():
                self.assertEqual(str(event["SUMMARY"]), lineage["name"] + " expires")
            self.assertEqual(str(event["STATUS"]), "CONFIRMED")
        self.assertEqual(body, self.export("ics")[1], "the same inventory gives the same bytes")

    def test_a_calendar_is_subscribed_to_by_a_secret_that_can_be_taken_away(self):
        made = self.api.call("POST", "/api/v1/calendars", {"name": "Hostile, ours; all", "q": "hostile"})
        path = urllib.parse.urlparse(made["url"]).path
        self.assertRegex(path, r"^/calendar/[\w-]{43}\.ics$")
        stranger = api.Client(self.api.address, self.api.port)
        status, headers, body = stranger.raw("GET", path)
        self.assertEqual(status, 200)
        self.assertEqual(headers["Content-Type"], "text/calendar; charset=utf-8")
        calendar = icalendar.Calendar.from_ical(body)
        self.assertEqual(str(calendar["X-WR-CALNAME"]), "Hostile, ours; all")
        self.assertEqual(len(calendar.walk("VEVENT")), len(self.api.items("/api/v1/lineages?q=hostile")))
        again = stranger.raw("GET", path, headers={"If-None-Match": headers["ETag"]})
        self.assertEqual((again[0], again[2]), (304, b""))
        listed = self.api.items("/api/v1/calendars")
        self.assertEqual([(c["name"], c["url"]) for c in listed], [("Hostile, ours; all", None)])
        self.assertIsNotNone(listed[0]["last_read_at"])
        for wrong in (path[:-5] + "x.ics", "/calendar/.ics", path[:-4], "/calendar/" + "A" * 500 + ".ics"):
            self.assertEqual(stranger.raw("GET", wrong)[0], 404, wrong)
        for body in ({"name": "", "q": ""}, {"name": "x" * 65, "q": ""}, {"name": "x", "q": "expires<<"}, {"name": "x", "z": 1}):
            with self.assertRaises(api.Refused) as refused:
                self.api.call("POST", "/api/v1/calendars", body)
            self.assertEqual(refused.exception.status, 400, body)
        self.assertEqual(stranger.raw("POST", "/api/v1/calendars", {"name": "x"})[0], 401)
        self.assertEqual(stranger.raw("DELETE", "/api/v1/calendars/" + made["id"])[0], 401)
        self.api.call("DELETE", "/api/v1/calendars/" + made["id"])
        self.assertEqual(stranger.raw("GET", path)[0], 404)
        with open(self.stage.path("data", "keepvalid.db"), "rb") as file:
            self.assertNotIn(path[10:-4].encode(), file.read())

    def test_endpoints_and_lineages_are_tables_too(self):
        for of in ("endpoints", "lineages"):
            rows = list(csv.DictReader(io.StringIO(self.export("csv", of=of)[1].decode())))
            self.assertEqual(len(rows), len(self.api.items("/api/v1/" + of)))

    def test_the_command_writes_a_file_whole_or_not_at_all(self):
        path = self.stage.path("due.csv")
        done = keepvalid.run("export", "key:ec", "--columns", "name,key.curve", "--output", path, "--data", self.stage.path("data"))
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(path, newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertTrue(rows and all(r["key.curve"] in ("P-256", "P-384") for r in rows))
        done = keepvalid.run("export", "--format", "pem", "--of", "endpoints", "--output", path + "2", "--data", self.stage.path("data"), ok=(2,))
        self.assertEqual((done.returncode, os.path.exists(path + "2")), (2, False))
        self.assertIn("pem is only for certificates", done.stderr)
        self.assertEqual([n for n in os.listdir(self.stage.folder) if n.endswith(".part")], [])
        done = keepvalid.run("export", "--format", "jsonl", "--data", self.stage.path("data"))
        self.assertEqual(len(done.stdout.splitlines()), len(self.rows))

    def test_who_exported_is_in_the_audit_and_strangers_may_not(self):
        self.export("csv", q="key:ec")
        entry = self.api.get("/api/v1/audit?limit=1")["items"][0]
        self.assertEqual((entry["what"], entry["object"]), ("inventory.export", "export:certificates"))
        self.assertIn("query: key:ec", entry["why"])
        stranger = api.Client(self.api.address, self.api.port)
        self.assertEqual(stranger.raw("GET", "/api/v1/exports/csv")[0], 401)


stage.main()
