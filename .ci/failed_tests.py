"""Prints each failed test of the reports under */target, with the first line of its message."""
import pathlib
import xml.etree.ElementTree as ET

for report in sorted(pathlib.Path(".").glob("**/target/*-reports*/TEST-*.xml")):
    for test in ET.parse(report).getroot().iter("testcase"):
        for problem in test.findall("failure") + test.findall("error"):
            message = (problem.get("message") or problem.text or "").strip().splitlines() or [""]
            print(f"FAILED {report.parent}: {test.get('classname')}#{test.get('name')}: {message[0][:300]}")
