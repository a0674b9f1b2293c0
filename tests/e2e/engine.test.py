#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The server as processes: a scan of real listeners through the API; the probe process and the engine killed in the
middle of scans, by us and at fault points. After each: every target has exactly one record, the audit verifies."""
import glob
import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from lib import ports as free_ports

KEEPVALID = os.environ["KEEPVALID"]
openssl = shutil.which("openssl") or sys.exit("openssl is missing: apt-get install openssl")
folder = tempfile.mkdtemp(prefix="keepvalid-engine-")
running = []


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(30)
        self.sock.connect(self.path)


def api(data, method, path, body=None):
    connection = UnixConnection(data + "/keepvalid.sock")
    connection.request(method, "/api/v1" + path, json.dumps(body) if body is not None else None,
                       {"Content-Type": "application/json"} if body is not None else {})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text) if text else None


def wait_for(what, get, seconds=90):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            found = get()
        except (OSError, http.client.HTTPException):
            found = None
        if found:
            return found
        time.sleep(0.1)
    sys.exit("no %s after %d s" % (what, seconds))


class Server:
    def __init__(self, name, fault=None, args=()):
        self.data = os.path.join(folder, name)
        self.args = args
        self.start(fault)

    def start(self, fault=None):
        env = dict(os.environ)
        env.pop("KEEPVALID_FAULT", None)
        if fault:
            env["KEEPVALID_FAULT"] = fault
        self.log = open(self.data + ".log", "ab")
        self.process = subprocess.Popen([KEEPVALID, "up", "--data", self.data, "--listen", "127.0.0.1:0", *self.args],
                                        stdout=self.log, stderr=self.log, env=env, start_new_session=True)
        running.append(self)
        wait_for("engine", lambda: api(self.data, "GET", "/scans")[0] == 200)

    def child(self, name):
        """pid of a process of ours by its name, through its parent: nobody else's."""
        for path in glob.glob("/proc/[0-9]*/stat"):
            try:
                text = open(path).read()
            except OSError:
                continue
            pid, rest = text.split(" (", 1)
            comm, rest = rest.rsplit(") ", 1)
            if int(rest.split()[1]) == self.process.pid and comm == name[:15]:
                return int(pid)
        return None

    def has_lost_a_process(self):
        return "process ended" in open(self.data + ".log", errors="replace").read()

    def state(self, scan):
        status, answer = api(self.data, "GET", "/scans/" + scan)
        return answer["scan"]["state"] if status == 200 else "waiting"

    def kill(self, name):
        os.kill(wait_for(name, lambda: self.child(name)), signal.SIGKILL)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(30)
        running.remove(self)
        assert code == 0, "up ended with %d" % code
        self.check_log()

    def check_log(self):
        said = open(self.data + ".log", errors="replace").read()
        for word in ("Sanitizer", "runtime error", "Assertion"):
            assert word not in said, "a process of the server said %s" % word

    def scan(self, targets, **options):
        status, answer = wait_for("answer", lambda: api(self.data, "POST", "/scans", {"targets": targets, **options}))
        assert status == 202, (status, answer)
        return answer["scan"]["id"]

    def ended(self, scan):
        def get():
            status, answer = api(self.data, "GET", "/scans/" + scan)
            answer = answer.get("scan", answer)
            return answer if status == 200 and answer["ended_at"] else None
        return wait_for("end of the scan", get, 180)

    def check(self, scan, targets):
        """The server has ended: one record for every target, whatever happened; the audit is whole."""
        with sqlite3.connect("file:%s/keepvalid.db?mode=ro" % self.data, uri=True) as db:
            numbers = [n for n, in db.execute("SELECT number FROM scan_records WHERE scan_id = ? ORDER BY number", (scan,))]
            assert numbers == list(range(targets)), "numbers with records: %d of %d" % (len(set(numbers)), targets)
            counted = dict(db.execute("SELECT name, value FROM counters"))
            for table, name in (("certificates", "certificates"), ("endpoints", "endpoints"), ("hosts", "hosts"),
                                ("lineages", "lineages")):
                rows = db.execute("SELECT COUNT(*) FROM " + table).fetchone()[0]
                assert rows == counted.get(name, 0), "%s: %d rows, counted %d" % (table, rows, counted.get(name, 0))
            active = db.execute("SELECT COUNT(*) FROM certificates WHERE active = 1").fetchone()[0]
            assert active == counted.get("active", 0)
            assert active == db.execute("SELECT COALESCE(SUM(count), 0) FROM expiry_days").fetchone()[0]
        done = subprocess.run([KEEPVALID, "doctor", "--data", self.data], capture_output=True, text=True)
        assert done.returncode == 0 and "\taudit\t" in done.stdout, done.stdout + done.stderr


