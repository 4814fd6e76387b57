"""``glassmq check``: everything there is to say about a topology file."""

import argparse
import json
import os
from collections import Counter
from typing import Final

from app.cli.files import FAILED, UNUSABLE, complain, read_topology
from app.errors import AppError
from app.settings import load
from app.topology.findings import Finding
from app.topology.validate import check

NOTHING: Final = "no problems found"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``check`` understands."""
    parser.add_argument("file", help="a topology file, JSON or YAML; - for standard input")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print the findings; 1 when there is an error among them, or no document to speak of."""
    try:
        document = read_topology(arguments.file)
    except AppError as error:
        complain(error)
        return FAILED
    except OSError as error:
        complain(error)
        return UNUSABLE
    findings = check(document, allow_hosts=load(os.environ).allow_hosts)
    counts = Counter(finding.severity for finding in findings)
    if arguments.json:
        listed = [finding.as_json() for finding in findings]
        numbers = {f"{severity}s": counts[severity] for severity in ("error", "warning", "info")}
        print(json.dumps({**numbers, "findings": listed}, ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            print(told(finding))
        print(", ".join(f"{count} {severity}" for severity, count in counts.items()) or NOTHING)
    return FAILED if counts["error"] else 0


def told(finding: Finding) -> str:
    """Return a finding as lines for a person."""
    where = finding.where.get("socket") or next(iter(finding.where.values()), "")
    place = f" {where}" if where else ""
    fix = f"\n        fix: {finding.fix.label}" if finding.fix else ""
    return f"{finding.severity:7} {finding.code}{place}: {finding.sentence}{fix}"
