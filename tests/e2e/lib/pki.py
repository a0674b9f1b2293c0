# SPDX-License-Identifier: Apache-2.0
"""Throw-away certificates by the openssl command: a root, an intermediate, leaves of every kind.

    ca = pki.Authority(folder)
    leaf = ca.leaf("www", "www.example.test", key="ec")     # leaf.key leaf.cert leaf.chain (leaf + intermediate)
    leaf.sha256, leaf.spki_sha256, ca.root.cert
"""
import base64
import datetime
import hashlib
import os
import re

from . import processes

KEYS = {
    "rsa": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
    "rsa1024": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
    "rsa3072": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"],
    "ec": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:named_curve"],
    "ec384": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-pkeyopt", "ec_param_enc:named_curve"],
    "ed25519": ["-algorithm", "ED25519"],
}


def openssl(*args, **more):
    return processes.run(processes.need("openssl"), *args, **more)


def text_of(path):
    with open(path) as file:
        return file.read()


def der(pem):
    """The bytes of one certificate in PEM."""
    return base64.b64decode("".join(line for line in pem.strip().splitlines() if not line.startswith("-----")))


def ders(path):
    """The certificates in a PEM file as DER, in their order."""
    found = re.findall("-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", text_of(path), re.S)
    return [base64.b64decode(one) for one in found]


def sha256(path):
    """SHA-256 of the first certificate of a PEM file, as records show it."""
    return hashlib.sha256(ders(path)[0]).hexdigest()


class Pair:
    """A key, its certificate, and the certificate with what stands above it up to the intermediate."""

    def __init__(self, folder, name):
        self.name = name
        self.key = os.path.join(folder, name + ".key")
        self.cert = os.path.join(folder, name + ".crt")
        self.chain = os.path.join(folder, name + ".chain.crt")
        self.both = os.path.join(folder, name + ".both.pem")  # chain, then key: haproxy, lighttpd

    @property
    def sha256(self):
        return sha256(self.cert)

    @property
    def spki_sha256(self):
        public = openssl("x509", "-in", self.cert, "-noout", "-pubkey").stdout
        return hashlib.sha256(base64.b64decode("".join(public.split("\n")[1:-2]))).hexdigest()


def names_line(names):
    kinds = []
    for name in names:
        is_ip = re.fullmatch(r"[0-9.]+|[0-9a-f:]*:[0-9a-f:]*", name)
        kinds.append(("IP:" if is_ip else "DNS:") + name)
    return "subjectAltName=" + ",".join(kinds)


def when(days):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
    return at.strftime("%Y%m%d%H%M%SZ")


class Authority:
    """Root and intermediate in a folder of their own."""

    def __init__(self, folder, key="ec"):
        self.folder = os.path.join(folder, "pki")
        os.makedirs(self.folder)
        for file in ("index", "index.attr"):
            open(os.path.join(self.folder, file), "w").close()
        self.count = 0
        self.root = self.issue("root", "/O=Test/CN=Test Root", None, key, 3650,
                               ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"])
        self.intermediate = self.issue("intermediate", "/O=Test/CN=Test Intermediate", self.root, key, 1825,
                                       ["basicConstraints=critical,CA:TRUE,pathlen:0",
                                        "keyUsage=critical,keyCertSign,cRLSign"])

    def issue(self, name, subject, issuer, key, days, extensions, starts_days=-1, digest=None, key_of=None):
        """One certificate; issuer None signs itself. Dates may lie in the past: `openssl ca` takes both."""
        pair = Pair(self.folder, name)
        self.count += 1
        if key_of:
            with open(pair.key, "w") as file:
                file.write(text_of(key_of.key))
        else:
            openssl("genpkey", *KEYS[key], "-out", pair.key)
        os.chmod(pair.key, 0o644)
        request, config = pair.cert + ".csr", pair.cert + ".cnf"
        with open(config, "w") as file:
            file.write("\n".join([
                "[ca]", "default_ca=our", "[our]", "database=" + os.path.join(self.folder, "index"), "policy=any",
                "new_certs_dir=" + self.folder, "unique_subject=no", "rand_serial=yes", "string_mask=utf8only",
                "default_md=" + (digest or "sha256"), "email_in_dn=no", "preserve=yes", "x509_extensions=more", "[any]",
                "countryName=optional", "organizationName=optional", "organizationalUnitName=optional",
                "commonName=optional", "[req]", "distinguished_name=empty", "[empty]",
                "[more]", "subjectKeyIdentifier=hash",
                "authorityKeyIdentifier=keyid" if issuer else ""] + extensions) + "\n")
        openssl("req", "-new", "-utf8", "-key", pair.key, "-subj", subject, "-config", config, "-out", request)
        signer = ["-selfsign", "-keyfile", pair.key] if not issuer else ["-cert", issuer.cert, "-keyfile", issuer.key]
        edwards = issuer is None and key == "ed25519"
        openssl("ca", "-config", config, "-batch", "-notext", "-utf8", "-startdate", when(starts_days), "-enddate",
                when(days), "-in", request, "-out", pair.cert, *signer, *(["-md", "null"] if edwards else []))
        with open(pair.chain, "w") as file:
            file.write(text_of(pair.cert))
            if issuer and name != "intermediate":
                file.write(text_of(issuer.cert))
        with open(pair.both, "w") as file:
            file.write(text_of(pair.chain) + text_of(pair.key))
        return pair

    def leaf(self, file, *names, key="ec", days=90, starts_days=-1, subject=None, issuer=None, more=(), **rest):
        """A server certificate for DNS names and addresses; the first one is the CN."""
        return self.issue(file, subject or "/CN=" + names[0], issuer or self.intermediate, key, days,
                          ["basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature",
                           "extendedKeyUsage=serverAuth,clientAuth", names_line(names)] + list(more),
                          starts_days=starts_days, **rest)
