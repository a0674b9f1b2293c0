# SPDX-License-Identifier: Apache-2.0
"""Sources of the kind "dns": zones of a real BIND, with and without the key, and files of names; what is in them is scanned."""
import ssl
import socket
import threading
import unittest

from lib import api, ports, processes, server, stage

KEY = 'key "k.test" {\n\talgorithm hmac-sha256;\n\tsecret "%s";\n};\n'
SECRET, OTHER = "2EdKVTGhYFYWFZDYVHUEtDTlfvjVAHB1QPC7uIkdHcE=", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


class Zones(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = stage.Stage(cls)
        cls.leaf = cls.stage.authority.leaf("local", "localhost", "www.example.org", key="ec")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cls.leaf.chain, cls.leaf.key)
        cls.listener = socket.create_server(("127.0.0.1", 0))
        cls.addClassCleanup(cls.listener.close)
        cls.port = cls.listener.getsockname()[1]

        def answer():
            while True:
                try:
                    connection, _ = cls.listener.accept()
                    connection.settimeout(5)
                    context.wrap_socket(connection, server_side=True).close()
                except OSError:
                    if cls.listener.fileno() < 0:
                        return
        threading.Thread(target=answer, daemon=True).start()
        cls.key = cls.stage.write("k.key", KEY % SECRET, 0o600)
        cls.other = cls.stage.write("other.key", KEY % OTHER, 0o600)
        cls.stage.write("bind/local.zone", "$TTL 60\n@ IN SOA ns.localhost. admin 1 3600 600 86400 60\n@ IN NS ns\nns IN A 127.0.0.1\n"
                        "_https._tcp IN SRV 0 1 %d localhost.\n" % cls.port)
        cls.stage.write("bind/example.zone", "$TTL 60\n@ IN SOA ns admin 7 3600 600 86400 60\n@ IN NS ns\nns IN A 127.0.0.1\nwww IN A 127.0.0.1\n"
                        "shop IN CNAME www\n*.x IN A 127.0.0.1\n@ IN MX 5 mail\nmail IN A 127.0.0.1\n")
        cls.dns = ports.free()
        conf = cls.stage.write("bind/named.conf", """options { directory "%s"; listen-on port %d { 127.0.0.1; }; listen-on-v6 { none; }; pid-file none;
  recursion no; session-keyfile none; allow-transfer { none; }; };
controls { };
%s
zone "localhost" { type primary; file "local.zone"; allow-transfer { key k.test; }; };
zone "example.org" { type primary; file "example.zone"; allow-transfer { key k.test; }; };
""" % (cls.stage.path("bind"), cls.dns, KEY % SECRET))
        cls.bind = cls.stage.start(processes.need("named"), "-4", "-g", "-c", conf, listens=("127.0.0.1", cls.dns))
        cls.child = server.serve(cls.stage, cls.stage.path("data"), "scan_at_start: false\negress:\n  allow: [127.0.0.0/8]\n")
        cls.client = server.set_up(cls.child)

    def source(self, name, **options):
        return self.client.call("POST", "/api/v1/sources", {"name": name, "kind": "dns", "schedule": {"every_s": 0}, "options": options})

    def run_source(self, source):
        run = self.client.call("POST", "/api/v1/sources/%s/run" % source["id"])["run"]
        run_id = run["id"] if isinstance(run, dict) else run

        def ended():
            found = [r for r in self.client.get("/api/v1/sources/%s/runs" % source["id"])["items"] if r["id"] == run_id][0]
            return found if found["ended_at"] else None
        return server.until("the run ends", ended, 240)

    def at_dns(self, **more):
        return {"server": "127.0.0.1:%d" % self.dns, "ports": str(self.port), "timeout_s": 2, **more}

    def test_names_of_a_zone_are_scanned_where_its_records_say(self):
        source = self.source("local", **self.at_dns(zones=["localhost"], tsig_file=self.key))
        run = self.run_source(source)
        self.assertEqual(run["state"], "done", run)
        self.assertEqual(run["outcomes"].get("ok"), 1, run)
        self.assertIn(self.leaf.sha256, {row["sha256"] for row in self.client.items("/api/v1/certificates")})
        self.assertEqual(self.run_source(source)["state"], "done")
        self.assertIn("unchanged=1", self.child.output())

    def test_every_name_gives_a_target_and_none_is_made_up(self):
        run = self.run_source(self.source("example", **self.at_dns(zones=["example.org", "localhost"], tsig_file=self.key)))
        self.assertEqual(run["state"], "done", run)
        # ns, www, shop, mail, mail:25; ns.localhost, localhost:PORT
        self.assertEqual(run["targets"], 7, run)

    def test_a_server_that_refuses_says_why(self):
        # the other ways to be refused: tests/discovery/zone_test.c
        source = self.source("other", **self.at_dns(zones=["example.org"], tsig_file=self.other))
        run = self.run_source(source)
        self.assertEqual(run["state"], "failed", run)
        self.assertIn("key", run["detail"])

    def test_files_of_names_and_zones_are_read(self):
        names = self.stage.write("names.txt", "# ours\nlocalhost:%d\n" % self.port)
        zone = self.stage.path("bind/local.zone")
        run = self.run_source(self.source("files", files=[names, "localhost=" + zone], ports=str(self.port), timeout_s=2))
        self.assertEqual(run["outcomes"].get("ok"), 1, run)

    def test_options_that_make_no_sense_are_refused(self):
        for options in [{}, {"zones": ["a.test"]}, {"zones": ["a.test"], "server": "name.test"}, {"zones": ["a.test"], "server": "192.168.0.1"}]:
            with self.assertRaises(api.Refused):
                self.source("wrong", **options)


if __name__ == "__main__":
    stage.main()
