# SPDX-License-Identifier: Apache-2.0
"""Every dialect of STARTTLS against the server that Debian has for it, on loopback, with a throw-away CA.

Each is scanned twice: as its protocol, and without a word about it on a port that nobody knows, where the server's
greeting (if it speaks first) has to tell.
"""
import os
import shutil
import unittest

from lib import expect, keepvalid, ports, processes, stage

HERE = "127.0.0.1"


class Servers(unittest.TestCase):
    key = "ec"

    @classmethod
    def setUpClass(cls):
        cls.stage = stage.Stage(cls)
        cls.leaf = cls.stage.authority.leaf("leaf", "mail.example.test", HERE, key=cls.key)
        cls.root = cls.stage.authority.root
        cls.sent = [cls.leaf.sha256, cls.stage.authority.intermediate.sha256]
        cls.serve()

    def speaks(self, port, protocol, *args, chain=None, **more):
        record = keepvalid.scan_one("%s:%d" % (HERE, port), "--starttls", protocol, *args)
        expect.record_is(self, record, chain=chain or self.sent, protocol=protocol, **more)
        return record

    def greets(self, port, protocol, chain=None):
        """Without --starttls: the greeting tells."""
        record = keepvalid.scan_one("%s:%d" % (HERE, port))
        expect.record_is(self, record, chain=chain or self.sent, protocol=protocol)

    def lacks(self, port, protocol):
        record = keepvalid.scan_one("%s:%d" % (HERE, port), "--starttls", protocol, ok=(1,))
        self.assertEqual("starttls-missing", record["outcome"], record)
        self.assertTrue(record["detail"], record)


class Postfix(Servers):
    key = "rsa"

    @classmethod
    def serve(cls):
        cls.port, cls.plain = ports.free(), ports.free()
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
            "inet_interfaces = 127.0.0.1", "inet_protocols = ipv4", "myhostname = mail.example.test", "mydestination =",
            "alias_maps =", "local_recipient_maps =", "smtpd_tls_chain_files = %s, %s" % (cls.leaf.key, cls.leaf.chain),
            "smtpd_tls_security_level = may", "smtp_tls_security_level = none", ""]))
        service = "%s:%d inet n - n - - smtpd%s\n"
        cls.stage.write("postfix/master.cf", service % (HERE, cls.port, "") +
                        service % (HERE, cls.plain, " -o smtpd_tls_security_level=none") +
                        "postlog unix-dgram n - n - 1 postlogd\nanvil unix - - n - 1 anvil\n"
                        "tlsmgr unix - - n 1000? 1 tlsmgr\nrewrite unix - - n - - trivial-rewrite\n"
                        "cleanup unix n - n - 0 cleanup\nqmgr unix n - n 300 1 qmgr\nbounce unix - - n - 0 bounce\n"
                        "defer unix - - n - 0 bounce\nproxymap unix - - n - - proxymap\nscache unix - - n - 1 scache\n"
                        "error unix - - n - - error\nretry unix - - n - - error\n")
        cls.stage.start("postfix", "-c", conf, "start-fg", listens=[(HERE, cls.port), (HERE, cls.plain)])
        cls.addClassCleanup(processes.run, "postfix", "-c", conf, "stop", ok=None)

    def test_smtp(self):
        self.speaks(self.port, "smtp", name=None, matches=True)
        self.greets(self.port, "smtp")

    def test_a_url_says_the_protocol(self):
        record = keepvalid.scan_one("smtp://%s:%d" % (HERE, self.port))
        expect.record_is(self, record, chain=self.sent, protocol="smtp")

    def test_without_starttls(self):
        self.lacks(self.plain, "smtp")

    def test_check_as_a_monitoring_plugin(self):
        target = "smtp://%s:%d" % (HERE, self.port)
        for more, state, word in (((), 2, "not trusted"), (("--trust", "none"), 0, "OK"),
                                  (("--trust", "none", "-w", "200d"), 1, "WARNING"),
                                  (("--trust", "none", "-w", "200", "-c", "100d"), 2, "CRITICAL"),
                                  (("--trust", "none", "--name", "other.example.test"), 2, "not for the name"),
                                  (("--trust", "none", "--name", "other.example.test", "--no-name"), 0, "OK")):
            done = keepvalid.run("check", target, *more, ok=None)
            self.assertEqual(state, done.returncode, done.stdout + done.stderr)
            self.assertIn(word, done.stdout)
            self.assertRegex(done.stdout, r"\| days=(?:89|90);\d+:;\d+:;; time=\d+\.\d{3}s;;;0\n$")
            self.assertEqual(1, done.stdout.count("\n"))


