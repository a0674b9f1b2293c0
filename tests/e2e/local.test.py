# SPDX-License-Identifier: Apache-2.0
"""scan local: real nginx, Apache, HAProxy, Postfix and Dovecot with configurations of their own. A file that is renewed without a
reload is seen, and no more after the reload; a tree full of traps harms nothing."""
import json
import os
import pathlib
import shutil
import signal
import unittest

from lib import keepvalid, ports, processes, stage

HERE = "127.0.0.1"


def look(*args):
    done = keepvalid.run("scan", "local", *args, "--json", ok=(0, 1, 5), timeout=300)
    document = json.loads(done.stdout)
    files = {}
    for record in document["records"]:
        if record["target"] == "local" and "location" in record:
            files[record["location"]["path"]] = record
    return files, document


class Servers(unittest.TestCase):
    """Each has a leaf of its own under the name it is served with."""

    @classmethod
    def setUpClass(cls):
        cls.stage = stage.Stage(cls)
        cls.leaf = {name: cls.stage.authority.leaf(name, name + ".example.test", key="rsa")
                    for name in ("nginx", "apache", "haproxy", "postfix", "dovecot", "next")}
        cls.pem = {}
        for name, leaf in cls.leaf.items():
            cls.pem[name] = cls.stage.path(name + "-live.pem")
            shutil.copy(leaf.chain, cls.pem[name])
            with open(cls.pem[name], "a") as pem, open(leaf.key) as key:
                pem.write(key.read())
            os.chmod(cls.pem[name], 0o600)
        cls.nginx()
        cls.apache()
        cls.haproxy()
        cls.postfix()
        cls.dovecot()

    @classmethod
    def nginx(cls):
        port, folder = ports.free(), cls.stage.path("nginx")
        os.makedirs(folder)
        cls.stage.write("nginx/site.conf", "server { listen %s:%d ssl; server_name nginx.example.test;\n"
                        " ssl_certificate %s;\n ssl_certificate_key %s; }\n" % (HERE, port, cls.pem["nginx"], cls.pem["nginx"]))
        conf = cls.stage.write("nginx/nginx.conf", "daemon off; pid %s/pid; error_log stderr;\nevents {}\nhttp { access_log off;\n"
                               "client_body_temp_path %s/t1; proxy_temp_path %s/t2; fastcgi_temp_path %s/t3; uwsgi_temp_path %s/t4;"
                               " scgi_temp_path %s/t5;\ninclude site.conf; }\n" % ((folder,) * 6))
        cls.server = cls.stage.start("nginx", "-c", conf, "-p", folder, listens=[(HERE, port)])

    @classmethod
    def apache(cls):
        port, folder = ports.free(), cls.stage.path("apache")
        os.makedirs(folder)
        modules = "".join("LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n" % (name, name)
                          for name in ("mpm_event", "ssl", "socache_shmcb", "authz_core"))
        conf = cls.stage.write("apache/httpd.conf", modules + "ServerRoot %s\nPidFile %s/pid\nErrorLog /dev/stderr\nListen %s:%d\n"
                               "ServerName x.example.test\nDefine CERT %s\n<VirtualHost *:%d>\n  ServerName apache.example.test\n"
                               "  SSLEngine on\n  SSLCertificateFile ${CERT}\n</VirtualHost>\n"
                               % (folder, folder, HERE, port, cls.pem["apache"], port))
        cls.stage.start("apache2", "-X", "-f", conf, listens=[(HERE, port)])

    @classmethod
    def haproxy(cls):
        port, folder = ports.free(), cls.stage.path("haproxy")
        os.makedirs(folder)
        shutil.move(cls.pem["haproxy"], folder + "/a.pem")
        cls.pem["haproxy"] = folder + "/a.pem"
        conf = cls.stage.write("haproxy.cfg", "defaults\n  mode http\n  timeout connect 5s\n  timeout client 5s\n  timeout server 5s\n"
                               "frontend f\n  bind %s:%d ssl crt %s\n  http-request return status 200\n" % (HERE, port, folder))
        cls.stage.start("haproxy", "-db", "-f", conf, listens=[(HERE, port)])

    @classmethod
    def postfix(cls):
        port = ports.free()
        conf, spool, data = (cls.stage.path(name) for name in ("postfix", "spool", "data"))
        for folder in (conf, spool, data, spool + "/pid", spool + "/private", spool + "/public", spool + "/active"):
            os.makedirs(folder)
        shutil.chown(data, "postfix")
        for folder in ("private", "active"):
            shutil.chown(os.path.join(spool, folder), "postfix")
        shutil.chown(spool + "/public", "postfix", "postdrop")
        cls.stage.write("postfix/main.cf", "\n".join([
            "compatibility_level = 3.6", "queue_directory = " + spool, "data_directory = " + data, "mail_owner = postfix",
            "command_directory = /usr/sbin", "daemon_directory = /usr/lib/postfix/sbin", "maillog_file = /dev/stdout",
            "inet_interfaces = 127.0.0.1", "inet_protocols = ipv4", "myhostname = postfix.example.test", "mydestination =",
            "alias_maps =", "local_recipient_maps =", "pem = %s" % cls.pem["postfix"], "smtpd_tls_cert_file =", "  $pem",
            "smtpd_tls_key_file = ${pem}", "smtpd_tls_security_level = may", "smtp_tls_security_level = none", ""]))
        cls.stage.write("postfix/master.cf", "%s:%d inet n - n - - smtpd\n" % (HERE, port) +
                        "postlog unix-dgram n - n - 1 postlogd\nanvil unix - - n - 1 anvil\ntlsmgr unix - - n 1000? 1 tlsmgr\n"
                        "rewrite unix - - n - - trivial-rewrite\ncleanup unix n - n - 0 cleanup\nqmgr unix n - n 300 1 qmgr\n"
                        "bounce unix - - n - 0 bounce\ndefer unix - - n - 0 bounce\nproxymap unix - - n - - proxymap\n"
                        "scache unix - - n - 1 scache\nerror unix - - n - - error\nretry unix - - n - - error\n")
        cls.stage.start("postfix", "-c", conf, "start-fg", listens=[(HERE, port)])
        cls.addClassCleanup(processes.run, "postfix", "-c", conf, "stop", ok=None)

    @classmethod
    def dovecot(cls):
        port, base = ports.free(), cls.stage.path("dovecot")
        os.makedirs(base)
        cls.stage.write("dovecot/tls.conf", "ssl_cert = <%s\nssl_key = <%s\n" % (cls.pem["dovecot"], cls.pem["dovecot"]))
        conf = cls.stage.write("dovecot/dovecot.conf", "\n".join([
            "base_dir = %s/run" % base, "state_dir = %s/state" % base, "log_path = /dev/stderr", "protocols = imap", "ssl = yes",
            "!include_try tls.conf", "listen = 127.0.0.1", "mail_location = maildir:%s/mail" % base,
            "passdb {\n  driver = static\n  args = nopassword=y\n}", "userdb {\n  driver = static\n  args = uid=65534 gid=65534 home=/tmp\n}",
            "service imap-login {\n  inet_listener imap {\n    port = 0\n  }\n  inet_listener imaps {\n    address = 127.0.0.1\n"
            "    port = %d\n    ssl = yes\n  }\n}" % port, ""]))
        cls.stage.start("dovecot", "-F", "-c", conf, listens=[(HERE, port)])

    def test_1_each_configuration_is_found_by_its_process_and_matches_what_is_served(self):
        files, document = look("--paths", self.stage.path("nginx"))
        for name in ("nginx", "apache", "haproxy", "postfix", "dovecot"):
            with self.subTest(name):
                self.assertIn(self.pem[name], files)
                record = files[self.pem[name]]
                self.assertEqual(name, record["location"]["server"])
                self.assertGreater(record["location"]["line"], 0)
                self.assertEqual(self.leaf[name].sha256, record["chain"][0]["sha256"])
                self.assertIs(True, record["key"]["matches"])
                self.assertEqual(self.leaf[name].spki_sha256, record["key"]["sha256"])
                self.assertEqual("owner", record["key"]["readable_by"])
                self.assertEqual("0600", record["file"]["mode"])
                self.assertIs(True, record["matches_served"], record["served"])
        self.assertNotIn("PRIVATE KEY", json.dumps(document))

    def test_2_renewed_and_not_reloaded_is_seen_until_the_reload(self):
        pem = self.pem["nginx"]
        renewed = self.stage.authority.leaf("nginx-2", "nginx.example.test", key="rsa")
        with open(pem, "w") as out:
            out.write("".join(pathlib.Path(path).read_text() for path in (renewed.chain, renewed.key)))
        files, document = look("--paths", pem)
        self.assertIs(False, files[pem]["matches_served"])
        self.assertEqual(self.leaf["nginx"].sha256, files[pem]["served"][0]["sha256"])
        self.assertEqual(renewed.sha256, files[pem]["chain"][0]["sha256"])
        self.assertEqual(1, document["summary"]["not_served"])
        self.server.signal(signal.SIGHUP)
        for _ in range(50):
            files, document = look("--paths", pem)
            if files[pem]["matches_served"]:
                break
        self.assertIs(True, files[pem]["matches_served"])

    def test_3_a_key_that_everybody_may_read_is_told(self):
        os.chmod(self.pem["haproxy"], 0o644)
        folder, closed = os.path.dirname(self.pem["haproxy"]), False
        while folder != "/":
            closed |= not os.stat(folder).st_mode & 0o001
            folder = os.path.dirname(folder)
        files, document = look("--paths", self.pem["haproxy"])
        self.assertEqual("owner" if closed else "everyone", files[self.pem["haproxy"]]["key"]["readable_by"])
        os.chmod(self.pem["haproxy"], 0o600)

    def test_4_csv_and_lines_have_the_files_too(self):
        done = keepvalid.run("scan", "local", "--paths", self.pem["next"], "--csv", ok=(0, 1, 5))
        self.assertIn(self.pem["next"], done.stdout)
        done = keepvalid.run("scan", "local", "--paths", self.pem["next"], "--fail-on", "expires<1000d", ok=(3,))
        self.assertIn(self.pem["next"] + "\tlocal\t\t\tfile", done.stdout)


