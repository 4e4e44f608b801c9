"""A Kafka with TLS, logins and rules: what is refused says what to change, loses nothing, and goes on once it is right."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chassis.kafka_acls import Acl, acls_of
from chassis.kafka_security import KafkaSecurity
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.testing.client import app_of, client_of
from chassis.testing.facts import publish
from chassis.testing.serving import listening
from chassis.testing.waiting import eventually
from standing_parts import Kafka, kafka_jars
from standing_parts.certificates import Authority
from standing_parts.choose import PassedOver
from standing_parts.kafka import OPERATOR, SECURED, VARIABLE
from standing_parts.secured_kafka import SecuredKafka

from .running import POURINGS, Start, asking, become, handled, levels, pour, totals
from .test_relay import logged, mirrored
from .tokens import TokenIssuer
from .toy import COUNT_SERVICE, JAR_SERVICE, Fill

PARTITIONS = 4
WITHIN_S = 180.0
SECRET = "canary-91bd"
LIFE_S = 6.0
"""Of a token, after which the broker ends the connection."""


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredKafka]:
    folder = tmp_path_factory.mktemp("secured")
    try:
        kafka_jars.probe()
        jars = kafka_jars.jars(folder / "maven.log", print)
    except PassedOver as reason:
        pytest.skip(f"Apache Kafka cannot be started here: {reason}")
    node = SecuredKafka(folder, jars, unsigned_tokens=True)
    node.start_again(wipe=False)
    yield node
    node.kill()


@pytest.fixture(scope="module")
def kafka(request: pytest.FixtureRequest) -> Kafka:
    """Instead of the session's broker, which lets everybody do everything."""
    if os.environ.get(VARIABLE) == "mock":
        pytest.skip("the mock cluster knows neither TLS nor logins nor rules; it needs Java 17 and Maven")
    broker: SecuredKafka = request.getfixturevalue("broker")
    return Kafka(SECURED, f"127.0.0.1:{broker.port}", True, PARTITIONS, broker, broker.user(OPERATOR))


@pytest.fixture(autouse=True)
def operator(kafka: Kafka, settings: Settings) -> Settings:
    """The operator may read what this test publishes; anybody else gets rules of its own."""
    own = [settings.topic_prefix + topic for topic in (JAR_SERVICE.topic, COUNT_SERVICE.topic)]
    kafka.allow(OPERATOR, [Acl("topic", topic, "Read") for topic in own])
    return settings


def login(security: KafkaSecurity) -> dict[str, Any]:
    return {f"kafka_{name}": getattr(security, name) for name in KafkaSecurity.__dataclass_fields__}


def jar_user(kafka: Kafka, settings: Settings) -> tuple[str, KafkaSecurity]:
    """A user of its own for the jars of this test, with the rules that it needs."""
    user = f"{settings.topic_prefix}jars"
    kafka.allow(user, acls_of(JAR_SERVICE, settings.topic_prefix))
    return user, kafka.security_of(user)


async def made(kafka: Kafka, settings: Settings) -> None:
    """The topics, where the service may not make them yet."""
    await kafka.create_topics([settings.topic_prefix + topic for topic in (JAR_SERVICE.topic, POURINGS)])


async def pour_as_erp(kafka: Kafka, settings: Settings, numbers: range) -> None:
    """As the other system, which may write its own topic and nothing else."""
    user = f"{settings.topic_prefix}erp"
    kafka.allow(user, [Acl("topic", settings.topic_prefix + POURINGS, each) for each in ("Write", "Create")])
    facts = [pour(f"J-{jar_of(n, 7)}", n) for n in numbers]
    await publish(settings.kafka, facts, settings.topic_prefix, security=kafka.security_of(user))


async def poured(jars: Runtime) -> int:
    return sum((await levels(jars)).values())


async def reasons(jars: Runtime) -> str:
    async with client_of(app_of(jars)) as client:
        return " ".join((await client.get("/readyz")).json()["reasons"])


async def refused(jars: Runtime, *words: str) -> str:
    """The reasons of /readyz, once they have all of these words."""
    return await eventually(lambda: reasons(jars), lambda seen: all(word in seen for word in words), WITHIN_S)


async def whole(jars: Runtime, settings: Settings, events: int, facts: int) -> None:
    """Everything was taken once, every event stands on the topic once and in order, and nothing is wrong any more."""
    await eventually(lambda: poured(jars), lambda level: level == events, WITHIN_S)
    await become(lambda: handled(jars, POURINGS), (facts, 0))
    await eventually(lambda: mirrored(settings), lambda mirror: sum(map(len, mirror.values())) >= events, WITHIN_S)
    found = await mirrored(settings)
    assert found == await logged(jars)
    assert sum(map(len, found.values())) == events
    await become(lambda: reasons(jars), "", WITHIN_S)


