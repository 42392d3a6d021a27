"""Counts the tests that surefire and failsafe ran, by the servers they ran against; fails on a skipped one."""

import pathlib
import sys
import xml.etree.ElementTree as xml

ran = {"real servers": 0, "embedded servers": 0, "no server": 0}
skipped = failed = 0
for report in sorted(pathlib.Path(".").glob("*/target/*-reports/TEST-*.xml")):
    suite = xml.parse(report).getroot()
    name = suite.get("name").rsplit(".", 1)[-1]
    tests = int(suite.get("tests"))
    skipped += int(suite.get("skipped"))
    failed += int(suite.get("failures")) + int(suite.get("errors"))
    if not name.endswith("IT"):
        ran["no server"] += tests
    elif name.startswith("Embedded") or "embedded-servers" in report.parts[0]:
        ran["embedded servers"] += tests
    else:
        ran["real servers"] += tests

for kind, count in ran.items():
    print(f"{count:5d} tests against {kind}")
total = sum(ran.values())
print(f"{total - failed - skipped} passed, {failed} failed, {skipped} skipped")
sys.exit(1 if failed or skipped or not ran["real servers"] or not ran["embedded servers"] else 0)
