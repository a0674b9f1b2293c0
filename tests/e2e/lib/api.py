# SPDX-License-Identifier: Apache-2.0
"""A client of the server's API, as a browser would be: a session cookie and the header that goes with it."""
import http.client
import json
import re
import urllib.parse

PASSWORD = "a password of this test 7"


class Refused(AssertionError):
    def __init__(self, status, problem):
        super().__init__("%d %s" % (status, problem))
        self.status, self.problem = status, problem


class Client:
    def __init__(self, address, port):
        self.address, self.port, self.cookie = address, port, None

    def raw(self, method, path, body=None, headers=None):
        """Status, headers and bytes of any answer."""
        connection = http.client.HTTPConnection(self.address, self.port, timeout=120)
        headers = {"X-Keepvalid": "1", "Origin": "http://%s:%d" % (self.address, self.port), **(headers or {})}
        if self.cookie:
            headers["Cookie"] = self.cookie
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookie = value.split(";")[0]
        return answer.status, answer.headers, content

    def call(self, method, path, body=None):
        """The answer's JSON, None when it has none. Refused for a status of 400 and above."""
        status, _, content = self.raw(method, path, body)
        if status >= 400:
            raise Refused(status, content.decode(errors="replace"))
        return json.loads(content) if content else None

    def get(self, path):
        return self.call("GET", path)

    def items(self, path):
        """All of a list, page after page."""
        found, cursor = [], ""
        while cursor is not None:
            page = self.get("%s%slimit=200%s" % (path, "&" if "?" in path else "?", cursor and "&cursor=" + cursor))
            found += page["items"]
            cursor = page["next_cursor"] and urllib.parse.quote(page["next_cursor"])
        return found


def set_up(output):
    """From what `keepvalid up` printed: a client with the administrator's session."""
    found = re.search(r"http://([0-9.]+):(\d+)/#/setup\?token=([\w.~-]+)", output)
    assert found, "no setup URL in:\n" + output[-2000:]
    client = Client(found.group(1), int(found.group(2)))
    client.call("POST", "/api/v1/setup", {"token": found.group(3), "name": "admin", "password": PASSWORD})
    return client
