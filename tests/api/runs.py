"""Schemathesis against a service that listens: requests made from its OpenAPI document, answers held against it."""

import asyncio
import os
import sys
from pathlib import Path
from urllib.request import Request, urlopen

from chassis.testing.client import bearer

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
ROOT = Path(__file__).parents[2]


async def schemathesis(url: str, home: Path, *options: str, output: int | None = None) -> int:
    """Its exit code; ``home`` is where it keeps its files, ``output`` a file descriptor for what it prints: ours when left out.

    One worker: with more of them Python 3.11 ends operations with "AST constructor recursion depth mismatch", and making
    requests, not answering them, is what takes the time.
    """
    await asyncio.to_thread(_made_document, f"{url}/openapi.json")
    program = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")), "run", f"{url}/openapi.json", "--checks", CHECKS,
        "--continue-on-failure", "--request-timeout", "60", "--no-color", "--no-shrink", "--generation-database", "none",
        "--workers", "1", "--header", f"Authorization: {bearer()['Authorization']}", *options,
        cwd=home, env={**os.environ, "SCHEMATHESIS_HOOKS": "tests.api.hooks", "PYTHONPATH": _path()},
        stdout=output, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    return await program.wait()


def _made_document(url: str) -> None:
    """Ask for the document once: a service makes it at the first request, and the program waits ten seconds for it."""
    with urlopen(Request(url, headers=bearer()), timeout=300) as answer:
        answer.read()


def _path() -> str:
    given = os.environ.get("PYTHONPATH")
    return str(ROOT) + (os.pathsep + given if given else "")
