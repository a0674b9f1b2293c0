# SPDX-License-Identifier: Apache-2.0
"""Dialects for which Debian has no usable server, and then all others: a stub plays the `good` conversation of
tests/data/conversations and goes on with real TLS; for SQL Server inside its packets."""
import os
import re
import socket
import ssl
import threading
import unittest

from lib import expect, keepvalid, stage

HERE = "127.0.0.1"
TALKS = os.path.join(keepvalid.SOURCE, "tests", "data", "conversations")
SIMPLE = {"r": b"\r", "n": b"\n", "t": b"\t", "\\": b"\\"}
TOKEN = re.compile(r"\\x([0-9a-f]{2})|\\\{(\d+) (\\x[0-9a-f]{2}|.)\}|\\([rnt\\])|(.)", re.S)


def unescape(text):
    out = b""
    for byte, times, repeated, simple, plain in TOKEN.findall(text):
        out += (bytes([int(byte, 16)]) if byte else unescape(repeated) * int(times) if times else
                SIMPLE[simple] if simple else plain.encode())
    return out


def conversation(protocol):
    """Server name, and [("S" or "C", bytes)] up to the go-ahead."""
    name, events = None, []
    with open(os.path.join(TALKS, protocol, "good.txt")) as file:
        for line in file.read().splitlines():
            if line.startswith("name "):
                name = line[5:]
            elif line.startswith("="):
                break
            elif line[:2] in ("S:", "C:", "S|", "C|"):
                events.append((line[0], unescape(line[3:]) + (b"\r\n" if line[1] == ":" else b"")))
    return name, events


class Stub(threading.Thread):
    """One protocol on a port of its own, until stopped."""

    def __init__(self, protocol, leaf, key):
        super().__init__(daemon=True)
        self.protocol = protocol
        self.name_asked, self.events = conversation(protocol)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(leaf, key)
        self.listener = socket.create_server((HERE, 0))
        self.port = self.listener.getsockname()[1]
        self.heard = None
        self.start()

    def run(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            with peer:
                peer.settimeout(20)
                try:
                    self.talk(peer)
                except (OSError, ssl.SSLError, ValueError):
                    pass  # the collector goes when it has seen enough

    def talk(self, peer):
        for kind, content in self.events:
            if kind == "S":
                peer.sendall(content)
            else:
                self.expect(peer, content)
        (self.packets if self.protocol == "mssql" else self.plain)(peer)

    def expect(self, peer, content):
        got = b""
        while len(got) < len(content):
            piece = peer.recv(len(content) - len(got))
            if not piece:
                raise ValueError("closed")
            got += piece
        if got != content:
            self.heard = got
            raise ValueError(got)

    def plain(self, peer):
        with self.context.wrap_socket(peer, server_side=True) as tls:
            tls.recv(1)

    def packets(self, peer):
        """TDS: each flight in packets of at most 512 bytes, type 0x12."""
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = self.context.wrap_bio(incoming, outgoing, server_side=True)
        while True:
            try:
                return tls.do_handshake()
            except ssl.SSLWantReadError:
                flight = outgoing.read()
                for at in range(0, len(flight), 504):
                    piece = flight[at:at + 504]
                    peer.sendall(b"\x12" + bytes([at + 504 >= len(flight)]) + (8 + len(piece)).to_bytes(2, "big") + bytes(4) + piece)
                header = self.read(peer, 8)
                assert header[0] == 0x12, header
                incoming.write(self.read(peer, int.from_bytes(header[2:4], "big") - 8))

    def read(self, peer, count):
        got = b""
        while len(got) < count:
            piece = peer.recv(count - len(got))
            if not piece:
                raise ValueError("closed")
            got += piece
        return got

    def stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.join()


class Stubs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = stage.Stage(cls)
        cls.leaf = cls.stage.authority.leaf("leaf", "stub.example.test", HERE, key="ec")

    def test_every_dialect_ends_in_a_certificate(self):
        for protocol in sorted(set(os.listdir(TALKS)) - {"openvpn", "tls"}):
            if not os.path.exists(os.path.join(TALKS, protocol, "good.txt")):
                continue
            for look in ("light", "whole"):
                with self.subTest(protocol + " " + look):
                    stub = Stub(protocol, self.leaf.chain, self.leaf.key)
                    try:
                        name = ["--sni", stub.name_asked] if stub.name_asked else []
                        record = keepvalid.scan_one("%s:%d" % (HERE, stub.port), "--starttls", protocol, "--look", look, *name)
                    finally:
                        stub.stop()
                    self.assertIsNone(stub.heard)
                    expect.record_is(self, record, chain=[self.leaf.sha256, self.stage.authority.intermediate.sha256],
                                     protocol=protocol, name=stub.name_asked)


stage.main()
