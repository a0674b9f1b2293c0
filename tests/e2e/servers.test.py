# SPDX-License-Identifier: Apache-2.0
"""Web servers from Debian's packages on loopback: what they have is what the scan says they have."""
import unittest

from lib import expect, keepvalid, oracle, pki, ports, stage

HERE = "127.0.0.1"


class Servers(unittest.TestCase):
    """Makes the stage and the certificates that all servers here share."""

    @classmethod
    def setUpClass(cls):
        cls.stage = stage.Stage(cls)
        ca = cls.stage.authority
        cls.ec = ca.leaf("ec", "www.example.test", HERE, key="ec")
        cls.rsa = ca.leaf("rsa", "www.example.test", HERE, key="rsa")
        cls.a = ca.leaf("a", "a.example.test", key="ec384")
        cls.b = ca.leaf("b", "b.example.test", key="rsa")
        cls.above = ca.intermediate.sha256
        cls.serve()

    def scan(self, port, *args, **more):
        """One target, one record."""
        record = keepvalid.scan_one("%s:%d" % (HERE, port), *args, **more)
        self.assertEqual("%s:%d" % (HERE, port), record["target"])
        self.assertEqual((HERE, port), (record["address"], record["port"]))
        return record

    def is_dual(self, record, first, second, name=None, **more):
        """Both certificates, whichever came first; openssl confirms that the server has both."""
        for pair, algorithms in ((first, "ECDSA+SHA256"), (second, "RSA-PSS+SHA256:RSA+SHA256")):
            seen = oracle.look(HERE, record["port"], "-sigalgs", algorithms, name=name)
            self.assertEqual(pair.sha256, seen.chain[0])
        leaves = [record["chain"][0]["sha256"]] + expect.hashes(record["other_leaves"])
        self.assertEqual(sorted([first.sha256, second.sha256]), sorted(leaves))
        expect.record_is(self, record, others=None, name=name, **more)


