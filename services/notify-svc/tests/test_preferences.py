"""What a recipient switches off is its own stream: quick among thousands, seen by every replica, and older documents still hold."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from httpx import AsyncClient

from chassis.commands import Accepted
from chassis.runtime import Runtime
from chassis.testing import given
from chassis.testing.client import app_of, client_of
from contracts.notify import PreferencesChanged
from notify_svc.policies.preferences import Mute, PreferencePolicy, muted_by
from notify_svc.preferences import DECIDER, ChangePreferences, Mandatory, UnknownRule
from notify_svc.rules.samples import SAMPLES
from notify_svc.service import SERVICE

from .running import Running
from .test_notice import BOOK, under

DAY = date(2024, 2, 1)
SALES = "role:salesperson"


def change(*muted: str | Mute, recipient: str = SALES) -> ChangePreferences:
    return ChangePreferences(recipient, muted, DAY)


def test_a_change_says_all_that_is_switched_off_and_numbers_itself() -> None:
    mute = Mute(topic="payments", channels=("email",))
    first = given(DECIDER, book=BOOK).when(change("payment-overdue-sales", mute))
    told = first.one(PreferencesChanged)
    assert (told.key, told.entry_version) == (SALES, 1)
    assert BOOK.after(told).entry(PreferencePolicy, SALES) == ("payment-overdue-sales", mute)
    assert first.when(change()).one(PreferencesChanged).entry_version == 2


def test_what_is_switched_off_already_is_no_change() -> None:
    document = under(PreferencePolicy(muted={SALES: ("payment-overdue-sales",)}))
    given(DECIDER, book=document).when(change("payment-overdue-sales")).then()
    given(DECIDER, book=BOOK).when(change()).then()


def test_a_rule_that_is_mandatory_or_unknown_cannot_be_switched_off() -> None:
    given(DECIDER, book=BOOK).when(change("payment-overdue")).then_refused(Mandatory, "payment-overdue is mandatory")
    given(DECIDER, book=BOOK).when(change("no-rule")).then_refused(UnknownRule, "There is no rule no-rule")


def test_a_document_of_before_holds_until_the_recipient_changes_its_own() -> None:
    before = under(PreferencePolicy(muted={SALES: ("payment-overdue-sales",), "role:buyer": ("file-complete",)}))
    nothing = given(DECIDER, book=before).when(change()).one(PreferencesChanged)
    after = before.after(nothing)
    assert muted_by(SALES, before, DAY) == ("payment-overdue-sales",)
    assert muted_by(SALES, after, DAY) == ()
    assert muted_by("role:buyer", after, DAY) == ("file-complete",)


def test_an_entry_that_is_read_again_or_late_changes_nothing() -> None:
    first, second = (
        PreferencesChanged(name="preferences", key=SALES, entry_version=number, entry={"muted": muted})
        for number, muted in ((1, ["payment-overdue-sales"]), (2, []))
    )
    book = BOOK.after(first).after(second)
    assert book.after(first) is book
    assert book.entry(PreferencePolicy, SALES) == ()


@pytest.fixture
async def http(service: Running) -> AsyncIterator[AsyncClient]:
    async with client_of(app_of(service.runtime)) as client:
        yield client


async def test_a_change_holds_for_the_next_event_and_for_nobody_else(service: Running, http: AsyncClient) -> None:
    answer = await http.put(f"/v1/preferences/{SALES}", json={"muted": ["payment-overdue-sales"]})
    assert answer.json() == {
        "stream": f"policy-preferences/{SALES}",
        "version": 1,
        "events": ["notify.PreferencesChanged"],
    }
    assert (await http.get(f"/v1/preferences/{SALES}")).json()["muted"] == ["payment-overdue-sales"]
    await service.tell(SAMPLES["credit.PaymentOverdue"])
    await service.settled()
    fates = {notice["recipient"]: notice["status"] for notice in await service.notices()}
    assert fates[SALES] == "suppressed"
    assert fates["customer:C-1"] != "suppressed"


async def test_a_document_published_before_preferences_were_streams_is_still_honoured(service: Running) -> None:
    await service.publish(PreferencePolicy(muted={SALES: ("payment-overdue-sales",)}))
    await service.tell(SAMPLES["credit.PaymentOverdue"])
    await service.settled()
    [notice] = await service.notices(recipient=SALES)
    assert notice["because"] == f"{SALES} has switched off the rule payment-overdue-sales."


async def changed(running: Running, count: int) -> None:
    for number in range(count):
        [reply] = await running.do(change("payment-overdue-sales", recipient=f"person:{number}"))
        assert isinstance(reply, Accepted), reply


async def sizes(running: Running) -> list[int]:
    rows = await running.runtime.log.policy_events({})
    return [len(row.data) for row in rows if row.envelope.type == PreferencesChanged.TYPE]


async def test_a_change_is_as_small_among_hundreds_as_alone_and_nothing_is_read_twice(service: Running) -> None:
    await changed(service, 300)
    written = await sizes(service)
    assert len(written) == 300
    assert max(written) - min(written) <= 2  # the digits of the person
    executor = service.runtime.executor
    await executor.refresh_policies()
    read: list[int] = []
    policy_events = service.runtime.log.policy_events

    async def counted(after: Any) -> Any:
        rows = await policy_events(after)
        read.append(len(rows))
        return rows

    service.runtime.log.policy_events = counted  # type: ignore[method-assign]
    await executor.refresh_policies()
    await service.do(change("payment-overdue-sales", recipient="person:new"))
    await executor.refresh_policies()
    await executor.refresh_policies()
    # The refresh of every second runs beside this; together they have read the one that is new, once or twice, and no other.
    assert 1 <= sum(read) <= 2


async def test_what_was_read_is_not_read_again_however_many_change_theirs_meanwhile(service: Running) -> None:
    executor = service.runtime.executor
    await executor.refresh_policies()
    policy_events, read = service.runtime.log.policy_events, list[int]()

    async def while_somebody_changes(after: Any) -> Any:
        rows = await policy_events(after)
        read.append(len(rows))
        service.runtime.log.policy_events = policy_events  # type: ignore[method-assign]
        await changed(service, 1 + len(read))
        service.runtime.log.policy_events = while_somebody_changes  # type: ignore[method-assign]
        return rows

    service.runtime.log.policy_events = while_somebody_changes  # type: ignore[method-assign]
    for _ in range(12):
        await executor.refresh_policies()
    service.runtime.log.policy_events = policy_events  # type: ignore[method-assign]
    await executor.refresh_policies()
    # In each round one more person has changed theirs. The refresh of every second runs beside this, so one may be read twice.
    assert sum(read) <= 2 * len(read) + 2
    assert muted_by("person:11", executor.policies, DAY) == ("payment-overdue-sales",)


async def test_another_process_knows_what_was_switched_off_before_and_hears_of_what_is_changed_later(
    service: Running,
) -> None:
    await service.do(change("payment-overdue-sales"))
    settings = service.runtime.settings.model_copy(update={"roles": frozenset({"http"}), "instance": "second"})
    again = await Runtime.start(SERVICE, settings)
    try:
        assert muted_by(SALES, again.executor.policies, DAY) == ("payment-overdue-sales",)
        await service.do(change())
        await again.executor.refresh_policies()
        assert muted_by(SALES, again.executor.policies, DAY) == ()
    finally:
        await again.stop()


async def test_policy_events_are_found_without_reading_the_others(service: Running) -> None:
    await service.tell(SAMPLES["credit.PaymentOverdue"])
    await changed(service, 3)
    async with service.runtime.database.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off")
        plan = await connection.fetch(
            "EXPLAIN SELECT 1 FROM event WHERE partition = 1 AND position > 0 AND stream LIKE 'policy-%'"
        )
    assert any("event_of_policy" in row[0] for row in plan), plan
