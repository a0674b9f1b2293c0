# SPDX-License-Identifier: Apache-2.0
"""A zoo of openssl s_server: each with one oddity that makes other scanners miss its certificate."""
import unittest

from lib import expect, keepvalid, pki, ports, stage

HERE = "127.0.0.1"
OLD = "ALL:eNULL:@SECLEVEL=0"

# name: key, options of s_server, and what the record says of TLS; None is not compared.
ZOO = {
    "tls10": ("rsa", ["-tls1", "-cipher", OLD], {"version": "TLSv1.0"}),
    "tls11": ("rsa", ["-tls1_1", "-cipher", OLD], {"version": "TLSv1.1"}),
    "tls12": ("rsa", ["-tls1_2"], {"version": "TLSv1.2", "versions": ["TLSv1.2"], "x25519mlkem768": False}),
    "tls13": ("ec", ["-tls1_3"], {"version": "TLSv1.3", "versions": ["TLSv1.3"], "x25519mlkem768": False}),
    "every-version": ("rsa", ["-cipher", OLD], {"versions": ["TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1.0"]}),
    "ed25519-13": ("ed25519", ["-tls1_3"], {"version": "TLSv1.3"}),
    "ed25519-12": ("ed25519", ["-tls1_2"], {"version": "TLSv1.2"}),
    "p384-retry": ("ec", ["-tls1_3", "-groups", "P-384"], {"group": "secp384r1"}),
    "p521-retry": ("ec", ["-tls1_3", "-groups", "P-521"], {"group": "secp521r1"}),
    "x448-retry": ("ec", ["-tls1_3", "-groups", "X448"], {"group": "x448"}),
    "x25519": ("ec", ["-tls1_3", "-groups", "X25519"], {"group": "x25519"}),
    "p256": ("ec", ["-tls1_3", "-groups", "P-256"], {"group": "secp256r1"}),
    "ffdhe-retry": ("ec", ["-tls1_3", "-groups", "ffdhe3072"], {"group": "ffdhe3072"}),
    "aes256": ("ec", ["-tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384"], {"cipher": "TLS_AES_256_GCM_SHA384"}),
    "chacha": ("ec", ["-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"], {"cipher": "TLS_CHACHA20_POLY1305_SHA256"}),
    "ccm": ("ec", ["-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256"], {"cipher": "TLS_AES_128_CCM_SHA256"}),
    "ccm8": ("ec", ["-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_8_SHA256"], {"cipher": "TLS_AES_128_CCM_8_SHA256"}),
    "ccm8-12": ("ec", ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-CCM8"], {"cipher": "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8"}),
    "static-rsa": ("rsa", ["-tls1_2", "-cipher", "AES128-SHA"], {"cipher": "TLS_RSA_WITH_AES_128_CBC_SHA"}),
    "dhe": ("rsa", ["-tls1_2", "-cipher", "DHE-RSA-AES128-SHA"], {"cipher": "TLS_DHE_RSA_WITH_AES_128_CBC_SHA"}),
    "null-cipher": ("rsa", ["-tls1_2", "-cipher", "NULL-SHA256:@SECLEVEL=0"], {"cipher": "TLS_RSA_WITH_NULL_SHA256"}),
    "rsa-1024": ("rsa1024", ["-cipher", OLD], {}),
    "small-records-12": ("rsa", ["-tls1_2", "-max_send_frag", "512"], {}),
    "small-records-13": ("ec", ["-tls1_3", "-max_send_frag", "512"], {}),
    "padded": ("ec", ["-tls1_3", "-record_padding", "4096"], {}),
    "client-12": ("rsa", ["-tls1_2", "-Verify", "1", "-verify_return_error"], {"client_certificate_asked": True}),
    "client-13": ("ec", ["-tls1_3", "-Verify", "1", "-verify_return_error"], {"client_certificate_asked": True}),
    "server-prefers": ("rsa", ["-tls1_2", "-serverpref"], {}),
}


class Zoo(unittest.TestCase):
    """Every animal is scanned whole, light and politely, all in one run each."""

    @classmethod
    def setUpClass(cls):
        cls.stage = stage.Stage(cls)
        ca = cls.stage.authority
        cls.leaves = {key: ca.leaf(key, "zoo.example.test", HERE, key=key) for key in ("rsa", "ec", "ed25519", "rsa1024")}
        cls.big = ca.leaf("big", *["host-%04d.big.example.test" % i for i in range(1000)], key="ec")
        cls.stage.write("long.pem", pki.text_of(ca.intermediate.cert) * 77)
        cls.above = ca.intermediate.sha256
        cls.port = {}
        for name, (key, options, _) in ZOO.items():
            cls.start(name, cls.leaves[key], options)
        cls.start("big-12", cls.big, ["-tls1_2"])
        cls.start("big-13", cls.big, ["-tls1_3"])
        cls.start("long-12", cls.leaves["ec"], ["-tls1_2"], chain=cls.stage.path("long.pem"))
        cls.start("long-13", cls.leaves["ec"], ["-tls1_3"], chain=cls.stage.path("long.pem"))
        for version in ("1_2", "1_3"):
            cls.start("dual-" + version, cls.leaves["rsa"], ["-tls" + version, "-dcert", cls.leaves["ec"].cert, "-dkey",
                                                             cls.leaves["ec"].key, "-dcert_chain", ca.intermediate.cert])
        cls.start("sni-fatal", cls.leaves["ec"], ["-servername", "zoo.example.test", "-servername_fatal", "-cert2",
                                                  cls.leaves["ec"].cert, "-key2", cls.leaves["ec"].key])

    @classmethod
    def start(cls, name, leaf, options, chain=None):
        cls.port[name] = ports.free()
        cls.stage.start("openssl", "s_server", "-accept", "%s:%d" % (HERE, cls.port[name]), "-cert", leaf.cert, "-key", leaf.key,
                        "-cert_chain", chain or cls.stage.authority.intermediate.cert, "-quiet", "-www", *options, listens=(HERE, cls.port[name]))

    def scan(self, look):
        records = keepvalid.scan(*["%s:%d" % (HERE, port) for port in self.port.values()], "--look", look, "--starttls", "none")
        self.assertEqual(len(self.port), len(records))
        by_port = {record["port"]: record for record in records}
        return {name: by_port[port] for name, port in self.port.items()}

    def check(self, records, exact):
        for name, (key, _, tls) in ZOO.items():
            with self.subTest(name):
                expect.record_is(self, records[name], chain=[self.leaves[key].sha256, self.above])
                if exact:
                    self.assertEqual(tls, {field: records[name]["tls"][field] for field in tls})
        for name in ("big-12", "big-13"):
            with self.subTest(name):
                expect.record_is(self, records[name], chain=[self.big.sha256, self.above])
        for name in ("long-12", "long-13"):
            with self.subTest(name):
                self.assertEqual(["ok", 78], [records[name]["outcome"], len(records[name]["chain"])])

    def test_whole(self):
        records = self.scan("whole")
        self.check(records, True)
        for name in ("dual-1_2", "dual-1_3"):
            with self.subTest(name):
                record = records[name]
                self.assertEqual(sorted([self.leaves["rsa"].sha256, self.leaves["ec"].sha256]),
                                 sorted([record["chain"][0]["sha256"]] + expect.hashes(record["other_leaves"])))

    def test_light(self):
        self.check(self.scan("light"), False)

    def test_a_light_look_finds_pairs_before_it_has_learned_that_there_are_none(self):
        for name in ("dual-1_2", "dual-1_3"):
            with self.subTest(name):
                record = keepvalid.scan_one("%s:%d" % (HERE, self.port[name]), "--look", "light")
                self.assertEqual(1, len(record["other_leaves"]))

    def test_polite(self):
        records = self.scan("polite")
        self.check(records, False)
        for name, (key, _, _) in ZOO.items():
            if key == "rsa": # nobody who shows RSA is asked again by libssl
                self.assertEqual([], records[name]["other_leaves"])
        for name in ("dual-1_2", "dual-1_3"):
            with self.subTest(name):
                self.assertEqual([[self.leaves["ec"].sha256], [self.leaves["rsa"].sha256], 2],
                                 [expect.hashes(records[name]["chain"])[:1], expect.hashes(records[name]["other_leaves"]),
                                  records[name]["connections"]])

    def test_a_fatal_alert_on_a_wrong_name_is_asked_around(self):
        wrong = keepvalid.scan_one("%s:%d" % (HERE, self.port["sni-fatal"]), "--sni", "other.example.test")
        expect.record_is(self, wrong, name=None)
        right = keepvalid.scan_one("%s:%d" % (HERE, self.port["sni-fatal"]), "--sni", "zoo.example.test")
        expect.record_is(self, right, name="zoo.example.test")


stage.main()
