# SPDX-License-Identifier: Apache-2.0
"""`keepvalid up` as a child of the test."""
import os
import time

from . import api, keepvalid


def up(stage, data, *options, within_s=120, **environment):
    """Starts it on a free port; answers its process once it has printed its address."""
    return started(stage.start(keepvalid.BINARY, "up", "--data", data, "--listen", "127.0.0.1:0", *options,
                               env=dict(os.environ, **environment)), within_s)


def serve(stage, data, settings="scan_at_start: false\n", within_s=120, **environment):
    """The same for `keepvalid serve`, which by these settings looks at nothing by itself."""
    config = stage.write("keepvalid.yaml", "data: %s\nlisten: 127.0.0.1:0\n%s" % (data, settings))
    return started(stage.start(keepvalid.BINARY, "serve", "--config", config, env=dict(os.environ, **environment)), within_s)


def started(child, within_s):
    end = time.monotonic() + within_s
    while "http://127.0.0.1:" not in child.output():
        assert child.lives() and time.monotonic() < end, "it does not start:\n" + child.output()[-3000:]
        time.sleep(0.05)
    return child


def set_up(child):
    """The administrator's session, made with the link that was printed."""
    return api.set_up(child.output())


def until(said, ask, within_s=120):
    """Asks until the answer is true, and answers it; else fails with what was said to be awaited."""
    end = time.monotonic() + within_s
    while True:
        answer = ask()
        if answer:
            return answer
        assert time.monotonic() < end, "not within %d s: %s" % (within_s, said() if callable(said) else said)
        time.sleep(0.2)
