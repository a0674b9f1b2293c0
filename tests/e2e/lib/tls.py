# SPDX-License-Identifier: Apache-2.0
"""A TLS server of the test itself, for tests that want certificates served and nothing of the server."""
import socket
import ssl
import threading


def serve(pair):
    """Serves the chain of a pki.Pair on a free port of loopback until it is closed; answers the listening socket."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.chain, pair.key)
    listener = socket.create_server(("127.0.0.1", 0), backlog=16)

    def loop():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            try:
                connection.settimeout(10)
                with context.wrap_socket(connection, server_side=True) as t:
                    t.recv(1)
            except (OSError, ssl.SSLError):
                connection.close()
    threading.Thread(target=loop, daemon=True).start()
    return listener