class Nginx(Servers):
    @classmethod
    def serve(cls):
        cls.port = {name: ports.free() for name in ("rsa", "ec", "dual", "names", "tls13", "tls12", "client", "bare", "rooted", "plain")}
        block = "server { listen 127.0.0.1:%d%s; server_name %s; %s location / { return 200 ok; } }\n"

        def pair(one, chain=True):
            return "ssl_certificate %s; ssl_certificate_key %s;" % (one.chain if chain else one.cert, one.key)

        text = block % (cls.port["rsa"], " ssl", "_", pair(cls.rsa))
        text += block % (cls.port["ec"], " ssl", "_", pair(cls.ec))
        text += block % (cls.port["dual"], " ssl", "_", pair(cls.ec) + pair(cls.rsa))
        text += block % (cls.port["names"], " ssl default_server", "_", "ssl_reject_handshake on;")
        text += block % (cls.port["names"], " ssl", "a.example.test", pair(cls.a))
        text += block % (cls.port["names"], " ssl", "b.example.test", pair(cls.b))
        text += block % (cls.port["tls13"], " ssl", "_", pair(cls.ec) + "ssl_protocols TLSv1.3;")
        text += block % (cls.port["tls12"], " ssl", "_", pair(cls.rsa) + "ssl_protocols TLSv1.2;")
        text += block % (cls.port["client"], " ssl", "_", pair(cls.ec) + "ssl_verify_client on; ssl_client_certificate %s;"
                         % cls.stage.authority.root.cert)
        text += block % (cls.port["bare"], " ssl", "_", pair(cls.ec, chain=False))
        rooted = cls.stage.write("rooted.pem", pki.text_of(cls.ec.chain) + pki.text_of(cls.stage.authority.root.cert))
        text += block % (cls.port["rooted"], " ssl", "_", "ssl_certificate %s; ssl_certificate_key %s;" % (rooted, cls.ec.key))
        text += block % (cls.port["plain"], "", "_", "")
        folder = cls.stage.folder
        temp = "".join("%s_temp_path %s/tmp;" % (kind, folder) for kind in
                       ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        conf = cls.stage.write("nginx.conf", "daemon off; master_process off; pid %s/nginx.pid; error_log stderr;\n"
                               "events {}\nhttp { access_log off; %s\n%s}\n" % (folder, temp, text))
        cls.stage.start("nginx", "-c", conf, "-p", folder, listens=[(HERE, port) for port in cls.port.values()])

    def test_one_certificate(self):
        for name, pair in (("rsa", self.rsa), ("ec", self.ec)):
            record = self.scan(self.port[name])
            expect.record_is(self, record, chain=[pair.sha256, self.above], matches=True, complete=True)
            self.assertEqual(oracle.look(HERE, self.port[name]).chain, expect.hashes(record["chain"]))
            self.assertEqual(pair.spki_sha256, record["chain"][0]["key"]["sha256"])

    def test_both_certificates_of_one_port(self):
        self.is_dual(self.scan(self.port["dual"]), self.ec, self.rsa, matches=True, complete=True)

    def test_a_name_is_needed(self):
        expect.record_is(self, self.scan(self.port["names"], ok=(1,)), outcome="sni-needed", chain=[])

    def test_names_choose_certificates(self):
        for name, pair in (("a.example.test", self.a), ("b.example.test", self.b)):
            record = self.scan(self.port["names"], "--sni", name)
            expect.record_is(self, record, chain=[pair.sha256, self.above], name=name, matches=True, complete=True)
        record = self.scan(self.port["names"], "--sni", "c.example.test", ok=(1,))
        self.assertIn(record["outcome"], ("sni-needed", "alert"))

    def test_tls_versions(self):
        record = self.scan(self.port["tls13"])
        expect.record_is(self, record, chain=[self.ec.sha256, self.above], version="TLSv1.3")
        self.assertIsNotNone(record["tls"]["cipher"])
        record = self.scan(self.port["tls12"])
        expect.record_is(self, record, chain=[self.rsa.sha256, self.above], version="TLSv1.2")

    def test_a_client_certificate_is_asked_for(self):
        expect.record_is(self, self.scan(self.port["client"]), chain=[self.ec.sha256, self.above], matches=True)

    def test_the_intermediate_is_missing(self):
        expect.record_is(self, self.scan(self.port["bare"]), chain=[self.ec.sha256], complete=False)

    def test_the_root_is_sent_along(self):
        chain = [self.ec.sha256, self.above, self.stage.authority.root.sha256]
        expect.record_is(self, self.scan(self.port["rooted"]), chain=chain, complete=True)

    def test_plain_http(self):
        expect.record_is(self, self.scan(self.port["plain"], ok=(1,)), outcome="no-tls", chain=[])

    def test_nobody_listens(self):
        expect.record_is(self, self.scan(ports.free(), ok=(1,)), outcome="refused", chain=[])

    def test_another_name_than_the_certificate_has(self):
        record = self.scan(self.port["ec"], "--sni", "wrong.example.test")
        expect.record_is(self, record, chain=[self.ec.sha256, self.above], name="wrong.example.test", matches=False)

    def test_many_targets_in_one_run(self):
        wanted = {"%s:%d" % (HERE, port) for name, port in self.port.items()}
        records = keepvalid.scan(*sorted(wanted))
        self.assertEqual(sorted(wanted), sorted(record["target"] for record in records))


class Apache(Servers):
    @classmethod
    def serve(cls):
        cls.port = {name: ports.free() for name in ("dual", "client", "names")}
        modules = "".join("LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n" % (name, name) for name in
                          ("mpm_event", "authz_core", "socache_shmcb", "ssl"))
        host = "<VirtualHost 127.0.0.1:%d>\nServerName %s\nSSLEngine on\n%s</VirtualHost>\n"

        def pair(one):
            return "SSLCertificateFile %s\nSSLCertificateKeyFile %s\n" % (one.chain, one.key)

        conf = cls.stage.write("apache.conf", modules + "ServerRoot %s\nPidFile %s/apache.pid\nErrorLog /dev/stderr\n"
                               "ServerName localhost\n" % (cls.stage.folder, cls.stage.folder) +
                               "DefaultRuntimeDir %s\nMutex pthread\nSSLSessionCache none\n" % cls.stage.folder +
                               "User nobody\nGroup nogroup\n" +
                               "".join("Listen 127.0.0.1:%d\n" % port for port in cls.port.values()) +
                               host % (cls.port["dual"], "www.example.test", pair(cls.ec) + pair(cls.rsa)) +
                               host % (cls.port["client"], "www.example.test", pair(cls.rsa) + "SSLVerifyClient require\n"
                                       "SSLCACertificateFile %s\n" % cls.stage.authority.root.cert) +
                               host % (cls.port["names"], "www.example.test", pair(cls.ec)) +
                               host % (cls.port["names"], "a.example.test", pair(cls.a)))
        cls.stage.start("apache2", "-X", "-f", conf, listens=[(HERE, port) for port in cls.port.values()])

    def test_both_certificates_of_one_port(self):
        self.is_dual(self.scan(self.port["dual"]), self.ec, self.rsa, matches=True, complete=True)

    def test_a_client_certificate_is_demanded(self):
        record = self.scan(self.port["client"])
        self.assertIn(record["outcome"], ("ok", "client-certificate-needed"))
        self.assertEqual([self.rsa.sha256, self.above], expect.hashes(record["chain"]))

    def test_names_choose_certificates(self):
        expect.record_is(self, self.scan(self.port["names"]), chain=[self.ec.sha256, self.above])
        record = self.scan(self.port["names"], "--sni", "a.example.test")
        expect.record_is(self, record, chain=[self.a.sha256, self.above], name="a.example.test", matches=True)


class Haproxy(Servers):
    @classmethod
    def serve(cls):
        cls.port = {name: ports.free() for name in ("dual", "strict", "old")}
        for pair, kind in ((cls.ec, "ecdsa"), (cls.rsa, "rsa")):
            with open(pair.both) as file:
                cls.stage.write("www.pem." + kind, file.read())
        front = "frontend %s\n  mode tcp\n  bind 127.0.0.1:%d ssl crt %s %s\n"
        conf = cls.stage.write(
            "haproxy.cfg", "global\n  ssl-load-extra-files bundle\n  tune.ssl.default-dh-param 2048\n"
            "defaults\n  timeout client 5s\n  timeout connect 5s\n  timeout server 5s\n" +
            front % ("dual", cls.port["dual"], cls.stage.path("www.pem"), "") +
            front % ("strict", cls.port["strict"], cls.a.both, "strict-sni") +
            front % ("old", cls.port["old"], cls.rsa.both, "ssl-min-ver TLSv1.0 ssl-max-ver TLSv1.0 ciphers ALL:@SECLEVEL=0"))
        cls.stage.start("haproxy", "-db", "-f", conf, listens=[(HERE, port) for port in cls.port.values()])

    def test_both_certificates_of_one_port(self):
        # Without a name haproxy answers from the first of its certificates alone.
        record = self.scan(self.port["dual"], "--sni", "www.example.test")
        self.is_dual(record, self.ec, self.rsa, name="www.example.test", matches=True, complete=True)

    def test_a_name_is_needed(self):
        record = self.scan(self.port["strict"], ok=(1,))
        self.assertIn(record["outcome"], ("sni-needed", "alert"))
        record = self.scan(self.port["strict"], "--sni", "a.example.test")
        expect.record_is(self, record, chain=[self.a.sha256, self.above], name="a.example.test", matches=True)

    def test_tls_1_0_only(self):
        expect.record_is(self, self.scan(self.port["old"]), chain=[self.rsa.sha256, self.above], version="TLSv1.0")


class Lighttpd(Servers):
    """The same server over four TLS libraries."""

    modules = ("openssl", "gnutls", "mbedtls", "wolfssl")

    @classmethod
    def serve(cls):
        cls.port = {module: ports.free() for module in cls.modules}
        for module, port in cls.port.items():
            conf = cls.stage.write(module + ".conf", "\n".join([
                'server.modules = ("mod_%s")' % module, 'server.document-root = "%s"' % cls.stage.folder,
                'server.bind = "127.0.0.1"', "server.port = %d" % port, 'server.errorlog = "%s"' % cls.stage.path(module + ".err"),
                'ssl.engine = "enable"', 'ssl.pemfile = "%s"' % cls.rsa.chain, 'ssl.privkey = "%s"' % cls.rsa.key]) + "\n")
            cls.stage.start("lighttpd", "-D", "-f", conf, listens=(HERE, port))

    def test_every_library_shows_its_chain(self):
        for module in self.modules:
            with self.subTest(module):
                record = self.scan(self.port[module])
                expect.record_is(self, record, chain=[self.rsa.sha256, self.above], matches=True, complete=True)
                self.assertEqual(oracle.look(HERE, self.port[module]).chain, expect.hashes(record["chain"]))


del Servers
stage.main()
