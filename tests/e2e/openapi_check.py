# SPDX-License-Identifier: Apache-2.0
"""Answers against an OpenAPI 3.1 document: the subset of JSON Schema that our document uses, and nothing passed over."""
import re

KNOWN = {"type", "properties", "required", "additionalProperties", "items", "enum", "anyOf", "$ref", "pattern", "format"}
TYPES = {
    "string": lambda v: isinstance(v, str), "null": lambda v: v is None, "boolean": lambda v: isinstance(v, bool),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool), "array": lambda v: isinstance(v, list),
    "object": lambda v: isinstance(v, dict), "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
}
FORMATS = {"date-time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "date": r"\d{4}-\d\d-\d\d"}


class Wrong(Exception):
    pass


class Document:
    def __init__(self, document):
        self.document = document
        self.patterns = []
        for path in document["paths"]:
            names = re.sub(r"\{[^}]*\.\.\.\}", ".*", path)
            self.patterns.append((re.compile(re.sub(r"\{[^}]*\}", "[^/]+", names) + r"\Z"), path))

    def schema_of(self, method, path, status, media):
        """The schema that an answer must fit, or None when its media type has none."""
        for pattern, template in self.patterns:
            if pattern.match(path):
                operation = self.document["paths"][template].get(method.lower())
                if not operation:
                    continue
                answers = operation["responses"]
                answer = answers.get(str(status), answers["default"])
                content = answer.get("content", {})
                if status == 204 or status == 304 or (not content and not media):
                    return None
                if "*/*" in content and status < 400:
                    return None
                if media not in content:
                    if any(m.split("/")[0] == "text" for m in content):
                        return None
                    raise Wrong("%s %s: %d answers with %s, not %s" % (method, path, status, media, list(content)))
                return content[media].get("schema")
        problem = self.document["components"]["schemas"]["problem"]
        return problem if status >= 400 and media == "application/problem+json" else None

    def check(self, value, schema, at="$"):
        for word in schema:
            if word not in KNOWN:
                raise Wrong("%s: the schema word %s is not known here" % (at, word))
        if "$ref" in schema:
            return self.check(value, self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], at)
        if "anyOf" in schema:
            return self.check_any(value, schema["anyOf"], at)
        if "enum" in schema and value not in schema["enum"]:
            raise Wrong("%s: %r is none of %r" % (at, value, schema["enum"]))
        kinds = schema.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if kinds and not any(TYPES[k](value) for k in kinds):
            raise Wrong("%s: %r is not %s" % (at, value, kinds))
        if isinstance(value, str):
            self.check_text(value, schema, at)
        if isinstance(value, dict):
            self.check_object(value, schema, at)
        if isinstance(value, list) and "items" in schema:
            for i, item in enumerate(value):
                self.check(item, schema["items"], "%s[%d]" % (at, i))

    def check_any(self, value, choices, at):
        wrong = []
        for choice in choices:
            try:
                return self.check(value, choice, at)
            except Wrong as e:
                wrong.append(str(e))
        raise Wrong("; or ".join(wrong))

    @staticmethod
    def check_text(value, schema, at):
        if "pattern" in schema and not re.search(schema["pattern"], value):
            raise Wrong("%s: %r does not fit %s" % (at, value, schema["pattern"]))
        if "format" in schema and not re.fullmatch(FORMATS[schema["format"]], value):
            raise Wrong("%s: %r is not a %s" % (at, value, schema["format"]))

    def check_object(self, value, schema, at):
        for name in schema.get("required", []):
            if name not in value:
                raise Wrong("%s: %s is missing" % (at, name))
        for name, member in value.items():
            if name in schema.get("properties", {}):
                self.check(member, schema["properties"][name], "%s.%s" % (at, name))
            elif schema.get("additionalProperties") is False:
                raise Wrong("%s: %s is not in the schema" % (at, name))
