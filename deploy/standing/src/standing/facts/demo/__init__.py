"""A year of a manufacturer with its suppliers and customers, made up from a seed: no files, always the same bytes."""

from datetime import UTC, datetime, time

from standing.actors import year
from standing.facts.demo import cast, malformed, sales, supply
from standing.facts.demo.calendar import date_of
from standing.facts.demo.disturbances import delay_some, repeat_some
from standing.facts.fact import DataSet, FileTally, in_time_order

NAME = "demo"
SEED = "standing"
DAYS_MAX = 366


def demo(days: int = DAYS_MAX, scale: float = 1.0) -> DataSet:
    """The first ``days`` days of 2024 with ``scale`` times the partners (but at least one of each character).

    Partners do the same whatever the scale, and a shorter demo begins like a longer one but for what is late or
    repeated. ``rows`` counts facts sent for the first time. Raises ValueError when days or scale make no sense.
    """
    if not 1 <= days <= DAYS_MAX:
        raise ValueError(f"The demo has 1 to {DAYS_MAX} days, not {days}.")
    if not 0 < scale <= 1000:
        raise ValueError(f"The scale is more than 0 and at most 1000, not {scale}.")
    suppliers, customers = cast.suppliers(scale), cast.customers(scale)
    end = datetime.combine(date_of(days), time(), tzinfo=UTC)
    made = [fact for supplier in suppliers for fact in supply.facts(supplier, days, SEED)]
    made += [fact for customer in customers for fact in sales.Trade(customer, days, SEED).facts()]
    # What the year arranged for after its end has not happened yet.
    happened, late = delay_some([fact for fact in made if fact.time < end], end, SEED)
    repeats = repeat_some(happened, end, SEED)
    bad = list(malformed.facts(days, SEED))
    facts = in_time_order([*happened, *repeats, *(fact for fact, _ in bad)])
    rows = len(facts) - len(repeats)
    return DataSet(
        NAME,
        rows,
        facts,
        {NAME: FileTally(rows=rows, facts=len(facts), rows_in_facts=rows)},
        names={s.id: s.name for s in suppliers} | {c.id: c.name for c in customers},
        expected_repeats=len(repeats),
        late=late,
        park_reasons={fact.id: reason for fact, reason in bad},
        actions=year.actions(suppliers, customers, end),
    )
