"""Apache Kafka on the local JVM: one node that is broker and controller (KRaft)."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import time
import uuid
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from chassis.kafka_security import PLAINTEXT
from standing_parts import maven
from standing_parts.part import PartError, address_answers, lock_folder, locked, tail
from standing_parts.ports import free_port
from standing_parts.process import Command, ServerProcess

START_LIMIT_S = 60.0
FORMAT_LIMIT_S = 60.0
POLL_S = 0.1
LOGGING = Path(__file__).with_name("log4j2.properties")

# One thread collects garbage and the quick compiler alone runs: a developer's machine wants a quick start.
JVM = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Djava.awt.headless=true")

NEVER_MS = 9_223_372_036_854_775_807
HUNDRED_YEARS_MS = 3_155_760_000_000


def server_properties(port: int, controller_port: int, data: Path) -> dict[str, str]:
    """The node's settings. Records are kept for ever, also those whose own time is years ago."""
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "log.dirs": str(data),
        "auto.create.topics.enable": "false",
        "log.retention.ms": "-1",
        "log.retention.bytes": "-1",
        "log.message.timestamp.type": "CreateTime",
        "log.message.timestamp.before.max.ms": str(NEVER_MS),
        # A segment is also closed when its records' times span more than this; at the usual week, years of
        # history written in one go would become hundreds of files for each partition.
        "log.roll.ms": str(HUNDRED_YEARS_MS),
        # A home left alone for a week must still know where its consumers stood.
        "offsets.retention.minutes": "2147483647",
        "default.replication.factor": "1",
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "4",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "4",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
        # The node that was killed counts as present until its session ends, and keeps its successor out
        # until then.
        "broker.session.timeout.ms": "3000",
        "broker.heartbeat.interval.ms": "500",
        "num.network.threads": "2",
        "num.io.threads": "4",
        "log.cleaner.dedupe.buffer.size": str(16 * 1024 * 1024),
    }


class ApacheKafka:
    """One node: data in `folder`/data, output in `folder`/server.log; `jars` is its class path."""

    def __init__(self, folder: Path, jars: Path) -> None:
        self._folder = folder
        self._jars = jars
        self._data = folder / "data"
        self._properties = folder / "server.properties"
        self._log = folder / "server.log"
        with locked(folder):
            self.port = free_port(folder / "port")
            self._controller_port = free_port(folder / "controller-port")
        self._server: ServerProcess | None = None

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()

    def kill(self) -> None:
        if self._server is not None:
            self._server.kill()

    def start_again(self, wipe: bool) -> None:
        self.stop()
        held = lock_folder(self._folder)
        try:
            settings = self._settings()
            self._properties.write_text("".join(f"{name}={_escaped(value)}\n" for name, value in settings.items()))
            if wipe:
                shutil.rmtree(self._data, ignore_errors=True)
            if not (self._data / "meta.properties").is_file():
                self._format()
        except BaseException:
            os.close(held)
            raise
        argv = self._java("kafka.Kafka", str(self._properties))
        self._server = ServerProcess(Command(argv, cwd=self._folder, log=self._log), held)
        self._wait_until_it_answers(self._server)

    def _settings(self) -> dict[str, str]:
        return server_properties(self.port, self._controller_port, self._data)

    def _answers(self) -> bool:
        """Whether the cluster's metadata names a broker that is ready."""
        return broker_answers(f"127.0.0.1:{self.port}")

    def _java(self, main: str, *arguments: str) -> tuple[str, ...]:
        logging = f"-Dlog4j2.configurationFile={LOGGING.as_uri()}"
        return (maven.java(), *JVM, logging, "-cp", f"{self._jars}/*", main, *arguments)

    def _format(self) -> None:
        shutil.rmtree(self._data, ignore_errors=True)
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        # The tool reads a leading dash as an option.
        argv = self._java("kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "-c", str(self._properties))
        done = subprocess.run(argv, capture_output=True, text=True, timeout=FORMAT_LIMIT_S)
        if done.returncode != 0:
            raise PartError(f"Kafka cannot prepare {self._data}: {(done.stderr or done.stdout).strip()}")

    def _wait_until_it_answers(self, server: ServerProcess) -> None:
        deadline = time.monotonic() + START_LIMIT_S
        while server.alive and time.monotonic() < deadline:
            if address_answers("127.0.0.1", self.port) and self._answers():
                return
            time.sleep(POLL_S)
        ended = "ended at once" if not server.alive else f"gave no answer within {START_LIMIT_S:g} s"
        server.stop()
        raise PartError(f"Apache Kafka at 127.0.0.1:{self.port} {ended}. The end of {self._log}:\n" + tail(self._log))


def broker_answers(bootstrap: str, timeout_s: float = 2.0) -> bool:
    """Whether the cluster's metadata names a broker that is ready."""
    try:
        admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0, **PLAINTEXT.librdkafka_options()})
        metadata = admin.list_topics(timeout=timeout_s)
    except KafkaException:
        return False
    return bool(metadata.brokers)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\")
