"""A domain of one counter, to test the mechanism on."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from pydantic import BaseModel

from chassis.backtests import Backtest, Trial
from chassis.domain import Decider, Refusal
from chassis.policies import Policy, PolicyBook
from chassis.reactions import Source
from chassis.read_models import ReadModel
from chassis.service import Service
from chassis.timers import TodoList
from contracts import Envelope, Event
from contracts.fields import Amount, Currency, Day, Id, Instant
from contracts.policy import PolicyPublished, PolicyShadowed, PolicyShadowEnded


class Poured(Event):
    """A fact of another system: something was poured into a jar."""

    TYPE: ClassVar[str] = "plant.Poured"
    jar: Id
    amount: int
    price: Amount | None = None
    currency: Currency | None = None
    poured_on: Day | None = None


class JarFilled(Event):
    TYPE: ClassVar[str] = "jar.JarFilled"
    jar: Id
    amount: int


class JarSealed(Event):
    TYPE: ClassVar[str] = "jar.JarSealed"
    jar: Id


class SealPlanned(Event):
    TYPE: ClassVar[str] = "jar.SealPlanned"
    jar: Id
    due_at: Instant


class JarLabelled(Event):
    TYPE: ClassVar[str] = "jar.JarLabelled"
    jar: Id
    text: str


class JarPolicyPublished(PolicyPublished):
    TYPE: ClassVar[str] = "jar.PolicyPublished"


class JarPolicyShadowed(PolicyShadowed):
    TYPE: ClassVar[str] = "jar.PolicyShadowed"


class JarPolicyShadowEnded(PolicyShadowEnded):
    TYPE: ClassVar[str] = "jar.PolicyShadowEnded"


class JarPolicy(Policy):
    """What a jar takes."""

    NAME: ClassVar[str] = "jar"
    holds: int = 100
    """At most."""


class Overflow(Refusal):
    """Jar {jar} holds {holds}; {amount} more would overflow it."""


@dataclass(frozen=True)
class Fill:
    jar: str
    amount: int


@dataclass(frozen=True)
class PlanSeal:
    jar: str
    due_at: datetime


@dataclass(frozen=True)
class Seal:
    jar: str


@dataclass(frozen=True)
class Label:
    jar: str
    text: str


@dataclass(frozen=True)
class Drop:
    """A command whose decider fails unexpectedly."""

    jar: str


@dataclass(frozen=True)
class Jar:
    level: int = 0
    sealed: bool = False


def evolve(jar: Jar, event: Event) -> Jar:
    match event:
        case JarFilled(amount=amount):
            return replace(jar, level=jar.level + amount)
        case JarSealed():
            return replace(jar, sealed=True)
        case _:
            return jar


def decide(command: Any, jar: Jar, policies: PolicyBook) -> list[Event]:
    match command:
        case Fill(name, amount):
            holds = policies.at(JarPolicy, datetime(2024, 1, 1, tzinfo=UTC).date()).document.holds
            if jar.level + amount > holds:
                raise Overflow(jar=name, holds=holds, amount=amount)
            return [JarFilled(jar=name, amount=amount)]
        case PlanSeal(name, due_at):
            return [SealPlanned(jar=name, due_at=due_at)]
        case Seal(name):
            return [] if jar.sealed else [JarSealed(jar=name)]
        case Label(name, text):
            return [JarLabelled(jar=name, text=text)]
    raise AssertionError(command)


JAR = Decider("jar", (Fill, PlanSeal, Seal, Label, Drop), lambda command: command.jar, Jar(), evolve, decide)


@dataclass(frozen=True)
class JarRow:
    jar: str
    level: int
    fills: int
    sealed: bool
    last: dict[str, Any]


def _jar_key(event: Any, _: Envelope) -> list[tuple[str]]:
    return [(event.jar,)]


def _jar_row(key: tuple[str], row: JarRow | None, event: JarFilled | JarSealed, around: Envelope) -> JarRow:
    row = row or JarRow(key[0], 0, 0, False, {})
    if isinstance(event, JarFilled):
        return replace(row, level=row.level + event.amount, fills=row.fills + 1, last={"position": around.position})
    return replace(row, sealed=True)


JARS = ReadModel("jars", 1, JarRow, ("jar",), _jar_key, _jar_row, indexes=(("level",),))


@dataclass(frozen=True)
class SealDue:
    jar: str
    due_at: datetime
    correlation_id: str
    causation_id: str


def _seal_due(key: tuple[str], row: SealDue | None, event: SealPlanned | JarSealed, around: Envelope) -> SealDue | None:
    return SealDue(key[0], event.due_at, around.correlation_id, around.id) if isinstance(event, SealPlanned) else None


SEALS = TodoList("seals", 1, SealDue, ("jar",), _jar_key, _seal_due, command=lambda row: Seal(row.jar))

EVENTS: tuple[type[Event], ...] = (
    JarFilled,
    JarSealed,
    SealPlanned,
    JarLabelled,
    JarPolicyPublished,
    JarPolicyShadowed,
    JarPolicyShadowEnded,
)


class Overflows(BaseModel):
    """The fills that a jar of another size would have refused."""

    fills: int
    refused: dict[str, int]


class FillReplay:
    def __init__(self, trial: Trial) -> None:
        self._holds = trial.candidate.at(JarPolicy, trial.ends_on).document.holds
        self._days = (trial.starts_on, trial.ends_on)
        self._levels: dict[str, int] = {}
        self._found = Overflows(fills=0, refused={})

    def take(self, event: Event, envelope: Envelope) -> None:
        assert isinstance(event, JarFilled)
        if not self._days[0] <= envelope.occurred_at.date() <= self._days[1]:
            return
        self._found.fills += 1
        level = self._levels.get(event.jar, 0)
        if level + event.amount > self._holds:
            self._found.refused[event.jar] = self._found.refused.get(event.jar, 0) + 1
        else:
            self._levels[event.jar] = level + event.amount

    def report(self) -> Overflows:
        if not self._holds:
            raise ZeroDivisionError("a jar that holds nothing")
        return self._found


JAR_SERVICE = Service(
    name="jar-svc",
    topic="jar.events",
    port=0,
    events=EVENTS,
    deciders=(JAR,),
    policies=(JarPolicy,),
    sources=(Source.facts("plant.pourings", (Poured,), {Poured: lambda event, _, __: Fill(event.jar, event.amount)}),),
    read_models=(JARS, SEALS),
    backtests=(Backtest(JarPolicy, (JarFilled,), FillReplay),),
)


class Counted(Event):
    TYPE: ClassVar[str] = "count.Counted"
    jar: Id
    amount: int


@dataclass(frozen=True)
class Count:
    jar: str
    amount: int


COUNTER = Decider(
    "count", (Count,), lambda command: command.jar, 0,
    lambda total, event: total + event.amount,
    lambda command, total, _: [Counted(jar=command.jar, amount=command.amount)],
)  # fmt: skip


@dataclass(frozen=True)
class CountRow:
    jar: str
    total: int


def _count(key: tuple[str], row: CountRow | None, event: Counted, _: Envelope) -> CountRow:
    return CountRow(key[0], (row.total if row else 0) + event.amount)


COUNTS = ReadModel("counts", 1, CountRow, ("jar",), _jar_key, _count)

COUNT_SERVICE = Service(
    name="count-svc",
    topic="count.events",
    port=0,
    events=(Counted,),
    deciders=(COUNTER,),
    sources=(
        Source.service(
            "jar-svc", "jar.events", EVENTS, {JarFilled: lambda event, _, __: Count(event.jar, event.amount)}
        ),
    ),
    read_models=(COUNTS,),
)
