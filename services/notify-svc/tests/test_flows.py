"""Digests, escalation and imported history in simulated time, through the running service."""

from datetime import UTC, datetime
from typing import Any

from notify_svc.notices.acknowledgements import Acknowledge
from notify_svc.policies.subscriptions import SubscriptionPolicy
from notify_svc.rules.samples import SAMPLES
from notify_svc.rules.subscriptions import Digest

from .receivers import Postbox
from .running import Running

OVERDUE: Any = SAMPLES["credit.PaymentOverdue"]


def with_digest(**digest: Any) -> SubscriptionPolicy:
    """The defaults, with the salespeople's overdue notices collected."""
    changed = {"digest": Digest(**digest), "channels": ("email", "inbox")}
    return SubscriptionPolicy(
        rules=tuple(
            rule.model_copy(update=changed) if rule.id == "payment-overdue-sales" else rule
            for rule in SubscriptionPolicy().rules
        )
    )


async def overdue(service: Running, invoice: str) -> None:
    await service.tell(OVERDUE.model_copy(update={"invoice_id": invoice}), event_id=f"E-{invoice}")


async def test_what_is_collected_for_fifteen_minutes_is_one_mail(service: Running, postbox: Postbox) -> None:
    await service.publish(with_digest(minutes=15))
    for invoice in ("I-1", "I-2", "I-3"):
        await overdue(service, invoice)
        await service.move_by(minutes=4)
    address = "role.salesperson@standing.example"
    assert postbox.subjects(address) == []
    await service.move_by(minutes=4)
    assert postbox.subjects(address) == ["3 notices: Customer C-1: invoice I-1 is overdue …"]
    await overdue(service, "I-2")  # told again: nothing new
    await overdue(service, "I-4")
    await service.move_by(minutes=16)
    assert postbox.subjects(address)[1:] == ["1 notice: Customer C-1: invoice I-4 is overdue"]
    digests = await service.notices(recipient="role:salesperson")
    assert [(notice["items"], notice["status"]) for notice in digests] == [(3, "sent"), (1, "sent")]


async def test_a_digest_waits_for_five_o_clock_in_shanghai(service: Running, postbox: Postbox) -> None:
    await service.publish(with_digest(until="17:00"))
    await overdue(service, "I-1")
    await service.move_to(datetime(2024, 2, 1, 8, 59, 59, tzinfo=UTC))
    assert postbox.subjects("role.salesperson@standing.example") == []
    await service.move_by(seconds=1)
    assert len(postbox.subjects("role.salesperson@standing.example")) == 1


async def test_nobody_acknowledges_so_manager_and_head_are_told_in_turn(service: Running) -> None:
    await service.tell(SAMPLES["customer.ComplaintClockWarned"])
    await service.move_by(minutes=59)
    assert await service.notices(recipient="role:service-manager") == []
    await service.move_by(minutes=1)
    [manager] = await service.notices(recipient="role:service-manager")
    assert manager["subject"].startswith("Not acknowledged by person:E-17: Complaint X-1 of customer C-1: 80 %")
    [owner] = await service.notices(recipient="person:E-17")
    assert manager["escalation_of"] == owner["notification_id"]
    await service.move_by(hours=3)
    assert len(await service.notices(recipient="role:service-head")) == 1
    await service.move_by(hours=48)
    assert len(await service.notices()) == 3


async def test_who_acknowledges_in_time_ends_it(service: Running) -> None:
    await service.tell(SAMPLES["customer.ComplaintClockWarned"])
    await service.move_by(minutes=61)
    [owner] = await service.notices(recipient="person:E-17")
    await service.do(Acknowledge(owner["notification_id"], "E-17"))
    await service.move_by(hours=48)
    told = await service.notices()
    assert [notice["recipient"] for notice in told] == ["person:E-17", "role:service-manager"]
    [owner] = await service.notices(recipient="person:E-17")
    assert (owner["acknowledged_by"], len(owner["escalated_to"])) == ("E-17", 1)


async def test_history_that_is_imported_today_sends_nothing_unless_the_rule_wants_it(
    service: Running, postbox: Postbox
) -> None:
    long_ago = datetime(2019, 5, 1, tzinfo=UTC)
    for number in range(20):
        event = OVERDUE.model_copy(update={"invoice_id": f"I-{number}"})
        await service.tell(event, event_id=f"E-{number}", happened_at=long_ago)
    await service.move_by(days=2)
    told = await service.notices()
    assert {notice["status"] for notice in told} == {"suppressed"}
    assert len(told) == 40
    assert postbox.letters == []
    wanted = SubscriptionPolicy(
        rules=tuple(rule.model_copy(update={"wants_history": True}) for rule in SubscriptionPolicy().rules)
    )
    await service.publish(wanted)
    await service.tell(OVERDUE.model_copy(update={"invoice_id": "I-99"}), event_id="E-99", happened_at=long_ago)
    await service.move_by(hours=1)
    assert len(postbox.letters) == 1


async def test_a_rebuild_of_the_read_models_sends_nothing_again(service: Running, postbox: Postbox) -> None:
    await service.tell(SAMPLES["supplier.SupplierGraded"])
    await service.settled()
    assert len(postbox.letters) == 1
    for name in ("delivery_due", "notification", "lease_due", "escalation_due", "digest_due"):
        same = await service.runtime.projector.compare_with_rebuild(name, service.now)
        assert (same["only_rebuilt"], same["only_live"]) == (0, 0)
    await service.move_by(days=1)
    assert len(postbox.letters) == 1