class Dovecot(Servers):
    @classmethod
    def serve(cls):
        cls.ports = {name: ports.free() for name in ("imap", "pop3", "lmtp", "sieve", "imaps", "plain")}
        base = cls.stage.path("dovecot")
        listener = "  inet_listener %s {\n    address = 127.0.0.1\n    port = %d\n%s  }\n"
        off = "  inet_listener %s {\n    port = 0\n  }\n"
        conf = cls.stage.write("dovecot.conf", "\n".join([
            "base_dir = %s/run" % base, "state_dir = %s/state" % base, "log_path = /dev/stderr", "protocols = imap pop3 lmtp sieve",
            "ssl = yes", "ssl_cert = <" + cls.leaf.chain, "ssl_key = <" + cls.leaf.key, "listen = 127.0.0.1",
            "mail_location = maildir:%s/mail" % base, "disable_plaintext_auth = no",
            "passdb {\n  driver = static\n  args = nopassword=y\n}", "userdb {\n  driver = static\n  args = uid=65534 gid=65534 home=/tmp\n}",
            "service imap-login {\n" + listener % ("imap", cls.ports["imap"], "") +
            listener % ("imaps", cls.ports["imaps"], "    ssl = yes\n") + "}",
            "service pop3-login {\n" + listener % ("pop3", cls.ports["pop3"], "") + off % "pop3s" + "}",
            "service managesieve-login {\n" + listener % ("sieve", cls.ports["sieve"], "") + "}",
            "service lmtp {\n" + listener % ("lmtp", cls.ports["lmtp"], "") + "}", ""]))
        cls.stage.start("dovecot", "-F", "-c", conf, listens=[(HERE, cls.ports[p]) for p in ("imap", "pop3", "lmtp", "sieve", "imaps")])

    def test_each_protocol(self):
        for protocol in ("imap", "pop3", "lmtp", "sieve"):
            with self.subTest(protocol):
                self.speaks(self.ports[protocol], protocol, matches=True)

    def test_each_greeting(self):
        for protocol in ("imap", "pop3", "sieve"):
            with self.subTest(protocol):
                self.greets(self.ports[protocol], protocol)

    def test_lmtp_greets_as_such_or_like_smtp(self):
        record = keepvalid.scan_one("%s:%d" % (HERE, self.ports["lmtp"]), ok=(0, 1, 5))
        self.assertIn(record["protocol"], ("lmtp", "smtp"))

    def test_tls_from_the_first_byte(self):
        record = keepvalid.scan_one("imaps://%s:%d" % (HERE, self.ports["imaps"]))
        expect.record_is(self, record, chain=self.sent, protocol="tls")


