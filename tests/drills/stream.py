"""The known stream: a manufacturer's winter with what goes wrong between systems, in waves that have one outcome only.

Facts of different topics meet in one stream of a service, and which comes first may decide. So a wave holds the facts of one
topic and a day or some, and the next wave is sent when everything has settled: whatever happens meanwhile, there is one right end.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import groupby
from random import Random

from contracts import erp
from standing.facts import Fact
from standing.facts.demo import cast, malformed, sales, supply
from standing.facts.demo.calendar import date_of, sent_at

DAYS = 45
SEED = "drills"
FACTS_A_SUPPLIER, FACTS_A_CUSTOMER = 71, 13
"""What a partner makes in DAYS days. Suppliers' facts are most of the stream, for they are quick to handle."""
OF_SUPPLIERS, OF_CUSTOMERS = 0.75, 0.22
LATE, REPEATED, REPEATED_ELSEWHERE = 0.02, 0.01, 0.005
"""Shares of the facts that come days late, come twice, and come twice with another key the second time."""
BURSTS, BURST_SIZE = 6, 34


def _with_day(values: malformed.Values, field: str, day: date) -> bytes:
    return json.dumps(values | {field: day.isoformat()}).encode()


FLAWS = (
    *malformed.FLAWS,
    *(
        malformed.Flaw(f"The {field} lies at an end of the calendar.", event, partial(_with_day, field=field, day=day))
        for event, field, day in (
            (erp.GoodsReceived, "received_on", date.min), (erp.GoodsReceived, "promised_on", date.max),
            (erp.InvoiceIssued, "due_on", date.max), (erp.OrderSubmitted, "ordered_on", date.min),
        )
    ),
)  # fmt: skip
STUBBORN = "S-STUBBORN"
ELSEWHERE = "/again"

TOPICS = ("erp.deliveries", "erp.inspections", "erp.orders", "erp.invoices", "erp.payments", "erp.surveys")
WAVE_MAX = 1_500
DAYS_A_WAVE = 3


@dataclass(frozen=True)
class Stream:
    """Waves in the order in which they are sent, and how much of what is wrong with them is so on purpose."""

    waves: tuple[tuple[Fact, ...], ...]
    late: int
    repeated: int
    repeated_elsewhere: int
    poison: int
    behind_poison: int

    @property
    def facts(self) -> int:
        return sum(map(len, self.waves))

    def __str__(self) -> str:
        return (
            f"{self.facts:,} facts in {len(self.waves)} waves: {self.late} come days late, {self.repeated} twice, "
            f"{self.repeated_elsewhere} twice with another key, {self.poison} are poison, {self.behind_poison} behind it"
        )


def known_stream(facts: int) -> Stream:
    """About ``facts`` facts, always the same ones for the same number."""
    random = Random(SEED)
    good = _good(facts)
    late = random.sample(range(len(good)), round(len(good) * LATE))
    end = datetime.combine(date_of(DAYS), time(), tzinfo=UTC)
    for index in late:
        good[index] = replace(
            good[index], time=min(good[index].time + timedelta(days=random.randint(2, 20)), end - timedelta(hours=7))
        )
    repeated = _again(good, REPEATED, random, end, elsewhere=False)
    elsewhere = _again(good, REPEATED_ELSEWHERE, random, end, elsewhere=True)
    poison, behind = list(_bursts(random)), list(_stubborn(random))
    told = [*good, *repeated, *elsewhere, *poison, *behind]
    return Stream(
        tuple(_waves(told, DAYS_A_WAVE)),
        len(late),
        len(repeated),
        len(elsewhere),
        len(poison) + 1,
        len(behind) - 1,
    )


def _good(facts: int) -> list[Fact]:
    """What partners did in DAYS days."""
    made: list[Fact] = []
    for supplier in cast.suppliers(facts * OF_SUPPLIERS / FACTS_A_SUPPLIER / cast.SUPPLIERS):
        made += [_of_its_own(fact, supplier.id) for fact in supply.facts(supplier, DAYS, SEED)]
    for customer in cast.customers(facts * OF_CUSTOMERS / FACTS_A_CUSTOMER / cast.CUSTOMERS):
        made += sales.Trade(customer, DAYS, SEED).facts()
    end = datetime.combine(date_of(DAYS), time(), tzinfo=UTC)
    return [fact for fact in made if fact.time < end]


