#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The commands of the inventory against a running server: what they print for people and for programs, and how they end."""
import json
import os
import pty
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest

KEEPVALID = os.environ["KEEPVALID"]
PASSWORD = "correct horse battery"
NAMES = ["shop.example.org", "mail.example.org", "evil\u202e.example.org"]


def serve(folder, number, name):
    path = "%s/%d" % (folder, number)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-utf8", "-keyout",
                    path + ".key", "-out", path + ".pem", "-subj", "/CN=" + name, "-days", str(10 + 100 * number)],
                   check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path + ".pem", path + ".key")
    listener = socket.create_server(("127.0.0.1", 0))

    def loop():
        while True:
            try:
                c, _ = listener.accept()
                c.settimeout(5)
                context.wrap_socket(c, server_side=True).close()
            except OSError:
                if listener.fileno() < 0:
                    return
    threading.Thread(target=loop, daemon=True).start()
    return listener


class Inventory(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="keepvalid-inventory-")
        cls.listeners = [serve(cls.folder, i, name) for i, name in enumerate(NAMES)]
        cls.data = cls.folder + "/data"
        with open(cls.folder + "/keepvalid.yaml", "w") as f:
            f.write("data: %s\nlisten: 127.0.0.1:0\nscan_at_start: false\n" % cls.data)
        cls.server = subprocess.Popen([KEEPVALID, "serve", "--config", cls.folder + "/keepvalid.yaml"], stdout=subprocess.PIPE,
                                      stderr=open(cls.folder + "/log", "w"), text=True)
        for line in cls.server.stdout:
            if "http://" in line:
                cls.url, cls.token = re.search(r"(http://127\.0\.0\.1:\d+)/#/setup\?token=(\S+)", line).groups()
                break
        else:
            raise SystemExit("the server did not start: " + open(cls.folder + "/log").read()[-2000:])
        body = {"targets": ["127.0.0.1:%d" % s.getsockname()[1] for s in cls.listeners]}
        made = cls.run_(cls, "api", "POST", "/api/v1/scans", "--body", "-", text=json.dumps(body))
        scan = json.loads(made.stdout)["scan"]["id"]
        for _ in range(1800):
            now = json.loads(cls.run_(cls, "api", "GET", "/api/v1/scans/" + scan).stdout)["scan"]
            if now["state"] == "done":
                return
            time.sleep(0.1)
        raise SystemExit("the scan does not end: %r" % now)

    @classmethod
    def tearDownClass(cls):
        cls.server.terminate()
        cls.server.wait(20)
        cls.server.stdout.close()
        for s in cls.listeners:
            s.close()
        with open(cls.folder + "/log", errors="replace") as f:
            log = f.read()
        shutil.rmtree(cls.folder, ignore_errors=True)
        if "Sanitizer" in log or "runtime error" in log:
            raise SystemExit("the server's log has a sanitizer's report: " + log[-4000:])

    def run_(self, *words, text=None, data=True, env=None):
        return subprocess.run([KEEPVALID, *words] + (["--data", self.data] if data else []), input=text, capture_output=True,
                              text=True, timeout=60, env={**os.environ, **(env or {})})

    def test_list_gives_rows_for_programs(self):
        out = self.run_("list")
        rows = [line.split("\t") for line in out.stdout.splitlines()]
        self.assertEqual((out.returncode, len(rows)), (0, 3))
        self.assertEqual({len(r) for r in rows}, {9})
        self.assertEqual([int(r[0]) for r in rows], sorted(int(r[0]) for r in rows))
        self.assertTrue(all(re.fullmatch("[0-9a-f]{64}", r[7]) for r in rows))
        self.assertNotIn("\u202e", out.stdout)
        self.assertIn("\\u202e", out.stdout)
        whole = json.loads(self.run_("list", "--json").stdout)
        lines = [json.loads(line) for line in self.run_("list", "--jsonl").stdout.splitlines()]
        self.assertEqual(whole, lines)
        self.assertEqual([r["sha256"] for r in whole], [r[7] for r in rows])
        self.assertEqual(len(self.run_("list", "--limit", "2").stdout.splitlines()), 2)
        self.assertEqual(len(self.run_("list", "--of", "endpoints").stdout.splitlines()), 3)
        self.assertEqual(len(self.run_("list", "--of", "lineages").stdout.splitlines()), 3)

    def test_list_gives_a_table_to_people(self):
        master, slave = pty.openpty()
        process = subprocess.Popen([KEEPVALID, "list", "--data", self.data], stdout=slave, env={**os.environ, "COLUMNS": "80"})
        os.close(slave)
        text = b""
        try:
            while True:
                text += os.read(master, 65536)
        except OSError:
            pass
        os.close(master)
        self.assertEqual(process.wait(30), 0)
        lines = text.decode().splitlines()
        self.assertRegex(lines[0], r"^DAYS +NAME +ISSUER")
        self.assertTrue(all(len(line) <= 80 for line in lines), lines)

    def test_queries_end_with_what_they_found(self):
        for words, code, count in ((["shop"], 0, 1), (["expires<30d"], 0, 1), (["name:shop", "OR", "name:mail"], 0, 2),
                                   (["--", "-name:shop"], 0, 2), (["nowhere"], 6, 0), (["expirs<30d"], 2, 0),
                                   (["--sort", "colour"], 2, 0), (["--of", "cars"], 2, 0), (["--limit", "0"], 2, 0)):
            out = self.run_("list", *words) if words[0] != "--" else \
                subprocess.run([KEEPVALID, "list", "--data", self.data, *words], capture_output=True, text=True)
            self.assertEqual((out.returncode, len(out.stdout.splitlines())), (code, count), (words, out.stderr))
        self.assertIn("column 1", self.run_("list", "expirs<30d").stderr)
        self.assertIn("did you mean expires", self.run_("list", "expirs<30d").stderr)

    def test_show_and_where_take_one_certificate(self):
        page = self.run_("show", "shop.example.org")
        self.assertEqual(page.returncode, 0)
        sha256 = re.search(r"SHA-256 +([0-9a-f]{64})", page.stdout).group(1)
        port = str(self.listeners[0].getsockname()[1])
        self.assertIn("127.0.0.1:" + port, page.stdout)
        self.assertEqual(json.loads(self.run_("show", sha256, "--json").stdout)["row"]["sha256"], sha256)
        self.assertEqual(self.run_("show", "sha256:" + sha256[:12]).stdout, page.stdout)
        where = self.run_("where", "shop.example.org")
        self.assertEqual(where.stdout.split("\t")[1:3], ["127.0.0.1", port])
        self.assertEqual(json.loads(self.run_("where", sha256, "--json").stdout)[0]["port"], int(port))
        for words, code in ((["show", "nowhere"], 6), (["show", "example.org"], 2), (["show"], 2), (["where", "0" * 64], 6)):
            self.assertEqual(self.run_(*words).returncode, code, words)

    def test_status_says_it_in_a_sentence(self):
        out = self.run_("status")
        self.assertRegex(out.stdout.splitlines()[0], r"^3 active certificates\. 0 have a proven renewal path\. \d needs? you")
        self.assertEqual(json.loads(self.run_("status", "--json").stdout)["headline"]["active"], 3)

    def test_a_scan_is_saved_by_the_server_and_shown_here(self):
        shop = "127.0.0.1:%d" % self.listeners[0].getsockname()[1]
        port = shop.split(":")[1]
        before = len(json.loads(self.run_("api", "GET", "/api/v1/scans").stdout)["items"])
        out = self.run_("scan", "--save", shop, "--jsonl")
        record = json.loads(out.stdout)
        self.assertEqual((out.returncode, out.stderr, record["outcome"]), (0, "", "ok"))
        here = json.loads(self.run_("scan", shop, "--jsonl", data=False).stdout)
        self.assertEqual(list(record), list(here))
        for key in ("target", "host", "address", "port", "protocol", "tls", "chain", "trust", "name_matches"):
            self.assertEqual(record[key], here[key], key)
        scans = json.loads(self.run_("api", "GET", "/api/v1/scans").stdout)["items"]
        self.assertEqual((len(scans), scans[0]["targets"]), (before + 1, [shop]))
        rows = self.run_("scan", "--save", "-", text="# list\n127.0.0.1 %s\n127.0.0.1:1\nx@y 5\n" % port)
        self.assertEqual([r.split("\t")[6] for r in rows.stdout.splitlines()], ["ok", "refused"])
        self.assertEqual((rows.returncode, "-:4:" in rows.stderr), (5, True))
        for words, code in (([shop, "--fail-on", "untrusted"], 3), (["127.0.0.1:1"], 1), ([shop, "--resolver", "127.0.0.1"], 2),
                            (["no good:target"], 2)):
            self.assertEqual(self.run_("scan", "--save", *words).returncode, code, words)
        out = self.run_("scan", "--save", shop, "--data", self.folder + "/none", data=False)
        self.assertEqual((out.returncode, "keepvalid up" in out.stderr, out.stdout), (8, True, ""))

    def test_api_passes_questions_through(self):
        for words, code in ((["GET", "/api/v1/whoami"], 0), (["get", "/healthz"], 0), (["GET", "/api/v1/nothing"], 6),
                            (["GET", "/api/v1/certificates?limit=0"], 2), (["GET", "whoami"], 2), (["GET"], 2),
                            (["DELETE", "/api/v1/whoami"], 2), (["POST", "/api/v1/scans", "--body", "/nonexistent"], 2)):
            self.assertEqual(self.run_("api", *words).returncode, code, words)
        self.assertIn('"paths"', self.run_("api", "GET", "/api/openapi.json").stdout)

    def test_audit_open_and_whoami(self):
        rows = [line.split("\t") for line in self.run_("audit", "list").stdout.splitlines()]
        self.assertIn("scan.create", [r[3] for r in rows])
        self.assertEqual(self.run_("whoami").stdout, "uid:%d\tadmin\n" % os.getuid())
        self.assertEqual(self.run_("open").stdout, self.url + "/\n")
        self.assertRegex(self.run_("open", "shop.example.org").stdout, r"/#/certificates/[0-9a-f]{64}\n$")

    def test_without_a_server_or_a_login_it_is_said(self):
        out = self.run_("list", "--data", self.folder + "/none", data=False)
        self.assertEqual((out.returncode, "keepvalid up" in out.stderr), (8, True))
        out = self.run_("list", "--server", "http://127.0.0.1:1", data=False)
        self.assertEqual(out.returncode, 8)
        home = {"XDG_CONFIG_HOME": self.folder + "/config"}
        out = self.run_("list", "--server", self.url, data=False, env=home)
        self.assertEqual((out.returncode, "keepvalid login" in out.stderr), (4, True))
        body = json.dumps({"token": self.token, "name": "anna", "password": PASSWORD})
        self.assertEqual(self.run_("api", "POST", "/api/v1/setup", "--body", "-", text=body).returncode, 0)
        login = ("login", "--server", self.url, "--name", "anna", "--password-file", "-")
        self.assertEqual(self.run_(*login, text="wrong password\n", data=False, env=home).returncode, 4)
        self.assertEqual(self.run_(*login, text=PASSWORD + "\n", data=False, env=home).returncode, 0)
        kept = os.listdir(self.folder + "/config/keepvalid/sessions")
        self.assertEqual(os.stat(self.folder + "/config/keepvalid/sessions/" + kept[0]).st_mode & 0o777, 0o600)
        self.assertEqual(self.run_("whoami", "--server", self.url + "/", data=False, env=home).stdout, "anna\tadmin\n")
        self.assertEqual(len(self.run_("list", "--server", self.url, data=False, env=home).stdout.splitlines()), 3)

    def test_help_tells_the_query_language(self):
        text = self.run_("help", "query", data=False).stdout
        for word in ("expires", "problem", "first_seen", "name-mismatch", "OR"):
            self.assertIn(word, text)


if __name__ == "__main__":
    unittest.main(verbosity=1)
