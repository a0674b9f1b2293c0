# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end tests share: ports, processes, throw-away certificates, the program under test.

A test is tests/e2e/NAME.test.py, run by ctest in tests/e2e with KEEPVALID (the binary), KEEPVALID_SOURCE and
KEEPVALID_BUILD set. It uses unittest, works in a temporary folder, listens on loopback only, and leaves nothing:

    from lib import keepvalid, pki, ports, processes, stage

    class Nginx(unittest.TestCase):
        @classmethod
        def setUpClass(cls):
            cls.stage = stage.Stage(cls)          # folder, processes, CA; cleaned up whatever happens
            cls.port = ports.free()
            cls.stage.start("nginx", "-p", ..., listens=("127.0.0.1", cls.port))

    stage.main()
"""