def _of_its_own(fact: Fact, supplier_id: str) -> Fact:
    """Two suppliers of one item are two streams, and whose standing changes its shares first is open: so each has an item of its own."""
    return replace(fact, data=json.dumps(json.loads(fact.data) | {"item_id": f"MAT-{supplier_id}"}).encode())


def _again(facts: Sequence[Fact], share: float, random: Random, end: datetime, elsewhere: bool) -> list[Fact]:
    """Facts told a second time: a day or two later with the same key, or in a later wave with one that leads to another partition,
    where it could otherwise overtake the first."""
    last = timedelta(days=DAYS_A_WAVE + 1) if elsewhere else timedelta(days=2)
    again = []
    for fact in random.sample([fact for fact in facts if fact.time + last < end], round(len(facts) * share)):
        later = last if elsewhere else timedelta(days=random.randint(1, 2))
        again.append(replace(fact, key=fact.key + ELSEWHERE if elsewhere else fact.key, time=fact.time + later))
    return again


def _bursts(random: Random) -> Iterator[Fact]:
    """What no service can take, many at a time, each message about a partner of its own."""
    for burst in range(BURSTS):
        day = DAYS * (burst + 1) // (BURSTS + 1)
        for number in range(BURST_SIZE):
            flaw = FLAWS[number % len(FLAWS)]
            key = f"X-{burst}-{number:02d}"
            data = flaw.spoil(malformed.good_values(flaw.event, key, date_of(day)))
            kind = flaw.type or flaw.event.TYPE
            topic = next(name for name, events in erp.TOPICS.items() if flaw.event in events)
            yield Fact(topic, f"poison-{burst}-{number:02d}", malformed.SOURCE, kind, key, sent_at(day, random), data)


def _stubborn(random: Random) -> Iterator[Fact]:
    """A key that always fails: its first delivery has no supplier, and a delivery a day queues behind it, good as it is."""
    for day in range(DAYS - 1):
        delivery = f"DEL-STUBBORN-{day:02d}"
        values = malformed.good_values(erp.GoodsReceived, STUBBORN, date_of(day)) | {"delivery_id": delivery}
        data = b"{}" if day == 0 else json.dumps(values).encode()
        yield Fact(
            "erp.deliveries", delivery, malformed.SOURCE, erp.GoodsReceived.TYPE, STUBBORN, sent_at(day, random), data
        )


def _waves(facts: Sequence[Fact], days: int) -> Iterator[tuple[Fact, ...]]:
    def place(fact: Fact) -> tuple[int, int, int]:
        # A wave begins with its last instant; over the end of a month some facts would come after it whose time was before it.
        return fact.time.month, fact.time.toordinal() // days, TOPICS.index(fact.topic)

    in_order = sorted(facts, key=lambda fact: (place(fact), fact.time))
    # Runs over all customers are scheduled by the earliest order that is known; so that it is the first, it comes alone.
    first = min((fact for fact in in_order if fact.topic == "erp.orders"), key=lambda fact: fact.time)
    in_order.remove(first)
    yield (first,)
    for _, together in groupby(in_order, key=place):
        for wave in _one_end(tuple(together)):
            yield from (wave[start : start + WAVE_MAX] for start in range(0, len(wave), WAVE_MAX))


def _one_end(facts: Sequence[Fact]) -> Sequence[tuple[Fact, ...]]:
    """Facts of one partner that change its standing are never in one wave.

    Two orders of a customer are two streams, and which of them reaches its credit first is open. Of two changes of a supplier's
    standing its items are told both, or only the second, as quickly as the timer looks.
    """
    waves: list[list[Fact]] = [[]]
    decided: Counter[str] = Counter()
    for fact in facts:
        partner = fact.key.removesuffix(ELSEWHERE)
        decided[partner] += _decides(fact)
        place = max(decided[partner] - 1, 0)
        waves += [[] for _ in range(place + 1 - len(waves))]
        waves[place].append(fact)
    return [tuple(wave) for wave in waves if wave]


def _decides(fact: Fact) -> bool:
    """Orders, what comes after the month that it is about, and whatever else is said of a supplier than a delivery or inspection."""
    if fact.type not in (erp.GoodsReceived.TYPE, erp.InspectionCompleted.TYPE):
        return fact.topic in ("erp.orders", "erp.deliveries", "erp.inspections")
    try:
        values = json.loads(fact.data)
        day = date.fromisoformat(values.get("received_on") or values["inspected_on"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return False  # poison
    return (day.year, day.month) != (fact.time.year, fact.time.month)