async def fill(jars: Runtime, numbers: range) -> None:
    for n in numbers:
        await jars.executor.submit(asking(Fill(f"J-{jar_of(n, 5)}", 1)))


def jar_of(number: int, at_once: int) -> int:
    """A few jars in turn, and others after a hundred: however many there come, none overflows."""
    return number // 100 * at_once + number % at_once


async def test_facts_come_in_and_events_go_out_over_tls_with_no_more_rights_than_needed(
    kafka: Kafka, operator: Settings, start_service: Start
) -> None:
    prefix = operator.topic_prefix
    _, own = jar_user(kafka, operator)
    jars = await start_service(JAR_SERVICE, **login(own))
    await pour_as_erp(kafka, operator, range(50))
    await whole(jars, operator, 50, 50)
    kafka.allow(f"{prefix}counts", acls_of(COUNT_SERVICE, prefix))
    async with listening(jars) as address:
        counts = await start_service(
            COUNT_SERVICE, peers={"jar-svc": address}, **login(kafka.security_of(f"{prefix}counts"))
        )
        await become(lambda: totals(counts), await levels(jars), WITHIN_S)
        await become(lambda: reasons(counts), "", WITHIN_S)
    await become(lambda: handled(counts, "jar.events"), (50, 0))


async def test_a_wrong_password_is_named_and_the_right_one_is_read_without_a_restart(
    kafka: Kafka, broker: SecuredKafka, operator: Settings, start_service: Start, tmp_path: Path
) -> None:
    user, own = jar_user(kafka, operator)
    assert own.password_file is not None
    mine = tmp_path / "password"
    mine.write_text("not-the-password")
    await made(kafka, operator)
    jars = await start_service(JAR_SERVICE, **login(replace(own, password_file=mine)))
    await pour_as_erp(kafka, operator, range(20))
    await fill(jars, range(10))
    found = await refused(jars, "relay: Kafka at", "consumer: Kafka at", f"user '{user}'", str(mine), "no such user")
    assert "not-the-password" not in found
    assert "Nothing is lost" in found
    mine.write_text(own.password_file.read_text())
    await whole(jars, operator, 30, 20)


async def test_a_password_that_is_changed_while_all_runs_is_taken_over(
    kafka: Kafka, broker: SecuredKafka, operator: Settings, start_service: Start
) -> None:
    user, own = jar_user(kafka, operator)
    assert own.password_file is not None
    jars = await start_service(JAR_SERVICE, **login(own))
    await pour_as_erp(kafka, operator, range(20))
    await whole(jars, operator, 20, 20)
    await asyncio.to_thread(broker.set_password, user, "changed-at-kafka")
    await asyncio.to_thread(broker.start_again, wipe=False)  # connections that are open stay; new ones are refused
    await fill(jars, range(10))
    await pour_as_erp(kafka, operator, range(20, 40))
    await refused(jars, "relay: Kafka at", f"user '{user}'")
    own.password_file.write_text("changed-at-kafka")
    await whole(jars, operator, 50, 40)


async def test_a_certificate_of_another_ca_is_refused_until_the_right_one_is_named(
    kafka: Kafka, operator: Settings, start_service: Start, tmp_path: Path
) -> None:
    _, own = jar_user(kafka, operator)
    assert own.ca_file is not None
    mine = Authority(tmp_path, "another CA").file
    await made(kafka, operator)
    jars = await start_service(JAR_SERVICE, **login(replace(own, ca_file=mine)))
    await pour_as_erp(kafka, operator, range(20))
    await fill(jars, range(10))
    await refused(
        jars, "relay: The certificate of Kafka", "not signed by a CA that counts here", str(mine), "consumer:"
    )
    mine.write_bytes(own.ca_file.read_bytes())
    await whole(jars, operator, 30, 20)


async def test_a_broker_under_a_name_that_its_certificate_does_not_have_is_refused(
    kafka: Kafka, operator: Settings, start_service: Start
) -> None:
    _, own = jar_user(kafka, operator)
    await made(kafka, operator)
    elsewhere = kafka.bootstrap.replace("127.0.0.1", "localhost")
    jars = await start_service(JAR_SERVICE, kafka=elsewhere, **login(own))
    await pour_as_erp(kafka, operator, range(20))
    await fill(jars, range(10))
    await refused(jars, "relay: The certificate of Kafka", "is not made for the name localhost", "consumer:")
    jars.settings.kafka = kafka.bootstrap
    await whole(jars, operator, 30, 20)


