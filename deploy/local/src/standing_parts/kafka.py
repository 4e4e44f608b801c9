"""Kafka: an external one, one in Docker, Apache Kafka on the local JVM (open or secured), or librdkafka's mock cluster."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from chassis.errors import UsageError
from chassis.kafka_acls import Acl
from chassis.kafka_security import PLAINTEXT, KafkaSecurity, KafkaSettings
from standing_parts import apache_kafka, docker, kafka_jars, mock_broker
from standing_parts.choose import ANSWER_LIMIT_S, Candidate, PassedOver, choose, one_line
from standing_parts.part import PartError, Running, Say

if TYPE_CHECKING:
    from standing_parts.secured_kafka import SecuredKafka

VARIABLE = "STANDING_KAFKA"
SECURED = "secured"
KINDS = ("docker", "apache", SECURED, "mock")
OPERATOR = "operator"
"""The user of a secured one that reads all topics and may delete those of the services."""
TOPICS_LIMIT_S = 20.0
POLL_S = 0.05


@dataclass(frozen=True)
class Kafka:
    """A Kafka that answers.

    `kind` is "external", "docker", "apache", "secured" or "mock"; `bootstrap` is `host:port`; `real` is False
    for the mock, whose data is in memory and old records get evicted; `partitions` is what `create_topics`
    gives a topic; `security` is how it is reached by whoever looks at everything.
    """

    kind: str
    bootstrap: str
    real: bool
    partitions: int
    _running: Running | None = field(default=None, repr=False, compare=False)
    security: KafkaSecurity = PLAINTEXT

    def security_of(self, user: str) -> KafkaSecurity:
        """How one of several users reaches it: on a secured one each has a login of its own."""
        secured = self._secured
        return secured.user(user) if secured is not None else self.security

    def allow(self, user: str, rules: Iterable[Acl]) -> None:
        """Let a user of a secured one do this; on others everybody may do everything that they let us do."""
        if (secured := self._secured) is not None:
            secured.allow(user, rules)

    @property
    def settings(self) -> dict[str, Any]:
        """The same as `security`, as arguments of a service's settings."""
        named = {name: getattr(self.security, name) for name in KafkaSecurity.__dataclass_fields__}
        return {f"kafka_{name}": value for name, value in named.items()}

    @property
    def administration(self) -> dict[str, str | int | float | bool]:
        """Settings of a client on librdkafka that may do everything, with the address."""
        where = self.bootstrap if self._secured is None else self._secured.inner_bootstrap
        return {"bootstrap.servers": where, "log_level": 0, **self.administrator.librdkafka_options()}

    @property
    def administrator(self) -> KafkaSecurity:
        """How whoever may do everything reaches it."""
        return self.security if self._secured is None else self._secured.administrator

    @property
    def _secured(self) -> SecuredKafka | None:
        if self.kind != SECURED:
            return None
        from standing_parts.secured_kafka import SecuredKafka

        assert isinstance(self._running, SecuredKafka)
        return self._running

    @property
    def fetch_wait_ms(self) -> int:
        """How long a consumer should let it hold a fetch that finds nothing. A broker answers when something
        comes; the mock only when that time is over."""
        return 500 if self.real else 20

    async def create_topics(self, names: Sequence[str]) -> None:
        """Create the topics that are not there yet, with `partitions` partitions; return when all can be
        used.

        On the mock, asking for a topic makes it. Raises PartError when one is there with another number of
        partitions, or when the broker refuses.
        """
        if names:
            await asyncio.to_thread(self._create_topics, list(names))

    def stop(self) -> None:
        """Stop the broker in good order within half a minute; an external one is left alone."""
        if self._running is not None:
            self._running.stop()

    def kill(self) -> None:
        """End the broker at once; for drills."""
        self._ours("killed").kill()

    def start_again(self, wipe: bool = False) -> None:
        """Start the broker again on the same port, stopping it first when it runs, and return when it
        answers.

        `wipe` empties its data: no topic, no record, no committed offset is left. Raises PartError, always
        so for the mock, which cannot take a port of one's choice.
        """
        self._ours("started again").start_again(wipe)

    def _ours(self, what: str) -> Running:
        if self._running is None:
            raise PartError(f"The Kafka of {VARIABLE} is not started from here and cannot be {what} from here.")
        return self._running

    def _create_topics(self, names: list[str]) -> None:
        admin = AdminClient(self.administration)
        try:
            if self.real:
                wanted = [NewTopic(name, self.partitions) for name in names]
                for name, created in admin.create_topics(wanted).items():
                    _settle(name, created.exception(TOPICS_LIMIT_S))
            deadline = time.monotonic() + TOPICS_LIMIT_S
            while unready := [name for name in names if not self._ready(admin, name)]:
                if time.monotonic() > deadline:
                    missing = ", ".join(unready)
                    raise PartError(f"Kafka at {self.bootstrap} has no leader for {missing}; see its log.")
                time.sleep(POLL_S)
        except KafkaException as failure:
            raise PartError(f"Kafka at {self.bootstrap} does not answer: {one_line(failure)}.") from failure

    def _ready(self, admin: AdminClient, name: str) -> bool:
        topic = admin.list_topics(name, timeout=TOPICS_LIMIT_S).topics[name]
        if topic.error is not None or any(one.leader < 0 for one in topic.partitions.values()):
            return False
        if len(topic.partitions) != self.partitions:
            raise PartError(
                f"The topic {name} is there with {len(topic.partitions)} partitions, not {self.partitions}; "
                "delete it, name another home, or ask for as many."
            )
        return True


