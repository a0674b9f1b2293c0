#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""/metrics as Prometheus sees it: promtool's check, and a real Prometheus that scrapes and evaluates the alert expressions
that x509-certificate-exporter ships (github.com/enix/x509-certificate-exporter, chart/templates/prometheusrule.yaml)."""
import json
import os
import re
import unittest
import urllib.error
import urllib.parse
import urllib.request

from lib import pki, ports, processes, server, stage, tls

# Remarks that come with names which are copied from elsewhere so that dashboards fit.
ACCEPTED = (r"x509_\w+ .*", r".*label names should be written in 'snake_case'.*")


class Metrics(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = stage.Stage(cls)
        ca = cls.stage.authority
        cls.pairs = {"soon": ca.leaf("soon", "soon.example.test", starts_days=-80, days=7), "due": ca.leaf("due", "due.example.test", starts_days=-80, days=20),
                     "good": ca.leaf("good", "good.example.test", starts_days=-1, days=80), "over": ca.leaf("over", "over.example.test", starts_days=-80, days=-1),
                     "later": ca.leaf("later", "later.example.test", starts_days=5, days=80)}
        cls.listeners = [tls.serve(pair) for pair in cls.pairs.values()]
        child = server.serve(cls.stage, cls.stage.path("data"))
        cls.api = server.set_up(child)
        listening = ",".join(str(s.getsockname()[1]) for s in cls.listeners)
        source = cls.api.call("POST", "/api/v1/sources", {"name": "the test's", "kind": "network", "options": {
            "scopes": ["127.0.0.1"], "ports": listening}, "schedule": {"every_s": 0}})
        source = source.get("source", source)
        cls.api.call("POST", "/api/v1/sources/%s/run" % source["id"])
        server.until("the run's end", lambda: [run for run in cls.api.items("/api/v1/sources/%s/runs" % source["id"]) if run["ended_at"]])
        cls.port = ports.free()
        config = cls.stage.write("prometheus.yml", "global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs: [{job_name: keepvalid, "
                                 "static_configs: [{targets: ['127.0.0.1:%d']}]}]\n" % cls.api.port)
        cls.stage.start(processes.need("prometheus"), "--config.file=" + config, "--storage.tsdb.path=" + cls.stage.path("tsdb"),
                        "--web.listen-address=127.0.0.1:%d" % cls.port, listens=("127.0.0.1", cls.port))
        server.until("Prometheus to be ready", cls.ready)
        server.until("a scrape", lambda: cls.ask("x509_cert_not_after"))

    @classmethod
    def ready(cls):
        try:
            with urllib.request.urlopen("http://127.0.0.1:%d/-/ready" % cls.port, timeout=30) as answer:
                return answer.status == 200
        except urllib.error.HTTPError:
            return False

    @classmethod
    def ask(cls, expression):
        url = "http://127.0.0.1:%d/api/v1/query?query=%s" % (cls.port, urllib.parse.quote(expression))
        with urllib.request.urlopen(url, timeout=30) as answer:
            return json.load(answer)["data"]["result"]

    def names(self, expression):
        return {series["metric"].get("subject_CN") for series in self.ask(expression)}

    def test_promtool_has_no_complaint_but_on_copied_names(self):
        text = self.api.raw("GET", "/metrics")[2].decode()
        done = processes.run(processes.need("promtool"), "check", "metrics", input=text, ok=(0, 3))
        for line in (done.stdout + done.stderr).splitlines():
            self.assertTrue(any(re.fullmatch(one, line) for one in ACCEPTED), line)

    def test_the_alert_expressions_of_the_exporter_find_what_they_are_for(self):
        day = 86400
        self.assertEqual(self.names("(x509_cert_not_after - time()) < (28 * %d)" % day) & set(self.common_names()),
                         {"soon.example.test", "due.example.test", "over.example.test"})
        self.assertEqual(self.names("(x509_cert_not_after - time()) < (14 * %d)" % day) & set(self.common_names()),
                         {"soon.example.test", "over.example.test"})
        self.assertEqual(self.names("(x509_cert_not_before - time()) > 0"), {"later.example.test"})
        self.assertEqual(self.names("x509_cert_expired == 1"), {"over.example.test"})
        self.assertTrue(self.ask("x509_cert_error"))
        self.assertEqual(self.ask("x509_cert_error > 0"), [])
        self.assertTrue(self.ask("x509_source_up"))
        self.assertEqual(self.ask("x509_source_up == 0"), [])
        self.assertTrue(self.ask("x509_source_bundles > 0"))
        self.assertTrue(self.ask("increase(x509_source_errors_total[15m]) >= 0") or self.ask("x509_source_errors_total"))

    def common_names(self):
        return [name + ".example.test" for name in self.pairs]

    def test_the_serial_is_the_exporter_s_decimal_number(self):
        series = next(s for s in self.ask("x509_cert_not_after") if s["metric"]["subject_CN"] == "good.example.test")
        serial = pki.openssl("x509", "-in", self.pairs["good"].cert, "-noout", "-serial").stdout.strip().split("=")[1]
        self.assertEqual(series["metric"]["serial_number"], str(int(serial, 16)))

    def test_the_aggregates_add_up(self):
        served = len(self.api.items("/api/v1/certificates?q=" + urllib.parse.quote("active:yes")))
        self.assertEqual(int(self.ask("sum(keepvalid_certificates)")[0]["value"][1]), served)
        self.assertEqual(int(self.ask("sum(keepvalid_last_scan_targets)")[0]["value"][1]), len(self.pairs))


stage.main()
