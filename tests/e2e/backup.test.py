#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Backups, restoring and moving to PostgreSQL: while serving, killed at every fault point, on a full disk. What was
acknowledged is there afterwards, a file is whole or absent, two databases that are said to be equal are."""
import os
import signal
import sqlite3
import time
import unittest

from lib import api, keepvalid, ports, processes, server
from lib.postgres import Postgres
from lib.stage import Stage, main

KILLED = -signal.SIGKILL


def rows(path):
    """All rows of a database file, by table; what a restore adds itself is left out."""
    found = {}
    with sqlite3.connect("file:%s?mode=ro" % path, uri=True) as db:
        names = [n for n, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
                                        "AND name NOT LIKE 'certificate_texts_%'")]
        for name in names:
            found[name] = sorted(map(repr, db.execute("SELECT * FROM " + name)))
    for name in ("audit_tree", "schema_versions"):
        found.pop(name)
    found["audit"] = [r for r in found["audit"] if "inventory.restored" not in r]
    return found


class Backups(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = Stage(cls)
        cls.targets = []
        for number in range(4):
            key, cert = cls.stage.path("%d.key" % number), cls.stage.path("%d.pem" % number)
            processes.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                          "30", "-subj", "/CN=host%d.example.org" % number, "-keyout", key, "-out", cert)
            port = ports.free()
            cls.stage.start("openssl", "s_server", "-accept", "127.0.0.1:%d" % port, "-key", key, "-cert", cert, "-quiet", "-www",
                            listens=("127.0.0.1", port))
            cls.targets.append("127.0.0.1:%d" % port)
        cls.source = cls.stage.path("source")
        child = server.up(cls.stage, cls.source)
        client = server.set_up(child)
        cls.scan(client, cls.targets)
        cls.good = cls.stage.path("good.backup")
        cls.command("backup", cls.good, "--data", cls.source)
        cls.command("backup", cls.stage.path("again.backup"), "--data", cls.source, "--keep")
        assert child.stop() == 0
        cls.kept = os.listdir(cls.source + "/backups")

    @classmethod
    def command(cls, *words, ok=(0,), **environment):
        return processes.run(keepvalid.BINARY, *words, ok=ok, timeout=300,
                             env=dict(os.environ, KEEPVALID_CONFIG="/dev/null", **environment))

    @staticmethod
    def scan(client, targets):
        scan = client.call("POST", "/api/v1/scans", {"targets": targets})["scan"]["id"]

        def ended():
            answer = client.get("/api/v1/scans/" + scan)
            return answer.get("scan", answer)["ended_at"]
        server.until("end of the scan", ended)
        return scan

    def copy_of(self, name):
        """A data folder as it is after a restore of the good backup."""
        data = self.stage.path(name)
        self.command("restore", self.good, "--data", data)
        return data

    def test_what_is_restored_is_what_was_there(self):
        self.assertEqual(os.stat(self.good).st_mode & 0o777, 0o600)
        self.assertEqual(len(self.kept), 1)
        data = self.copy_of("restored")
        there, here = rows(data + "/keepvalid.db"), rows(self.source + "/keepvalid.db")
        for table in ("certificates", "certificate_bodies", "certificate_texts", "endpoints", "sightings", "users", "lineages"):
            self.assertEqual(there[table], here[table], table)
        child = server.up(self.stage, data)
        self.assertEqual(child.stop(), 0)
        done = self.command("doctor", "--data", data)
        self.assertIn("\taudit\t", done.stdout)

    def test_a_server_that_runs_starts_anew_with_what_is_restored(self):
        data = self.copy_of("running")
        child = server.up(self.stage, data)
        self.assertIn("starts anew", self.command("restore", self.good, "--data", data).stderr)
        server.until(child.output, lambda: "database restored" in child.output())
        server.until("the socket", lambda: self.command("list", "--data", data, ok=None).returncode == 0)
        self.assertIn("host1.example.org", self.command("list", "--data", data).stdout)
        self.assertEqual(child.stop(), 0)
        self.assertEqual(len([n for n in os.listdir(data) if n.startswith("keepvalid.db.replaced-") and n.endswith("Z")]), 1)

    def test_a_backup_that_is_damaged_or_newer_is_refused(self):
        data = self.copy_of("refused")
        before = rows(data + "/keepvalid.db")
        with open(self.good, "rb") as file:
            content = file.read()
        for number, wrong in enumerate((content[:-1], content[:-1] + b"x", content[:1000], b"", content + b"x",
                                        content.replace(b"host1", b"host2"))):
            path = self.stage.path("wrong%d" % number)
            with open(path, "wb") as file:
                file.write(wrong)
            done = self.command("restore", path, "--data", data, ok=(1, 2))
            self.assertIn("[backup-damaged]", done.stderr)
        self.assertEqual(rows(data + "/keepvalid.db"), before)
        self.assertEqual([n for n in os.listdir(data) if "restor" in n], [])

    def test_a_backup_killed_anywhere_leaves_no_file_or_a_whole_one(self):
        data = self.copy_of("killed")
        path = self.stage.path("killed.backup")
        for fault in ("backup.frame:1", "backup.frame:9", "backup.frame:40", "backup.sync:1"):
            done = self.command("backup", path, "--data", data, ok=None, KEEPVALID_FAULT=fault + ":kill")
            self.assertEqual(done.returncode, KILLED, fault)
            self.assertFalse(os.path.exists(path), fault)
            done = self.command("backup", path, "--data", data, ok=None, KEEPVALID_FAULT=fault)
            self.assertEqual(done.returncode, 1, fault)
            self.assertFalse(os.path.exists(path) or os.path.exists(path + ".part"), fault)
        self.command("backup", path, "--data", data)
        os.unlink(path)
        for fault in ("backup.frame:20:kill", "backup.rename:1:kill"):
            child = server.up(self.stage, data, KEEPVALID_FAULT=fault)
            self.assertNotEqual(self.command("backup", path, "--data", data, ok=None).returncode, 0)
            child.stop()
            self.assertFalse(os.path.exists(path))
            child = server.up(self.stage, data)  # the job goes on by itself
            server.until("the backup", lambda: [n for n in os.listdir(data + "/backups") if n.endswith(".backup")])
            self.command("backup", path, "--data", data)
            self.assertEqual(child.stop(), 0)
            self.command("restore", path, "--data", self.stage.path("from-" + fault.split(":")[0]))
            os.unlink(path)

    def test_a_restore_killed_anywhere_leaves_the_old_database_or_the_new(self):
        data = self.copy_of("swap")
        with sqlite3.connect(data + "/keepvalid.db") as db:
            db.execute("UPDATE certificates SET subject = 'CN=old'")
        db.close()
        for fault in ("restore.batch:1", "restore.batch:12", "store.commit:9", "restore.filled:1"):
            done = self.command("restore", self.good, "--data", data, ok=None, KEEPVALID_FAULT=fault + ":kill")
            self.assertEqual(done.returncode, KILLED, fault)
            self.assertIn("CN=old", str(rows(data + "/keepvalid.db")["certificates"]), fault)
        for number in range(1, 4):
            with sqlite3.connect(data + "/keepvalid.db") as db:
                db.execute("UPDATE certificates SET subject = 'CN=old'")
            db.close()
            done = self.command("restore", self.good, "--data", data, ok=None, KEEPVALID_FAULT="restore.swap:%d:kill" % number)
            self.assertEqual(done.returncode, KILLED, number)
            child = server.up(self.stage, data)
            self.assertEqual(child.stop(), 0)
            self.assertNotIn("CN=old", str(rows(data + "/keepvalid.db")["certificates"]), number)
            kept = max((n for n in os.listdir(data) if n.startswith("keepvalid.db.replaced-") and n.endswith("Z")),
                       key=lambda n: os.stat(data + "/" + n).st_mtime_ns)
            self.assertIn("CN=old", str(rows(data + "/" + kept)["certificates"]), number)
            time.sleep(1.1)  # the old ones are named by the second

    def test_moving_to_postgresql_goes_on_wherever_it_was_killed(self):
        database = Postgres(self.stage)
        data = self.copy_of("moving")
        url = database.database("moved")
        to = ["migrate", "--data", data, "--to", url, "--to-password-file", database.password_file]
        before = rows(data + "/keepvalid.db")
        killed = 0
        for number in (1, 1, 2, 3, 5, 8):
            done = self.command(*to, ok=None, KEEPVALID_FAULT="migrate.batch:%d:kill" % number)
            killed += done.returncode == KILLED
            refused = self.command("serve", "--config", database.config("moved", "moved"), ok=(2,))
            self.assertIn("[store-unfinished]", refused.stderr)
        self.assertGreaterEqual(killed, 5)
        self.assertEqual(self.command(*to, ok=None, KEEPVALID_FAULT="migrate.copied:1:kill").returncode, KILLED)
        self.assertEqual(self.command(*to, ok=None, KEEPVALID_FAULT="store.commit:1:kill").returncode, KILLED)
        done = self.command(*to)
        self.assertIn("equal\tcertificates\t%d\t" % len(before["certificates"]), done.stdout)
        self.assertNotIn("DIFFERS", done.stdout)
        self.assertIn("store:\n      url: " + url, done.stderr)
        self.assertEqual(rows(data + "/keepvalid.db"), before)
        again = self.command(*to, ok=(2, 1))
        self.assertIn("[store-not-empty]", again.stderr)
        child = self.stage.start(keepvalid.BINARY, "serve", "--config", self.stage.path("moved.yaml"), log="moved.log")
        server.until(child.output, lambda: "http://127.0.0.1:" in child.output())
        shown = self.command("list", "--data", self.stage.path("moved")).stdout
        for number in range(4):
            self.assertIn("host%d.example.org" % number, shown)
        path = self.stage.path("from-postgres.backup")
        self.command("backup", path, "--data", self.stage.path("moved"))
        self.assertEqual(child.stop(), 0)
        self.assertEqual(self.command("doctor", "--config", self.stage.path("moved.yaml"), ok=(0,)).returncode, 0)
        back = self.stage.path("back")
        self.command("restore", path, "--data", back)
        self.assertEqual(rows(back + "/keepvalid.db")["certificates"], before["certificates"])

    def small_disk(self, name, size, *command):
        """A process that sees a small file system of its own in a folder."""
        folder = self.stage.path(name)
        os.makedirs(folder)
        child = self.stage.start("unshare", *(("-r",) if os.geteuid() else ()), "-m", "sh", "-c",
                                 'mount -t tmpfs -o size=%s,mode=0700 none "$0" && exec "$@"' % size, folder, *command,
                                 env=dict(os.environ, KEEPVALID_CONFIG="/dev/null"), log=name + ".log")
        return child, folder

    def test_a_full_disk_is_told_and_nothing_acknowledged_is_lost(self):
        child, folder = self.small_disk("full", "40m", keepvalid.BINARY, "up", "--data", self.stage.path("full"), "--listen",
                                        "127.0.0.1:0")
        server.until(child.output, lambda: "http://127.0.0.1:" in child.output())
        client = server.set_up(child)
        self.scan(client, self.targets)
        seen = "/proc/%d/root%s/" % (child.pid, folder)
        ballast = os.open(seen + "ballast", os.O_WRONLY | os.O_CREAT)
        with self.assertRaises(OSError):
            while True:
                os.write(ballast, b"x" * 4096)
        os.close(ballast)
        made = []
        for number in range(400):
            try:
                made.append(client.call("POST", "/api/v1/views", {"name": "view %d" % number, "of": "certificates",
                                                                  "q": "expires<%dd" % (number + 1)})["id"])
            except api.Refused as refused:
                self.assertEqual(refused.status, 503, refused)
                self.assertIn('"disk-full"', refused.problem)
                break
        else:
            self.fail("400 views fit on a full disk")
        names = [r["name"] for r in client.items("/api/v1/certificates")]
        self.assertTrue({"host%d.example.org" % n for n in range(4)} <= set(names), names)
        os.unlink(seen + "ballast")
        later = client.call("POST", "/api/v1/views", {"name": "later", "of": "certificates", "q": "expires<1d"})["id"]
        there = {v["id"] for v in client.items("/api/v1/views")}
        self.assertEqual(there, set(made) | {later})
        self.assertEqual(child.stop(), 0)

    def test_a_backup_onto_a_full_disk_leaves_nothing(self):
        child, folder = self.small_disk("tiny", "16k", keepvalid.BINARY, "backup", self.stage.path("tiny") + "/b", "--data",
                                        self.copy_of("small"))
        self.assertEqual(child.wait(), 1)
        self.assertIn("[disk-full]", child.output())


main()