class Slapd(Servers):
    @classmethod
    def serve(cls):
        cls.port, cls.tls, cls.plain = ports.free(), ports.free(), ports.free()
        database = cls.stage.path("ldap")
        os.makedirs(database)
        files = ("TLSCertificateFile %s\nTLSCertificateKeyFile %s\nTLSCACertificateFile %s\n" %
                 (cls.leaf.cert, cls.leaf.key, cls.leaf.chain))
        text = ("include /etc/ldap/schema/core.schema\nmodulepath /usr/lib/ldap\nmoduleload back_mdb.la\n%s"
                "database mdb\nsuffix dc=example,dc=test\nrootdn cn=admin,dc=example,dc=test\ndirectory %s\n")
        with_tls = cls.stage.write("slapd.conf", text % (files, database))
        os.makedirs(database + "2")
        without = cls.stage.write("plain.conf", text % ("", database + "2"))
        cls.stage.start("slapd", "-f", with_tls, "-h", "ldap://%s:%d ldaps://%s:%d" % (HERE, cls.port, HERE, cls.tls), "-d", "0",
                        listens=[(HERE, cls.port), (HERE, cls.tls)])
        cls.stage.start("slapd", "-f", without, "-h", "ldap://%s:%d" % (HERE, cls.plain), "-d", "0", listens=(HERE, cls.plain))

    def test_ldap(self):
        self.speaks(self.port, "ldap", matches=True)

    def test_ldaps(self):
        record = keepvalid.scan_one("ldaps://%s:%d" % (HERE, self.tls))
        expect.record_is(self, record, chain=self.sent, protocol="tls")

    def test_without_tls(self):
        self.lacks(self.plain, "ldap")


class Postgres(Servers):
    @classmethod
    def serve(cls):
        binaries = "/usr/lib/postgresql/%s/bin/" % max(os.listdir("/usr/lib/postgresql"), key=float)
        cls.port, cls.plain = ports.free(), ports.free()
        for port, tls in ((cls.port, True), (cls.plain, False)):
            data = cls.stage.path("pg%d" % port)
            os.makedirs(data, mode=0o700)
            shutil.chown(data, "postgres", "postgres")
            user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
            processes.run(binaries + "initdb", "-D", data, "-A", "trust", "--no-sync", "-N", cwd="/", **user)
            key = os.path.join(data, "our.key")
            shutil.copy(cls.leaf.key, key)
            os.chmod(key, 0o600)
            if user:
                shutil.chown(key, "postgres", "postgres")
            more = ["-c", "ssl=on", "-c", "ssl_cert_file=" + cls.leaf.chain, "-c", "ssl_key_file=" + key] if tls else []
            cls.stage.start(binaries + "postgres", "-D", data, "-p", port, "-h", HERE, "-k", data, "-c", "fsync=off",
                            "-c", "shared_buffers=16MB", *more, listens=(HERE, port), user="postgres" if user else None, cwd="/")

    def test_postgres(self):
        self.speaks(self.port, "postgres", matches=True)

    def test_a_url(self):
        expect.record_is(self, keepvalid.scan_one("postgresql://%s:%d/db" % (HERE, self.port)), chain=self.sent, protocol="postgres")

    def test_without_ssl(self):
        self.lacks(self.plain, "postgres")


class Mariadb(Servers):
    @classmethod
    def serve(cls):
        cls.port, cls.plain = ports.free(), ports.free()
        user = "mysql" if os.getuid() == 0 else None
        for port, tls in ((cls.port, True), (cls.plain, False)):
            data = cls.stage.path("my%d" % port)
            os.makedirs(data)
            if user:
                shutil.chown(data, user, user)
            processes.run("mariadb-install-db", "--no-defaults", "--datadir=" + data, "--auth-root-authentication-method=normal",
                          "--skip-test-db", *(["--user=" + user] if user else []))
            # yaSSL's heirs want the whole chain in ssl-cert.
            more = ["--ssl-cert=" + cls.leaf.chain, "--ssl-key=" + cls.leaf.key] if tls else ["--skip-ssl"]
            cls.stage.start("mariadbd", "--no-defaults", "--datadir=" + data, "--port=%d" % port, "--bind-address=" + HERE,
                            "--socket=" + os.path.join(data, "sock"), "--pid-file=" + os.path.join(data, "pid"),
                            "--innodb-flush-method=fsync", *more, *(["--user=" + user] if user else []), listens=(HERE, port))

    def test_mysql(self):
        self.speaks(self.port, "mysql", matches=True)
        self.greets(self.port, "mysql")

    def test_without_ssl(self):
        self.lacks(self.plain, "mysql")


