# SPDX-License-Identifier: Apache-2.0
"""keepvalid inspect: files, standard input, endpoints, passwords, exit codes; what memory failure may not do."""
import glob
import json
import os
import pty
import re
import subprocess
import unittest

from lib import keepvalid, pki, ports, stage

DATA = os.path.join(keepvalid.SOURCE, "tests/data")
KEYS = ["sha256", "serial", "version", "subject", "subject_cn", "issuer", "issuer_cn", "names", "not_before", "not_after",
        "lifetime_s", "key", "signature", "validation", "ca", "path_length", "self_issued", "self_signed", "wildcard",
        "key_usage", "extended_key_usage", "policies", "subject_key_id", "authority_key_id", "ocsp", "crl", "ca_issuers",
        "scts", "must_staple", "precertificate"]
MEMORY_EXIT = 71


def data(*parts):
    return os.path.join(DATA, *parts)


def inspect(*args, **more):
    """The document of inspect --json."""
    return json.loads(keepvalid.run("inspect", *args, "--json", **more).stdout)


class Inspect(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = stage.Stage(cls)
        cls.password = cls.stage.write("password", "password\n", 0o600)

    def test_the_document_has_the_keys_of_the_contract_in_their_order(self):
        document = inspect(data("badssl/wildcard-rsa2048.pem"))
        self.assertEqual(list(document), ["input", "certificates", "requests", "crls", "keys", "problems"])
        self.assertEqual(document["input"], data("badssl/wildcard-rsa2048.pem"))
        self.assertEqual(len(document["certificates"]), 2)
        self.assertEqual(list(document["certificates"][0]), KEYS)
        self.assertEqual(list(document["certificates"][0]["names"]), ["dns", "ip", "email", "uri"])
        self.assertEqual(list(document["certificates"][0]["key"]), ["algorithm", "bits", "curve", "sha256"])
        self.assertEqual(document["problems"], [])

    def test_values_are_those_of_openssl(self):
        for path in sorted(glob.glob(data("badssl/*.pem"))):
            facts = inspect(path)["certificates"][0]
            told = pki.openssl("x509", "-in", path, "-noout", "-serial", "-subject", "-issuer", "-fingerprint", "-sha256",
                               "-dates", "-dateopt", "iso_8601", "-nameopt", "RFC2253,-esc_msb,utf8").stdout
            said = dict(line.split("=", 1) for line in told.splitlines())
            self.assertEqual(facts["serial"], said["serial"].lower().lstrip("0"))
            self.assertEqual(facts["subject"], said["subject"])
            self.assertEqual(facts["issuer"], said["issuer"])
            self.assertEqual(facts["sha256"], said["sha256 Fingerprint"].replace(":", "").lower())
            self.assertEqual(facts["not_before"], said["notBefore"].replace(" ", "T"))
            self.assertEqual(facts["not_after"], said["notAfter"].replace(" ", "T"))

    def test_every_file_of_the_test_data_is_an_answer(self):
        for path in sorted(glob.glob(data("*", "*"))):
            if os.path.isdir(path) or not re.search(r"\.(pem|der|cer|crl|p12|jks|jceks|p7m|key)$", path):
                continue
            document = inspect(path, "--password-file", self.password, ok=(0, 1, 5))
            if "lint" in path or "badssl" in path or "revocation/crl" in path:
                self.assertEqual(document["problems"], [], path)

    def test_standard_input_is_read(self):
        with open(data("made/c.pem"), "rb") as file:
            done = subprocess.run([keepvalid.BINARY, "inspect", "-", "--json"], stdin=file, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(json.loads(done.stdout)["certificates"][0]["subject"], "CN=a")

    def test_the_password_may_come_from_standard_input(self):
        document = inspect(data("keystores/name-unicode-pwd.p12"), "--password-file", "-", input="password\n")
        self.assertEqual(len(document["certificates"]), 3)
        keepvalid.run("inspect", "-", "--password-file", "-", ok=(2,))

    def test_exit_codes_tell_what_could_be_read(self):
        damaged = self.stage.write("damaged.pem", pki.text_of(data("made/c.pem")) +
                                   "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
        garbage = self.stage.write("garbage", "nothing of the kind")
        parameters = self.stage.write("dh", "-----BEGIN DH PARAMETERS-----\nMAYCAQ8CAQI=\n-----END DH PARAMETERS-----\n")
        keepvalid.run("inspect", data("made/c.pem"), ok=(0,))
        keepvalid.run("inspect", damaged, ok=(5,))
        keepvalid.run("inspect", garbage, ok=(1,))
        keepvalid.run("inspect", parameters, ok=(6,))
        keepvalid.run("inspect", self.stage.path("absent"), ok=(1,))
        keepvalid.run("inspect", ok=(2,))
        keepvalid.run("inspect", "a", "b", ok=(2,))
        problem = inspect(damaged, ok=(5,))["problems"][0]
        self.assertEqual(list(problem), ["item", "offset", "text"])
        self.assertEqual(problem["item"], "block 2 (CERTIFICATE)")
        self.assertEqual(problem["offset"], os.path.getsize(data("made/c.pem")))
        self.assertIn("at byte", problem["text"])
        self.assertEqual(inspect(garbage, ok=(1,))["problems"][0]["item"], "file")

    def test_errors_say_what_mends_them(self):
        done = keepvalid.run("inspect", data("keystores/cert-key-aes256cbc.p12"), ok=(5,))
        self.assertIn("--password-file", done.stderr)
        done = keepvalid.run("inspect", self.stage.path("absent"), ok=(1,))
        self.assertIn("fix:", done.stderr)

    def test_without_the_legacy_provider_it_says_so(self):
        env = dict(os.environ, OPENSSL_MODULES=self.stage.folder)
        with open(self.stage.path("cryptography"), "w") as file:
            file.write("cryptography")
        done = keepvalid.run("inspect", data("keystores/cert-rc2-key-3des.p12"), "--password-file",
                             self.stage.path("cryptography"), ok=(5,), env=env)
        self.assertIn("legacy provider", done.stderr)
        self.assertIn("PKCS#8", done.stdout)  # the key's 3DES needs no such thing

    def test_nothing_of_a_private_key_is_shown(self):
        for path in glob.glob(data("made/*")):
            with open(path, errors="replace") as file:
                lines = [line for line in file.read().splitlines() if re.fullmatch("[A-Za-z0-9+/=]{40,}", line)]
            for form in ([], ["--json"]):
                done = keepvalid.run("inspect", path, "--password-file", self.password, *form, ok=(0, 1, 5))
                for line in lines:
                    self.assertNotIn(line[:24], done.stdout + done.stderr)
        key = pki.openssl("ec", "-in", data("made/sec1.pem"), "-noout", "-text").stdout
        private = re.sub("[^0-9a-f]", "", key[key.index("priv:") + 5:key.index("pub:")])
        for path in ("made/sec1.pem", "made/pkcs8.pem", "made/pkcs8enc.pem"):
            done = keepvalid.run("inspect", data(path), "--password-file", self.password, "--json")
            self.assertNotIn(private[:24], done.stdout.replace(":", ""))

    def test_away_from_a_terminal_a_tab_parts_name_and_value(self):
        done = keepvalid.run("inspect", data("badssl/wildcard-rsa2048.pem"))
        self.assertNotIn("\033", done.stdout)
        for line in done.stdout.splitlines():
            self.assertTrue(line == "" or "\t" in line, line)
        self.assertIn("names\t*.badssl.com\n", done.stdout)

    def test_on_a_terminal_values_stand_in_a_column_in_colour(self):
        def shown(**env):
            mine, theirs = pty.openpty()
            child = subprocess.Popen([keepvalid.BINARY, "inspect", data("made/c.pem")], stdout=theirs,
                                     env=dict({k: v for k, v in os.environ.items() if k != "NO_COLOR"}, **env))
            os.close(theirs)
            text = b""
            try:
                while chunk := os.read(mine, 4096):
                    text += chunk
            except OSError:
                pass  # the terminal is gone with the child
            os.close(mine)
            self.assertEqual(child.wait(timeout=60), 0)
            return text.decode()
        self.assertIn("\033[1mcertificate\033[0m", shown(TERM="xterm"))
        self.assertIn("  subject       CN=a\r\n", shown(TERM="xterm", NO_COLOR="1"))
        self.assertNotIn("\033", shown(TERM="dumb"))

    def test_names_cannot_move_the_cursor(self):
        key, cert = self.stage.path("evil.key"), self.stage.path("evil.pem")
        pki.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out",
                    cert, "-utf8", "-subj", "/CN=a\u202egnp.exe\x1b[31m\u009b31m")
        done = keepvalid.run("inspect", cert)
        for treacherous in ("\u202e", "\x1b", "\u009b"):
            self.assertNotIn(treacherous, done.stdout)

    def test_an_endpoint_is_shown_like_a_file(self):
        leaf = self.stage.authority.leaf("served", "served.test", "127.0.0.1")
        port = ports.free()
        self.stage.start("openssl", "s_server", "-accept", "127.0.0.1:%d" % port, "-cert", leaf.cert, "-key", leaf.key,
                         "-cert_chain", self.stage.authority.intermediate.cert, "-quiet", listens=("127.0.0.1", port))
        document = inspect("127.0.0.1:%d" % port)
        self.assertEqual([one["sha256"] for one in document["certificates"]],
                         [leaf.sha256, self.stage.authority.intermediate.sha256])
        self.assertEqual(document["input"], "127.0.0.1:%d" % port)

    def test_an_endpoint_without_certificate_is_an_error(self):
        done = keepvalid.run("inspect", "127.0.0.1:%d" % ports.free(), ok=(8,))
        self.assertIn("refused", done.stderr)


class Memory(unittest.TestCase):
    """Every allocation fails once: the process ends with its own exit code, and what it said before was right."""

    @classmethod
    def setUpClass(cls):
        cls.stage = stage.Stage(cls)
        cls.password = cls.stage.write("password", "password\n", 0o600)

    def each_allocation_fails(self, path):
        whole = keepvalid.run("inspect", path, "--json", "--password-file", self.password, ok=None)
        for nth in range(1, 5000):
            done = keepvalid.run("inspect", path, "--json", "--password-file", self.password, ok=None,
                                 env=dict(os.environ, KEEPVALID_FAULT="memory:%d" % nth))
            if done.returncode == whole.returncode:
                self.assertEqual(done.stdout, whole.stdout)
                return nth
            self.assertEqual(done.returncode, MEMORY_EXIT, done.stderr)
            self.assertTrue(whole.stdout.startswith(done.stdout))
        raise AssertionError("no end of allocations")

    def test_certificates(self):
        self.assertGreater(self.each_allocation_fails(data("badssl/subdomain-1000-sans.pem")), 5)

    def test_lists(self):
        self.assertGreater(self.each_allocation_fails(data("revocation/r4m01.crl")), 5)

    def test_key_stores(self):
        self.assertGreater(self.each_allocation_fails(data("keystores/name-unicode-pwd.p12")), 5)
        self.assertGreater(self.each_allocation_fails(data("keystores/java.jceks")), 5)


stage.main()
