#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""keepvalid verify: every case of tests/data/chains through the command line, the JSON contract, exit codes, data folders."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest

KEEPVALID = os.environ["KEEPVALID"]
SOURCE = os.environ["KEEPVALID_SOURCE"]
PROGRAMS = ["mozilla", "chrome", "apple", "microsoft", "system"]


def run(*args, env=None, stdin=None):
    return subprocess.run([KEEPVALID, "verify", *args], capture_output=True, text=True, timeout=60, input=stdin,
                          env={**os.environ, **(env or {})})


def openssl(*args):
    subprocess.run(["openssl", *args], check=True, capture_output=True, timeout=60)


class Verify(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name, content=None):
        path = os.path.join(self.folder, name)
        if content is not None:
            with open(path, "w", encoding="ascii") as file:
                file.write(content)
        return path

    def first_mozilla_root(self):
        with open(os.path.join(SOURCE, "data/trust/mozilla_tls_roots.pem"), encoding="utf-8") as file:
            text = file.read()
        end = "-----END CERTIFICATE-----\n"
        return text[text.index("-----BEGIN"):text.index(end) + len(end)]

    def make_chain(self):
        """A CA and a leaf of its own, of today."""
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                "-subj", "/CN=Test Root", "-keyout", self.path("ca.key"), "-out", self.path("ca.pem"),
                "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=www.example.org",
                "-keyout", self.path("leaf.key"), "-out", self.path("leaf.csr"))
        self.path("ext", "basicConstraints=CA:FALSE\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
                         "extendedKeyUsage=serverAuth\nsubjectAltName=DNS:www.example.org,IP:192.0.2.1\n")
        openssl("x509", "-req", "-in", self.path("leaf.csr"), "-CA", self.path("ca.pem"), "-CAkey", self.path("ca.key"),
                "-days", "10", "-extfile", self.path("ext"), "-out", self.path("leaf.pem"))

    def test_every_case_gives_its_verdict_and_exit_code(self):
        with open(os.path.join(SOURCE, "tests/data/chains/cases.json"), encoding="utf-8") as file:
            cases = json.load(file)["cases"]
        self.assertGreaterEqual(len(cases), 90)
        for case in cases:
            with self.subTest(case=case["name"]):
                args = [self.path("leaf", case["leaf"]), "--json", "--purpose", case["purpose"],
                        "--roots", self.path("roots", "\n".join(case["roots"]))]
                if case["intermediates"]:
                    args += ["--intermediates", self.path("others", "\n".join(case["intermediates"]))]
                if case["crls"]:
                    args += ["--crls", self.path("lists", "\n".join(case["crls"]))]
                for option, key in (("--name", "host"), ("--at", "time"), ("--depth", "max_depth")):
                    if case[key] is not None:
                        args += [option, str(case[key])]
                got = run(*args)
                answer = json.loads(got.stdout)
                self.assertEqual(answer["trusted"], case["accept"], answer["reason"])
                self.assertEqual(got.returncode, 0 if case["accept"] else 1)
                self.assertTrue(answer["reason"])

    def test_the_json_has_the_fields_of_the_contract(self):
        got = run(self.path("root.pem", self.first_mozilla_root()), "--json")
        answer = json.loads(got.stdout)
        self.assertEqual(list(answer), ["trusted", "reason", "path", "programs"])
        self.assertEqual(list(answer["programs"]), PROGRAMS)
        for program in answer["programs"].values():
            self.assertEqual(list(program), ["trusted", "reason", "limit"])
        self.assertTrue(all(len(one) == 64 for one in answer["path"]))
        self.assertEqual(got.returncode, 0 if answer["trusted"] else 1)

    def test_a_root_that_mozilla_limits_shows_its_limit(self):
        with open(os.path.join(SOURCE, "data/trust/mozilla_roots.json"), encoding="utf-8") as file:
            limited = {root["sha256"]: root["server_distrust_after"] for root in json.load(file)["roots"]
                       if root["server_auth"] == "trusted" and root.get("server_distrust_after")}
        self.assertTrue(limited)
        with open(os.path.join(SOURCE, "data/trust/mozilla_tls_roots.pem"), encoding="utf-8") as file:
            blocks = [b for b in file.read().split("-----END CERTIFICATE-----") if "-----BEGIN" in b]
        seen = 0
        for block in blocks:
            pem = block[block.index("-----BEGIN"):] + "-----END CERTIFICATE-----\n"
            with open(self.path("one.pem", pem), "rb") as file:
                digest = subprocess.run(["openssl", "x509", "-noout", "-fingerprint", "-sha256"], stdin=file,
                                        capture_output=True, text=True, check=True).stdout
            digest = digest.split("=")[1].strip().replace(":", "").lower()
            if digest not in limited:
                continue
            answer = json.loads(run(self.path("one.pem"), "--json", "--at", "2025-06-01T00:00:00Z").stdout)
            self.assertEqual(answer["programs"]["mozilla"]["limit"], limited[digest])
            seen += 1
        self.assertEqual(seen, len(limited))

    def test_a_ca_of_ones_own(self):
        self.make_chain()
        leaf, roots = self.path("leaf.pem"), ["--roots", self.path("ca.pem")]
        for name in ("www.example.org", "WWW.EXAMPLE.ORG.", "192.0.2.1"):
            self.assertEqual(run(leaf, *roots, "--name", name).returncode, 0, name)
        wrong = run(leaf, *roots, "--name", "other.example.org", "--json")
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("not for other.example.org", json.loads(wrong.stdout)["reason"])
        self.assertEqual(run(leaf, *roots, "--purpose", "client").returncode, 1)
        self.assertEqual(run(leaf, *roots, "--purpose", "any").returncode, 0)
        late = run(leaf, *roots, "--at", "2199-01-01T00:00:00Z", "--json")
        self.assertEqual(late.returncode, 1)
        self.assertIn("expired", json.loads(late.stdout)["reason"])
        lonely = run(leaf, "--json")
        self.assertEqual(lonely.returncode, 1)
        self.assertIn("CN=Test Root", json.loads(lonely.stdout)["programs"]["mozilla"]["reason"])

    def test_revocation_lists_are_asked_when_given(self):
        self.make_chain()
        self.path("index", "")
        self.path("number", "01\n")
        self.path("ca.conf", f"[ca]\ndefault_ca=d\n[d]\ndatabase={self.path('index')}\ncrlnumber={self.path('number')}\n"
                             "default_md=sha256\ndefault_crl_days=5\n")
        ca = ["ca", "-config", self.path("ca.conf"), "-cert", self.path("ca.pem"), "-keyfile", self.path("ca.key")]
        leaf = [self.path("leaf.pem"), "--roots", self.path("ca.pem"), "--crls"]
        openssl(*ca, "-gencrl", "-out", self.path("good.crl"))
        self.assertEqual(run(*leaf, self.path("good.crl")).returncode, 0)
        openssl(*ca, "-revoke", self.path("leaf.pem"), "-crl_reason", "keyCompromise")
        openssl(*ca, "-gencrl", "-out", self.path("bad.crl"))
        bad = run(*leaf, self.path("bad.crl"), "--json")
        self.assertEqual(bad.returncode, 1)
        self.assertIn("revoked on", json.loads(bad.stdout)["reason"])
        broken = run(*leaf, self.path("broken.crl", "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"), "--json")
        self.assertEqual(broken.returncode, 1)
        self.assertIn("no revocation list covers it", json.loads(broken.stdout)["reason"])

    def test_rows_are_tab_separated_and_without_colour(self):
        self.make_chain()
        got = run(self.path("leaf.pem"))
        rows = [line.split("\t") for line in got.stdout.splitlines()]
        self.assertEqual([row[0] for row in rows[:5]], PROGRAMS)
        self.assertTrue(all(row[1] == "not trusted" and len(row) == 5 for row in rows[:5]))
        self.assertEqual(rows[5][:2], ["path", "0"])
        self.assertNotIn("\033", got.stdout)
        self.assertIn("days old", rows[0][4])

    def test_a_folder_replaces_the_data_packs(self):
        self.make_chain()
        os.mkdir(self.path("data"))
        shutil.copytree(os.path.join(SOURCE, "data/trust"), self.path("data/trust"))
        shutil.copy(self.path("ca.pem"), self.path("data/trust/mozilla_tls_roots.pem"))
        with open(self.path("ca.pem"), "rb") as file:
            digest = subprocess.run(["openssl", "x509", "-noout", "-fingerprint", "-sha256"], stdin=file,
                                    capture_output=True, text=True, check=True).stdout
        digest = digest.split("=")[1].strip().replace(":", "").lower()
        os.chmod(self.path("data/trust/mozilla_roots.json"), 0o644)
        self.path("data/trust/mozilla_roots.json", json.dumps({"source": "mine of 2026-01-02", "roots": [
            {"sha256": digest, "label": "mine", "server_auth": "trusted"}]}))
        for args, env in ((["--data", self.path("data")], {}), ([], {"KEEPVALID_DATA": self.path("data")})):
            answer = json.loads(run(self.path("leaf.pem"), "--json", *args, env=env).stdout)
            self.assertTrue(answer["programs"]["mozilla"]["trusted"])
            self.assertFalse(answer["programs"]["chrome"]["trusted"])
            self.assertEqual(len(answer["path"]), 2)
        self.assertEqual(run(self.path("leaf.pem"), "--data", self.path("nowhere")).returncode, 1)
        self.path("data/trust/mozilla_roots.json", "{}")
        spoilt = run(self.path("leaf.pem"), "--data", self.path("data"))
        self.assertEqual(spoilt.returncode, 1)
        self.assertIn("mozilla_roots.json", spoilt.stderr)

    def test_the_bundle_of_the_system_is_asked(self):
        self.make_chain()
        answer = json.loads(run(self.path("leaf.pem"), "--json", env={"SSL_CERT_FILE": self.path("ca.pem")}).stdout)
        self.assertTrue(answer["programs"]["system"]["trusted"])
        self.assertFalse(answer["programs"]["mozilla"]["trusted"])
        self.assertFalse(answer["trusted"])

    def test_what_cannot_be_read_is_not_trusted_and_what_is_missing_is_an_error(self):
        broken = run(self.path("x.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), "--json")
        self.assertEqual(broken.returncode, 1)
        self.assertFalse(json.loads(broken.stdout)["trusted"])
        missing = run(self.path("missing.pem"))
        self.assertEqual(missing.returncode, 1)
        self.assertEqual(missing.stdout, "")
        self.assertIn("fix:", missing.stderr)
        self.make_chain()
        for args in ([], [self.path("leaf.pem"), "--purpose", "nothing"], [self.path("leaf.pem"), "--at", "never"],
                     [self.path("leaf.pem"), "--name", "a b"], [self.path("leaf.pem"), "--depth", "x"]):
            self.assertEqual(run(*args).returncode, 2, args)

    def test_standard_input(self):
        self.make_chain()
        with open(self.path("leaf.pem"), encoding="ascii") as file:
            self.assertEqual(run("-", "--roots", self.path("ca.pem"), stdin=file.read()).returncode, 0)


if __name__ == "__main__":
    unittest.main()