class Proftpd(Servers):
    @classmethod
    def serve(cls):
        cls.port, cls.plain = ports.free(), ports.free()
        for port, tls in ((cls.port, True), (cls.plain, False)):
            lines = ["ServerName test", "ServerType standalone", "DefaultAddress 127.0.0.1", "SocketBindTight on", "Port %d" % port,
                     "User nobody", "Group nogroup", "UseIPv6 off", "WtmpLog off", "TransferLog none", "UseReverseDNS off",
                     "ScoreboardFile %s" % cls.stage.path("scores%d" % port), "PidFile %s" % cls.stage.path("ftp%d.pid" % port),
                     "DelayEngine off", "AuthUserFile " + cls.stage.write("nobody", "", mode=0o600), "ModulePath /usr/lib/proftpd"]
            if tls:
                lines += ["LoadModule mod_tls.c", "TLSEngine on", "TLSRSACertificateFile " + cls.leaf.cert,
                          "TLSRSACertificateKeyFile " + cls.leaf.key, "TLSCertificateChainFile " + cls.stage.authority.intermediate.cert]
            conf = cls.stage.write("proftpd%d.conf" % port, "\n".join(lines) + "\n", mode=0o600)
            cls.stage.start("proftpd", "-n", "-q", "-c", conf, listens=(HERE, port))

    key = "rsa"

    def test_ftp(self):
        self.speaks(self.port, "ftp", matches=True)
        self.greets(self.port, "ftp")

    def test_without_tls(self):
        self.lacks(self.plain, "ftp")


class Prosody(Servers):
    @classmethod
    def serve(cls):
        cls.client, cls.server, cls.tls = ports.free(), ports.free(), ports.free()
        data = cls.stage.path("prosody")
        os.makedirs(data)
        if os.getuid() == 0:
            shutil.chown(data, "prosody", "prosody")
        conf = cls.stage.write("prosody.cfg.lua", "\n".join([
            'data_path = "%s"; pidfile = "%s/pid"; daemonize = false; interfaces = { "127.0.0.1" };' % (data, data),
            'modules_enabled = { "roster", "saslauth", "tls", "dialback" }; modules_disabled = { "posix" };'
            'c2s_ports = { %d }; s2s_ports = { %d }; c2s_direct_tls_ports = { %d }; http_ports = {}; https_ports = {};'
            % (cls.client, cls.server, cls.tls),
            'certificates = "%s"; log = { { levels = { min = "info" }, to = "console" } };' % data,
            'ssl = { certificate = "%s"; key = "%s"; }; c2s_direct_tls_ssl = ssl;' % (cls.leaf.chain, cls.leaf.key),
            'VirtualHost "mail.example.test"', 'ssl = { certificate = "%s"; key = "%s"; }' % (cls.leaf.chain, cls.leaf.key), ""]))
        user = "prosody" if os.getuid() == 0 else None
        cls.stage.start("prosody", "-F", "--config", conf, user=user, cwd="/",
                        listens=[(HERE, cls.client), (HERE, cls.server), (HERE, cls.tls)])

    def test_client_and_server_streams(self):
        for protocol, port in (("xmpp", self.client), ("xmpp-server", self.server)):
            with self.subTest(protocol):
                self.speaks(port, protocol, "--sni", "mail.example.test", name="mail.example.test")

    def test_a_name_it_does_not_serve(self):
        record = keepvalid.scan_one("%s:%d" % (HERE, self.client), "--starttls", "xmpp", "--sni", "other.example.test", ok=(1,))
        self.assertEqual("starttls-missing", record["outcome"], record)
        self.assertIn("host-unknown", record["detail"])

    def test_direct(self):
        record = keepvalid.scan_one("xmpps://%s:%d" % (HERE, self.tls))
        expect.record_is(self, record, chain=self.sent, protocol="tls")


