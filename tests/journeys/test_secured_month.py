"""A month of the demo on a Kafka with TLS, logins and rules, where each service may do what it needs and nothing else.

On a machine that has a PostgreSQL with TLS it is that one, reached with verify-full.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, TopicAuthorizationFailedError
from rich.console import Console

from chassis.kafka_acls import acls_of
from chassis.storage.connecting import connect
from standing.facts.demo import demo
from standing.installation import Installation
from standing.kafka_rules import ERP, commands
from standing.run import feed, verify
from standing.running import STATE_FILE
from standing.services import ALL
from standing_parts import kafka_jars, postgres
from standing_parts.choose import PassedOver
from standing_parts.kafka import SECURED, VARIABLE
from standing_parts.tls_postgres import tls_programs

from .conftest import running

WITHIN_S = 60.0


@pytest.fixture(scope="module")
async def installation(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Installation]:
    if os.environ.get(VARIABLE) == "mock":
        pytest.skip("the mock cluster knows neither TLS nor logins nor rules; it needs Java 17 and Maven")
    try:
        kafka_jars.probe()
    except PassedOver as reason:
        pytest.skip(f"Apache Kafka cannot be started here: {reason}")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(VARIABLE, SECURED)
        # A setting of the terminal that is for another Kafka.
        patched.setenv("STANDING_KAFKA_USER", "somebody-else")
        with suppress(PassedOver):
            tls_programs()
            patched.setenv(postgres.VARIABLE, postgres.SECURED)
        async with running(tmp_path_factory.mktemp("home")) as made:
            yield made


async def command(*arguments: str) -> tuple[int, str]:
    """The exit code and the output of ``standing`` in a process of its own."""
    argv = (sys.executable, "-m", "standing", *arguments)
    process = await asyncio.create_subprocess_exec(
        *argv, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def test_a_month_goes_through_and_every_check_holds(installation: Installation, console: Console) -> None:
    assert installation.kafka.kind == SECURED
    assert await feed(installation, demo(days=31, scale=0.3), console)
    assert await verify(installation, console)
    for client in installation.clients:
        assert (await client.get("/readyz"))["reasons"] == []


async def test_every_connection_to_the_databases_is_over_tls_that_was_verified(installation: Installation) -> None:
    if installation.postgres.kind != "tls":
        pytest.skip("no PostgreSQL with TLS is installed on this machine")
    assert "sslmode=verify-full" in installation.postgres.url
    connection = await connect(installation.postgres.url)
    try:
        rows = await connection.fetch(
            "SELECT datname, ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE datname <> 'postgres'"
        )
    finally:
        await connection.close()
    assert {row["datname"] for row in rows} == {service.database for service in ALL}
    assert all(row["ssl"] for row in rows)
    in_clear = installation.postgres.url.replace("sslmode=verify-full", "sslmode=disable")
    with pytest.raises(ConnectionError, match="no encryption"):
        await connect(in_clear)


async def test_the_commands_find_their_login_in_the_home_and_no_password_stands_there(
    installation: Installation,
) -> None:
    code, output = await command("verify", "--home", str(installation.home))
    assert code == 0, output
    code, output = await command("status", "--home", str(installation.home))
    assert code == 0, output
    passwords = [file.read_text().strip() for file in (installation.home / "kafka" / "secrets").glob("*.password")]
    assert len(passwords) == len(ALL) + 2
    written = [
        installation.home / STATE_FILE,
        *installation.home.glob("*.log"),
        installation.home / "kafka" / "server.log",
    ]
    assert [file for file in written for password in passwords if password in file.read_text(errors="replace")] == []


async def test_a_user_may_do_what_it_needs_and_nothing_else(installation: Installation) -> None:
    kafka, service = installation.kafka, ALL[0]
    foreign = next(
        topic for topic in (each.topic for each in ALL[1:]) if topic not in {s.topic for s in service.sources}
    )
    own = kafka.security_of(service.name)
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, **own.client_options())
    async with producer, asyncio.timeout(WITHIN_S):
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait(foreign, b"{}")
    partner = kafka.security_of(ERP)
    consumer = AIOKafkaConsumer(service.topic, bootstrap_servers=kafka.bootstrap, **partner.client_options())
    async with asyncio.timeout(WITHIN_S):
        try:
            with pytest.raises(TopicAuthorizationFailedError):
                await _first_record(consumer)
        finally:
            await consumer.stop()


async def _first_record(consumer: AIOKafkaConsumer) -> None:
    await consumer.start()
    await consumer.getone()


async def test_nobody_comes_in_without_a_login(installation: Installation) -> None:
    consumer = AIOKafkaConsumer(bootstrap_servers=installation.kafka.bootstrap)
    try:
        with pytest.raises(KafkaConnectionError):
            await consumer.start()
    finally:
        await consumer.stop()


def test_the_rules_are_printed_as_commands_for_each_user() -> None:
    printed = list(commands("t-"))
    for service in ALL:
        assert sum(f"User:{service.name} " in line for line in printed) == len(acls_of(service))
    assert "kafka-acls --add --allow-principal User:erp --operation Write --topic t-erp.invoices" in printed
    assert len(printed) == len(set(printed))
