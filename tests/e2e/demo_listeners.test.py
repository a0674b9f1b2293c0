# SPDX-License-Identifier: Apache-2.0
"""The demo's listeners by themselves: what they serve, breaking and healing, hostile clients, and the end."""
import glob
import os
import socket
import time
import unittest

from lib import demo, expect, keepvalid, oracle, pki, ports, processes, stage


def process_of(folder):
    """Process id of the listeners: who holds the lock file open."""
    found = [int(link.split("/")[2]) for link in glob.glob("/proc/[0-9]*/fd/*") if target(link) == folder + "/demo/lock"]
    return found[0] if found else None


def target(link):
    try:
        return os.readlink(link)
    except OSError:
        return None


class Demo(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = stage.Stage(cls)
        cls.data = cls.stage.path("data")
        cls.network = demo.free_network()
        cls.addClassCleanup(keepvalid.run, "demo", "down", "--data", cls.data, ok=None)
        keepvalid.run("demo", "up", "--data", cls.data, "--network", cls.network)
        cls.rows = demo.rows(cls.data, cls.network)

    def setUp(self):
        keepvalid.run("demo", "heal", "all", "--data", self.data)

    def ask(self, *words, **more):
        return keepvalid.run("demo", *words, "--data", self.data, **more)

    def look(self, listener, *options, **more):
        row = self.rows[listener]
        starttls = [] if row["protocol"] == "tls" else ["-starttls", row["protocol"]]
        return oracle.look(row["address"], row["port"], "-cipher", "ALL:@SECLEVEL=0", "-min_protocol", "TLSv1", *starttls,
                           *options, **more)

    def leaf(self, name):
        """What `openssl x509 -text` says of what is served now."""
        return pki.openssl("x509", "-noout", "-text", "-dates", input=self.look(name).text).stdout

    def test_every_listener_that_has_tls_serves_its_name(self):
        for name, row in self.rows.items():
            if row["outcome"] != "ok" or name == "sslv3":
                continue
            with self.subTest(name):
                names = self.leaf(name)
                if name == "no-names":
                    self.assertNotIn("DNS:", names)
                elif name == "wrong-name":
                    self.assertNotIn(row["host"], names)
                else:
                    wild = "*." + row["host"].split(".", 1)[1]
                    self.assertTrue("DNS:" + row["host"] in names or "DNS:" + wild in names, names)

    def test_what_the_bad_ones_show(self):
        self.assertIn("sha1WithRSAEncryption", self.leaf("sha1"))
        self.assertIn("(1024 bit)", self.leaf("rsa1024"))
        self.assertIn("CA:TRUE", self.leaf("ca-leaf"))
        self.assertEqual(1000, self.leaf("many-names").count("DNS:"))
        self.assertEqual("TLSv1.3", self.look("tls13").version)
        self.assertEqual("TLSv1", self.look("tls10").version)
        self.assertEqual(1, len(self.look("incomplete").chain))
        self.assertEqual(3, len(self.look("extra").chain))
        self.assertEqual(self.look("shared-a").chain, self.look("shared-b").chain)
        self.assertNotEqual(self.look("shared-a").chain, self.look("shared-c").chain)
        self.assertNotEqual(self.look("pair-old").chain[0], self.look("pair-new").chain[0])
        self.assertNotEqual(self.look("dual", "-sigalgs", "RSA-PSS+SHA256").chain[0],
                            self.look("dual", "-sigalgs", "ECDSA+SHA256").chain[0])
        self.assertEqual([], self.look("needs-name").chain)
        self.assertEqual(2, len(self.look("needs-name", name=self.rows["needs-name"]["host"]).chain))

    def test_a_scan_of_all_targets(self):
        targets = self.ask("list", "--targets").stdout.splitlines()
        named = [row["named_target"] for row in self.rows.values() if row["named_target"]]
        self.assertEqual(1, len(named))
        self.assertEqual(sorted([row["target"] for row in self.rows.values()] + named), sorted(targets))
        records = {record["target"]: record for record in keepvalid.scan("@" + self.data + "/demo/targets", "--timeout", "5")}
        for name, row in self.rows.items():
            with self.subTest(name):
                record = records.pop(row["target"])
                expect.whole(self, record)
                outcomes = (row["outcome"],) if name != "client" else ("ok", "client-certificate-needed")
                self.assertIn(record["outcome"], outcomes, record)
                if row["outcome"] == "ok" and name != "sslv3":
                    seen = self.look(name).chain
                    leaves = [record["chain"][0]["sha256"]] + expect.hashes(record["other_leaves"])
                    self.assertIn(seen[0], leaves)
                    self.assertEqual(seen[1:], expect.hashes(record["chain"])[1:] if name[:4] != "dual" else seen[1:])
        self.assertEqual(("ok", 2), (records[named[0]]["outcome"], len(records.pop(named[0])["chain"])))
        self.assertEqual({}, records)

    def test_both_certificates_of_the_dual_ones(self):
        for name in ("dual", "dual-forgotten"):
            record = keepvalid.scan_one(self.rows[name]["target"])
            self.assertEqual(1, len(record["other_leaves"]), record["target"])

    def test_break_and_heal(self):
        before = self.look("good").chain
        self.assertIn("ran out", self.ask("break", "good").stdout)
        self.assertEqual("expire", demo.rows(self.data, self.network)["good"]["broken"])
        self.assertNotEqual(before, self.look("good").chain)
        pki.openssl("x509", "-noout", "-checkend", "0", input=self.look("good").text, ok=(1,))
        for how, seen in (("chain", 1), ("self-signed", 1), ("name", 2), ("early", 2), ("plain", 0), ("stop", 0)):
            self.ask("break", "good", how)
            self.assertEqual(seen, len(self.look("good").chain), how)
        self.assertFalse(ports.listens(self.rows["good"]["address"], self.rows["good"]["port"]))
        self.ask("heal", "good")
        self.assertEqual(before, self.look("good").chain)

    def test_wrong_words(self):
        self.assertIn("no listener", self.ask("break", "nobody", ok=(1,)).stderr)
        self.assertIn("nothing breaks", self.ask("break", "good", "gently", ok=(1,)).stderr)
        self.assertIn("to break in this way", self.ask("break", "plain", "expire", ok=(1,)).stderr)
        self.assertIn("not \"burn\"", self.ask("burn", ok=(2,)).stderr)
        self.assertIn("runs already", self.ask("up").stderr)

    def test_a_taken_port_is_said_with_its_cure(self):
        done = keepvalid.run("demo", "up", "--data", self.stage.path("second"), "--network", self.network, ok=(2,))
        self.assertIn("127.83.%d.10 port 18443: Address already in use" % self.network, done.stderr)
        self.assertIn("KEEPVALID_DEMO_NET", done.stderr)

    def test_it_listens_on_loopback_only_and_its_keys_are_its_own(self):
        with open("/proc/%d/net/tcp" % process_of(self.data)) as file:
            lines = [line.split() for line in file.readlines()[1:]]
        inodes = {target(link) for link in glob.glob("/proc/%d/fd/*" % process_of(self.data))}
        listening = [line[1] for line in lines if line[3] == "0A" and "socket:[%s]" % line[9] in inodes]
        self.assertEqual(len(self.rows) - 1, len(listening))
        self.assertEqual({"7F"}, {address[6:8] for address in listening})
        for file in glob.glob(self.data + "/demo/pki/*") + [self.data + "/demo/control"]:
            self.assertEqual(0o600, os.stat(file).st_mode & 0o777, file)
        self.assertEqual(0o700, os.stat(self.data + "/demo").st_mode & 0o777)

    def test_hostile_clients_are_borne(self):
        good, pid = self.rows["good"], process_of(self.data)
        crowd = []
        for junk in [b"", b"\x16\x03\x01\x40\x00", b"\x80\x2e\x01", b"GET / HTTP/1.0\r\n\r\n", os.urandom(3000)] * 40:
            for name in ("good", "smtp", "postgres", "ldap", "sslv3", "silent"):
                s = socket.create_connection((self.rows[name]["address"], self.rows[name]["port"]), 5)
                s.setblocking(False)
                try:
                    s.send(junk)
                except OSError:
                    pass
                crowd.append(s)
        self.assertGreater(len(crowd), 1000)
        self.assertEqual(2, len(self.look("tls12").chain))  # another listener is as before
        self.assertLess(processes.rss_bytes(pid), 256 << 20)
        for s in crowd:
            s.close()
        end = time.monotonic() + 60
        while not self.look("good").chain and time.monotonic() < end:
            time.sleep(0.2)
        self.assertEqual(2, len(self.look("good").chain), good)

    def test_words_before_tls_that_somebody_slipped_in_are_refused(self):
        row = self.rows["smtp"]
        with socket.create_connection((row["address"], row["port"]), 10) as s:
            s.sendall(b"EHLO me\r\nSTARTTLS\r\nMAIL FROM:<evil@example.test>\r\n")
            s.settimeout(30)
            heard = b""
            while piece := s.recv(4096):
                heard += piece
            self.assertIn(b"220 2.0.0", heard)
            self.assertNotIn(b"530", heard)


class End(unittest.TestCase):
    def test_nothing_is_left(self):
        here = stage.Stage(End)
        data, network = here.path("data"), demo.free_network()
        rows = demo.rows(data, network)
        good = rows["good"]
        server = here.start(keepvalid.BINARY, "demo", "listeners", "--data", data, "--network", network,
                            listens=(rows["silent"]["address"], demo.TLS_PORT))
        end = time.monotonic() + 60
        while not os.path.exists(data + "/demo/targets") and time.monotonic() < end:
            time.sleep(0.02)
        first = oracle.look(good["address"], good["port"]).chain
        keepvalid.run("demo", "break", "smtp", "--data", data)
        oracle.look(rows["smtp"]["address"], rows["smtp"]["port"], "-starttls", "smtp")
        self.assertEqual(0, server.stop(), server.output())
        self.assertNotIn("Sanitizer", server.output())
        self.assertFalse(os.path.exists(data + "/demo/targets"))
        self.assertFalse(os.path.exists(data + "/demo/control"))
        keepvalid.run("demo", "up", "--data", data, "--network", network)
        self.assertEqual(first, oracle.look(good["address"], good["port"]).chain)  # kept
        keepvalid.run("demo", "down", "--data", data)
        self.assertEqual([], os.listdir(data))
        self.assertIsNone(process_of(data))
        for row in rows.values():
            self.assertFalse(ports.listens(row["address"], row["port"]), row["name"])
        keepvalid.run("demo", "down", "--data", data)  # again is fine

    def test_a_folder_that_is_not_a_demo_is_left_alone(self):
        here = stage.Stage(End)
        here.write("data/demo/letters.txt", "dear")
        keepvalid.run("demo", "down", "--data", here.path("data"), ok=(1,))
        self.assertTrue(os.path.exists(here.path("data/demo/letters.txt")))


stage.main()
