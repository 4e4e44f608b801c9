"""What `standing status` shows: where everything is, and how far behind."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from chassis.inbox.broker import ensure_topics
from chassis.kafka_security import PLAINTEXT
from contracts import customer
from standing.services import ALL, Client, connect
from standing.status import Follower, _without_markers, followers, show
from standing_parts import Kafka


def client(name: str, http: Any = None, url: str = "http://127.0.0.1:1") -> Client:
    return Client(next(service for service in ALL if service.name == name), url, http)


def test_a_follower_lacks_what_lies_between_it_and_the_end_of_each_partition() -> None:
    relay = Follower("relay", {0: 41, 1: 7}, {0: 44, 1: 7})
    assert relay.lag == 3
    assert [relay.cell(0), relay.cell(1)] == ["41 -3", "7"]


def test_a_follower_that_moved_on_since_the_end_was_read_makes_no_other_partition_look_better() -> None:
    moved_on = Follower("← customer.events", {0: 9, 1: 4}, {0: 7, 1: 5})
    assert moved_on.lag == 1
    assert [moved_on.cell(0), moved_on.cell(1)] == ["9", "4 -1"]


def test_what_was_never_read_lacks_everything_and_an_unknown_end_is_no_lag_of_zero() -> None:
    assert Follower("← erp.orders", {}, {0: 5, 1: 2}).lag == 7
    assert Follower("← erp.orders", {0: 5}, {}).lag is None


def test_consumers_are_measured_against_the_log_of_their_owner_and_the_end_of_a_foreign_topic() -> None:
    # given credit-svc, which has taken three of customer-svc's five events and six of eight facts about payments
    reading = {
        "relay": {"0": 9},
        "lookup": {"0": 5},
        "read_models": {"accounts": {"0": 8}},
        "building": {},
        "inbox": {
            customer.TOPIC: {"0": {"position": 3, "kafka_offset": 11, "repeated": 0}},
            "erp.payments": {"0": {"position": 6, "kafka_offset": 5, "repeated": 2}},
        },
    }
    # when its followers are looked at
    rows = followers(
        client("credit-svc"), reading, {"credit-svc": {0: 9}, "customer-svc": {0: 5}}, {"erp.payments": {0: 8}}
    )
    lag = {row.name: row.lag for row in rows}
    # then each lag is a subtraction, and what nobody could say is unknown
    assert lag["relay"] == 0
    assert lag["look-ups"] == 4
    assert lag["accounts"] == 1
    assert lag[f"← {customer.TOPIC}"] == 2
    assert lag["← erp.payments"] == 2
    assert lag["← erp.invoices"] is None
    assert [row.repeated for row in rows if row.name == "← erp.payments"] == [2]


async def test_the_end_of_a_transaction_is_no_lag(kafka: Kafka, unique_prefix: str) -> None:
    if not kafka.real:
        pytest.skip("the mock cluster has no transactions")
    topic = f"{unique_prefix}facts"
    await ensure_topics(kafka.bootstrap, kafka.security, [topic], 2, 1)
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, transactional_id=topic)
    await producer.start()
    for number in range(2):
        async with producer.transaction():
            await producer.send_and_wait(topic, b"{}", partition=number)
    await producer.stop()
    source = SimpleNamespace(topic=topic, owner=None)
    asked: Any = SimpleNamespace(service=SimpleNamespace(sources=[source]))
    reading = {"inbox": {topic: {"0": {"kafka_offset": 0}, "1": {"kafka_offset": -1}}}}
    found = await _without_markers(kafka.bootstrap, kafka.security, {topic: {0: 2, 1: 2}}, [asked], [reading], 20)
    assert found == {topic: {0: 1, 1: 1}}


async def test_what_does_not_answer_is_named_and_the_command_fails(capsys: pytest.CaptureFixture[str]) -> None:
    async with connect() as http:
        assert not await show([client("notify-svc", http)], "127.0.0.1:1", PLAINTEXT, within_s=0.5)
    output = capsys.readouterr().out
    assert "Kafka at 127.0.0.1:1 does not answer" in output
    assert "notify-svc at http://127.0.0.1:1 does not answer." in output
