# SPDX-License-Identifier: Apache-2.0
"""A log of Certificate Transparency on loopback, static-ct-api and RFC 6962 at once, with real signatures and certificates; it
can be told to lie, to be slow and to be busy. Written from the specifications; hashes by hashlib, signatures by python3-cryptography."""
import base64
import datetime
import hashlib
import http.server
import json
import re
import ssl
import struct
import threading
import time
import urllib.parse

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

TILE = 256


def vector24(data):
    return struct.pack(">I", len(data))[1:] + data


def leaf_hash(data):
    return hashlib.sha256(b"\0" + data).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """Hashes level by level; what is not full is put together when asked for."""

    def __init__(self):
        self.levels = [[]]

    def add(self, leaf):
        self.levels[0].append(leaf)
        for k in range(64):
            row = self.levels[k]
            if len(row) % 2:
                return
            if k + 1 == len(self.levels):
                self.levels.append([])
            self.levels[k + 1].append(node(row[-2], row[-1]))

    def root(self, start, count):
        if count == 0:
            return hashlib.sha256(b"").digest()
        if count & (count - 1) == 0 and start % count == 0:
            return self.levels[count.bit_length() - 1][start // count]
        half = 1 << ((count - 1).bit_length() - 1)
        return node(self.root(start, half), self.root(start + half, count - half))

    def prefix(self, m, start, n, whole):
        if m == n:
            return [] if whole else [self.root(start, n)]
        half = 1 << ((n - 1).bit_length() - 1)
        if m <= half:
            return self.prefix(m, start, half, whole) + [self.root(start + half, n - half)]
        return self.prefix(m - half, start + half, n - half, False) + [self.root(start, half)]

    def path(self, index, start, n):
        if n <= 1:
            return []
        half = 1 << ((n - 1).bit_length() - 1)
        if index < half:
            return self.path(index, start, half) + [self.root(start + half, n - half)]
        return self.path(index - half, start + half, n - half) + [self.root(start, half)]


class Authority:
    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Log Test Root")])
        self.now = datetime.datetime.utcnow().replace(microsecond=0)
        self.leaf_key = ec.generate_private_key(ec.SECP256R1())
        self.serial = 0x1000
        self.cert = self.build(self.name, x509.BasicConstraints(True, None)).sign(self.key, hashes.SHA256())
        self.der = self.cert.public_bytes(serialization.Encoding.DER)

    def build(self, subject, extension):
        self.serial += 1
        return (x509.CertificateBuilder().subject_name(subject).issuer_name(self.name)
                .public_key(self.key.public_key() if subject == self.name else self.leaf_key.public_key())
                .serial_number(self.serial).not_valid_before(self.now - datetime.timedelta(days=1))
                .not_valid_after(self.now + datetime.timedelta(days=60)).add_extension(extension, True))

    def issue(self, names, precert):
        """DER of the certificate; and of the precertificate with its TBSCertificate, or None."""
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:60])])
        builder = self.build(subject, x509.SubjectAlternativeName([x509.DNSName(n) for n in names]))
        final = builder.sign(self.key, hashes.SHA256())
        der = final.public_bytes(serialization.Encoding.DER)
        if not precert:
            return der, None, None
        pre = builder.add_extension(x509.PrecertPoison(), True).sign(self.key, hashes.SHA256())
        return der, pre.public_bytes(serialization.Encoding.DER), final.tbs_certificate_bytes


def spki(key):
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