class Xrdp(Servers):
    key = "rsa"

    @classmethod
    def serve(cls):
        cls.port = ports.free()
        shutil.copytree("/etc/xrdp", cls.stage.path("xrdp"), ignore=shutil.ignore_patterns("*.pem", "rsakeys.ini"))
        conf = cls.stage.write("xrdp/xrdp.ini", "\n".join([
            "[Globals]", "ini_version=1", "fork=true", "port=tcp://127.0.0.1:%d" % cls.port, "security_layer=negotiate",
            "crypt_level=high", "certificate=" + cls.leaf.chain, "key_file=" + cls.leaf.key, "ssl_protocols=TLSv1.2, TLSv1.3",
            "[Logging]", "LogFile=" + cls.stage.path("xrdp.log"), "LogLevel=INFO", "EnableSyslog=false", "[Xorg]", "name=Xorg",
            "lib=libxup.so", ""]))
        # Its process file has a fixed place, so that it wants a /run of its own.
        script = cls.stage.write("xrdp.sh", "mount -t tmpfs none /run; mkdir -p /run/xrdp/sockdir; exec xrdp --nodaemon --config %s" % conf)
        cls.stage.start("unshare", "-m", "bash", script, listens=(HERE, cls.port))

    def test_rdp(self):
        self.speaks(self.port, "rdp", matches=True)
        expect.record_is(self, keepvalid.scan_one("rdp://%s:%d" % (HERE, self.port)), chain=self.sent, protocol="rdp")


class Inspircd(Servers):
    key = "rsa"

    @classmethod
    def serve(cls):
        cls.port = ports.free()
        root = cls.stage.path("irc")
        os.makedirs(root)
        conf = cls.stage.write("inspircd.conf", "\n".join([
            '<server name="irc.example.test" description="test" network="test" id="97K">', '<admin name="a" nick="a" email="a@b">',
            '<bind address="127.0.0.1" port="%d" type="clients">' % cls.port, '<connect allow="*" timeout="60">',
            '<power diepass="" restartpass="">', '<options prefixquit="x">', '<security hidewhois="">', '<pid file="%s/pid">' % root,
            '<path configdir="%s" datadir="%s" logdir="%s" moduledir="/usr/lib/inspircd/modules">' % (root, root, root),
            '<module name="ssl_gnutls">', '<module name="starttls">',
            '<sslprofile name="ours" provider="gnutls" certfile="%s" keyfile="%s">' % (cls.leaf.chain, cls.leaf.key),
            '<starttls sslprofile="ours">', ""]))
        if os.getuid() == 0:
            shutil.chown(root, "irc", "irc")
        cls.stage.start("inspircd", "--nofork", "--config=" + conf, listens=(HERE, cls.port), user="irc" if os.getuid() == 0 else None)

    def test_irc(self):
        self.speaks(self.port, "irc", matches=True)


class Ngircd(Servers):
    @classmethod
    def serve(cls):
        cls.port, cls.plain = ports.free(), ports.free()
        conf = cls.stage.write("ngircd.conf", "\n".join([
            "[Global]", "Name = irc.example.test", "Info = test", "Listen = 127.0.0.1", "Ports = %d" % cls.plain, "ServerUID = nobody",
            "ServerGID = nogroup", "[Options]", "PAM = no", "Ident = no", "DNS = no", "[SSL]", "CertFile = " + cls.leaf.chain,
            "KeyFile = " + cls.leaf.key, "Ports = %d" % cls.port, ""]))
        cls.stage.start("ngircd", "-n", "-f", conf, listens=[(HERE, cls.port), (HERE, cls.plain)])

    def test_tls_from_the_first_byte(self):
        record = keepvalid.scan_one("ircs://%s:%d" % (HERE, self.port))
        expect.record_is(self, record, chain=self.sent, protocol="tls")

    def test_its_plain_port_knows_no_starttls(self):
        self.lacks(self.plain, "irc")


