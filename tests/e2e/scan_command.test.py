# SPDX-License-Identifier: Apache-2.0
"""`keepvalid scan` as a command: forms of output, exit codes, terminals, pipes, signals, long lists in constant memory."""
import collections
import csv
import io
import json
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import threading
import time
import unittest

from lib import keepvalid, ports, processes, stage

HERE = "127.0.0.1"
ANSI = re.compile(r"\x1b\[[0-9;]*[mK]")


class Scan(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = stage.Stage(cls)
        cls.leaf = cls.stage.authority.leaf("leaf", "www.example.test", HERE, key="ec")
        cls.port, cls.silent = ports.free(), ports.free()
        conf = cls.stage.write("nginx.conf", "daemon off; master_process off; pid %s; error_log stderr crit; events {}\n"
                               "http { access_log off; client_body_temp_path %s; proxy_temp_path %s; fastcgi_temp_path %s;\n"
                               "uwsgi_temp_path %s; scgi_temp_path %s;\n"
                               "server { listen 127.0.0.1:%d ssl; ssl_certificate %s; ssl_certificate_key %s; } }\n"
                               % ((cls.stage.path("pid"),) + (cls.stage.path("tmp"),) * 5 + (cls.port, cls.leaf.chain, cls.leaf.key)))
        cls.stage.start("nginx", "-c", conf, "-p", cls.stage.folder, listens=(HERE, cls.port))
        # The kernel takes connections on every loopback address, and nobody answers.
        cls.listener = socket.create_server(("0.0.0.0", cls.silent), backlog=4096)
        cls.addClassCleanup(cls.listener.close)
        cls.good, cls.closed = "%s:%d" % (HERE, cls.port), "%s:1" % HERE

    def code(self, *args):
        return keepvalid.run("scan", *args, ok=None).returncode

    def test_exit_codes(self):
        empty = self.stage.write("empty", "# nothing\n\n")
        wrong = self.stage.write("wrong", "%s\nno host:here\n" % self.good)
        for args, want in (([self.good], 0), ([self.closed], 1), ([self.good, self.closed], 5), (["@" + empty], 6), (["@" + wrong], 5),
                           ([self.good, "--fail-on", "untrusted"], 3), ([self.good, "--fail-on", "expired"], 0),
                           ([self.closed, "--fail-on", "outcome:refused"], 3), ([], 2), (["--json", "--csv", self.good], 2),
                           (["host:0"], 2), (["@/nonexistent"], 2), ([self.good, "--ports", "x"], 2), ([self.good, "--rate", "0"], 2),
                           ([self.good, "--timeout", "0"], 2), ([self.good, "--starttls", "gopher"], 2), ([self.good, "--look", "x"], 2),
                           ([self.good, "--fail-on", "x"], 2), (["--what", self.good], 2), ([self.good, "--save"], 8)):
            self.assertEqual(want, self.code(*args), args)

    def test_errors_say_where_and_what_mends_it(self):
        path = self.stage.write("lines", "%s\n\n# comment\nhost:99999\n" % self.good)
        done = keepvalid.run("scan", "@" + path, "--jsonl", ok=(5,))
        self.assertIn("%s:4: target \"host:99999\": the port is no number" % path, done.stderr)
        self.assertRegex(done.stderr, r"\n  fix: .*\[target-syntax\]\n")
        self.assertEqual(1, len(keepvalid.records(done)))

    def test_forms_agree(self):
        targets = [self.good, self.closed]
        lines = {r["target"]: r for r in keepvalid.scan(*targets)}
        whole = json.loads(keepvalid.run("scan", *targets, "--json", ok=(5,)).stdout)
        self.assertEqual(set(lines), {r["target"] for r in whole["records"]})
        self.assertEqual({"ok": 1, "refused": 1}, whole["summary"]["outcomes"])
        table = {row["target"]: row for row in csv.DictReader(io.StringIO(keepvalid.run("scan", *targets, "--csv", ok=(5,)).stdout))}
        plain = [line.split("\t") for line in keepvalid.run("scan", *targets, ok=(5,)).stdout.splitlines()]
        self.assertEqual({15}, {len(row) for row in plain})
        for target, record in lines.items():
            row = table[target]
            self.assertEqual(record["outcome"], row["outcome"])
            self.assertEqual(record["chain"][0]["sha256"] if record["chain"] else "", row["sha256"])
            self.assertIn([row[k] for k in row], plain)

    def test_lists_ports_and_names(self):
        path = self.stage.write("list", "%s %d tls www.example.test\n%s,%d\n" % (HERE, self.port, HERE, self.port))
        found = keepvalid.scan("@" + path)
        self.assertEqual({"www.example.test", None}, {r["server_name"] for r in found})
        found = keepvalid.scan(HERE, "--ports", "%d,1" % self.port)
        self.assertEqual({self.port: "ok", 1: "refused"}, {r["port"]: r["outcome"] for r in found})
        record = keepvalid.scan_one(self.good, "--sni", "other.example.test")
        self.assertEqual("other.example.test", record["server_name"])
        self.assertFalse(record["name_matches"])
        local = keepvalid.scan("local", "--ports", str(self.port))
        # what lies in files of this machine has records without an address
        self.assertEqual([("local", HERE, "ok")], [(r["target"], r["address"], r["outcome"]) for r in local if "address" in r])

    def test_standard_input_is_read_as_it_comes(self):
        child = subprocess.Popen([keepvalid.BINARY, "scan", "-", "--jsonl", "--look", "light"], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, text=True, bufsize=1)
        for _ in range(3):
            child.stdin.write(self.good + "\n")
            child.stdin.flush()
            self.assertEqual("ok", json.loads(child.stdout.readline())["outcome"])
        child.stdin.close()
        self.assertEqual("", child.stdout.read())
        child.stdout.close()
        self.assertEqual(0, child.wait(60))

    def in_terminal(self, *args, env=(), columns=100):
        """Output of a scan whose three descriptors are a terminal."""
        pid, fd = pty.fork()
        if pid == 0:
            os.environ.update({"TERM": "xterm", **dict(env)})
            os.execv(keepvalid.BINARY, [keepvalid.BINARY, "scan", *args])
        import fcntl
        import termios
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        text = b""
        while True:
            try:
                piece = os.read(fd, 65536)
            except OSError:
                break
            if not piece:
                break
            text += piece
        os.close(fd)
        os.waitpid(pid, 0)
        return text.decode()

    def test_a_terminal_gets_a_fitted_table_in_colour(self):
        text = self.in_terminal(self.good, self.closed)
        self.assertIn("\x1b[", text)
        self.assertRegex(ANSI.sub("", text), r"DAYS +NAME +ISSUER +WHERE +FINDINGS")
        self.assertRegex(ANSI.sub("", text), r"! +(89|90) +www\.example\.test +Test Interm")
        for line in ANSI.sub("", text.replace("\r\n", "\n")).split("\n"):
            self.assertLessEqual(len(line.split("\r")[-1]), 100, line)

    def test_no_color_and_dumb_terminals_are_honoured(self):
        self.assertNotRegex(self.in_terminal(self.good, env={"NO_COLOR": "1"}).replace("\r\x1b[K", ""), "\x1b\\[[0-9]")
        dumb = self.in_terminal(self.good, env={"TERM": "dumb"})
        self.assertNotIn("\x1b", dumb)
        self.assertIn("\t", dumb)

    def test_a_pipe_gets_rows_uncut_and_without_colour(self):
        done = keepvalid.run("scan", self.good, self.closed, ok=(5,))
        self.assertNotIn("\x1b", done.stdout + done.stderr)
        self.assertEqual("", done.stderr)
        self.assertIn(self.leaf.sha256, done.stdout)

    def interrupted(self, form, signals):
        """Two thousand silent targets; the signals come when connections are open."""
        child = subprocess.Popen([keepvalid.BINARY, "scan", "127.5.0.0/21:%d" % self.silent, form, "--timeout", "600", "--concurrency",
                                  "300"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.open_connections(300)
        for number in signals:
            child.send_signal(number)
            time.sleep(0.2 if len(signals) > 1 else 0)
        out, errors = child.communicate(timeout=60)
        self.assertEqual(130, child.returncode, errors)
        return out

    def open_connections(self, count):
        end = time.monotonic() + 60
        want = ":%04X " % self.silent
        while time.monotonic() < end:
            with open("/proc/net/tcp") as file:
                if sum(want in line and " 01 " in line for line in file) >= count:
                    return
            time.sleep(0.05)
        self.fail("no connections came")

    def stuck(self, child):
        """Until its pipe takes no more, so that the next write has to wait."""
        import array
        import fcntl
        import termios
        held, size = array.array("i", [0]), fcntl.fcntl(child.stdout, 1032)  # F_GETPIPE_SZ
        end = time.monotonic() + 300
        while held[0] < size - 8192 and time.monotonic() < end:
            self.assertIsNone(child.poll())
            fcntl.ioctl(child.stdout, termios.FIONREAD, held)
            time.sleep(0.05)
        self.assertGreaterEqual(held[0], size - 8192)

    def test_ctrl_c_leaves_a_whole_answer(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            whole = json.loads(self.interrupted("--json", [number]))
            self.assertTrue(whole["summary"]["interrupted"])
            self.assertGreaterEqual(len(whole["records"]), 300)
            self.assertLess(len(whole["records"]), 2048)
            seen = collections.Counter(r["address"] or r["host"] for r in whole["records"])
            self.assertEqual(1, max(seen.values()))
        for line in self.interrupted("--jsonl", [signal.SIGINT]).splitlines():
            self.assertEqual("interrupted", json.loads(line)["detail"])

    def test_a_second_ctrl_c_ends_at_once(self):
        # Nobody reads, so that the first one has to wait.
        child = subprocess.Popen([keepvalid.BINARY, "scan", "127.6.0.0/16:1", "--jsonl"], stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True)
        self.stuck(child)
        child.send_signal(signal.SIGINT)
        self.assertIn("Again to end at once", child.stderr.readline())
        self.assertIsNone(child.poll())
        child.send_signal(signal.SIGINT)
        self.assertEqual(130, child.wait(60))
        child.stdout.close()
        child.stderr.close()

    def test_a_slow_reader_stops_nothing_and_loses_nothing(self):
        listed = self.stage.write("closed", "".join("127.6.%d.%d:1\n" % (i >> 8, i & 255) for i in range(20000)))
        child = subprocess.Popen([keepvalid.BINARY, "scan", "@" + listed, "--jsonl", "--concurrency", "500"], stdout=subprocess.PIPE)
        self.stuck(child)
        count = 0
        while True:
            piece = os.read(child.stdout.fileno(), 4096)
            if not piece:
                break
            count += piece.count(b"\n")
        child.stdout.close()
        self.assertEqual(1, child.wait(60))
        self.assertEqual(20000, count)

    def test_a_reader_that_goes_ends_the_scan(self):
        child = subprocess.Popen([keepvalid.BINARY, "scan", "127.6.0.0/16:1", "--jsonl"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        child.stdout.readline()
        child.stdout.close()
        self.assertEqual(1, child.wait(60))
        child.stderr.close()

    def test_a_million_lines_need_no_more_memory_than_a_thousand(self):
        long = self.stage.path("long")
        with open(long, "w") as file:
            for i in range(1000000):
                file.write("127.%d.%d.%d:1\n" % (16 + (i >> 16), i >> 8 & 255, i & 255))
        most = {}
        # A sanitizer keeps what was freed; it shall not keep much.
        env = dict(os.environ, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=2")
        for name, args in (("short", ["127.7.0.0/22:1"]), ("long", ["@" + long])):
            child = subprocess.Popen([keepvalid.BINARY, "scan", *args, "--look", "light"], stdout=subprocess.PIPE, env=env)
            most[name], count, rows = 0, 0, 0
            while True:
                piece = os.read(child.stdout.fileno(), 65536)
                if not piece:
                    break
                rows += piece.count(b"\n")
                count += 1
                if count % 50 == 1:
                    most[name] = max(most[name], processes.rss_bytes(child.pid))
                if name == "long" and rows >= 200000:
                    child.send_signal(signal.SIGINT)  # a fifth says it all
            child.stdout.close()
            child.wait(60)
        self.assertGreater(rows, 200000)
        self.assertLess(most["long"], most["short"] + (24 << 20), most)

    def test_names_are_asked_of_a_resolver(self):
        server = Resolver({"two.example.test": ["127.0.0.1", "127.0.0.2"]})
        self.addCleanup(server.stop)
        asking = ["--resolver", "127.0.0.1:%d" % server.port]
        found = keepvalid.scan("two.example.test:%d" % self.port, "--all-ips", *asking)
        self.assertEqual({"127.0.0.1": "ok", "127.0.0.2": "refused"}, {r["address"]: r["outcome"] for r in found})
        self.assertEqual({"two.example.test"}, {r["server_name"] for r in found if r["outcome"] == "ok"})
        record = keepvalid.scan_one("none.example.test", *asking, ok=(1,))
        self.assertEqual(("dns", None, []), (record["outcome"], record["address"], record["chain"]))


class Resolver(threading.Thread):
    """A name server for A records of a table; everything else does not exist."""

    def __init__(self, table):
        super().__init__(daemon=True)
        self.table = table
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((HERE, 0))
        self.port = self.socket.getsockname()[1]
        self.ends = os.pipe()
        self.start()

    def run(self):
        while self.ends[0] not in select.select([self.socket, self.ends[0]], [], [])[0]:
            question, peer = self.socket.recvfrom(4096)
            self.socket.sendto(self.answer(question), peer)

    def answer(self, question):
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode())
            at += 1 + question[at]
        kind = struct.unpack(">H", question[at + 1:at + 3])[0]
        known = self.table.get(".".join(labels))
        found = known or [] if kind == 1 else []
        body = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + socket.inet_aton(a) for a in found)
        flags = 0x8180 if known else 0x8183
        return question[:2] + struct.pack(">HHHHH", flags, 1, len(found), 0, 0) + question[12:at + 5] + body

    def stop(self):
        os.write(self.ends[1], b"x")
        self.join()
        self.socket.close()
        for end in self.ends:
            os.close(end)


stage.main()