def start_kafka(home: Path, partitions: int = 8, say: Say = print) -> Kafka:
    """Start Kafka with its data under `home`/kafka and return when it answers.

    The environment's STANDING_KAFKA is host:port of an external one, or `docker`, `apache`, `secured` or `mock`
    to have that one and no other; unset, the first of `docker`, `apache`, `mock` that can be had. `partitions` is for topics
    made later; the mock always has 4. `say` gets one line that names it, and one line with the reason for
    each that was passed over. It ends with this process. Raises PartError.
    """
    wanted = os.environ.get(VARIABLE) or None
    if wanted is not None and wanted not in KINDS:
        return _external(wanted, partitions, say)
    folder = home.absolute() / "kafka"
    folder.mkdir(parents=True, exist_ok=True)
    if wanted == SECURED or (wanted is None and (folder / "secrets").is_dir()):
        return _of_its_own_login(folder, partitions, say)
    return choose(
        "Kafka",
        [
            Candidate("docker", docker.probe, lambda: _docker(folder, partitions, say)),
            Candidate("apache", kafka_jars.probe, lambda: _apache(folder, partitions, say)),
            Candidate("mock", lambda: None, lambda: _mock(folder, say)),
        ],
        say,
        forced=wanted,
    )


def _external(bootstrap: str, partitions: int, say: Say) -> Kafka:
    if ":" not in bootstrap:
        raise PartError(f"{VARIABLE} must be host:port, docker, apache, secured or mock, not {bootstrap!r}.")
    try:
        security = KafkaSettings().kafka_security.check()
    except UsageError as refusal:
        raise PartError(str(refusal)) from refusal
    try:
        admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0, **security.librdkafka_options()})
        admin.list_topics(timeout=ANSWER_LIMIT_S)
    except KafkaException as failure:
        why = one_line(failure)
        raise PartError(
            f"The Kafka of {VARIABLE} at {bootstrap} does not answer ({why}); start it, or unset {VARIABLE}."
        ) from failure
    say(f"Kafka: external at {bootstrap} ({VARIABLE})")
    return Kafka("external", bootstrap, True, partitions, security=security)


def _docker(folder: Path, partitions: int, say: Say) -> Kafka:
    broker = docker.start_kafka(folder)
    say(f"Kafka: docker {docker.KAFKA_IMAGE} at 127.0.0.1:{broker.port} (volume {broker.volume})")
    return Kafka("docker", f"127.0.0.1:{broker.port}", True, partitions, broker)


def _apache(folder: Path, partitions: int, say: Say) -> Kafka:
    broker = apache_kafka.ApacheKafka(folder, kafka_jars.jars(folder / "maven.log", say))
    broker.start_again(wipe=False)
    say(f"Kafka: Apache Kafka {kafka_jars.VERSION} at 127.0.0.1:{broker.port} (home {folder})")
    return Kafka("apache", f"127.0.0.1:{broker.port}", True, partitions, broker)


def _of_its_own_login(folder: Path, partitions: int, say: Say) -> Kafka:
    # Here: no other one has a use for certificates.
    from standing_parts.secured_kafka import SecuredKafka

    try:
        kafka_jars.probe()
        broker = SecuredKafka(folder, kafka_jars.jars(folder / "maven.log", say))
    except PassedOver as reason:
        raise PartError(f"Kafka: a secured one cannot be started here: {reason}.") from reason
    broker.start_again(wipe=False)
    where = f"127.0.0.1:{broker.port}"
    say(f"Kafka: Apache Kafka {kafka_jars.VERSION} at {where}, TLS, SCRAM and rules (home {folder})")
    return Kafka(SECURED, where, True, partitions, broker, broker.user(OPERATOR))


def _mock(folder: Path, say: Say) -> Kafka:
    broker = mock_broker.MockBroker(folder)
    say(f"Kafka: librdkafka's mock at {broker.bootstrap} (in memory, {mock_broker.PARTITIONS} partitions)")
    return Kafka("mock", broker.bootstrap, False, mock_broker.PARTITIONS, broker)


def _settle(name: str, refusal: BaseException | None) -> None:
    if refusal is None:
        return
    if isinstance(refusal, KafkaException) and refusal.args[0].code() == KafkaError.TOPIC_ALREADY_EXISTS:
        return
    raise PartError(f"Kafka refuses to create the topic {name}: {one_line(refusal)}.") from refusal
