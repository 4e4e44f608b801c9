"""The run: facts, a registration, a backup, the erasure, a look everywhere, and the older backup in place of all."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from rich.console import Console

from chassis.testing.facts import publish
from chassis.testing.waiting import eventually
from standing import seal as seals
from standing.backup import back_up
from standing.driver import Driver
from standing.facts import DataSet
from standing.installation import Installation
from standing.kafka_rules import ERP
from standing.personal_keys import back_up_keys, read_keys
from standing.publisher import Publisher
from standing.restore import Persons, restore, topics_ahead
from standing.run import verify
from standing.sealed import seal_all, sealed_checks
from standing.services import ALL, Client
from standing_parts import start_postgres

from ..journeys.conftest import running
from ..journeys.state import final_state
from ..journeys.test_backup import TOPICS, addresses, start_services, stop_services
from .asked import CUSTOMER, Asked, collector
from .canaries import ANN, CALLS, CANARIES, ORDERS, OTHER, REGISTRATION
from .search import search

WITHIN_S = 240
"""A busy machine has replicas wait for the leases of former ones."""


async def erase_and_look(data: DataSet, folder: Path, say: Callable[[str], None]) -> bool:
    """Raises AssertionError where a text is found, or what is not about the person is another than before.

    False where it went no further than the restored backup, which needs a real broker: members of the mock cluster's groups come
    back after minutes.
    """
    console = Console(width=140)
    seal_key, sealed = folder / "seal.key", folder / "seals"
    seals.new_key(seal_key)
    secret = Ed25519PrivateKey.generate()
    with collector(folder / "traces.otlp") as endpoint:
        tracing = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_BSP_SCHEDULE_DELAY": "200"}
        async with running(folder / "home", **tracing) as installation:
            asked = Asked(installation, folder / "all.export")
            calls = await _fed(installation, asked, data)
            await asked.export()
            say(
                f"{len(data.facts):,} facts, a customer with two contacts, {len(calls)} parked messages that name one of them"
            )
            await _found_nowhere(installation, folder, (*CANARIES, *OTHER), "sealed", say)

            before, sealed_before = await final_state(installation), await asked.contacts("auditor")
            await back_up(addresses(installation), folder / "monday", print, secret)
            monday, _ = await back_up_keys(addresses(installation), folder / "monday.json", secret)
            await seal_all(addresses(installation), sealed, seal_key)

            subjects = await _erased(asked, calls)
            await quiet(installation)
            await _gone(asked, sealed_before)
            await asked.export()
            await _found_nowhere(installation, folder, CANARIES, "erased", say)
            assert await final_state(installation) == before, "debts, grades or sums are not what they were"
            assert await verify(installation, console), "a check of verify does not hold"
            checks = [check async for check in sealed_checks(addresses(installation), sealed, None)]
            assert all(check.ok for check in checks), checks
            say(f"sums as before, verify holds, {len(checks)} checks of the seals hold")

            if not installation.kafka.real:
                return False
            tuesday, _ = await back_up_keys(addresses(installation), folder / "tuesday.json", secret)
            said = await _restored(installation, folder, [monday, tuesday], secret.public_key().public_bytes_raw())
            lead = f"{CUSTOMER}: erased after the backup, and so erased again: "
            [again] = [line for line in said if line.startswith(lead)]
            assert set(again.removeprefix(lead).split(", ")) == subjects
            await start_services(installation)
            for client in installation.clients:
                await client.get("/livez")
            await quiet(installation)
            await ready(installation)
            await _gone(asked, sealed_before)
            await _found_nowhere(installation, folder, CANARIES, "erased, and the backup of before restored", say)
            assert await final_state(installation) == before, "debts, grades or sums are not what they were"
            assert await verify(installation, console), "a check of verify does not hold"
            say(f"{len(subjects)} subjects erased again by the restore, sums as before, verify holds")
            return True


async def _fed(installation: Installation, asked: Asked, data: DataSet) -> list[dict[str, Any]]:
    """All facts and actions, the registration, and the messages of the ERP, which are given back as they are parked."""
    publisher = Publisher(installation.kafka.bootstrap, installation.kafka.security_of(ERP))
    await publisher.start()
    await Driver(installation.clients, publisher).run(data.facts, data.facts[-1].time, data.actions)
    await publisher.stop()
    await asked("xie", "administrator", "POST", "/v1/customers", REGISTRATION)
    await publish(installation.kafka.bootstrap, CALLS, security=installation.kafka.security_of(ERP))
    calls = await eventually(asked.parked, lambda rows: len(rows) == len(CALLS), within_s=WITHIN_S)
    assert all(CANARIES[0] in each["value"] for each in calls)
    await quiet(installation)
    assert (await asked.contacts())["K-1"]["email"] == CANARIES[1]
    return calls


async def _found_nowhere(
    installation: Installation, folder: Path, texts: tuple[str, ...], when: str, say: Callable[[str], None]
) -> None:
    found = await search(installation, folder, texts)
    assert not found.hits, "; ".join(found.hits)
    assert found.of_erp is not None
    in_clear = [text for text in CANARIES if f"{text} stands in the topic {ORDERS}" in found.of_erp.hits]
    assert len(in_clear) == len(CANARIES), "the search does not find them where the ERP wrote them"
    say(f"{when}: {found}")


async def _erased(asked: Asked, calls: list[dict[str, Any]]) -> set[str]:
    """The contact and each of the messages; the subjects."""
    erased = await asked.erase(ANN)
    assert (erased["status"], erased["unreachable_events"]) == ("erased", [])
    itself = [subject for each in calls for subject in each["sealed_subjects"]]
    for subject in itself:
        await asked.erase(subject)
    assert [each["lost_subjects"] for each in await asked.parked()] == [each["sealed_subjects"] for each in calls]
    assert len(itself) == len(CALLS)
    return {ANN, *itself}


async def quiet(installation: Installation) -> None:
    """Every service has read what customer-svc wrote; one that was restored waits first, until logs and topics are compared."""
    heads = (await installation.client(CUSTOMER).progress())["heads"]
    topic = installation.client(CUSTOMER).service.topic

    async def at_rest(client: Client) -> bool:
        own = any(source.topic == topic for source in client.service.sources)
        reading = await client.settled({topic: heads} if own else {})
        return bool(reading["reached"] and reading["quiet"])

    for client in installation.clients:
        await eventually(partial(at_rest, client), bool, within_s=WITHIN_S)


async def ready(installation: Installation) -> None:
    """Logs and topics are compared, and writes are taken again."""

    async def answer(client: Client) -> int:
        return (await installation.http.get(f"{client.base_url}/readyz")).status_code

    for client in installation.clients:
        await eventually(partial(answer, client), lambda status: status == 200, within_s=WITHIN_S)


async def _gone(asked: Asked, sealed_before: dict[str, Any]) -> None:
    """The erased contact has no texts any more, whoever looks; the other one is as it was, byte for byte."""
    shown = await asked.contacts()
    assert [shown["K-1"][name] for name in ("name", "email", "telephone")] == [None, None, None]
    assert [shown["K-2"][name] for name in ("name", "email", "telephone")] == list(OTHER)
    assert await asked.contacts("auditor") == sealed_before
    items = [sealed_before["K-1"]["name"], sealed_before["K-2"]["name"]]
    opened = (await asked("xie", "administrator", "POST", "/v1/personal/openings", {"items": items})).json()["items"]
    assert [(each["text"], each["cause"]) for each in opened] == [(None, "erased"), (OTHER[0], None)]


async def _restored(installation: Installation, folder: Path, keys: list[Path], public: bytes) -> list[str]:
    """The backup of before in a cluster of its own, in place of the installation's; what was said."""
    await stop_services(installation)
    old, said = installation.postgres, list[str]()
    cluster = folder / "second"
    cluster.mkdir()
    installation.postgres = await asyncio.to_thread(start_postgres, cluster, print)
    await asyncio.to_thread(old.discard)
    persons = Persons(read_keys(keys, public))
    await restore(folder / "monday", addresses(installation), TOPICS, False, said.append, public, persons=persons)
    services = {service.name: (service.topic, installation.dsn(service.name)) for service in ALL}
    kafka = installation.kafka
    assert await topics_ahead(kafka.bootstrap, kafka.security, services) == [], "the erasure is the same event again"
    return said
