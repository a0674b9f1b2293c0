#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The server on PostgreSQL: password by file, doctor, a scan; the database gone and back, stopped and crashed, under a
running engine; the engine killed. What was acknowledged is there, every target has one record, the audit verifies."""
import http.client
import os
import signal
import socket
import ssl
import threading
import time
import unittest

from lib import api, keepvalid, processes, server
from lib.postgres import PASSWORD, Postgres
from lib.stage import Stage, main


class Listener:
    """A TLS server that takes its time, so that a scan of many of its addresses lasts."""

    def __init__(self, stage, name, address="127.0.0.1", wait_s=0.0):
        key, cert = stage.path(name + ".key"), stage.path(name + ".pem")
        processes.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                      "-subj", "/CN=" + name, "-addext", "subjectAltName=DNS:" + name, "-keyout", key, "-out", cert)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        self.listener = socket.create_server((address, 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.loop, args=(context, wait_s), daemon=True).start()

    def loop(self, context, wait_s):
        def one(c):
            try:
                time.sleep(wait_s)
                c.settimeout(5)
                context.wrap_socket(c, server_side=True).close()
            except OSError:
                c.close()
        while True:
            try:
                c, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(c,), daemon=True).start()


class OnPostgres(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = Stage(cls)
        cls.database = Postgres(cls.stage)
        cls.listener = Listener(cls.stage, "shop.example.org")
        cls.slow = Listener(cls.stage, "slow.example.org", "0.0.0.0", 0.3)
        cls.number = 0

    def serve(self, name, **environment):
        """Starts it after a settings file, waits until it serves."""
        config = self.stage.path(name + ".yaml")
        if not os.path.exists(config):
            self.database.database(name)
            self.database.config(name, name)
        OnPostgres.number += 1
        child = self.stage.start(keepvalid.BINARY, "serve", "--config", config, log="%s.%d.log" % (name, self.number),
                                 env=dict(os.environ, **environment))
        server.until(child.output, lambda: "http://127.0.0.1:" in child.output())
        return child

    def doctor(self, name):
        return processes.run(keepvalid.BINARY, "doctor", "--config", self.stage.path(name + ".yaml"), ok=(0, 1))

    def scan(self, client, targets):
        return client.call("POST", "/api/v1/scans", {"targets": targets, "look": "light", "timeout_s": 5})["scan"]["id"]

    def ended(self, client, scan):
        def get():
            try:
                answer = client.get("/api/v1/scans/" + scan)
            except (api.Refused, OSError, http.client.HTTPException):
                return None
            answer = answer.get("scan", answer)
            return answer if answer["ended_at"] else None
        return server.until("end of the scan", get)

    def check(self, name, scan, targets):
        numbers = self.database.psql(name, "SELECT number FROM scan_records WHERE scan_id = %s ORDER BY number" % scan)
        self.assertEqual(numbers.split(), [str(i) for i in range(targets)])
        counted = dict(line.split("|") for line in self.database.psql(name, "SELECT name, value FROM counters").splitlines())
        for table in ("certificates", "endpoints", "hosts", "lineages"):
            self.assertEqual(self.database.psql(name, "SELECT COUNT(*) FROM " + table), counted.get(table, "0"), table)
        done = self.doctor(name)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("\taudit\t", done.stdout)

    def many(self, count):
        """Addresses of one slow listener, some of them again."""
        return ["127.0.%d.%d:%d" % (i // 250, 1 + i % 250, self.slow.port) for i in range(count)]

    def test_it_serves_with_a_password_from_a_file_and_tells_it_to_nobody(self):
        child = self.serve("plain")
        client = server.set_up(child)
        scan = self.scan(client, ["127.0.0.1:%d" % self.listener.port, "127.0.0.1:1"])
        self.assertEqual(self.ended(client, scan)["outcomes"], {"ok": 1, "refused": 1})
        rows = client.items("/api/v1/certificates?q=SHOP")
        self.assertEqual([r["name"] for r in rows], ["shop.example.org"])
        self.assertEqual(client.items("/api/v1/certificates?q=nothing-such"), [])
        self.assertEqual(child.stop(), 0)
        self.check("plain", scan, 2)
        self.assertNotIn(PASSWORD, child.output() + self.doctor("plain").stdout)
        shown = processes.run(keepvalid.BINARY, "config", "show", "--config", self.stage.path("plain.yaml"))
        self.assertNotIn(PASSWORD, shown.stdout)
        self.assertIn(self.database.url("plain"), shown.stdout)
        again = self.serve("plain")
        self.assertEqual(again.stop(), 0)

    def test_what_is_wrong_is_said_before_anything_starts(self):
        url = self.database.database("wrong")
        secret = url.replace("keepvalid@", "keepvalid:hunter2hunter2@")
        for command, code in ((["serve", "--store", secret], "store-password"), (["serve", "--store", "mysql://x/y"], "store-url"),
                              (["doctor", "--store", secret], None), (["serve", "--store", "postgres://h/x?nonsense=1"], "store-url")):
            done = processes.run(keepvalid.BINARY, *command, ok=(1, 2), env=dict(os.environ, KEEPVALID_CONFIG="/dev/null"))
            self.assertNotIn("hunter2", done.stdout + done.stderr)
            if code:
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn("[%s]" % code, done.stderr)
        config = self.database.config("wrong", "wrong")
        self.assertIn("no schema yet", self.doctor("wrong").stdout)
        os.chmod(self.database.password_file, 0o644)
        done = processes.run(keepvalid.BINARY, "serve", "--config", config, ok=(2,))
        os.chmod(self.database.password_file, 0o600)
        self.assertIn("[store-password-file]", done.stderr)
        self.database.psql("wrong", "CREATE ROLE reader LOGIN PASSWORD '%s'" % PASSWORD)
        done = processes.run(keepvalid.BINARY, "serve", "--config", config, "--store", url.replace("keepvalid@", "reader@"), ok=(2,))
        self.assertIn("[store-denied]", done.stderr)
        self.database.psql("wrong", "DROP ROLE reader")
        self.serve("wrong").stop()
        self.database.psql("wrong", "INSERT INTO schema_versions VALUES (9999, '9999-future.sql', '', 0)")
        done = processes.run(keepvalid.BINARY, "serve", "--config", config, ok=(2,))
        self.assertIn("[store-newer]", done.stderr)
        self.assertEqual(self.doctor("wrong").returncode, 1)

    def gone_and_back(self, name, how):
        child = self.serve(name)
        client = server.set_up(child)
        targets = self.many(500)
        scan = self.scan(client, targets)
        server.until("progress", lambda: self.counted(client, scan) >= 10)
        acknowledged = self.scan(client, ["127.0.0.1:%d" % self.listener.port])
        self.database.stop(how)
        with self.assertRaises(api.Refused) as refused:
            client.get("/api/v1/certificates")
        self.assertEqual(refused.exception.status, 503)
        self.assertIn('"database-gone"', refused.exception.problem)
        with self.assertRaises(api.Refused) as refused:
            self.scan(client, ["127.0.0.1:1"])
        self.assertEqual(refused.exception.status, 503)
        time.sleep(2)
        self.assertTrue(child.lives())
        self.database.start()
        self.assertEqual(self.ended(client, scan)["state"], "done")
        self.assertEqual(self.ended(client, acknowledged)["state"], "done")
        self.assertEqual(child.stop(), 0)
        self.check(name, scan, len(targets))
        self.check(name, acknowledged, 1)

    def counted(self, client, scan):
        answer = client.get("/api/v1/scans/" + scan)
        return answer.get("scan", answer)["targets_done"]

    def test_the_database_stops_and_starts(self):
        self.gone_and_back("stopped", signal.SIGINT)

    def test_the_database_crashes_and_starts(self):
        self.gone_and_back("crashed", signal.SIGQUIT)

    def test_a_server_that_starts_before_its_database_waits_for_it(self):
        self.database.database("early")
        config = self.database.config("early", "early")
        self.database.stop()
        child = self.stage.start(keepvalid.BINARY, "serve", "--config", config, log="early.log")
        server.until(child.output, lambda: "database-gone" in child.output())
        self.database.start()
        server.until(child.output, lambda: "http://127.0.0.1:" in child.output())
        self.assertEqual(child.stop(), 0)

    def test_the_engine_killed_at_its_fault_points_goes_on_where_it_was(self):
        for number, fault in enumerate(("store.commit:14:kill", "store.committed:16:kill", "scan.batch:2:kill", "store.commit:17")):
            name = "fault%d" % number
            child = self.serve(name)
            client = server.set_up(child)
            child.stop()
            child = self.serve(name, KEEPVALID_FAULT=fault)
            client.port = int(child.output().split("http://127.0.0.1:")[1].split()[0].split("/")[0])
            targets = self.many(120)
            scan = self.scan(client, targets)
            time.sleep(3)
            child.stop()
            child = self.serve(name)
            client.port = int(child.output().split("http://127.0.0.1:")[1].split()[0].split("/")[0])
            self.assertEqual(self.ended(client, scan)["state"], "done", fault)
            child.stop()
            self.check(name, scan, len(targets))


main()
