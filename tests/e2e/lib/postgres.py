# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL of the test's own on 127.0.0.1 and on a unix socket, to be stopped and started again at will."""
import glob
import os
import shutil
import signal
import subprocess
import time

from . import ports, processes

ROOT = os.geteuid() == 0
USER = "postgres" if ROOT else None
PASSWORD = "a secret of the database 9"


def program(name):
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/" + name))
    if not found:
        raise AssertionError("%s is missing: run tools/install-deps test" % name)
    return found[-1]


def as_user(*command, **more):
    """As the user who may run the server: it refuses root."""
    return processes.run(*(("runuser", "-u", "postgres", "--") if ROOT else ()), *command, cwd="/", **more)


class Postgres:
    def __init__(self, stage):
        self.stage = stage
        self.folder = stage.path("postgres")
        os.makedirs(self.folder)
        if ROOT:
            shutil.chown(self.folder, "postgres")
        self.port = ports.free()
        as_user(program("initdb"), "-D", self.folder + "/data", "-U", "keepvalid", "-A", "scram-sha-256", "--pwfile",
                stage.write("pwfile", PASSWORD + "\n"), "-E", "UTF8", "--locale=C.UTF-8", "-N")
        os.unlink(stage.path("pwfile"))
        as_user("tee", "-a", self.folder + "/data/postgresql.conf", input="listen_addresses = '127.0.0.1'\nport = %d\n"
                "unix_socket_directories = '%s'\nlog_min_messages = fatal\n" % (self.port, self.folder))
        self.password_file = stage.write("password", PASSWORD + "\n", 0o600)
        self.start()

    def start(self):
        self.server = self.stage.start(program("postgres"), "-D", self.folder + "/data", user=USER, cwd="/", log="postgres.log",
                                       listens=("127.0.0.1", self.port))
        end = time.monotonic() + 60
        while self.psql("postgres", "SELECT 1", ok=None) != "1":
            assert time.monotonic() < end, "the database does not start:\n" + self.server.output()[-2000:]
            time.sleep(0.1)

    def stop(self, how=signal.SIGINT):
        """SIGINT: fast; SIGQUIT: as if it crashed."""
        os.kill(self.server.pid, how)
        self.server.wait(60)

    def psql(self, database, text, ok=(0,)):
        """What a statement answers, a row a line, columns apart by "|"."""
        return processes.run("psql", "-X", "-At", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", self.port, "-U", "keepvalid",
                             "-d", database, "-c", text, ok=ok, env=dict(os.environ, PGPASSWORD=PASSWORD)).stdout.strip()

    def database(self, name):
        """Makes it and answers its URL."""
        self.psql("postgres", "CREATE DATABASE %s TEMPLATE template0" % name)
        return self.url(name)

    def url(self, name):
        return "postgres://keepvalid@127.0.0.1:%d/%s" % (self.port, name)

    def config(self, name, database):
        """A settings file for it."""
        return self.stage.write(name + ".yaml", "data: %s\nlisten: 127.0.0.1:0\nscan_at_start: false\nstore:\n  url: %s\n"
                                "  password_file: %s\n" % (self.stage.path(name), self.url(database), self.password_file))