class Hostile(unittest.TestCase):
    def test_a_tree_full_of_traps(self):
        place = stage.Stage(type(self))
        tree = place.path("tree")
        os.makedirs(tree)
        leaf = place.authority.leaf("leaf", "leaf.example.test")
        shutil.copy(leaf.cert if hasattr(leaf, "cert") else leaf.chain, tree + "/good.pem")
        os.symlink(".", tree + "/loop")
        os.symlink("/", tree + "/root")
        os.symlink("/dev/zero", tree + "/zero.pem")
        os.mkfifo(tree + "/fifo.pem")
        with open(tree + "/huge.pem", "w") as huge:
            huge.truncate(1 << 36)
        shutil.copy(leaf.chain, os.fsencode(tree) + b"/a\x1b[31m\n\xff.pem")
        secret = tree + "/closed.pem"
        shutil.copy(leaf.chain, secret)
        os.chmod(secret, 0)
        for i in range(100):
            os.makedirs("%s/many/%d" % (tree, i))
            for j in range(1000):
                with open("%s/many/%d/%d" % (tree, i, j), "w") as one:
                    one.write("-----BEGIN NOTHING-----\n" if j % 10 == 0 else "")
        config = "include %s/nginx.conf;\n" % tree * 100 + "http { " * 1000
        with open(tree + "/nginx.conf", "w") as out:
            out.write(config)
        files, document = look("--paths", tree)
        self.assertIn(tree + "/good.pem", files)
        self.assertGreater(document["summary"]["files_looked_at"], 100000)
        self.assertFalse(any("\x1b" in line for line in keepvalid.run(
            "scan", "local", "--paths", tree, ok=(0, 1, 5), timeout=300).stdout.splitlines()))


if __name__ == "__main__":
    stage.main()