def make_listeners(count):
    """TLS listeners with certificates of their own, by openssl s_server."""
    ports, processes = [], []
    for i in range(count):
        key, cert = os.path.join(folder, "k%d.pem" % i), os.path.join(folder, "c%d.pem" % i)
        subprocess.run([openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                        "30", "-subj", "/CN=host%d.test" % i, "-addext", "subjectAltName=DNS:host%d.test" % i, "-keyout",
                        key, "-out", cert], check=True, capture_output=True)
        port = free_ports.free()
        processes.append(subprocess.Popen([openssl, "s_server", "-accept", "127.0.0.1:%d" % port, "-key", key, "-cert",
                                           cert, "-quiet"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                          stderr=subprocess.DEVNULL))
        ports.append(port)
    for port in ports:
        wait_for("listener", lambda p=port: socket.create_connection(("127.0.0.1", p), 1).close() or True)
    return ports, processes


def silent_listener():
    """Takes connections and says nothing, so that scans of it last as long as their timeout."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(2048)
    kept = []

    def serve():
        while True:
            try:
                kept.append(listener.accept())
            except OSError:
                return
    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1]


def test_scan(ports):
    server = Server("plain")
    targets = ["127.0.0.1:%d" % p for p in ports] + ["127.0.0.1:1"]
    scan = server.ended(server.scan(targets, look="whole"))
    assert scan["state"] == "done" and scan["targets_done"] == len(targets), scan
    assert scan["outcomes"] == {"ok": len(ports), "refused": 1}, scan
    status, page = api(server.data, "GET", "/certificates?q=host1.test")
    assert status == 200 and [r["name"] for r in page["items"]] == ["host1.test"], page
    row = page["items"][0]
    assert "self-signed" in row["problems"] and row["lineage"]["path"] == "none", row
    polite = server.ended(server.scan(targets))
    assert polite["outcomes"] == {"ok": len(ports), "refused": 1}, polite
    assert polite["new_certificates"] == 0, polite
    for refused in (["@/etc/passwd"], ["-"], []):
        assert api(server.data, "POST", "/scans", {"targets": refused})[0] in (400, 422), refused
    server.stop()
    server.check(scan["id"], len(targets))
    server.check(polite["id"], len(targets))
    modes = {n: os.stat(os.path.join(server.data, n)).st_mode & 0o777 for n in os.listdir(server.data)}
    assert all(m & 0o077 == 0 for m in modes.values()), modes


def many(ports, silent, count):
    """Targets that answer among those that never do."""
    return [("127.0.0.%d:%d" % (1 + i // 200, silent)) if i % 4 else "127.0.0.1:%d" % ports[i % len(ports)]
            for i in range(count)]


def progress(server, scan, least):
    def get():
        status, answer = api(server.data, "GET", "/scans/" + scan)
        answer = answer.get("scan", answer)
        return answer if answer["targets_done"] >= least else None
    return wait_for("progress", get)


def test_killed(name, victim, ports, silent):
    server = Server(name)
    targets = many(ports, silent, 600)
    scan = server.scan(targets, look="light", timeout_s=1)
    progress(server, scan, 20)
    server.kill(victim)
    after = server.ended(scan)
    assert after["state"] == "done" and after["targets_done"] == len(targets), after
    server.stop()
    server.check(scan, len(targets))
    print("%s: ok" % name, after["outcomes"])


def test_all_killed(ports, silent):
    server = Server("all")
    targets = many(ports, silent, 600)
    scan = server.scan(targets, look="light", timeout_s=1)
    progress(server, scan, 20)
    server.process.kill()
    server.process.wait()
    wait_for("end of the children", lambda: not server.child("keepvalid-engine") and not server.child("keepvalid-probe"))
    running.remove(server)
    wait_for("the folder's lock", lambda: lock_is_free(server.data), 30)
    server.start()
    after = server.ended(scan)
    assert after["state"] == "done" and after["targets_done"] == len(targets), after
    server.stop()
    server.check(scan, len(targets))


def lock_is_free(data):
    return subprocess.run(["flock", "-n", data + "/keepvalid.lock", "true"]).returncode == 0


def test_faults(ports, silent):
    """The engine killed at the nth pass of a fault point, the probe process at the nth record: each restart inherits the
    plan, so with a small n they die again and again."""
    if b"fault_hits" not in open(KEEPVALID, "rb").read():
        sys.exit("fault points are not built in: build with -DKEEPVALID_FAULTS=ON")
    for number, fault in enumerate(("scan.batch:1", "scan.batch:2:kill", "store.commit:12", "store.commit:30:kill",
                                    "store.committed:25:kill", "probe.record:40:kill")):
        server = Server("fault%d" % number, fault)
        targets = many(ports, silent, 200)
        scan = server.scan(targets, look="light", timeout_s=1)
        wait_for("effect of the fault", lambda: server.has_lost_a_process() or server.process.poll() is not None or
                 server.state(scan) not in ("waiting", "running"), 180)
        if server.process.poll() is None:
            server.process.send_signal(signal.SIGTERM)
            server.process.wait(30)
        running.remove(server)
        wait_for("the folder's lock", lambda: lock_is_free(server.data), 30)
        server.start()
        after = server.ended(scan)
        assert after["state"] == "done" and after["targets_done"] == len(targets), (fault, after)
        server.stop()
        server.check(scan, len(targets))
        print("%s: ok" % fault, after["outcomes"])


def post_once(data, key, target):
    """The scan's id and whether the answer was kept from before; None when the server died on it."""
    connection = UnixConnection(data + "/keepvalid.sock")
    try:
        connection.request("POST", "/api/v1/scans", json.dumps({"targets": [target]}),
                           {"Content-Type": "application/json", "Idempotency-Key": key})
        answer = connection.getresponse()
        text = answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    assert answer.status == 202, (answer.status, text)
    return json.loads(text)["scan"]["id"], answer.getheader("Idempotency-Replayed") == "true"


def test_answers(ports):
    """Killed before and after the commit of a request with a key: the retry finds the scan with its answer, or neither."""
    for number, (fault, kept) in enumerate((("answer.kept:1:kill", 0), ("answer.told:1:kill", 1))):
        server = Server("answers%d" % number, fault)
        assert post_once(server.data, "k-1", "127.0.0.1:%d" % ports[0]) is None, fault
        wait_for("end of the engine", server.has_lost_a_process)
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(30)
        running.remove(server)
        wait_for("the folder's lock", lambda: lock_is_free(server.data), 30)
        server.start()
        scans = [s for s in api(server.data, "GET", "/scans")[1]["items"] if s["targets"] == ["127.0.0.1:%d" % ports[0]]]
        assert len(scans) == kept, (fault, scans)
        scan, replayed = post_once(server.data, "k-1", "127.0.0.1:%d" % ports[0])
        assert replayed == bool(kept) and (not kept or scan == scans[0]["id"]), (fault, scan, replayed)
        assert post_once(server.data, "k-1", "127.0.0.1:%d" % ports[0]) == (scan, True), fault
        server.ended(scan)
        scans = [s for s in api(server.data, "GET", "/scans")[1]["items"] if s["targets"] == ["127.0.0.1:%d" % ports[0]]]
        assert len(scans) == 1, (fault, scans)
        server.stop()
        print("%s: ok" % fault)


def test_refusals():
    """A folder that is in use; a configuration that is wrong; a database of the future."""
    server = Server("first")
    second = subprocess.run([KEEPVALID, "up", "--data", server.data, "--listen", "127.0.0.1:0"], capture_output=True,
                            text=True, timeout=60)
    assert second.returncode == 2 and "another keepvalid serves" in second.stderr, second
    server.stop()
    db = sqlite3.connect(server.data + "/keepvalid.db")
    db.execute("INSERT INTO schema_versions VALUES (9999, '9999-future.sql', '', 0)")
    db.commit()
    db.close()
    before = open(server.data + "/keepvalid.db", "rb").read()
    newer = subprocess.run([KEEPVALID, "up", "--data", server.data, "--listen", "127.0.0.1:0"], capture_output=True,
                           text=True, timeout=60)
    assert newer.returncode == 2 and "store-newer" in newer.stderr, newer
    assert open(server.data + "/keepvalid.db", "rb").read() == before
    config = os.path.join(folder, "wrong.yaml")
    open(config, "w").write("data: /tmp/x\nlisten: 0.0.0.0:80\n")
    for command in (["serve"], ["config", "validate"]):
        wrong = subprocess.run([KEEPVALID, *command, "--config", config], capture_output=True, text=True, timeout=60)
        assert wrong.returncode == 2 and "conf-plain" in wrong.stderr, wrong
    open(config, "w").write("dta: /tmp/x\n")
    wrong = subprocess.run([KEEPVALID, "config", "validate", "--config", config], capture_output=True, text=True)
    assert wrong.returncode == 2 and 'wrong.yaml:1:1: unknown key "dta" (did you mean "data"?)' in wrong.stderr, wrong
    shown = subprocess.run([KEEPVALID, "config", "show", "--config", "/dev/null"], capture_output=True, text=True)
    open(config, "w").write(shown.stdout)
    assert subprocess.run([KEEPVALID, "config", "validate", "--config", config]).returncode == 0


listeners = []
try:
    good, listeners = make_listeners(6)
    quiet = silent_listener()
    test_refusals()
    test_scan(good)
    test_killed("probe-killed", "keepvalid-probe", good, quiet)
    test_killed("engine-killed", "keepvalid-engine", good, quiet)
    test_all_killed(good, quiet)
    test_answers(good)
    test_faults(good, quiet)
    print("engine: all well")
except BaseException:
    for path in sorted(glob.glob(folder + "/*.log")):
        print("---", path)
        print(open(path, errors="replace").read()[-3000:])
    raise
finally:
    for process in [left.process for left in running] + listeners:
        process.kill()
        process.wait()
    shutil.rmtree(folder, ignore_errors=True)
