"""The smallest domain with a real payload: meters are read, and each reading is recorded with the running total."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from uuid_utils import uuid7

from chassis.commands import Request
from chassis.domain import Decider
from chassis.policies import PolicyBook
from chassis.reactions import Source
from chassis.read_models import ReadModel
from chassis.service import Service
from contracts import Envelope, Event
from contracts.fields import Id, Quantity

READ_AT = datetime(2024, 5, 1, 8, tzinfo=UTC)


class MeterRead(Event):
    """A fact of another system."""

    TYPE: ClassVar[str] = "plant.MeterRead"
    meter: Id
    reading: Quantity
    read_on: date
    read_by: str
    remark: str


class ReadingRecorded(Event):
    TYPE: ClassVar[str] = "meter.ReadingRecorded"
    meter: Id
    reading: Quantity
    total: Quantity
    read_on: date
    read_by: str
    remark: str


@dataclass(frozen=True)
class RecordReading:
    meter: str
    reading: Decimal
    read_on: date
    read_by: str
    remark: str


@dataclass(frozen=True)
class Meter:
    readings: int = 0
    total: Decimal = Decimal(0)


def evolve(meter: Meter, event: ReadingRecorded) -> Meter:
    return Meter(meter.readings + 1, event.total)


def decide(command: RecordReading, meter: Meter, _: PolicyBook) -> list[Event]:
    return [
        ReadingRecorded(
            meter=command.meter, reading=command.reading, total=meter.total + command.reading, read_on=command.read_on,
            read_by=command.read_by, remark=command.remark,
        )
    ]  # fmt: skip


METER = Decider("meter", (RecordReading,), lambda command: command.meter, Meter(), evolve, decide)


@dataclass(frozen=True)
class MeterRow:
    meter: str
    readings: int
    total: Decimal
    last_on: date


def _meter_key(event: ReadingRecorded, _: Envelope) -> list[tuple[str]]:
    return [(event.meter,)]


def _meter_row(key: tuple[str], row: MeterRow | None, event: ReadingRecorded, _: Envelope) -> MeterRow:
    return MeterRow(key[0], row.readings + 1 if row else 1, event.total, event.read_on)


METERS = ReadModel("meters", 1, MeterRow, ("meter",), _meter_key, _meter_row)


def _react(event: MeterRead, _: Envelope, __: PolicyBook) -> RecordReading:
    return RecordReading(event.meter, event.reading, event.read_on, event.read_by, event.remark)


def service(name: str, facts_topic: str, read_models: tuple[ReadModel[Any], ...] = ()) -> Service:
    """A meter service with a database, topic (``{name}.events``) and consumer group of its own."""
    return Service(
        name=f"{name}-svc", topic=f"{name}.events", port=0, events=(ReadingRecorded,), deciders=(METER,),
        sources=(Source.facts(facts_topic, (MeterRead,), {MeterRead: _react}),), read_models=read_models,
    )  # fmt: skip


def fact(n: int, meters: int) -> MeterRead:
    """The n-th reading, of ``meters`` meters in turn."""
    return MeterRead(
        meter=f"M-{n % meters:05d}", reading=Decimal(n % 1000) / 100, read_on=READ_AT.date(), read_by=f"reader-{n % 50}",
        remark="read on the round of the week, seal intact, display clean",
    )  # fmt: skip


def request(n: int, meters: int) -> Request:
    """The n-th reading as a command with an id, as HTTP and facts give it one."""
    told, told_id = fact(n, meters), str(uuid7())
    command = RecordReading(told.meter, told.reading, told.read_on, told.read_by, told.remark)
    return Request(command, f"bench/{told_id}", READ_AT, told_id, actor="bench")
