"""The broker loses everything: the relays fill it again from the logs, and nobody notices twice."""

import pytest
from rich.console import Console

from standing.driver import Driver
from standing.facts.demo import demo
from standing.kafka_rules import ERP
from standing.publisher import Publisher
from standing.run import verify

from .conftest import Start
from .state import events

FIRST, ALL = demo(days=32, scale=0.1), demo(days=36, scale=0.1)


async def test_a_wiped_broker_is_filled_again(installations: Start, console: Console) -> None:
    installation = await installations()
    if not installation.kafka.real:
        pytest.skip("needs a real broker: the mock cluster cannot be restarted on its port")
    publisher = Publisher(installation.kafka.bootstrap, installation.kafka.security_of(ERP))
    await publisher.start()
    driver = Driver(installation.clients, publisher)
    await driver.run(FIRST.facts, FIRST.facts[-1].time)
    await publisher.stop()
    before = await events(installation)

    installation.kafka.start_again(wipe=True)
    await installation.create_topics()
    publisher.forget()
    await driver.quiet()
    assert await events(installation) == before

    again = Publisher(installation.kafka.bootstrap, installation.kafka.security_of(ERP))
    await again.start()
    later = [fact for fact in ALL.facts if fact.time > FIRST.facts[-1].time]
    await Driver(installation.clients, again).run(later, later[-1].time)
    await again.stop()
    assert sum((await events(installation)).values()) > sum(before.values())
    assert await verify(installation, console)
