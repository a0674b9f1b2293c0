# SPDX-License-Identifier: Apache-2.0
"""A farm of hostile servers on loopback: each behaviour on a port of its own, on many addresses.

Run as a program (`python3 -m lib.farm NETWORK ADDRESSES CHAIN KEY`) it listens on 127.91.NETWORK.1 to .ADDRESSES, prints
"ready" and serves until it is killed. Certificates that cannot be read are still certificates that were sent: "ok", with
their problem said. BEHAVIOURS is the table: name -> (what it does, outcomes that are right, scheme).
"""
import asyncio
import os
import socket
import ssl
import struct
import sys

FIRST_PORT = 21000
BEHAVIOURS = {}
PLAIN = {"no-tls", "garbage", "starttls-missing"}
CUT = {"no-tls", "garbage", "alert", "refused", "unreachable", "timeout"}
ENDLESS = {"no-tls", "garbage", "timeout", "limit", "alert", "starttls-missing"}


def behaviour(*outcomes, scheme=None):
    def add(function):
        flat = set()
        for one in outcomes:
            flat |= one if isinstance(one, set) else {one}
        BEHAVIOURS[function.__name__] = (function, flat, scheme)
        return function
    return add


def record(kind, body, version=0x0303):
    return struct.pack(">BHH", kind, version, len(body)) + body


def message(kind, body):
    return struct.pack(">B", kind) + struct.pack(">I", len(body))[1:] + body


def vector24(body):
    return struct.pack(">I", len(body))[1:] + body


def server_hello(version=0x0303, cipher=0xc02b, random=b"\x11" * 32, extensions=b""):
    body = struct.pack(">H", version) + random + b"\0" + struct.pack(">HB", cipher, 0)
    return message(2, body + (struct.pack(">H", len(extensions)) + extensions if extensions else b""))


async def forever(out, piece):
    while True:
        out.write(piece)
        await out.drain()


async def hold():
    await asyncio.sleep(600)


async def hello(reader):
    """The client's first record, or what there is of it."""
    return await reader.read(4096)


@behaviour("timeout")
async def silent(reader, out):
    await hold()


@behaviour("timeout")
async def silent_after_hello(reader, out):
    await hello(reader)
    await hold()


@behaviour(CUT)
async def closes_at_once(reader, out):
    pass


@behaviour(CUT)
async def closes_after_hello(reader, out):
    await hello(reader)


@behaviour(CUT)
async def resets(reader, out):
    await hello(reader)
    out.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@behaviour(ENDLESS)
async def one_byte_then_silent(reader, out):
    out.write(b"\x16")
    await hold()


@behaviour(ENDLESS)
async def drips(reader, out):
    for byte in record(22, server_hello()) + b"\x16\x03\x03" * 200:
        out.write(bytes([byte]))
        await asyncio.sleep(0.3)


@behaviour(ENDLESS)
async def endless_zeros(reader, out):
    await forever(out, bytes(16384))


@behaviour(ENDLESS)
async def endless_noise(reader, out):
    await forever(out, os.urandom(16384))


@behaviour(ENDLESS)
async def endless_letters(reader, out):
    await forever(out, b"A" * 16384)


@behaviour(ENDLESS)
async def endless_hello_requests(reader, out):
    await forever(out, record(22, message(0, b"") * 1000))


@behaviour(ENDLESS)
async def endless_empty_records(reader, out):
    await forever(out, record(22, b"") * 1000)


@behaviour(ENDLESS)
async def endless_warnings(reader, out):
    await forever(out, record(21, b"\x01\x70") * 1000)


@behaviour(ENDLESS)
async def endless_cipher_changes(reader, out):
    await forever(out, record(20, b"\x01") * 1000)


@behaviour(ENDLESS)
async def endless_hellos(reader, out):
    await forever(out, record(22, server_hello()))


@behaviour(ENDLESS)
async def endless_retries(reader, out):
    retry = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
    await forever(out, record(22, server_hello(cipher=0x1301, random=retry, extensions=bytes.fromhex(
        "002b00020304" "003300020018"))))


@behaviour(ENDLESS)
async def endless_certificate(reader, out):
    out.write(record(22, server_hello() + b"\x0b\xff\xff\xff\xff\xff\xfc"))
    await forever(out, record(22, bytes(16384)))


@behaviour(ENDLESS, "ok")
async def endless_small_certificates(reader, out):
    out.write(record(22, server_hello()))
    await forever(out, record(22, message(11, vector24(vector24(b"\x30\x00") * 100))))


@behaviour(ENDLESS)
async def a_record_longer_than_allowed(reader, out):
    out.write(b"\x16\x03\x03\xff\xff" + bytes(70000))
    await hold()


@behaviour(ENDLESS)
async def a_record_that_never_ends(reader, out):
    out.write(b"\x16\x03\x03\x40\x00" + server_hello())
    await hold()


@behaviour(ENDLESS)
async def hello_then_silent(reader, out):
    out.write(record(22, server_hello()))
    await hold()


@behaviour(CUT)
async def hello_then_closes(reader, out):
    out.write(record(22, server_hello()))


