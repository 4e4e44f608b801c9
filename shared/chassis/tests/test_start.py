"""Which processes start: one that knows whose tokens it takes, and one that was told to ask nobody, which says so."""

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from chassis.settings import Settings
from chassis.testing.waiting import eventually
from standing_parts import Postgres
from standing_parts.ports import free_port
from standing_parts.process import Command, ServerProcess

from .toy_api import OPEN_JAR_SERVICE

ROOT = Path(__file__).parents[3]
PROGRAM = f"from chassis.main import run; from {__package__}.toy_api import OPEN_JAR_SERVICE; run(OPEN_JAR_SERVICE)"
STARTED = (sys.executable, "-c", PROGRAM)
WITHIN_S = 120.0


def environment(**settings: str) -> dict[str, str]:
    """What a process is given: nothing of the terminal's that says who comes in."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("STANDING_")}
    path = os.pathsep.join(each for each in (*sys.path, str(ROOT)) if each)
    return {**inherited, "PYTHONPATH": path, **{f"STANDING_{name}": value for name, value in settings.items()}}


@pytest.mark.parametrize("settings", [{}, {"AUTH_ISSUER": ""}, {"HOST": "0.0.0.0"}, {"AUTH": "on"}])
def test_a_process_without_an_issuer_does_not_start_and_says_what_to_set(settings: dict[str, str]) -> None:
    given = environment(POSTGRES="postgresql://nobody@127.0.0.1:1", KAFKA="127.0.0.1:1", **settings)
    done = subprocess.run(STARTED, env=given, capture_output=True, text=True, timeout=WITHIN_S, check=False)
    assert done.returncode == 1
    [sentence] = [line for line in done.stderr.splitlines() if line]
    assert sentence.startswith(f"{OPEN_JAR_SERVICE.name}: Set STANDING_AUTH_ISSUER to the issuer")
    assert sentence.endswith(", or STANDING_AUTH=off to ask nobody who they are.")


async def test_a_process_that_asks_nobody_says_so_at_its_start_and_as_long_as_it_runs(
    postgres: Postgres, settings: Settings, tmp_path: Path
) -> None:
    port, log = free_port(), tmp_path / "log"
    database = settings.topic_prefix.replace("-", "_") + OPEN_JAR_SERVICE.database
    await postgres.create_database(database)
    given = environment(
        POSTGRES=settings.postgres.get_secret_value(), KAFKA=settings.kafka, PORT=str(port), AUTH="off",
        TOPIC_PREFIX=settings.topic_prefix, PARTITIONS=str(settings.partitions), **_security(settings),
    )  # fmt: skip
    process = ServerProcess(Command(STARTED, tmp_path, log, env=given, grace_s=25))
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as http:

            async def ready() -> dict[str, object]:
                assert process.alive, log.read_text()
                try:
                    found: dict[str, object] = (await http.get("/readyz")).json()
                except httpx.TransportError:
                    return {}
                return found

            said = await eventually(ready, lambda found: found.get("status") == "degraded", within_s=WITHIN_S)
    finally:
        process.stop()
        await postgres.drop_database(database)
    sentence = "Nobody is asked who they are (STANDING_AUTH=off): every request may do everything, in any name."
    assert said["warnings"] == [sentence]
    [line] = [json.loads(line) for line in log.read_text().splitlines() if "STANDING_AUTH" in line]
    assert (line["level"], line["event"]) == ("warning", sentence)


def _security(settings: Settings) -> dict[str, str]:
    return {name.removeprefix("STANDING_"): value for name, value in settings.kafka_security.environment().items()}
