# SPDX-License-Identifier: Apache-2.0
"""What a scan record must say, compared with files the test made and with what openssl saw."""

FIELDS = ["target", "host", "address", "port", "protocol", "server_name", "outcome", "detail", "tls", "chain", "other_leaves",
          "name_matches", "chain_complete", "trust", "at", "elapsed_ms"]


def hashes(certificates):
    return [one["sha256"] for one in certificates]


def whole(case, record):
    """The contract's fields are all there, null when absent."""
    case.assertEqual([], [field for field in FIELDS if field not in record], record)
    if record["chain"]:
        case.assertEqual({"mozilla", "chrome", "system"}, set(record["trust"]) & {"mozilla", "chrome", "system"}, record)


def record_is(case, record, *, outcome="ok", chain=None, others=(), version=None, name=None, matches=None, complete=None,
              protocol="tls", trusted=False):
    """chain, others: SHA-256 of what must have been sent, in order; others in any order; None: not compared.
    complete: "unknown" for a chain that ends in an intermediate of the test's own CA, whose root nobody knows."""
    whole(case, record)
    told = "%s\n%s" % (record["target"], {k: v for k, v in record.items() if k not in ("chain", "other_leaves")})
    case.assertEqual(outcome, record["outcome"], told)
    case.assertEqual(protocol, record["protocol"], told)
    case.assertEqual(name, record["server_name"], told)
    if chain is not None:
        case.assertEqual(list(chain), hashes(record["chain"]), told)
    if others is not None:
        case.assertEqual(sorted(others), sorted(hashes(record["other_leaves"])), told)
    if version:
        case.assertEqual(version, record["tls"]["version"], told)
    if matches is not None:
        case.assertEqual(matches, record["name_matches"], told)
    if complete is not None:
        case.assertEqual(complete, record["chain_complete"], told)
    if record["chain"]:
        # The test's own CA is in nobody's list.
        case.assertEqual(trusted, "trusted" in record["trust"].values(), told)
