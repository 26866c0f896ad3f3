"""The vendor's own clients, unmodified, over every action of the sandbox, good and bad: both generations of the
Python SDK, signature V3 and V1, and its secrets client over HTTPS. Prints a table of action, client and outcome; fails
where an outcome is not the expected.

    suite.py <keyturn binary>
"""

import json
import socket
import subprocess
import sys
from itertools import zip_longest

import access
import credentials
import tls
from clients import Control, New, Old, Refused
from scenario import scenario


def run(make, port, control):
    control("reset", {"dataset": "mixed"})
    client, rows = make(port), []
    for service, action, parameters, expected in scenario(control):
        parameters = parameters() if callable(parameters) else parameters
        try:
            answer = control(action, parameters) if service == "control" else client.call(service, action, parameters)
            is_right = callable(expected) and bool(expected(answer))
            outcome = "ok" if callable(expected) else "done, though it should be refused"
            if callable(expected) and not is_right:
                outcome = f"unexpected: {json.dumps(answer, ensure_ascii=False)[:300]}"
        except Refused as refused:
            outcome, is_right = refused.code, refused.code == expected
        rows.append((f"{service} {action}", outcome, is_right))
    return rows


def checked(checks):
    return [(name, "ok" if is_right else "unexpected", is_right) for name, is_right in checks]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main():
    port, tls_port = free_port(), free_port()
    arguments = ["--sandbox-listen", f"127.0.0.1:{port}", "--sandbox-tls-listen", f"127.0.0.1:{tls_port}", "--log", "warn"]
    sandbox = subprocess.Popen([sys.argv[1], "sandbox", "--region-listeners", *arguments], stdout=subprocess.PIPE, text=True)
    try:
        sandbox.stdout.readline()
        control = Control(port)
        tables = {make.name: run(make, port, control) for make in (New, Old)}
        more = {}
        for make in (New, Old):
            control("reset", {})
            more[make.name] = checked(access.checks(make, port, control))
        control("reset", {})
        others = checked(tls.checks(tls_port, control))
    finally:
        sandbox.terminate()
    chain = checked(credentials.checks(sys.argv[1]))
    wrong = total = 0
    for table in (tables, more, {"HTTPS and listeners": others}, {"the same credentials": chain}):
        rows = [row for rows in table.values() for row in rows]
        wrong, total = wrong + sum(not row[2] for row in rows), total + len(rows)
        width = max(len(row[0]) for row in rows)
        print(f"{'':{width}}  " + "  ".join(f"{name:34}" for name in table))
        names = {row[0]: None for row in rows} if table is not tables else None
        lines = zip_longest(*table.values()) if names is None else ([next((row for row in rows if row[0] == name), None) for rows in table.values()] for name in names)
        for line in lines:
            name = next(row[0] for row in line if row)
            print(f"{name:{width}}  " + "  ".join(f"{'' if row[2] else 'WRONG '}{row[1]:34}" if row else f"{'–':34}" for row in line))
    print(f"official SDKs: {total - wrong} passed, {wrong} failed")
    sys.exit(1 if wrong else 0)


main()
