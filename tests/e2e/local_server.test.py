# SPDX-License-Identifier: Apache-2.0
"""The source kind local on a running server: files and key stores become places with what is known of them, the listeners are scanned
under the names of the configurations, and a file that is renewed without a reload is told until the reload. Killing the finder harms
nothing."""
import os
import pathlib
import shutil
import signal
import unittest

from lib import ports, server, stage

HERE = "127.0.0.1"


class Local(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = stage.Stage(cls)
        folder, port = cls.stage.path("nginx"), ports.free()
        os.makedirs(folder)
        cls.first = cls.stage.authority.leaf("first", "shop.example.test", key="rsa")
        cls.second = cls.stage.authority.leaf("second", "shop.example.test", key="rsa")
        cls.pem = folder + "/live.pem"
        cls.renew(cls.first)
        os.chmod(cls.pem, 0o644)
        conf = cls.stage.write("nginx/nginx.conf", "daemon off; pid %s/pid; error_log stderr;\nevents {}\nhttp { access_log off;\n"
                               "client_body_temp_path %s/t1; proxy_temp_path %s/t2; fastcgi_temp_path %s/t3; uwsgi_temp_path %s/t4;"
                               " scgi_temp_path %s/t5;\nserver { listen %s:%d ssl; server_name shop.example.test;\n"
                               "ssl_certificate %s;\nssl_certificate_key %s; } }\n" % (*(folder,) * 6, HERE, port, cls.pem, cls.pem))
        cls.nginx = cls.stage.start("nginx", "-c", conf, "-p", folder, listens=[(HERE, port)])
        cls.keepvalid = server.serve(cls.stage, cls.stage.path("data"))
        cls.client = server.set_up(cls.keepvalid)
        cls.source = cls.client.call("POST", "/api/v1/sources", {
            "name": "here", "kind": "local", "options": {"paths": [folder]}})["id"]

    @classmethod
    def renew(cls, leaf):
        """As ACME clients do it: another file in the place of the old one."""
        with open(cls.pem + ".new", "w") as out:
            out.write("".join(pathlib.Path(path).read_text() for path in (leaf.chain, leaf.key)))
        os.chmod(cls.pem + ".new", 0o644)
        os.rename(cls.pem + ".new", cls.pem)

    def run_source(self):
        run = self.client.call("POST", "/api/v1/sources/%s/run" % self.source)["run"]
        run = run["id"] if isinstance(run, dict) else run

        def ended():
            for row in self.client.get("/api/v1/sources/%s/runs" % self.source)["items"]:
                if row["id"] == str(run):
                    return row if row["ended_at"] else None
            return None
        row = server.until(self.keepvalid.output, ended, within_s=300)
        self.assertEqual("done", row["state"], row)
        return row

    def file(self, leaf):
        for location in self.client.get("/api/v1/certificates/" + leaf.sha256)["locations"]:
            if location["kind"] == "file" and location["current"]:
                return location["file"]
        return None

    def test_1_a_file_is_a_place_with_what_is_known_of_it(self):
        self.run_source()
        file = self.file(self.first)
        self.assertEqual(self.pem, file["path"])
        self.assertEqual("nginx", file["server"])
        self.assertEqual(6, file["line"])
        self.assertEqual("0644", file["mode"])
        self.assertIs(True, file["key_matches"])
        self.assertIs(True, file["matches_served"])
        self.assertIn(file["key_readable_by"], ("everyone", "owner"))
        whole = self.client.get("/api/v1/certificates/" + self.first.sha256)
        endpoints = [at for at in whole["locations"] if at["kind"] == "endpoint"]
        self.assertIn("shop.example.test", [at["server_name"] for at in endpoints])
        self.assertNotIn("PRIVATE", str(whole))

    def test_2_renewed_without_a_reload_is_told_until_the_reload(self):
        self.renew(self.second)
        self.run_source()
        self.assertIs(False, self.file(self.second)["matches_served"])
        self.nginx.signal(signal.SIGHUP)

        def reloaded():
            self.run_source()
            return self.file(self.second)["matches_served"]
        server.until("the reload is not seen", reloaded, within_s=300)

    def test_3_a_finder_that_is_killed_comes_back(self):
        for entry in os.listdir("/proc"):
            try:
                with open("/proc/%s/comm" % entry) as comm, open("/proc/%s/stat" % entry) as stat:
                    if comm.read().strip() == "keepvalid-finde" and int(stat.read().split()[3]) == self.keepvalid.pid:
                        os.kill(int(entry), signal.SIGKILL)
            except (OSError, ValueError):
                continue
        self.run_source()
        self.assertIsNotNone(self.file(self.second))

    def test_4_what_is_gone_is_gone(self):
        shutil.move(self.pem, self.stage.path("elsewhere.pem"))
        self.run_source()
        self.run_source()
        self.run_source()
        gone = [at for at in self.client.get("/api/v1/certificates/" + self.second.sha256)["locations"] if at["kind"] == "file"]
        self.assertTrue(gone)
        self.assertFalse(any(at["current"] for at in gone), gone)


if __name__ == "__main__":
    stage.main()
