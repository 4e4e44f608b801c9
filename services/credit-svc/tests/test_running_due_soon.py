"""Reminders before the due date on a real PostgreSQL, over HTTP: the clock reminds, a list shows what is due within days."""

from typing import Any

from contracts.credit import DueReminderScheduled, PaymentsDueSoon

from .running import Running
from .test_running import invoice, payment


async def events(running: Running, kind: type[Any]) -> list[Any]:
    """Every event of a type in the log."""
    found = []
    for partition in range(running.runtime.log.partitions):
        stored = await running.runtime.log.after(partition, 0, 500)
        found += [each.event(running.runtime.service.event_types) for each in stored if each.envelope.type == kind.TYPE]
    return found


async def test_the_clock_reminds_of_everything_that_is_due_on_one_day_together(running: Running) -> None:
    await running.move_to("2025-06-01")
    for number, due_on in ((1, "2025-06-30"), (2, "2025-06-30"), (3, "2025-07-05")):
        await running.post("/v1/invoices", invoice(number, "C-1", due_on, issued_on="2025-05-31"))
    await running.post("/v1/invoices", invoice(4, "C-2", "2025-06-30", issued_on="2025-05-31"))
    await running.post("/v1/payments", payment(4, "C-2", "1000", "2025-06-02", of=4))
    within = await running.get("/v1/invoices", due_within_days=29)
    assert [row["invoice_id"] for row in within["items"]] == ["I-1", "I-2"], "I-4 is paid, I-3 is due later"
    of_one = await running.get("/v1/invoices", due_within_days=34, customer_id="C-1", sort="-due_on")
    assert of_one["items"][0]["invoice_id"] == "I-3"
    assert (await running.get("/v1/invoices", due_within_days=28))["items"] == []
    await running.get("/v1/invoices", 422, due_within_days=-1)

    await running.move_to("2025-06-26")
    assert not await events(running, PaymentsDueSoon)
    await running.move_to("2025-06-27")
    (reminder,) = await events(running, PaymentsDueSoon)
    assert (reminder.customer_id, str(reminder.due_on), reminder.total) == ("C-1", "2025-06-30", 2000)
    assert [each.invoice_id for each in reminder.invoices] == ["I-1", "I-2"]
    await running.post("/v1/payments", payment(3, "C-1", "1000", "2025-06-28", of=3))
    await running.move_to("2025-07-10")
    assert len(await events(running, PaymentsDueSoon)) == 1
    assert (await events(running, DueReminderScheduled))[-1].remind_on is None
