"""Counts the tests that surefire and failsafe ran, by the servers they ran against; fails on a failed or skipped one.

A test runs against what its source opens: RealServers (the RabbitMQ and Redis that there are), nodes of its own (the fault
suite's), or something embedded, by itself or through other classes of its folder.
"""

import pathlib
import re
import sys
import xml.etree.ElementTree as xml

REAL, EMBEDDED, NONE = "real servers", "embedded servers", "no server"


def servers(folder, name, seen):
    """What the class of that name in that folder opens."""
    source = folder / f"{name}.java"
    if name in seen or not source.exists():
        return set()
    seen.add(name)
    text = source.read_text(encoding="utf-8")
    opened = set()
    if re.search(r"\bRealServers\.|\bnew RabbitNodes\(", text):
        opened.add(REAL)
    if re.search(r"\b(EmbeddedServers|EmbeddedStore|EmbeddedRedis|EmbeddedBroker)\.", text):
        opened.add(EMBEDDED)
    for other in set(re.findall(r"\b[A-Z]\w+\b", text)):
        opened |= servers(folder, other, seen)
    return opened


ran = {REAL: 0, EMBEDDED: 0, NONE: 0}
skipped = failed = 0
for report in sorted(pathlib.Path(".").glob("*/target/*-reports/TEST-*.xml")):
    suite = xml.parse(report).getroot()
    package, _, name = suite.get("name").split("$")[0].rpartition(".")
    tests = int(suite.get("tests"))
    skipped += int(suite.get("skipped"))
    failed += int(suite.get("failures")) + int(suite.get("errors"))
    folder = pathlib.Path(report.parts[0], "src/test/java", *package.split("."))
    opened = servers(folder, name, set())
    # Real ones have an embedded object store beside them.
    if name.startswith("Embedded"):
        kind = EMBEDDED
    else:
        kind = REAL if REAL in opened else EMBEDDED if EMBEDDED in opened else NONE
    ran[kind] += tests

for kind, count in ran.items():
    print(f"{count:5d} tests against {kind}")
print(f"{sum(ran.values()) - failed - skipped} passed, {failed} failed, {skipped} skipped")
sys.exit(1 if failed or skipped or not ran[REAL] or not ran[EMBEDDED] else 0)
