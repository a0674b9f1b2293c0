# SPDX-License-Identifier: Apache-2.0
"""What the openssl command sees at a server: the independent witness of the tests."""
import hashlib
import re

from . import pki, processes


class Seen:
    def __init__(self, text):
        blocks = re.findall("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", text, re.S)
        self.text = text
        self.chain = [hashlib.sha256(pki.der(block)).hexdigest() for block in blocks]
        version = re.search(r"^(?:New, |    Protocol  : )(TLSv1(?:\.\d)?|SSLv3)", text, re.M)
        protocol = re.search(r"^ *Protocol *: (\S+)", text, re.M)
        self.version = protocol.group(1) if protocol else version.group(1) if version else None


def look(address, port, *options, name=None):
    """One handshake of `openssl s_client`, with no server name unless `name` is given."""
    names = ["-servername", name] if name else ["-noservername"]
    done = processes.run("openssl", "s_client", "-connect", "%s:%d" % (address, port), "-showcerts", *names, *options,
                         input="", ok=None, timeout=30)
    return Seen(done.stdout + done.stderr)
