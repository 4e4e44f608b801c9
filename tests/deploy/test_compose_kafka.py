"""The broker of compose.yaml, started here with the same settings at other ports: who comes in, and what each may do."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError
from typer.testing import CliRunner

from chassis.inbox.broker import ensure_topics
from chassis.inbox.broker_faults import Denied
from chassis.kafka_security import PLAINTEXT
from standing.cli import app
from standing.kafka_rules import ERP, rules
from standing_parts import kafka_jars
from standing_parts.choose import PassedOver
from standing_parts.ports import free_port
from standing_parts.secured_kafka import SecuredKafka

from .deployment import DEPLOY, documents

BROKER = documents(DEPLOY / "compose.yaml")[0]["services"]["kafka"]["environment"]
OF_THE_IMAGE = {"KAFKA_HEAP_OPTS"}


def property_of(variable: str) -> str:
    """The broker's setting that the image makes of a variable: ``___`` is a dash, ``__`` an underscore, ``_`` a point."""
    name = variable.removeprefix("KAFKA_").lower()
    return re.sub("_{1,3}", lambda found: {1: ".", 2: "_", 3: "-"}[len(found[0])], name)


class AsInCompose(SecuredKafka):
    """Its addresses, files and folder are those of this machine; every other setting is that of the container."""

    def _settings(self) -> dict[str, str]:
        secrets = self.ca_file.parent
        here = {
            "0.0.0.0:9092": f"127.0.0.1:{self.port}",
            "kafka:9092": f"127.0.0.1:{self.port}",
            "0.0.0.0:19092": f"127.0.0.1:{self.host_port}",
            "127.0.0.1:19092": f"127.0.0.1:{self.host_port}",
            "0.0.0.0:19093": self.inner_bootstrap,
            "127.0.0.1:19093": self.inner_bootstrap,
            "127.0.0.1:9093": f"127.0.0.1:{self._controller_port}",
            "/run/secrets/kafka-broker": str(secrets / "broker.both.pem"),
            "/run/secrets/kafka-ca": str(self.ca_file),
            BROKER["KAFKA_LOG_DIRS"]: str(self._data),
        }
        either = re.compile("|".join(re.escape(there) for there in here))
        return {
            property_of(name): either.sub(lambda found: here[found[0]], value)
            for name, value in BROKER.items()
            if name not in OF_THE_IMAGE
        }

    @property
    def host_port(self) -> int:
        return free_port(self._folder / "host-port")


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AsInCompose]:
    folder = tmp_path_factory.mktemp("compose")
    try:
        kafka_jars.probe()
        node = AsInCompose(folder, kafka_jars.jars(folder / "maven.log", print))
    except PassedOver as reason:
        pytest.skip(f"Apache Kafka cannot be started here: {reason}")
    node.start_again(wipe=False)
    yield node
    node.kill()


def test_a_variable_of_the_image_is_the_brokers_setting() -> None:
    assert property_of("KAFKA_LOG_DIRS") == "log.dirs"
    assert property_of("KAFKA_LISTENER_NAME_SASL__SSL_SCRAM___SHA___512_SASL_JAAS_CONFIG") == (
        "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config"
    )


@pytest.mark.parts
async def test_a_user_with_its_rules_comes_in_and_everybody_else_is_refused(broker: AsInCompose) -> None:
    bootstrap, needed = f"127.0.0.1:{broker.port}", rules()
    for user in ("credit-svc", ERP):
        broker.user(user)
        broker.allow(user, needed[user])
    await ensure_topics(bootstrap, broker.user("credit-svc"), ["credit.events", "erp.invoices"], 2, 1)
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, **broker.user(ERP).client_options()) as producer:
        await producer.send_and_wait("erp.invoices", b"{}")
    with pytest.raises(Denied, match="User:erp describe the topic credit"):
        await ensure_topics(bootstrap, broker.user(ERP), ["credit.events"], 2, 1)
    with pytest.raises(KafkaConnectionError):
        await ensure_topics(bootstrap, PLAINTEXT, ["erp.invoices"], 2, 1)


@pytest.mark.parts
async def test_users_get_their_passwords_and_rules_by_commands(
    broker: AsInCompose, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, bootstrap = tmp_path / "secrets", f"127.0.0.1:{broker.port}"
    before = broker.user(ERP)
    for name, value in broker.administrator.environment().items():
        monkeypatch.setenv(name, value)
    made = ("kafka-secrets", str(folder), "--host", "kafka")
    given = ("kafka-users", "--kafka", broker.inner_bootstrap, "--passwords", str(folder), "--topic-prefix", "own-")
    for arguments in (made, given, given):  # again is harmless
        answer = await asyncio.to_thread(CliRunner().invoke, app, arguments)
        assert answer.exit_code == 0, answer.output
    service, partner = (
        replace(before, user=user, password_file=folder / f"{user}.password") for user in ("credit-svc", ERP)
    )
    await ensure_topics(bootstrap, service, ["own-erp.invoices"], 2, 1)
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, **partner.client_options()) as producer:
        await producer.send_and_wait("own-erp.invoices", b"{}")
    with pytest.raises(KafkaConnectionError):
        await ensure_topics(bootstrap, before, ["own-erp.invoices"], 2, 1)
