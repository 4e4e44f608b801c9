"""Schemathesis against a service that listens: requests made from its OpenAPI document, answers held against it."""

import asyncio
import os
import sys
from pathlib import Path

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
ROOT = Path(__file__).parents[2]


async def schemathesis(url: str, home: Path, *options: str) -> tuple[int, str]:
    """Its exit code and what it printed; ``home`` is where it keeps its files."""
    program = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")), "run", f"{url}/openapi.json", "--checks", CHECKS,
        "--continue-on-failure", "--request-timeout", "60", "--no-color", *options,
        cwd=home, env={**os.environ, "SCHEMATHESIS_HOOKS": "tests.api.hooks", "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await program.communicate()
    return program.returncode or 0, output.decode()
