#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The API from outside: every route with right, wrong, oversized and unauthorised input; what other sites, other hosts and
smugglers send; streams; and a server killed in the middle. Every answer is held against /api/openapi.json."""
import base64
import concurrent.futures
import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from openapi_check import Document

KEEPVALID = os.environ["KEEPVALID"]
PASSWORD = "correct horse battery"
COUNT = 24  # certificates that the test's own servers show


class Unix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(30)
        self.sock.connect(self.path)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.media = (headers.get("Content-Type") or "").split(";")[0]
        self.json = json.loads(body) if self.media.endswith("json") and body else None


class Server:
    """The program, its data folder, and ways to talk to it."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="keepvalid-api-")
        self.process, self.url, self.port, self.document = None, None, None, None

    def start(self):
        with open(self.folder + "/keepvalid.yaml", "w") as f:
            f.write("data: %s\nlisten: 127.0.0.1:%d\nscan_at_start: false\n" % (self.folder, self.port or 0))
        self.process = subprocess.Popen([KEEPVALID, "serve", "--config", self.folder + "/keepvalid.yaml"],
                                        stdout=subprocess.PIPE, stderr=open(self.folder + "/log", "ab"), text=True)
        for line in self.process.stdout:
            found = re.search(r"http://127\.0\.0\.1:(\d+)/\S*", line)
            if found:
                self.url, self.port = found.group(0), int(found.group(1))
                break
        else:
            raise SystemExit("the server did not start: " + open(self.folder + "/log").read()[-2000:])
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        for _ in range(200):
            try:
                if self.raw_call("GET", "/readyz").status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise SystemExit("the server is not ready")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(30)
        return code

    def done(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        with open(self.folder + "/log", errors="replace") as f:
            log = f.read()
        if "Sanitizer" in log or "runtime error" in log:
            sys.exit("the server's log has a sanitizer's report: " + log[-4000:])
        shutil.rmtree(self.folder, ignore_errors=True)

    def raw_call(self, method, path, body=None, headers=None, unix=False):
        connection = Unix(self.folder + "/keepvalid.sock") if unix else \
            http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def call(self, method, path, body=None, cookie=None, unix=False, key=True, headers=None):
        """A call as the console makes it; its answer is held against the document."""
        sent = dict(headers or {})
        if cookie:
            sent["Cookie"] = "keepvalid_session=" + cookie
        if key and method not in ("GET", "HEAD"):
            sent.setdefault("X-Keepvalid", "1")
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        answer = self.raw_call(method, path, body, sent, unix)
        if self.document:
            schema = self.document.schema_of(method, path.split("?")[0], answer.status, answer.media)
            if schema and method != "HEAD":
                try:
                    self.document.check(answer.json, schema)
                except Exception as e:
                    raise AssertionError("%s %s: %s" % (method, path, e))
        return answer


def raw(port, data, wait=10):
    """Bytes in, all bytes out until the server closes (or nothing comes for a while)."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as s:
        try:
            s.sendall(data)
        except OSError:
            pass
        got = b""
        try:
            while True:
                more = s.recv(65536)
                if not more:
                    return got
                got += more
        except OSError:
            return got


class Shop:
    """TLS servers of the test: one port, a certificate for each name that is asked for."""

    def __init__(self, folder):
        self.contexts = {}
        for i in range(COUNT):
            name = "host%02d.example.org" % i
            path = "%s/%d" % (folder, i)
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                            "-keyout", path + ".key", "-out", path + ".pem", "-subj", "/CN=" + name, "-days",
                            str(3 + 7 * i), "-addext", "subjectAltName=DNS:" + name], check=True, capture_output=True)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(path + ".pem", path + ".key")
            self.contexts[name] = context
        self.sockets = [self.listen(context) for context in self.contexts.values()]
        self.targets = ["127.0.0.1:%d" % s.getsockname()[1] for s in self.sockets]

    def listen(self, context):
        s = socket.create_server(("127.0.0.1", 0), backlog=64)
        threading.Thread(target=self.serve, args=(s, context), daemon=True).start()
        return s

    @staticmethod
    def serve(s, context):
        def talk(c):
            try:
                c.settimeout(5)
                with context.wrap_socket(c, server_side=True) as t:
                    t.recv(1)
            except (OSError, ssl.SSLError):
                c.close()
        while True:
            try:
                c, _ = s.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(c,), daemon=True).start()

    def close(self):
        for s in self.sockets:
            s.close()


server = Server()
shop = None
cookie = None


def get(path, **more):
    return server.call("GET", path, cookie=cookie, **more)


def wait_scan(scan):
    for _ in range(1800):
        now = get("/api/v1/scans/" + scan).json["scan"]
        if now["state"] in ("done", "stopped", "failed"):
            return now
        time.sleep(0.1)
    raise AssertionError("the scan does not end: %r" % now)


class T01Setup(unittest.TestCase):
    def test_1_the_document_is_public_and_whole(self):
        answer = server.call("GET", "/api/openapi.json")
        self.assertEqual(answer.status, 200)
        server.document = Document(answer.json)
        self.assertEqual(answer.json["openapi"], "3.1.0")
        ids = [o["operationId"] for p in answer.json["paths"].values() for o in p.values()]
        self.assertEqual(len(ids), len(set(ids)))
        again = server.call("GET", "/api/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
        self.assertEqual((again.status, again.body), (304, b""))

    def test_2_nothing_but_the_public_is_allowed_without_a_session(self):
        for path, item in server.document.document["paths"].items():
            for method, operation in item.items():
                path = re.sub(r"\{[a-z]+\}", "1", re.sub(r"\{sha256\}", "0" * 64, path))
                body = {} if "requestBody" in operation else None
                if operation["security"]:
                    answer = server.call(method.upper(), path, body)
                    self.assertEqual((answer.status, answer.json["code"]), (401, "login-needed"), path)
                    answer = server.call(method.upper(), path, body, cookie="A" * 43)
                    self.assertEqual(answer.status, 401, path)

    def test_3_the_setup_token_is_used_once(self):
        global cookie
        self.assertTrue(server.call("GET", "/api/v1/setup").json["needed"])
        token = re.search(r"token=([A-Za-z0-9_-]{43})$", server.url).group(1)
        right = {"token": token, "name": "anna", "password": PASSWORD}
        for change, status, code in (({"token": "x"}, 401, "setup-token"), ({"token": "A" * 43}, 401, "setup-token"),
                                     ({"password": "short"}, 400, "password-length"),
                                     ({"name": ""}, 400, "user-name"), ({"name": "a\nb"}, 400, "user-name"),
                                     ({"name": 7}, 400, "body-shape"), ({"more": 1}, 400, "body-shape")):
            answer = server.call("POST", "/api/v1/setup", {**right, **change})
            self.assertEqual((answer.status, answer.json["code"]), (status, code), change)
        answer = server.call("POST", "/api/v1/setup", right)
        self.assertEqual(answer.status, 201)
        self.assertEqual(answer.json["user"]["role"], "admin")
        flags = answer.headers["Set-Cookie"]
        for flag in ("HttpOnly", "SameSite=Strict", "Path=/"):
            self.assertIn(flag, flags)
        cookie = re.match(r"keepvalid_session=([A-Za-z0-9_-]{43});", flags).group(1)
        self.assertFalse(server.call("GET", "/api/v1/setup").json["needed"])
        again = server.call("POST", "/api/v1/setup", {**right, "name": "eve"})
        self.assertEqual((again.status, again.json["code"]), (409, "setup-done"))
        who = get("/api/v1/whoami").json
        self.assertEqual(who["user"]["name"], "anna")
        self.assertIsNotNone(who["session"])

    def test_4_a_body_is_json_of_the_schema(self):
        for body, kind, code in ((b"{", "application/json", "body-json"), (b"[]", "application/json", "body-shape"),
                                 (b'{"name":"a","name":"b","password":"c"}', "application/json", "body-json"),
                                 (b'{"name":"a"}', "application/json", "body-shape"),
                                 (b'{"name":"\xff","password":"c"}', "application/json", "body-json"),
                                 (b"name=a&password=b", "application/x-www-form-urlencoded", "body-type"),
                                 (b'{"name":"a","password":"b"}', "text/plain", "body-type"),
                                 (b"[" * 100000, "application/json", "body-json")):
            answer = server.call("POST", "/api/v1/sessions", body, headers={"Content-Type": kind})
            self.assertEqual(answer.json["code"], code, body[:40])
            self.assertIn(answer.status, (400, 415))

    def test_5_logging_in_and_out(self):
        answer = server.call("POST", "/api/v1/sessions", {"name": "anna", "password": PASSWORD})
        self.assertEqual(answer.status, 201)
        other = re.match(r"keepvalid_session=([^;]+);", answer.headers["Set-Cookie"]).group(1)
        self.assertEqual(server.call("GET", "/api/v1/whoami", cookie=other).status, 200)
        answer = server.call("DELETE", "/api/v1/sessions/current", cookie=other)
        self.assertEqual((answer.status, answer.body), (204, b""))
        self.assertIn("Max-Age=0", answer.headers["Set-Cookie"])
        self.assertEqual(server.call("GET", "/api/v1/whoami", cookie=other).status, 401)
        self.assertEqual(get("/api/v1/whoami").status, 200)

    def test_6_the_socket_is_the_administrator(self):
        who = server.call("GET", "/api/v1/whoami", unix=True).json
        self.assertEqual((who["user"]["name"], who["session"]), ("uid:%d" % os.getuid(), None))
        self.assertEqual(os.stat(server.folder + "/keepvalid.sock").st_mode & 0o777, 0o600)
        self.assertEqual(server.call("DELETE", "/api/v1/sessions/current", unix=True).status, 404)

    def test_7_the_token_and_the_password_are_nowhere_in_the_clear(self):
        token = re.search(r"token=([A-Za-z0-9_-]{43})$", server.url).group(1)
        for folder, _, files in os.walk(server.folder):
            for name in files:
                if name.endswith(".sock"):
                    continue
                with open(os.path.join(folder, name), "rb") as f:
                    content = f.read()
                for secret in (PASSWORD, token, cookie):
                    self.assertNotIn(secret.encode(), content, name)


class T02OtherSites(unittest.TestCase):
    def test_a_change_needs_our_header_and_our_origin(self):
        own = "http://127.0.0.1:%d" % server.port
        body = {"targets": [shop.targets[0]]}
        path = "/api/v1/scans?dry_run=true"
        for headers, status in (({}, 200), ({"Origin": own}, 200), ({"Sec-Fetch-Site": "same-origin"}, 200),
                                ({"Origin": "http://evil.example"}, 403), ({"Origin": "null"}, 403),
                                ({"Origin": own.replace("http", "https")}, 403), ({"Origin": own + "0"}, 403),
                                ({"Origin": own + ".evil.example"}, 403), ({"Sec-Fetch-Site": "cross-site"}, 403),
                                ({"Sec-Fetch-Site": "same-site"}, 403), ({"X-Keepvalid": "2"}, 403)):
            answer = server.call("POST", path, body, cookie=cookie, headers=headers)
            self.assertEqual(answer.status, status, headers)
        for method, path, body in (("POST", "/api/v1/setup", {}), ("POST", "/api/v1/sessions", {}),
                                   ("POST", "/api/v1/scans", body), ("DELETE", "/api/v1/sessions/current", None),
                                   ("DELETE", "/api/v1/scans/1", None)):
            answer = server.call(method, path, body, cookie=cookie, key=False)
            self.assertEqual((answer.status, answer.json["code"]), (403, "csrf"), path)

    def test_no_answer_lets_another_site_in(self):
        for path in ("/", "/api/v1/whoami", "/api/openapi.json", "/nothing"):
            answer = get(path, headers={"Origin": "http://evil.example"})
            self.assertFalse([h for h in answer.headers if h.lower().startswith("access-control-")])
            self.assertIn("frame-ancestors 'none'", answer.headers["Content-Security-Policy"])
            self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
            for name, value in (("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
                                ("Cross-Origin-Opener-Policy", "same-origin"),
                                ("Cross-Origin-Resource-Policy", "same-origin")):
                self.assertEqual(answer.headers[name], value)
        self.assertEqual(server.raw_call("OPTIONS", "/api/v1/scans", headers={"X-Keepvalid": "1"}).status, 405)

    def test_a_name_that_is_bound_to_us_elsewhere_is_not_ours(self):
        for host in ("evil.example", "evil.example:%d" % server.port, "127.0.0.1.evil.example", "localhost.evil.example",
                     "127.0.0.2", "0.0.0.0", "[::2]", "2130706433", ""):
            for path in ("/api/v1/setup", "/", "/healthz"):
                answer = server.raw_call("GET", path, headers={"Host": host})
                self.assertEqual(answer.status, 421, host)
        for host in ("localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:80"):
            self.assertEqual(server.raw_call("GET", "/healthz", headers={"Host": host}).status, 200)


class T03Scans(unittest.TestCase):
    def test_1_a_dry_run_checks_and_makes_nothing(self):
        before = get("/api/v1/scans?total=true").json["total"]
        answer = server.call("POST", "/api/v1/scans?dry_run=true", {"targets": shop.targets}, cookie=cookie)
        self.assertEqual((answer.status, answer.json["dry_run"], answer.json["targets_total"]), (200, True, COUNT))
        self.assertEqual(get("/api/v1/scans?total=true").json["total"], before)

    def test_2_what_is_not_a_target_is_refused(self):
        for body in ({"targets": []}, {"targets": ["@/etc/passwd"]}, {"targets": ["-"]}, {"targets": [""]},
                     {"targets": ["a b"]}, {"targets": [7]}, {"targets": "a"}, {}, {"targets": ["a"], "rate": -1},
                     {"targets": ["a"], "look": "hard"}, {"targets": ["a"], "timeout_s": 10**9},
                     {"targets": ["a"], "timeout_s": 1.5}, {"targets": ["a"], "nonsense": 1},
                     {"targets": ["a:99999"]}, {"targets": ["a"] * 10001}, {"targets": ["a" * 5000]},
                     {"targets": ["a"], "ports": "0"}, {"targets": ["a"], "starttls": "telepathy"}):
            answer = server.call("POST", "/api/v1/scans", body, cookie=cookie)
            self.assertEqual(answer.status, 400, str(body)[:80])
            self.assertTrue(answer.json["hint"], str(body)[:80])

    def test_3_a_scan_runs_and_its_records_stay(self):
        answer = server.call("POST", "/api/v1/scans", {"targets": shop.targets, "timeout_s": 10}, cookie=cookie)
        self.assertEqual(answer.status, 202)
        scan = answer.json["scan"]["id"]
        self.assertEqual(answer.headers["Location"], "/api/v1/scans/" + scan)
        end = wait_scan(scan)
        self.assertEqual((end["state"], end["targets_done"], end["outcomes"]), ("done", COUNT, {"ok": COUNT}))
        records = get("/api/v1/scans/%s/records?limit=1000" % scan).json["items"]
        self.assertEqual(sorted(r["target"] for r in records), sorted(shop.targets))
        self.assertEqual(len({r["chain"][0]["sha256"] for r in records}), COUNT)
        self.assertEqual(get("/api/v1/scans/%s/records?outcome=timeout" % scan).json["items"], [])
        self.assertEqual(get("/api/v1/scans").json["items"][0]["id"], scan)

    def test_4_a_key_makes_a_scan_once(self):
        body = {"targets": [shop.targets[0]]}
        key = {"Idempotency-Key": "7d3f-test"}
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: server.call("POST", "/api/v1/scans", body, cookie=cookie, headers=key),
                                    range(4)))
        self.assertEqual({a.status for a in answers}, {202})
        self.assertEqual(len({a.json["scan"]["id"] for a in answers}), 1)
        self.assertEqual(len({a.headers["Location"] for a in answers}), 1)
        other = server.call("POST", "/api/v1/scans", {"targets": [shop.targets[1]]}, cookie=cookie, headers=key)
        self.assertEqual((other.status, other.json["code"]), (409, "idempotency-key"))
        bad = server.call("POST", "/api/v1/scans", body, cookie=cookie, headers={"Idempotency-Key": "x" * 200})
        self.assertEqual(bad.status, 400)
        wait_scan(answers[0].json["scan"]["id"])

    def test_5_a_scan_can_be_stopped(self):
        silent = [socket.create_server(("127.0.0.1", 0)) for _ in range(4)]
        body = {"targets": ["127.0.0.1:%d" % s.getsockname()[1] for s in silent], "timeout_s": 60}
        scan = server.call("POST", "/api/v1/scans", body, cookie=cookie).json["scan"]["id"]
        answer = server.call("DELETE", "/api/v1/scans/" + scan, cookie=cookie)
        self.assertEqual(answer.status, 202)
        self.assertEqual(wait_scan(scan)["state"], "stopped")
        again = server.call("DELETE", "/api/v1/scans/" + scan, cookie=cookie)
        self.assertEqual(again.status, 409)
        for s in silent:
            s.close()


class T04Lists(unittest.TestCase):
    def pages(self, path, limit):
        items, cursor = [], None
        while True:
            answer = get("%s%slimit=%d%s" % (path, "&" if "?" in path else "?", limit,
                                            "&cursor=" + cursor if cursor else ""))
            self.assertEqual(answer.status, 200, path)
            items += answer.json["items"]
            cursor = answer.json["next_cursor"]
            if not cursor:
                return items

    def test_pages_give_every_row_once_in_order(self):
        for path, key in (("/api/v1/certificates", "sha256"), ("/api/v1/endpoints", "id"), ("/api/v1/lineages", "id")):
            for sort in ("", *server_sorts(path)):
                for sign in ("", "-"):
                    query = path + ("?sort=" + sign + sort if sort else "")
                    rows = [r[key] for r in self.pages(query, 7)]
                    self.assertEqual(len(rows), len(set(rows)), query)
                    self.assertEqual(rows, [r[key] for r in self.pages(query, 1000)], query)
                    self.assertGreaterEqual(len(rows), COUNT, query)
        names = [r["name"] for r in self.pages("/api/v1/certificates?sort=-name", 5)]
        self.assertEqual(names, sorted(names, reverse=True))
        for path in ("/api/v1/scans", "/api/v1/jobs", "/api/v1/audit"):
            self.assertEqual(self.pages(path, 2), self.pages(path, 1000), path)

    def test_a_cursor_is_good_for_its_list_alone(self):
        cursor = get("/api/v1/certificates?limit=3").json["next_cursor"]
        for query in ("sort=name&cursor=" + cursor, "sort=-not_after&cursor=" + cursor, "q=host&cursor=" + cursor,
                      "cursor=", "cursor=AAAA", "cursor=" + cursor[:-1], "cursor=" + cursor + "A",
                      "cursor=" + "A" * 9000, "cursor=%00"):
            answer = get("/api/v1/certificates?limit=3&" + query)
            self.assertEqual(answer.status, 400, query[:60])
        self.assertEqual(get("/api/v1/endpoints?cursor=" + cursor).json["code"], "list-cursor")
        plain = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        for i in range(len(plain)):
            plain[i] ^= 1
            forged = base64.urlsafe_b64encode(bytes(plain)).decode().rstrip("=")
            self.assertEqual(get("/api/v1/certificates?limit=3&cursor=" + forged).json["code"], "list-cursor", i)
            plain[i] ^= 1

    def test_limit_sort_fields_and_total_are_checked(self):
        for query, code in (("limit=0", "list-limit"), ("limit=1001", "list-limit"), ("limit=-1", "list-limit"),
                            ("limit=x", "list-limit"), ("sort=color", "list-sort"), ("sort=", "list-sort"),
                            ("fields=name,color", "list-fields"), ("fields=", "list-fields"),
                            ("total=yes", "list-total"), ("colour=red", "parameter"), ("limit=1&limit=2", "parameter")):
            answer = get("/api/v1/certificates?" + query)
            self.assertEqual((answer.status, answer.json["code"]), (400, code), query)
        answer = server.raw_call("GET", "/api/v1/certificates?fields=name,sha256&limit=2&total=true",
                                 headers={"Cookie": "keepvalid_session=" + cookie})
        self.assertEqual([sorted(i) for i in answer.json["items"]], [["name", "sha256"]] * 2)
        self.assertGreaterEqual(answer.json["total"], COUNT)
        self.assertNotIn("total", get("/api/v1/certificates").json)

    def test_the_query_language_asks_the_store(self):
        total = len(self.pages("/api/v1/certificates", 1000))
        for query, count in (("host07.example.org", 1), ("name=host07.example.org", 1), ("name:host07", 1), ("nowhere", 0),
                             ("-name:host07", total - 1), ("name:host07 OR name:host08", 2), ("key:ec", total),
                             ("key:[rsa,ed25519]", 0), ("bits:256", total), ("served>0", total), ("self_signed:yes", total),
                             ("expires>now", total), ("expires<-1d", 0), ("(name:host07 OR name:host08) key:ec", 2),
                             ("expires<30d", None), ("state:valid OR state:expiring", total), ("path:none", total),
                             ("problem:self-signed", total), ("first_seen<1d", total), ("issued:today", None),
                             ("demo:no", total), ("port:1..65535", total), ("protocol:tls", total),
                             ("address:127.0.0.1", total), ("issuer:host07", 1), ("subject:host07", 1), ("ca:yes", None),
                             ("host:127.0.0.1", total), ("outcome:ok", total), ("lineage:host07", None), ("serial:0", None),
                             ("sha256:0", None), ("curve:P-256", total), ("signature:sha256", None), ("trust:no", total),
                             ("lifetime>1d", total), ("last_seen<1d", total)):
            answer = get("/api/v1/certificates?limit=1000&q=" + http_quote(query))
            self.assertEqual(answer.status, 200, query)
            if count is not None:
                self.assertEqual(len(answer.json["items"]), count, query)
        for query, column in (("expirs<30d", 1), ("name:a (key:ec", 8), ("expires<soon", 9), ('name:"x', 6), ("a)", 2)):
            answer = get("/api/v1/certificates?q=" + http_quote(query))
            self.assertEqual((answer.status, answer.json["column"]), (400, column), query)
            self.assertTrue(answer.json["hint"])
        for path in ("/api/v1/endpoints", "/api/v1/lineages"):
            self.assertEqual(get(path + "?q=expirs:1").json["code"], "query-key")
        self.assertEqual(len(get("/api/v1/endpoints?q=outcome:ok&limit=1000").json["items"]), COUNT)
        self.assertEqual(get("/api/v1/endpoints?q=port:" + shop.targets[3].split(":")[1]).json["items"][0]["name"],
                         "host03.example.org")
        for hostile in ("name:\"'; DROP TABLE certificates; --\"", "name:%", "name:_", "name:\"%'%\"", "\"\\\\\""):
            self.assertEqual(get("/api/v1/certificates?q=" + http_quote(hostile)).json["items"], [], hostile)


def http_quote(text):
    from urllib.parse import quote
    return quote(text, safe="")


def server_sorts(path):
    for parameter in server.document.document["paths"][path]["get"]["parameters"]:
        if parameter["name"] == "sort":
            return parameter["description"].split(": ")[1].split(";")[0].split()
    return []


class T05Objects(unittest.TestCase):
    def test_every_object_of_a_list_can_be_looked_at(self):
        for path, key in (("/api/v1/certificates", "sha256"), ("/api/v1/endpoints", "id"), ("/api/v1/lineages", "id"),
                          ("/api/v1/scans", "id")):
            rows = get(path + "?limit=5").json["items"]
            self.assertTrue(rows, path)
            for row in rows:
                answer = get("%s/%s" % (path, row[key]))
                self.assertEqual(answer.status, 200)
                if "row" in answer.json:
                    self.assertEqual(answer.json["row"][key], row[key])

    def test_a_certificate_is_shown_whole(self):
        row = get("/api/v1/certificates?q=name%3Dhost05.example.org").json["items"][0]
        whole = get("/api/v1/certificates/" + row["sha256"]).json
        self.assertEqual(whole["facts"]["names"]["dns"], ["host05.example.org"])
        self.assertEqual(whole["facts"]["sha256"], row["sha256"])
        here = whole["locations"][0]
        self.assertEqual((here["kind"], here["address"], here["current"]), ("endpoint", "127.0.0.1", True))
        self.assertEqual("127.0.0.1:%d" % here["port"], shop.targets[5])
        endpoint = get("/api/v1/endpoints/" + here["endpoint"]).json
        self.assertEqual(endpoint["row"]["certificate"], row["sha256"])
        self.assertEqual(endpoint["certificates"][0]["sha256"], row["sha256"])
        self.assertEqual(whole["lineage"]["id"], row["lineage"]["id"])

    def test_the_bytes_come_as_they_were_served(self):
        import hashlib
        sha256 = get("/api/v1/certificates?limit=1").json["items"][0]["sha256"]
        der = get("/api/v1/certificates/%s/der" % sha256)
        pem = get("/api/v1/certificates/%s/pem" % sha256)
        self.assertEqual(hashlib.sha256(der.body).hexdigest(), sha256)
        self.assertEqual(ssl.PEM_cert_to_DER_cert(pem.body.decode()), der.body)
        self.assertIn("attachment", pem.headers["Content-Disposition"])
        again = get("/api/v1/certificates/%s/der" % sha256, headers={"If-None-Match": der.headers["ETag"]})
        self.assertEqual((again.status, again.body), (304, b""))

    def test_what_is_not_there_is_not_found(self):
        for path in ("/api/v1/certificates/" + "0" * 64, "/api/v1/certificates/x",
                     "/api/v1/certificates/" + "0" * 64 + "/pem", "/api/v1/endpoints/1", "/api/v1/endpoints/x",
                     "/api/v1/endpoints/-1", "/api/v1/endpoints/99999999999999999999", "/api/v1/lineages/1",
                     "/api/v1/scans/1", "/api/v1/scans/1/records", "/api/v1/nothing", "/api", "/api/v2/whoami",
                     "/api/v1/certificates/", "/api/v1/certificates//pem", "/api/v1/scans/1/records/2"):
            answer = get(path)
            self.assertEqual(answer.status, 404, path)
            self.assertTrue(answer.json["code"])

    def test_what_is_not_possible_is_said_with_what_is(self):
        answer = server.call("PUT", "/api/v1/scans", {}, cookie=cookie)
        self.assertEqual(answer.status, 405)
        self.assertEqual({m.strip() for m in answer.headers["Allow"].split(",")}, {"GET", "HEAD", "POST"})
        self.assertEqual(server.call("DELETE", "/api/v1/whoami", cookie=cookie).status, 405)
        self.assertEqual(server.call("DELETE", "/", cookie=cookie).status, 405)

    def test_the_overview_adds_up(self):
        overview = get("/api/v1/overview").json
        self.assertGreaterEqual(overview["totals"]["certificates"], COUNT)
        self.assertEqual(len(overview["expiring_weeks"]), 26)
        self.assertLessEqual(overview["headline"]["proven"] + overview["headline"]["need_you"],
                             2 * overview["headline"]["active"])
        ranks = [["critical", "warning", "notice"].index(n["severity"]) for n in overview["needs"]]
        self.assertEqual(ranks, sorted(ranks))
        self.assertIsNotNone(overview["last_scan"])

    def test_who_did_what_is_written_down(self):
        entries = get("/api/v1/audit?limit=1000").json["items"]
        self.assertEqual([e["index"] for e in entries], list(range(len(entries) - 1, -1, -1)))
        deeds = {(e["what"], e["who"]) for e in entries}
        for what in ("user.create", "session.create", "session.end", "scan.create"):
            self.assertIn((what, "user:anna"), deeds)

    def test_metrics_are_prometheus_text(self):
        text = server.raw_call("GET", "/metrics").body.decode()
        typed, seen = {}, set()
        for line in text.splitlines():
            if line.startswith("#"):
                word, kind, name, rest = line.split(" ", 3)
                if kind == "TYPE":
                    self.assertNotIn(name, typed)
                    typed[name] = rest
                continue
            found = re.fullmatch(r'([a-z0-9_]+)(\{(?:[a-zA-Z_]+="(?:[^"\\]|\\.)*",?)*\})? (-?\d+)', line)
            self.assertTrue(found, line)
            self.assertIn(found.group(1), typed)
            self.assertNotIn(line.rsplit(" ", 1)[0], seen)
            seen.add(line.rsplit(" ", 1)[0])
        self.assertGreaterEqual(text.count("\nx509_cert_not_after{"), COUNT)
        for name in ("x509_cert_not_before", "x509_cert_expired", "keepvalid_certificates", "keepvalid_job_queue_depth"):
            self.assertIn(name, typed)
        self.assertEqual(server.raw_call("GET", "/healthz").body, b"ok\n")


class T06Hostile(unittest.TestCase):
    def test_nothing_leads_out_of_the_console(self):
        for path in ("/../etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e/etc/passwd", "/assets/../../etc/passwd", "//etc/passwd",
                     "/assets/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/etc/passwd", "/web/index.html", "/data/trust", "/assets/\\..\\x",
                     "/index.html%00.js", "/%c0%ae%c0%ae/x", "/assets//../x"):
            got = raw(server.port, ("GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" % path).encode())
            self.assertRegex(got, rb"^HTTP/1\.1 (400|404) ", path)
            self.assertNotIn(b"root:", got)

    def test_no_request_hides_in_another(self):
        host = "Host: localhost\r\n"
        hidden = "GET /healthz HTTP/1.1\r\n" + host + "\r\n"
        vectors = [
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
            "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + hidden,
            "Content-Length: 0\r\nContent-Length: 40\r\n\r\n" + hidden, "Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde" + hidden,
            "Content-Length : 5\r\n\r\nabcde" + hidden, "Content-Length: +5\r\n\r\nabcde" + hidden,
            "Content-Length: 0x5\r\n\r\nabcde" + hidden, "Content-Length: 5,5\r\n\r\nabcde" + hidden,
            "Content-Length: \r\n\r\n" + hidden, "Content-Length: -1\r\n\r\n" + hidden,
            "Content-Length: 99999999999999999999\r\n\r\n" + hidden,
            "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden, "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + hidden,
            "Transfer-Encoding: identity\r\n\r\n" + hidden, "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + hidden,
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
            "Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n" + hidden, "X: a\rContent-Length: 5\r\n\r\n" + hidden,
            "Host: evil.example\r\n\r\n" + hidden, "X\x01: a\r\n\r\n" + hidden,
        ]
        for vector in vectors:
            got = raw(server.port, ("POST /api/v1/sessions HTTP/1.1\r\n" + host + vector).encode("latin-1"))
            self.assertTrue(got.startswith(b"HTTP/1.1 4"), (vector, got[:80]))
            self.assertNotIn(b"\r\n\r\nok\n", got, vector)
            self.assertNotIn(b"HTTP/1.1 2", got, vector)

    def test_oversized_input_is_refused(self):
        long = b"POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048577\r\n\r\n"
        self.assertIn(b" 413 ", raw(server.port, long)[:40])
        chunked = b"POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nX-Keepvalid: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
        self.assertIn(b" 413 ", raw(server.port, chunked + b"120000\r\n" + b"a" * 0x120000 + b"\r\n0\r\n\r\n")[:40])
        endless = raw(server.port, chunked + b"7fffffff\r\n" + b"a" * 4000000)
        self.assertTrue(endless == b"" or b" 413 " in endless[:40])
        self.assertIn(server.raw_call("GET", "/?" + "a" * 20000).status, (200, 400, 414, 431))
        self.assertIn(raw(server.port, b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 60000 + b"\r\n\r\n")[9:12],
                      (b"400", b"413", b"431", b"414", b""))
        many = "".join("X-%d: a\r\n" % i for i in range(200))
        self.assertIn(raw(server.port, ("GET / HTTP/1.1\r\nHost: localhost\r\n" + many + "\r\n").encode())[9:12], (b"431", b"400"))
        answer = get("/api/v1/certificates?q=" + "a" * 5000)
        self.assertEqual((answer.status, answer.json["code"]), (400, "query-long"))
        deep = get("/api/v1/certificates?q=" + "(" * 2000)
        self.assertEqual(deep.json["code"], "query-long")

    def test_slow_and_silent_clients_hold_nobody_up(self):
        idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
        for s in idle[:50]:
            s.sendall(b"POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Le")
        self.assertEqual(get("/api/v1/whoami").status, 200)
        for s in idle:
            s.close()


class Stream:
    def __init__(self, last=None):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=30)
        self.socket.sendall(("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nCookie: keepvalid_session=%s\r\n%s\r\n" %
                             (cookie, "Last-Event-ID: %s\r\n" % last if last else "")).encode())
        self.got = b""

    def until(self, pattern, wait=30):
        end = time.monotonic() + wait
        while time.monotonic() < end:
            found = re.search(pattern, self.got, re.S)
            if found:
                return found
            try:
                more = self.socket.recv(65536)
            except OSError:
                break
            if not more:
                break
            self.got += more
        raise AssertionError("the stream never said %r: %r" % (pattern, self.got[-500:]))

    def ids(self):
        return [int(i) for i in re.findall(rb"\nid: (\d+)\n", self.got)]

    def close(self):
        self.socket.close()


def provoke():
    scan = server.call("POST", "/api/v1/scans", {"targets": [shop.targets[0]]}, cookie=cookie).json["scan"]["id"]
    wait_scan(scan)
    return scan


class T07Streams(unittest.TestCase):
    def test_1_a_stream_tells_of_scans_and_resumes(self):
        first = Stream()
        first.until(rb"text/event-stream.*retry: 2000")
        scan = provoke()
        first.until(rb'event: scan\ndata: [^\n]*"id":"' + scan.encode() + rb'"[^\n]*"state":"done"')
        seen = first.ids()
        self.assertEqual(seen, sorted(set(seen)))
        first.close()
        missed = provoke()
        again = Stream(seen[-1])
        again.until(rb'event: scan\ndata: [^\n]*"id":"' + missed.encode() + rb'"[^\n]*"state":"done"')
        self.assertEqual(again.ids()[0], seen[-1] + 1)
        again.close()
        for strange in ("5", "x", "99999999999999999999"):
            lost = Stream(strange)
            lost.until(rb'event: overview\ndata: \{"reset":true\}')
            lost.close()

    def test_2_a_thousand_streams_come_and_go(self):
        streams = [Stream() for _ in range(1000)]
        for stream in streams:
            stream.until(rb"retry: 2000")
        refused = server.call("GET", "/api/v1/events")
        self.assertEqual(refused.status, 401)
        for stream in streams[::2]:
            stream.close()
        scan = provoke()
        for stream in streams[1::2]:
            stream.until(rb'"id":"' + scan.encode() + rb'"')
        for stream in streams[1::2]:
            stream.close()
        self.assertEqual(get("/api/v1/whoami").status, 200)

    def test_3_a_stream_ends_with_its_session(self):
        global cookie
        answer = server.call("POST", "/api/v1/sessions", {"name": "anna", "password": PASSWORD})
        kept, cookie = cookie, re.match(r"keepvalid_session=([^;]+);", answer.headers["Set-Cookie"]).group(1)
        stream = Stream()
        stream.until(rb"retry: 2000")
        self.assertEqual(server.call("DELETE", "/api/v1/sessions/current", cookie=cookie).status, 204)
        cookie = kept
        stream.until(rb"\r\n0\r\n\r\n")
        stream.close()


class T08Guessing(unittest.TestCase):
    def test_guesses_are_slowed_and_tell_nothing(self):
        answers = [server.call("POST", "/api/v1/sessions", {"name": n, "password": "wrong password"})
                   for n in ("anna", "nobody")]
        self.assertEqual([(a.status, a.json["code"]) for a in answers], [(401, "login-wrong")] * 2)
        self.assertEqual(answers[0].body, answers[1].body)
        for _ in range(12):
            answer = server.call("POST", "/api/v1/sessions", {"name": "anna", "password": "wrong password"})
            if answer.status == 429:
                break
        self.assertEqual((answer.status, answer.json["code"]), (429, "login-throttled"))
        self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)
        self.assertEqual(get("/api/v1/whoami").status, 200)
        refused = [e for e in get("/api/v1/audit?limit=100").json["items"] if e["what"] == "session.refuse"]
        self.assertTrue(refused)


class T09Death(unittest.TestCase):
    def test_1_a_server_that_is_killed_comes_back_whole(self):
        for round_ in range(3):
            stop = threading.Event()
            asked = [0] * 4

            def ask(n):
                while not stop.is_set():
                    try:
                        if n % 2:
                            get("/api/v1/certificates?limit=5")
                        else:
                            server.call("POST", "/api/v1/scans", {"targets": [shop.targets[n]]}, cookie=cookie,
                                        headers={"Idempotency-Key": "kill-%d-%d" % (round_, n)})
                        asked[n] += 1
                    except (OSError, http.client.HTTPException):
                        return
            threads = [threading.Thread(target=ask, args=(n,)) for n in range(4)]
            for t in threads:
                t.start()
            for _ in range(600):
                if min(asked) >= 3:
                    break
                time.sleep(0.1)
            self.assertGreaterEqual(min(asked), 3)
            server.kill()
            stop.set()
            for t in threads:
                t.join()
            server.start()
            self.assertNotIn("token=", server.url)
            self.assertEqual(get("/api/v1/whoami").json["user"]["name"], "anna")
            entries = get("/api/v1/audit?limit=1000").json["items"]
            self.assertEqual([e["index"] for e in entries], list(range(entries[0]["index"], entries[0]["index"] - len(entries), -1)))

    def test_2_a_server_that_is_stopped_ends_its_streams_and_says_so(self):
        streams = [Stream() for _ in range(50)]
        for stream in streams:
            stream.until(rb"retry: 2000")
        self.assertEqual(server.stop(), 0)
        for stream in streams:
            stream.until(rb"\r\n0\r\n\r\n")
            stream.close()
        self.assertFalse(os.path.exists(server.folder + "/keepvalid.sock"))


if __name__ == "__main__":
    import resource
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
    if not shutil.which("openssl"):
        sys.exit("openssl is missing: apt-get install openssl")
    work = tempfile.mkdtemp(prefix="keepvalid-shop-")
    try:
        shop = Shop(work)
        server.start()
        unittest.main(failfast=True, verbosity=1)
    finally:
        server.done()
        if shop:
            shop.close()
        shutil.rmtree(work, ignore_errors=True)