class Log:
    def __init__(self, name, tls=None):
        self.name, self.authority = name, Authority()
        self.keys = {api: ec.generate_private_key(ec.SECP256R1()) for api in ("static", "rfc6962")}  # two logs of the same entries
        self.issuer_key = hashlib.sha256(spki(self.authority.key)).digest()
        self.tree, self.entries, self.lock = Tree(), [], threading.Lock()
        self.size = 0
        self.lies, self.busy, self.delay, self.requests, self.times = set(), 0, 0, [], []
        self.retry_after, self.most = 1, 100
        log = self

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, address):
                pass  # a client that is killed

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                log.answer(self)

            def log_message(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.base = "%s://127.0.0.1:%d" % ("https" if tls else "http", self.port)
        self.origin = "ct.test/" + name
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    # ---- its entry in a list of logs ----

    def listed(self, api):
        key = spki(self.keys[api])
        row = {"description": "%s %s" % (self.name, api), "log_id": base64.b64encode(hashlib.sha256(key).digest()).decode(),
               "key": base64.b64encode(key).decode(), "mmd": 60, "state": {"usable": {"timestamp": "2024-01-01T00:00:00Z"}}}
        if api == "static":
            row.update(submission_url="https://%s/" % self.origin, monitoring_url=self.base + "/static/")
        else:
            row["url"] = self.base + "/rfc/"
        return row

    # ---- what is in it ----

    def add(self, names, precert=False):
        der, pre, tbs = self.authority.issue(names, precert)
        self.add_raw(der, pre, tbs)
        return der, pre

    def add_raw(self, der, pre=None, tbs=None):
        index = len(self.entries)
        body = struct.pack(">QH", int(time.time() * 1000) - 2000, 1 if pre else 0)
        body += self.issuer_key + vector24(tbs) if pre else vector24(der)
        body += b"\0\x08\0\0\x05" + struct.pack(">Q", index)[3:]
        tile = body + (vector24(pre) if pre else b"") + struct.pack(">H", 32) + hashlib.sha256(self.authority.der).digest()
        chain = vector24(vector24(self.authority.der))
        self.entries.append({"leaf": b"\0\0" + body, "tile": tile, "extra": (vector24(pre) if pre else b"") + chain})
        self.tree.add(leaf_hash(b"\0\0" + body))
        self.size = len(self.entries)

    # ---- what it says ----

    def signed(self, api, root, at, size):
        over = struct.pack(">BBQQ", 0, 1, at, size) + root
        key = self.authority.key if "key" in self.lies else self.keys[api]
        signature = key.sign(over, ec.ECDSA(hashes.SHA256()))
        return b"\x04\x03" + struct.pack(">H", len(signature)) + signature

    def head(self, api):
        root, at = self.tree.root(0, self.size), int(time.time() * 1000)
        if "fork" in self.lies:
            root = hashlib.sha256(root).digest()
        return root, at, self.signed(api, root, at, self.size)

    def static(self, path):
        if path == "checkpoint":
            root, at, signed = self.head("static")
            log_id = hashlib.sha256(spki(self.keys["static"])).digest()
            key_id = hashlib.sha256(self.origin.encode() + b"\n\x05" + log_id).digest()[:4]
            line = base64.b64encode(key_id + struct.pack(">Q", at) + signed).decode()
            return "%s\n%d\n%s\n\n\u2014 %s %s\n" % (self.origin, self.size, base64.b64encode(root).decode(), self.origin, line)
        if path.startswith("issuer/"):
            return self.authority.der
        found = re.fullmatch(r"tile/(data|\d+)/((?:x\d{3}/)*\d{3})(?:\.p/(\d+))?", path)
        if not found:
            return None
        level, index, width = found[1], int(found[2].replace("x", "").replace("/", "")), int(found[3] or TILE)
        if level == "data":
            rows = [e["tile"] for e in self.entries[index * TILE:index * TILE + width]]
            data = b"".join(rows)
            if "truncated" in self.lies:
                data = data[:-10]
            if "long" in self.lies:
                data += b"x" * (20 << 20)
        else:
            row = self.tree.levels[8 * int(level)] if 8 * int(level) < len(self.tree.levels) else []
            rows = row[index * TILE:index * TILE + width]
            data = b"".join(rows)
        return data if len(rows) == width else None

    def rfc(self, path, query):
        number = {k: int(v[0]) for k, v in query.items()}
        b64 = lambda data: base64.b64encode(data).decode()
        if path == "ct/v1/get-sth":
            root, at, signed = self.head("rfc6962")
            return json.dumps({"tree_size": self.size, "timestamp": at, "sha256_root_hash": b64(root), "tree_head_signature": b64(signed)})
        if path == "ct/v1/get-entries":
            rows = self.entries[number["start"]:min(number["end"] + 1, number["start"] + self.most)]
            return json.dumps({"entries": [{"leaf_input": b64(e["leaf"]), "extra_data": b64(e["extra"])} for e in rows]})
        if path == "ct/v1/get-sth-consistency":
            return json.dumps({"consistency": [b64(h) for h in self.tree.prefix(number["first"], 0, number["second"], True)]})
        if path == "ct/v1/get-entry-and-proof":
            e = self.entries[number["leaf_index"]]
            return json.dumps({"leaf_input": b64(e["leaf"]), "extra_data": b64(e["extra"]),
                               "audit_path": [b64(h) for h in self.tree.path(number["leaf_index"], 0, number["tree_size"])]})
        return None

    def answer(self, request):
        url = urllib.parse.urlsplit(request.path)
        with self.lock:
            self.requests.append(request.path)
            self.times.append(time.monotonic())
            busy = self.busy > 0
            self.busy -= busy
        if self.delay:
            time.sleep(self.delay)
        status, body = 200, None
        if busy:
            status, body = 429, b"slow down"
        elif url.path.startswith("/static/"):
            body = self.static(url.path[8:])
        elif url.path.startswith("/rfc/"):
            body = self.rfc(url.path[5:], urllib.parse.parse_qs(url.query))
        if body is None:
            status, body = 404, b"not here"
        if isinstance(body, str):
            body = body.encode()
        try:
            request.send_response(status)
            if busy:
                request.send_header("Retry-After", str(self.retry_after))
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)
        except OSError:
            pass
