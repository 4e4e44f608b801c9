"""Backup and restore on real parts: an older log behind its topics stops instead of giving positions away twice; the way out loses
nothing and repeats nothing; a planned move to another cluster is nothing but a pause."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import Console

from chassis.testing.waiting import eventually
from standing.backup import back_up
from standing.driver import Driver
from standing.facts.demo import demo
from standing.installation import Installation
from standing.kafka_rules import ERP
from standing.personal_keys import back_up_keys, read_keys
from standing.publisher import Publisher
from standing.restore import Persons, forget_topics, restore, topics_ahead
from standing.run import verify
from standing.services import ALL
from standing_parts import start_postgres

from .conftest import Start
from .state import events, final_state

FACTS = demo(days=12, scale=0.12).facts
LAST_DAY = [fact.time.date() for fact in FACTS].index(FACTS[-1].time.date())
CUT, END = (LAST_DAY + len(FACTS)) // 2, len(FACTS) - 5
"""Nothing falls due between the cut and the end, so that facts that are taken again meet the same day."""
TOPICS = [service.topic for service in ALL]


def addresses(installation: Installation) -> dict[str, str]:
    return {service.name: installation.dsn(service.name) for service in ALL}


async def stop_services(installation: Installation) -> None:
    await asyncio.gather(*(asyncio.to_thread(process.stop) for process in installation.processes.values()))


async def restored(installation: Installation, backup: Path, cluster: Path) -> list[str]:
    """Restore into a cluster of its own; returns what is said about the topics. The services do not run yet."""
    old = installation.postgres
    cluster.mkdir()
    installation.postgres = await asyncio.to_thread(start_postgres, cluster, print)
    await asyncio.to_thread(old.discard)
    persons = Persons(read_keys([backup.parent / "keys"]))
    await restore(backup, addresses(installation), TOPICS, replace=False, persons=persons)
    services = {service.name: (service.topic, installation.dsn(service.name)) for service in ALL}
    return await topics_ahead(installation.kafka.bootstrap, installation.kafka.security, services)


async def kept(installation: Installation, backup: Path) -> None:
    """Data and, in a place of their own, the keys that open what is sealed in it."""
    await back_up(addresses(installation), backup, print)
    await back_up_keys(addresses(installation), backup.parent / "keys")


async def start_services(installation: Installation) -> None:
    for service in ALL:
        installation.start_service(service.name)


async def reasons(installation: Installation, name: str) -> str:
    """What keeps a service from being ready; nothing while it does not answer yet."""
    try:
        answer = await installation.http.get(f"{installation.client(name).base_url}/readyz")
        return " ".join(answer.json()["reasons"])
    except httpx.TransportError:
        return ""


async def test_a_restored_log_stops_where_its_topics_went_on_and_the_way_out_loses_nothing(
    installations: Start, console: Console, tmp_path: Path
) -> None:
    installation = await installations()
    if not installation.kafka.real:
        pytest.skip("needs a real broker: the mock cluster keeps nothing of its topics")
    publisher = Publisher(installation.kafka.bootstrap, installation.kafka.security_of(ERP))
    await publisher.start()
    driver = Driver(installation.clients, publisher)
    await driver.run(FACTS[:CUT], FACTS[CUT - 1].time)
    await kept(installation, tmp_path / "monday")
    at_the_cut = await events(installation)
    await driver.run(FACTS[CUT:END], FACTS[END - 1].time)
    undisturbed, written = await final_state(installation), await events(installation)
    assert sum(written.values()) > sum(at_the_cut.values())

    # The disk is gone, and with it what was written since the backup. The broker still has it.
    await stop_services(installation)
    ahead = await restored(installation, tmp_path / "monday", tmp_path / "second")
    assert ahead
    assert "the restored log with" in ahead[0]
    await start_services(installation)
    behind = [service.name for service in ALL if any(sentence.startswith(service.topic) for sentence in ahead)]
    for name in behind:
        await eventually(  # it halts at once, and says why as soon as the relay has compared
            partial(reasons, installation, name),
            lambda found: "LogHalted" in found and "so the log is older than what it published" in found,
            within_s=60,
        )
    for service in ALL:
        await eventually(partial(reasons, installation, service.name), lambda found: "log: " in found, within_s=60)
    assert await events(installation) == at_the_cut, (
        "no position is given away twice, and nothing is taken that is lost"
    )

    # This backup is the truth from now on: the services' own topics go, the facts of other systems are taken again.
    await stop_services(installation)
    assert sorted(await forget_topics(installation.kafka.bootstrap, installation.kafka.security, TOPICS)) == sorted(
        TOPICS
    )
    await start_services(installation)
    await Driver(installation.clients, publisher).run([], FACTS[END - 1].time)
    assert same(await final_state(installation), undisturbed)
    assert await events(installation) == written
    assert await verify(installation, console)

    # A planned move: nothing is written between the backup and the stop.
    await kept(installation, tmp_path / "tuesday")
    await stop_services(installation)
    assert await restored(installation, tmp_path / "tuesday", tmp_path / "third") == []
    await start_services(installation)
    assert await events(installation) == written
    await Driver(installation.clients, publisher).run(FACTS[END:], FACTS[-1].time)
    await publisher.stop()
    assert sum((await events(installation)).values()) > sum(written.values())
    assert await verify(installation, console)


def same(state: dict[str, Any], expected: dict[str, Any]) -> bool:
    for name, rows in expected.items():
        assert state[name] == rows, name
    return True