class Tigervnc(Servers):
    key = "rsa"

    @classmethod
    def serve(cls):
        cls.port, cls.plain = ports.free(), ports.free()
        for port, types in ((cls.port, "X509None"), (cls.plain, "None")):
            cls.stage.start("Xtigervnc", ":%d" % (port - 5900), "-rfbport", port, "-SecurityTypes", types, "-X509Cert", cls.leaf.chain,
                            "-X509Key", cls.leaf.key, "-interface", HERE, "-localhost", "-geometry", "64x64", "-depth", "16",
                            "-nolisten", "unix", "-noreset", "-BlacklistThreshold", "1000", listens=(HERE, port))

    def test_vnc(self):
        self.speaks(self.port, "vnc", matches=True)
        self.greets(self.port, "vnc")

    def test_without_vencrypt(self):
        self.lacks(self.plain, "vnc")


class Nats(Servers):
    @classmethod
    def serve(cls):
        cls.port, cls.plain = ports.free(), ports.free()
        cls.stage.start("nats-server", "-a", HERE, "-p", cls.port, "--tls", "--tlscert", cls.leaf.chain, "--tlskey", cls.leaf.key,
                        listens=(HERE, cls.port))
        cls.stage.start("nats-server", "-a", HERE, "-p", cls.plain, listens=(HERE, cls.plain))

    def test_nats(self):
        self.speaks(self.port, "nats", matches=True)
        self.greets(self.port, "nats")

    def test_without_tls(self):
        self.lacks(self.plain, "nats")


class Openvpn(Servers):
    @classmethod
    def serve(cls):
        cls.port = ports.free()
        conf = cls.stage.write("openvpn.conf", "\n".join([
            "mode server", "tls-server", "dev tap", "ifconfig-noexec", "proto tcp4-server", "local 127.0.0.1", "port %d" % cls.port,
            "ca %s" % cls.root.cert, "cert %s" % cls.leaf.chain, "key %s" % cls.leaf.key, "dh none", "keepalive 5 30", ""]))
        cls.stage.start("openvpn", "--config", conf, listens=(HERE, cls.port))

    def test_openvpn(self):
        self.speaks(self.port, "openvpn")


class Nbd(Servers):
    @classmethod
    def serve(cls):
        cls.port = ports.free()
        disk = cls.stage.write("disk", "x" * 65536, mode=0o666)
        conf = cls.stage.write("nbd.conf", "\n".join([
            "[generic]", "listenaddr = 127.0.0.1", "port = %d" % cls.port, "certfile = " + cls.leaf.chain, "keyfile = " + cls.leaf.key,
            "cacertfile = " + cls.root.cert, "force_tls = true", "[disk]", "exportname = " + disk, ""]))
        # It goes into the background, so that it gets a process space of its own that ends with its first process.
        cls.stage.start("unshare", "-p", "-f", "--kill-child", "bash", "-c", 'nbd-server -C "$0" && sleep infinity', conf,
                        listens=(HERE, cls.port))

    def test_nbd(self):
        self.speaks(self.port, "nbd")
        self.greets(self.port, "nbd")


class Wrong(Servers):
    """A protocol asked of a server that speaks another."""

    @classmethod
    def serve(cls):
        cls.port = ports.free()
        cls.stage.start("redis-server", "--port", cls.port, "--bind", HERE, "--save", "", "--dir", cls.stage.folder,
                        listens=(HERE, cls.port))

    def test_no_tls_at_all_is_said(self):
        for protocol in ("postgres", "ldap", "rdp", "xmpp", "irc", "mssql", "amqp", "nut", "ipp"):
            with self.subTest(protocol):
                record = keepvalid.scan_one("%s:%d" % (HERE, self.port), "--starttls", protocol, "--timeout", "2", ok=(1,))
                self.assertIn(record["outcome"], ("garbage", "starttls-missing", "no-tls", "timeout"), record)
                self.assertEqual([], record["chain"])


del Servers
stage.main()
