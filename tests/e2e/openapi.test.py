#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The API's description is an OpenAPI 3.1 document by the initiative's own schema, and its schemas are JSON schemas of 2020-12."""
import json
import os
import re
import unittest

import jsonschema

from lib import server, stage

SCHEMA = os.path.join(os.environ["KEEPVALID_SOURCE"], "tests", "data", "openapi", "oas-3.1.schema.json")


class Description(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = stage.Stage(cls)
        child = server.serve(cls.stage, cls.stage.path("data"))
        cls.document = server.set_up(child).get("/api/openapi.json")

    def test_it_fits_the_schema_of_openapi(self):
        with open(SCHEMA) as file:
            schema = json.load(file)
        jsonschema.Draft202012Validator.check_schema(schema)
        wrong = ["/".join(map(str, e.absolute_path)) + ": " + e.message[:200]
                 for e in jsonschema.Draft202012Validator(schema).iter_errors(self.document)]
        self.assertEqual(wrong, [])

    def test_each_of_its_schemas_is_one(self):
        for name, schema in self.document["components"]["schemas"].items():
            jsonschema.Draft202012Validator.check_schema(schema)
            for ref in re.findall(r'"\$ref": "([^"]+)"', json.dumps(schema)):
                self.assertIn(ref.rsplit("/", 1)[1], self.document["components"]["schemas"], name)

    def test_each_operation_has_a_name_a_summary_and_says_who_may(self):
        names = set()
        for path, item in self.document["paths"].items():
            for method, operation in item.items():
                at = method.upper() + " " + path
                self.assertTrue(operation["summary"], at)
                self.assertNotIn(operation["operationId"], names, at)
                names.add(operation["operationId"])
                self.assertIn("security", operation, at)
                for name in re.findall(r"\{(\w+)\}", path):
                    self.assertTrue([p for p in operation["parameters"] if p["name"] == name and p["in"] == "path" and p["required"]], at)


stage.main()
