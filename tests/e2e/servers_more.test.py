# SPDX-License-Identifier: Apache-2.0
"""Servers that speak something else inside TLS: DNS, Redis, MQTT, a tunnel, and GnuTLS' own test server."""
import unittest

from lib import expect, keepvalid, oracle, ports, processes, stage

HERE = "127.0.0.1"


class Servers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = stage.Stage(cls)
        cls.leaf = cls.stage.authority.leaf("leaf", "www.example.test", HERE, key=cls.key)
        cls.root = cls.stage.authority.root
        cls.above = cls.stage.authority.intermediate.sha256
        cls.port = ports.free()
        cls.serve()

    key = "ec"

    def one(self, port=None, *args, **more):
        return keepvalid.scan_one("%s:%d" % (HERE, port or self.port), *args, **more)

    def has_whole_chain(self, record, **more):
        expect.record_is(self, record, chain=[self.leaf.sha256, self.above], complete=True, **more)


class Bind(Servers):
    @classmethod
    def serve(cls):
        conf = cls.stage.write(
            "named.conf", 'tls ours { cert-file "%s"; key-file "%s"; };\n'
            'options { directory "%s"; pid-file none; session-keyfile none; managed-keys-directory "%s"; recursion no;\n'
            "  listen-on-v6 { none; }; listen-on port %d tls ours { 127.0.0.1; }; };\ncontrols {};\n"
            % (cls.leaf.chain, cls.leaf.key, cls.stage.folder, cls.stage.folder, cls.port))
        cls.stage.start("named", "-g", "-n", "1", "-c", conf, listens=(HERE, cls.port))

    def test_dns_over_tls(self):
        record = self.one()
        self.has_whole_chain(record, matches=True)
        self.assertEqual(oracle.look(HERE, self.port).chain, expect.hashes(record["chain"]))


class Redis(Servers):
    @classmethod
    def serve(cls):
        cls.stage.start("redis-server", "--port", "0", "--bind", HERE, "--tls-port", cls.port, "--tls-cert-file", cls.leaf.chain,
                        "--tls-key-file", cls.leaf.key, "--tls-ca-cert-file", cls.root.cert, "--tls-auth-clients", "yes",
                        "--save", "", "--dir", cls.stage.folder, listens=(HERE, cls.port))

    def test_its_chain_is_seen_though_it_demands_a_client_certificate(self):
        record = self.one()
        self.assertIn(record["outcome"], ("ok", "client-certificate-needed"))
        self.assertEqual([self.leaf.sha256, self.above], expect.hashes(record["chain"]))


class Mosquitto(Servers):
    key = "rsa"

    @classmethod
    def serve(cls):
        conf = cls.stage.write("mosquitto.conf", "user root\nallow_anonymous true\nlistener %d 127.0.0.1\ncertfile %s\nkeyfile %s\n"
                               % (cls.port, cls.leaf.chain, cls.leaf.key))
        cls.stage.start("mosquitto", "-c", conf, listens=(HERE, cls.port))

    def test_mqtt_over_tls(self):
        self.has_whole_chain(self.one(), matches=True)


class Stunnel(Servers):
    @classmethod
    def serve(cls):
        cls.client = ports.free()
        service = "[%s]\naccept = 127.0.0.1:%d\nconnect = 127.0.0.1:9\ncert = %s\nkey = %s\n%s\n"
        conf = cls.stage.write("stunnel.conf", "foreground = yes\npid =\n" +
                               service % ("open", cls.port, cls.leaf.chain, cls.leaf.key, "") +
                               service % ("client", cls.client, cls.leaf.chain, cls.leaf.key,
                                          "verifyChain = yes\nCAfile = " + cls.root.cert))
        cls.stage.start("stunnel4", conf, listens=[(HERE, cls.port), (HERE, cls.client)])

    def test_a_tunnel(self):
        self.has_whole_chain(self.one(), matches=True)

    def test_a_tunnel_that_demands_a_client_certificate(self):
        record = self.one(self.client)
        self.assertIn(record["outcome"], ("ok", "client-certificate-needed"))
        self.assertEqual([self.leaf.sha256, self.above], expect.hashes(record["chain"]))


class GnutlsServ(Servers):
    """It can only listen on all addresses, so it and the scan run in a network of their own."""

    @classmethod
    def serve(cls):
        pass

    def test_versions_and_key_types(self):
        for priority, version, key in (("NORMAL", "TLSv1.3", "ec"), ("NORMAL:-VERS-ALL:+VERS-TLS1.2", "TLSv1.2", "rsa"),
                                       ("NORMAL:-VERS-ALL:+VERS-TLS1.0:%COMPAT", "TLSv1.0", "rsa"),
                                       ("NORMAL", "TLSv1.3", "ed25519")):
            with self.subTest(priority + " " + key):
                leaf = self.stage.authority.leaf("g-%s-%s" % (version, key), "g.example.test", HERE, key=key)
                script = self.stage.write("gnutls.sh", "\n".join([
                    "ip link set lo up",
                    'gnutls-serv --echo --quiet --noticket -p 9443 --priority "$1" --x509certfile "$2" --x509keyfile "$3" >&2 &',
                    "server=$!",
                    "for i in $(seq 200); do (echo >/dev/tcp/127.0.0.1/9443) 2>/dev/null && break; sleep 0.05; done",
                    '"$4" scan 127.0.0.1:9443 --jsonl; code=$?', "kill $server; wait $server", "exit $code"]))
                done = processes.run("unshare", "-rn", "bash", script, priority, leaf.chain, leaf.key, keepvalid.BINARY)
                records = keepvalid.records(done)
                self.assertEqual(1, len(records))
                expect.record_is(self, records[0], chain=[leaf.sha256, self.above], version=version, matches=True)


del Servers
stage.main()
