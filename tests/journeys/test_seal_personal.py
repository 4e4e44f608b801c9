"""An installation whose log has a contact in clear is copied by the command into a new home, which goes on where the old one was."""

import asyncio
import json
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner
from uuid_utils import uuid7

from chassis.storage.database import Database
from chassis.storage.log import Batch, Log, NewEvent, meta_json
from standing import seal as seals
from standing.cli import app
from standing.driver import Driver
from standing.facts.demo import demo
from standing.installation import Installation
from standing.kafka_rules import ERP
from standing.publisher import Publisher
from standing.run import verify
from standing.sealed import seal_all, sealed_checks

from ..erasure.asked import CUSTOMER, Asked
from ..erasure.canaries import ANN, CANARIES, OTHER, REGISTRATION
from ..erasure.run import quiet, ready
from ..erasure.search import search
from .state import events, final_state
from .test_backup import addresses, start_services, stop_services

pytestmark = pytest.mark.parts
FACTS = demo(days=4, scale=0.05).facts


async def test_the_copy_of_an_installation_is_the_same_but_for_what_is_sealed_and_goes_on(
    tmp_path: Path, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STANDING_POSTGRES", raising=False)
    old, new = tmp_path / "old", tmp_path / "new"
    key, sealed_old, sealed_new = tmp_path / "seal.key", tmp_path / "seals", tmp_path / "new-seals"
    seals.new_key(key)
    for name in ("traces.otlp", "all.export"):
        (tmp_path / name).touch()
    installation = await Installation.start(old, "simulated", print)
    try:
        publisher = Publisher(installation.kafka.bootstrap, installation.kafka.security_of(ERP))
        await publisher.start()
        await Driver(installation.clients, publisher).run(FACTS, FACTS[-1].time)
        await publisher.stop()
        await stop_services(installation)
        await _in_clear(installation)
        await start_services(installation)
        await quiet(installation)
        before, counted = await final_state(installation), await events(installation)
        last, _ = await seal_all(addresses(installation), sealed_old, key)
        found = await search(installation, tmp_path, CANARIES[:1])
        places = ("database of customer-svc", "topic customer.events")
        assert {f"{CANARIES[0]} stands in the {place}" for place in places} <= set(found.hits)
    finally:
        await installation.stop()
    former = installation.postgres

    words = [
        "seal-personal",
        "--home",
        str(old),
        "--into",
        str(new),
        "--seals",
        str(sealed_old),
        "--new-seals",
        str(sealed_new),
    ]
    done = await asyncio.to_thread(CliRunner().invoke, app, [*words, "--key", str(key)])
    assert done.exit_code == 0, done.output
    assert (
        f"customer-svc: {counted[CUSTOMER]:,} events copied, 1 of them sealed for 2 persons; all else is equal"
        in done.output
    )
    assert f"it names {last.digest}, the last of the old logs" in done.output
    assert f"Then destroy what has the texts in clear: the home {old}" in done.output
    again = await asyncio.to_thread(CliRunner().invoke, app, [*words, "--key", str(key)])
    said = "".join(again.output.replace("│", "").split())  # as wide as the terminal
    assert (again.exit_code, f"{new}isnotempty" in said) == (2, True), again.output

    installation = await Installation.start(new, "simulated", print)
    try:
        await quiet(installation)
        await ready(installation)
        assert await events(installation) == counted
        assert await final_state(installation) == before
        asked = Asked(installation, tmp_path / "all.export")
        contacts = await asked.contacts()
        assert [contacts["K-1"][name] for name in ("name", "email", "telephone")] == list(CANARIES)
        await asked.export()
        assert not (await search(installation, tmp_path, (*CANARIES, *OTHER))).hits
        assert await verify(installation, console)
        checks = [check async for check in sealed_checks(addresses(installation), sealed_new, None)]
        assert all(check.ok for check in checks), checks
        erased = await asked.erase(ANN)
        assert erased["unreachable_events"] == []
        assert (await asked.contacts())["K-1"]["name"] is None
    finally:
        await installation.discard()
        await asyncio.to_thread(former.discard)


async def _in_clear(installation: Installation) -> None:
    """A customer with two contacts, as it was written before texts were sealed."""
    database = await Database.open(installation.dsn(CUSTOMER), installation.kafka.partitions, f"{CUSTOMER}/before")
    try:
        log = Log(database, CUSTOMER)
        now = await database.pool.fetchval("SELECT max(recorded_at) FROM event")
        stream, data = "file-C-900", json.dumps({**REGISTRATION, "classification": {}, "group_id": None})
        event = NewEvent(
            log.partition(stream), stream, 1, "customer.CustomerRegistered", 1, data, meta_json(None, "chen", "default", None),
            str(uuid7()), "journey-before", now,
        )  # fmt: skip
        await log.append(Batch(now, [event]))
    finally:
        await database.close()