@pytest.mark.parametrize(
    ("lacking", "sentence"),
    [
        (Acl("topic", "jar.events", "Write"), "relay: Kafka does not let User:{user} write the topic {name}."),
        (Acl("topic", "jar.events", "Read"), "relay: Kafka does not let User:{user} read the topic {name}."),
        (Acl("topic", POURINGS, "Read"), "consumer: Kafka does not let User:{user} read the topic {name}."),
        (Acl("group", "jar-svc", "Read"), "consumer: Kafka does not let User:{user} read the group {name}."),
    ],
    ids=["write its topic", "read its topic", "read a source", "read as its group"],
)
async def test_a_rule_that_is_missing_is_named_and_once_it_is_there_everything_goes_on(
    kafka: Kafka, broker: SecuredKafka, operator: Settings, start_service: Start, lacking: Acl, sentence: str
) -> None:
    user, own = jar_user(kafka, operator)
    name = operator.topic_prefix + lacking.name
    lacking = lacking._replace(name=name)
    # The topics are there, and it may look at all of them: only this one thing is forbidden.
    await made(kafka, operator)
    if lacking.kind == "topic":
        kafka.allow(user, [lacking._replace(operation="Describe")])
    # What an empty topic ends with need not be read.
    before = await start_service(JAR_SERVICE, **login(own))
    await fill(before, range(5))
    await whole(before, operator, 5, 0)
    await before.stop()
    broker.forbid(user, lacking)
    jars = await start_service(JAR_SERVICE, publish_timeout_s=10.0, **login(own))
    await pour_as_erp(kafka, operator, range(20))
    await fill(jars, range(10))
    found = await refused(jars, sentence.format(user=user, name=name))
    assert f"--operation {lacking.operation} --{lacking.kind} {name}" in found
    assert "cannot be decoded" not in found
    kafka.allow(user, [lacking])
    await whole(jars, operator, 35, 20)


async def test_a_topic_that_may_not_be_made_is_named(kafka: Kafka, operator: Settings, start_service: Start) -> None:
    user = f"{operator.topic_prefix}jars"
    kafka.allow(user, acls_of(JAR_SERVICE, operator.topic_prefix, creates=False))
    jars = await start_service(JAR_SERVICE, **login(kafka.security_of(user)))
    await fill(jars, range(10))
    topics = [operator.topic_prefix + topic for topic in (JAR_SERVICE.topic, POURINGS)]
    await refused(jars, *(f"the topic {topic}." for topic in topics))
    await made(kafka, operator)
    await whole(jars, operator, 10, 0)


@asynccontextmanager
async def tokens() -> AsyncIterator[TokenIssuer]:
    async with TokenIssuer(secret=SECRET, life_s=LIFE_S) as issuer:
        yield issuer


async def test_a_session_that_ends_with_its_token_is_begun_anew_with_nothing_lost_or_repeated(
    kafka: Kafka, operator: Settings, start_service: Start, tmp_path: Path
) -> None:
    user, _ = jar_user(kafka, operator)
    secret = tmp_path / "secret"
    secret.write_text("not-the-secret")
    async with tokens() as issuer:
        own = KafkaSecurity(
            "SASL_SSL", "OAUTHBEARER", ca_file=operator.kafka_ca_file, token_url=issuer.url, client_id=user,
            client_secret_file=secret,
        )  # fmt: skip
        jars = await start_service(JAR_SERVICE, **login(own))
        found = await refused(jars, "relay: There is no token for Kafka", "consumer: There is no token", "wrong secret")
        assert "not-the-secret" not in found
        secret.write_text(SECRET)
        await become(lambda: reasons(jars), "", WITHIN_S)
        sent = 0

        async def tokens_after_more_traffic() -> int:
            nonlocal sent
            await pour_as_erp(kafka, operator, range(sent, sent + 5))
            await fill(jars, range(sent, sent + 5))
            sent += 5
            return issuer.issued

        # New tokens are for new sessions alone: once there are four more, the broker has ended some meanwhile.
        enough = issuer.issued + 4
        await eventually(tokens_after_more_traffic, lambda issued: issued >= enough, WITHIN_S)
        await whole(jars, operator, 2 * sent, sent)
