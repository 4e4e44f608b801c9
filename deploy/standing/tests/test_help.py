"""A person who asks for help does not wait for four services to be imported."""

import subprocess
import sys

import pytest

HEAVY = (
    "chassis",
    "contracts",
    "supplier_svc",
    "customer_svc",
    "credit_svc",
    "notify_svc",
    "aiokafka",
    "asyncpg",
    "httpx",
    "sqlalchemy",
)
COMMANDS = (
    "", "up", "down", "status", "verify", "journey", "clock", "demo", "import", "seal", "backup", "restore", "forget-topics", "parked",
    "parked list", "parked edit", "set-aside", "set-aside add", "token", "kafka-acls", "kafka-secrets", "kafka-users", "seal-personal",
)  # fmt: skip
SCRIPT = f"""
import sys
from standing.cli import app
try:
    app([*sys.argv[1:], "--help"])
except SystemExit as end:
    print("code", end.code, "heavy", *sorted({{name.partition(".")[0] for name in sys.modules}} & set({HEAVY!r})))
"""


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_printed_without_importing_what_only_the_work_needs(command: str) -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT, *command.split()], capture_output=True, text=True, check=True)
    assert "Usage:" in done.stdout
    assert done.stdout.splitlines()[-1] == "code 0 heavy", done.stdout.splitlines()[-1]
