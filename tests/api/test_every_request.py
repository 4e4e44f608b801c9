"""Whatever comes in over HTTP: an answer as it is documented, never an internal error."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from chassis.runtime import Runtime
from chassis.service import Service
from chassis.testing.serving import listening
from standing.services import ALL
from tests.api.runs import schemathesis

SHARED = ("admin", "parked", "projections", "log", "health", "schemas")
"""Tags of the routes of the chassis, the same in each service: they are tried in one."""


@pytest.mark.parametrize("service", ALL, ids=lambda service: service.name)
async def test_every_operation_answers_as_it_is_documented(
    start_service: Callable[..., Awaitable[Runtime]], service: Service, tmp_path: Path
) -> None:
    runtime = await start_service(service, roles=frozenset({"http", "project", "schedule"}))
    others = [] if service is ALL[0] else [option for tag in SHARED for option in ("--exclude-tag", tag)]
    printed = tmp_path / "printed"
    async with listening(runtime) as url:
        with printed.open("wb") as output:
            code = await schemathesis(url, tmp_path, "--phases", "coverage", *others, output=output.fileno())
    assert code == 0, printed.read_text()[-20_000:]
    assert "Coverage" in printed.read_text()