@behaviour(CUT)
async def half_a_record_then_closes(reader, out):
    out.write(record(22, server_hello())[:40])


@behaviour(CUT, ENDLESS)
async def no_certificates(reader, out):
    out.write(record(22, server_hello() + message(11, vector24(b"")) + message(14, b"")))
    await hold()


@behaviour(ENDLESS, "ok")
async def certificates_that_are_none(reader, out):
    out.write(record(22, server_hello() + message(11, vector24(vector24(os.urandom(700)))) + message(14, b"")))
    await hold()


@behaviour(ENDLESS, "ok")
async def a_list_longer_than_its_message(reader, out):
    out.write(record(22, server_hello() + message(11, b"\x00\xff\xff\x00\x00\x10" + bytes(16)) + message(14, b"")))
    await hold()


@behaviour(ENDLESS)
async def a_version_of_the_future(reader, out):
    out.write(record(22, server_hello(version=0x0999), version=0x0999))
    await hold()


@behaviour(ENDLESS)
async def a_cipher_nobody_offered(reader, out):
    out.write(record(22, server_hello(cipher=0x0000)))
    await hold()


@behaviour(ENDLESS)
async def application_data_first(reader, out):
    out.write(record(23, os.urandom(400)))
    await hold()


@behaviour(ENDLESS)
async def one_byte_records(reader, out):
    await forever(out, b"".join(record(22, bytes([byte])) for byte in server_hello()))


@behaviour(ENDLESS, CUT)
async def mirrors(reader, out):
    while piece := await reader.read(4096):
        out.write(piece)
        await out.drain()


@behaviour("alert")
async def alert_handshake_failure(reader, out):
    await hello(reader)
    out.write(record(21, b"\x02\x28"))


@behaviour("alert")
async def alert_internal_error(reader, out):
    await hello(reader)
    out.write(record(21, b"\x02\x50"))


@behaviour("sni-needed", "alert")
async def alert_unrecognized_name(reader, out):
    await hello(reader)
    out.write(record(21, b"\x02\x70"))


@behaviour(PLAIN)
async def http(reader, out):
    await hello(reader)
    out.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nno")


@behaviour(PLAIN)
async def ssh(reader, out):
    out.write(b"SSH-2.0-OpenSSH_9.2p1\r\n")
    await hold()


@behaviour(ENDLESS)
async def endless_line(reader, out):
    out.write(b"220 ")
    await forever(out, b"a" * 8192)


@behaviour(ENDLESS, scheme="smtp")
async def smtp_endless_banner(reader, out):
    await forever(out, b"220-and more\r\n" * 500)


@behaviour(ENDLESS, scheme="smtp")
async def smtp_endless_line(reader, out):
    await forever(out, b"220-" + b"a" * 8192)


@behaviour(ENDLESS, scheme="smtp")
async def smtp_silent(reader, out):
    await hold()


@behaviour("starttls-missing", scheme="smtp")
async def smtp_without_starttls(reader, out):
    out.write(b"220 mail\r\n")
    while line := await reader.readline():
        out.write(b"250-mail\r\n250 8BITMIME\r\n" if line.upper().startswith(b"EHLO") else b"502 no\r\n")


@behaviour(ENDLESS, CUT, scheme="smtp")
async def smtp_noise_after_starttls(reader, out):
    out.write(b"220 mail\r\n")
    while line := await reader.readline():
        starts = line.upper().startswith(b"STARTTLS")
        out.write(b"220 go\r\n" if starts else b"250-mail\r\n250 STARTTLS\r\n")
        if starts:
            await forever(out, os.urandom(8192))


@behaviour(ENDLESS, scheme="imap")
async def imap_endless(reader, out):
    await forever(out, b"* OK [CAPABILITY IMAP4rev1] hello\r\n* CAPABILITY STARTTLS\r\n" * 100)


@behaviour(ENDLESS, CUT, scheme="postgres")
async def postgres_noise(reader, out):
    await reader.read(8)
    await forever(out, b"S" + os.urandom(4096))


@behaviour(ENDLESS, scheme="ldap")
async def ldap_endless(reader, out):
    await reader.read(64)
    await forever(out, b"\x30\x84\x7f\xff\xff\xff" + bytes(8192))


@behaviour("ok")
async def good(reader, out):
    await hold()


def port_of(name):
    return FIRST_PORT + list(BEHAVIOURS).index(name)


def target_of(name, address):
    scheme = BEHAVIOURS[name][2]
    return "%s%s:%d" % (scheme + "://" if scheme else "", address, port_of(name))


def serves(function):
    async def serve(reader, out):
        try:
            await function(reader, out)
        except (ConnectionError, TimeoutError, ssl.SSLError, asyncio.LimitOverrunError, ValueError):
            pass
        finally:
            out.close()
    return serve


async def main(network, addresses, chain, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    for number in range(1, addresses + 1):
        for name, (function, _, _) in BEHAVIOURS.items():
            await asyncio.start_server(serves(function), "127.91.%d.%d" % (network, number), port_of(name), backlog=64,
                                       limit=65536, ssl=context if name == "good" else None)
    print("ready", flush=True)
    await asyncio.sleep(3600)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]))
