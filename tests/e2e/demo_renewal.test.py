# SPDX-License-Identifier: Apache-2.0
"""The three-minute certificate is replaced before it ends, without a gap, and is the demo CA's."""
import time
import unittest

from lib import demo, keepvalid, oracle, pki, stage


class Renewal(unittest.TestCase):
    def test_the_certificate_is_renewed_before_it_ends(self):
        here = stage.Stage(Renewal)
        data, network = here.path("data"), demo.free_network()
        self.addCleanup(keepvalid.run, "demo", "down", "--data", data, ok=None)
        keepvalid.run("demo", "up", "--data", data, "--network", network)
        row = demo.rows(data, network)["renews"]
        seen, end = [], time.monotonic() + 600
        while len(seen) < 2 and time.monotonic() < end:
            now = oracle.look(row["address"], row["port"])
            self.assertEqual(2, len(now.chain), now.text)
            pki.openssl("x509", "-noout", "-checkend", "0", input=now.text)  # never one that ran out
            if now.chain[0] not in seen:
                seen.append(now.chain[0])
                last = here.write("leaf.pem", now.text)
                pki.openssl("verify", "-CAfile", data + "/demo/root.pem", "-untrusted",
                            here.write("sent.pem", now.text[now.text.index(" 1 s:"):]), last)
            time.sleep(1)
        self.assertEqual(2, len(seen))


stage.main()
