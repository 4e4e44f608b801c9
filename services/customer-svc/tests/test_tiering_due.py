"""The timer of the runs: what it does with what is due."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select
from sqlalchemy.dialects import postgresql

from chassis.policies import PolicyBook
from chassis.timers import TimerContext
from contracts.customer import PolicyPublished
from customer_svc.policies.tiering import TieringPolicy
from customer_svc.policies.value import AbcPolicy
from customer_svc.tiers.standing import TierCustomer
from customer_svc.tiers.tiering import CompleteTiering, StartTiering
from customer_svc.timers.tiering_due import Row as TieringDueRow
from customer_svc.timers.tiering_due import perform

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
JANUARY = date(2024, 1, 31)
DUE = TieringDueRow("BRL", JANUARY, date(2024, 2, 1))
POPULATION = [
    {"customer_id": "C-1", "orders": 1, "amount": Decimal(100), "last_order_on": date(2024, 1, 10)},
    {"customer_id": "C-2", "orders": 0, "amount": Decimal(0), "last_order_on": date(2022, 1, 10)},
]
BANDS = [
    {
        "index": Decimal(0),
        "amount": Decimal(amount),
        "customers": 1,
        "population": 2,
        "earning": 1,
        "sales": Decimal(100),
    }
    for amount in (100, 0)
]
SHORTER = PolicyPublished(
    name="tiering",
    policy_version=2,
    effective_from=date(2024, 1, 1),
    document=TieringPolicy(window_months=6).model_dump(mode="json"),
    reason="a shorter memory",
)


async def run(row: TieringDueRow, *published: PolicyPublished) -> tuple[list[Any], str]:
    """The commands of a due row, and the question it asked for the population."""
    requested: list[str] = []

    async def rows(query: Select[Any]) -> list[dict[str, Any]]:
        sql = str(query.compile(dialect=DIALECT, compile_kwargs={"literal_binds": True}))
        requested.append(sql)
        return POPULATION if "customers" not in [column.name for column in query.selected_columns] else BANDS

    book = PolicyBook.of([TieringPolicy, AbcPolicy])
    for event in published:
        book = book.with_published(event)
    caused = [
        each
        async for batch in perform([row], TimerContext(datetime(2024, 2, 1, tzinfo=UTC), book, rows))
        for each in batch
    ]
    assert {each.occurred_at for each in caused} == {None}, "when the day begins"
    return [each.command for each in caused], requested[-1]


async def test_a_due_run_ranks_the_population_of_twelve_months() -> None:
    commands, question = await run(DUE)
    assert [type(command) for command in commands] == [StartTiering, TierCustomer, TierCustomer, CompleteTiering]
    assert "turnover.day >= '2023-02-01'" in question


async def test_a_customer_that_fell_silent_deserves_the_bottom() -> None:
    commands, _ = await run(DUE)
    assert [(c.customer_id, c.deserved) for c in commands[1:3]] == [("C-1", "vip"), ("C-2", "small")]


async def test_a_run_is_decided_under_the_policy_in_force_on_its_date() -> None:
    commands, question = await run(DUE, SHORTER)
    assert {command.policy_version for command in commands[:-1]} == {2}
    assert "turnover.day >= '2023-08-01'" in question


async def test_a_run_that_was_interrupted_keeps_its_policy_and_its_borders() -> None:
    began = TieringDueRow(
        "BRL", JANUARY, DUE.due_on, 2, [{"tier": "vip", "last_rank": 1, "amount": "500", "index": "0"}], None, 1
    )
    commands, question = await run(began, SHORTER)
    assert {command.policy_version for command in commands[:-1]} == {1}
    assert commands[1].deserved == "small"
    assert "turnover.day >= '2023-02-01'" in question
