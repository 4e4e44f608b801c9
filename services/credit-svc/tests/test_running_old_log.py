"""A service that starts on a log from before the end of an overdue was recorded: it says so once for each, on a real PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from chassis.runtime import Runtime
from chassis.service import Service
from chassis.settings import Settings
from chassis.testing.client import app_of, client_of
from contracts import Event
from contracts.credit import CustomerOverdueCleared, PaymentOverdue, PaymentOverdueEnded
from credit_svc.account import DECIDER
from credit_svc.service import SERVICE
from credit_svc.timers import overdue_ended

from .running import Running
from .test_running import invoice, payment
from .test_running_due_soon import events

ENDS = (PaymentOverdueEnded, CustomerOverdueCleared)


def before_the_rule() -> Service:
    """The service as it was: it decides the same and says nothing of an end."""

    def decide(*command: Any) -> list[Event]:
        return [event for event in DECIDER.decide(*command) if not isinstance(event, ENDS)]

    return replace(
        SERVICE,
        deciders=(replace(DECIDER, decide=decide), *SERVICE.deciders[1:]),
        read_models=tuple(model for model in SERVICE.read_models if model.name != overdue_ended.TODO.name),
    )


@asynccontextmanager
async def started(service: Service, settings: Settings) -> AsyncIterator[Running]:
    runtime = await Runtime.start(service, settings)
    try:
        async with client_of(app_of(runtime)) as client:
            yield Running(runtime, client)
    finally:
        await runtime.stop()


async def test_an_old_log_is_completed_once_at_the_first_start(postgres: Any, settings: Settings) -> None:
    await postgres.create_database(settings.topic_prefix.replace("-", "_") + SERVICE.database)
    async with started(before_the_rule(), settings) as old:
        await old.move_to("2025-02-01")
        for number, customer in ((1, "C-1"), (2, "C-1"), (3, "C-2")):
            await old.post("/v1/invoices", invoice(number, customer, "2025-02-28", issued_on="2025-01-29"))
        await old.move_to("2025-03-05")
        await old.post("/v1/payments", payment(1, "C-1", "1000", "2025-03-05", of=1))
        await old.move_to("2025-03-10")
        await old.post("/v1/payments", payment(3, "C-2", "1000", "2025-03-10", of=3))
        assert len(await events(old, PaymentOverdue)) == 3
        assert not await events(old, PaymentOverdueEnded)
    for _ in ("first", "second"):
        async with started(SERVICE, settings) as new:
            await new.move_to("2025-03-20")
            ended = {each.invoice_id: each for each in await events(new, PaymentOverdueEnded)}
            assert {(i, str(each.ended_on), each.because) for i, each in ended.items()} == {
                ("I-1", "2025-03-05", "settled"), ("I-3", "2025-03-10", "settled"),
            }  # fmt: skip
            assert ended["I-1"].customer_overdue_invoices == 1, "I-2 is overdue still"
            assert len(await events(new, PaymentOverdueEnded)) == 2, "once for each"
            (cleared,) = await events(new, CustomerOverdueCleared)
            assert (cleared.customer_id, str(cleared.cleared_on)) == ("C-2", "2025-03-10")
