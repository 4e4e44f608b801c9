"""Contracts that end: reminded of, renewed, expired, terminated; and no new item for whom one ran out."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from chassis.testing import replay
from chassis.testing.replay import envelope
from contracts import Event, erp
from contracts.supplier import (
    ContractExpired,
    ContractExpiring,
    ContractSigned,
    ContractTerminated,
    SourceStandingChanged,
)
from supplier_svc.policies.qualification import ALL_CLAUSES, SupplierQualification
from supplier_svc.reactions import end_contract, record_contract
from supplier_svc.read_models import contract as contract_rows
from supplier_svc.supplier.contracts import (
    ContractEnded,
    ContractOver,
    ContractUnknown,
    RemindOfContract,
    SignContract,
    TerminateContract,
)
from supplier_svc.supplier.repeats import ReportedOtherwise
from supplier_svc.supplier.sourcing import NameSource
from supplier_svc.testing import GivenSupplier, book, supplier
from supplier_svc.timers import contract_due


def day(text: str) -> date:
    return date.fromisoformat(text)


def contract(
    name: str, starts: str, ends: str, signed: str | None = "2025-01-01", kind: str = "supply"
) -> SignContract:
    signed_on = day(signed) if signed else None
    return SignContract("S-1", name, kind, ALL_CLAUSES, day(starts), day(ends), owner_id="li", signed_on=signed_on)


FIRST = contract("K-1", "2024-07-01", "2025-06-30")


class Calendar:
    """A supplier whose to-do list is worked on day by day, as the scheduler does."""

    def __init__(self, known: GivenSupplier, first: str = "2025-01-01") -> None:
        self.known, self.today = known, day(first)
        self.log: list[tuple[Event, object]] = []

    def at(self, on: str, *commands: object) -> "Calendar":
        """What was due up to that day, then the commands of the day."""
        while self.today <= day(on):
            while due := [row for row in self._rows() if row.due_on and row.due_on <= self.today]:
                before = len(self.known.facts)
                self._decide(*(contract_due.remind(row) for row in due))
                assert len(self.known.facts) > before, f"stuck: {due}"
            self.today += timedelta(days=1)
        self.today = day(on)
        self._decide(*commands)
        return self

    def _decide(self, *commands: object) -> None:
        decided = self.known.when(*commands)
        assert not isinstance(decided.outcome, Exception), decided.outcome
        at = datetime.combine(self.today, datetime.min.time(), UTC)
        self.log += [(event, envelope(len(self.log) + n, at=at)) for n, event in enumerate(decided.outcome, 1)]
        self.known = decided

    def _rows(self) -> Sequence[contract_due.Row]:
        return list(replay(contract_due.TODO, self.log).values())

    def reminded(self) -> list[str]:
        return [str(event.reminded_on) for event, _ in self.log if isinstance(event, ContractExpiring)]

    def expired(self) -> list[ContractExpired]:
        return [event for event, _ in self.log if isinstance(event, ContractExpired)]


def test_five_reminders_and_expired_the_day_after_the_end() -> None:
    run = Calendar(supplier()).at("2025-01-01", FIRST).at("2025-12-31")
    assert run.reminded() == ["2025-04-01", "2025-05-01", "2025-05-31", "2025-06-23", "2025-06-30"]
    [expired] = run.expired()
    assert (expired.contract_id, expired.ends_on, expired.expired_on, expired.owner_id) == (
        "K-1", day("2025-06-30"), day("2025-07-01"), "li",
    )  # fmt: skip
    assert expired.missing_kinds == ("supply", "quality_assurance", "after_sales")
    assert expired.uncovered == ALL_CLAUSES


def test_renewed_by_another_of_its_kind_from_the_next_day_on_nothing_more_is_published() -> None:
    run = Calendar(supplier()).at("2025-01-01", FIRST)
    run.at("2025-05-10", contract("K-2", "2025-07-01", "2026-06-30", "2025-05-10")).at("2025-12-31")
    assert run.reminded() == ["2025-04-01", "2025-05-01"]
    assert run.expired() == []


def test_two_days_gap_is_no_renewal_and_the_contract_expires() -> None:
    run = Calendar(supplier()).at("2025-01-01", FIRST)
    run.at("2025-05-10", contract("K-2", "2025-07-03", "2026-06-30", "2025-05-10")).at("2025-12-31")
    assert [each.contract_id for each in run.expired()] == ["K-1"]
    assert len(run.reminded()) == 5


def test_a_contract_of_another_kind_or_one_that_ends_earlier_renews_nothing() -> None:
    run = Calendar(supplier()).at(
        "2025-01-01", FIRST, contract("Q-1", "2025-01-01", "2026-06-30", kind="quality_assurance"),
        contract("K-0", "2024-01-01", "2025-05-31"),
    ).at("2025-08-01")  # fmt: skip
    [expired] = run.expired()
    assert (expired.contract_id, expired.missing_kinds, expired.uncovered) == ("K-1", ("supply", "after_sales"), ())


def test_reminders_of_days_before_the_signing_are_skipped() -> None:
    late = contract("K-1", "2024-07-01", "2025-06-30", "2025-05-31")
    assert supplier().when(late).one(ContractSigned).remind_on == (
        day("2025-05-31"),
        day("2025-06-23"),
        day("2025-06-30"),
    )
    run = Calendar(supplier()).at("2025-06-10", contract("K-1", "2024-07-01", "2025-06-30")).at("2025-12-31")
    assert run.reminded() == ["2025-06-23", "2025-06-30"], "recorded late, the days that had passed are skipped too"


def test_a_contract_that_ended_before_it_was_recorded_expires_at_once() -> None:
    run = Calendar(supplier()).at("2025-08-10", FIRST).at("2025-08-11")
    assert (run.reminded(), [each.expired_on for each in run.expired()]) == ([], [day("2025-07-01")])


def test_a_contract_of_before_is_not_reminded_of_and_expires() -> None:
    old = ContractSigned(
        supplier_id="S-1", contract_id="K-1", kind="supply", clauses=(), missing=(), starts_on=day("2024-07-01"),
        ends_on=day("2025-06-30"), policy_version=1,
    )  # fmt: skip
    run = Calendar(supplier(old))
    run.log = [(old, envelope(1, at=datetime(2024, 7, 1, tzinfo=UTC)))]
    run.at("2025-12-31")
    assert (run.reminded(), len(run.expired())) == ([], 1)


def test_a_reminder_that_is_repeated_or_late_changes_nothing() -> None:
    known = supplier().when(FIRST, RemindOfContract("S-1", "K-1", day("2025-05-01")))
    for on in ("2025-05-01", "2025-04-01", "2025-05-02"):
        assert known.when(RemindOfContract("S-1", "K-1", day(on))).outcome == ()
    over = known.when(RemindOfContract("S-1", "K-1", day("2025-07-01")))
    assert over.when(RemindOfContract("S-1", "K-1", day("2025-07-01"))).outcome == ()
    assert known.when(RemindOfContract("S-1", "K-9", day("2025-07-01"))).outcome == ()


def test_a_terminated_contract_has_ended_and_is_reminded_of_no_more() -> None:
    end = TerminateContract("S-1", "K-1", day("2025-04-15"), "given up", "li")
    run = Calendar(supplier()).at("2025-01-01", FIRST).at("2025-04-10", end).at("2025-12-31")
    assert (run.reminded(), run.expired()) == (["2025-04-01"], [])
    assert run.known.when(end).outcome == ()
    again = TerminateContract("S-1", "K-1", day("2025-05-01"), "given up", "li")
    run.known.when(again).then_refused(ContractOver, "Contract K-1 ended on 2025-04-15")
    supplier().when(end).then_refused(ContractUnknown, "Supplier S-1 has no contract K-1.")
    known = supplier().when(FIRST)
    known.when(TerminateContract("S-1", "K-1", day("2025-07-01"), "x", "li")).then_refused(ContractOver)


def test_a_contract_whose_renewal_is_terminated_is_reminded_of_again() -> None:
    run = Calendar(supplier()).at("2025-01-01", FIRST, contract("K-2", "2025-07-01", "2026-06-30"))
    run.at("2025-06-01", TerminateContract("S-1", "K-2", day("2025-06-01"), "given up", "li")).at("2025-12-31")
    assert (run.reminded(), len(run.expired())) == (["2025-06-23", "2025-06-30"], 1)


def test_a_new_item_needs_the_kinds_that_ended_to_be_signed_again() -> None:
    name = NameSource("S-1", "bolt", day("2025-07-10"), "a second source")
    supplier().when(name).one(SourceStandingChanged)  # adopted without contracts: none ended
    ended = supplier().when(FIRST)
    ended.when(name).then_refused(
        ContractEnded, "Contract supply of S-1 ended on 2025-06-30; sign it before naming a new item."
    )
    assert ContractEnded.status == 409
    ended.when(contract("K-2", "2025-07-10", "2026-06-30"), name).one(SourceStandingChanged)
    ended.when(NameSource("S-1", "bolt", day("2025-06-30"), "in force")).one(SourceStandingChanged)
    known = supplier().when(FIRST, NameSource("S-1", "bolt", day("2025-06-01"), "in force"))
    known.when(name).one(SourceStandingChanged)  # no new item


def test_the_days_of_the_reminders_are_policy() -> None:
    policy = SupplierQualification(contract_remind_days=(0, 14))
    assert supplier(under=(policy,)).when(FIRST).one(ContractSigned).remind_on == (day("2025-06-16"), day("2025-06-30"))


def test_a_purchase_contract_of_the_erp_is_one_of_supply_without_clauses() -> None:
    signed = erp.ContractSigned(
        contract_id="PC-1", kind="purchase", party_id="S-1", owner_id="li", signed_on=day("2025-01-10"),
        ends_on=day("2025-12-31"), currency="CNY", amount=Decimal(5000),
    )  # fmt: skip
    found = supplier().when(record_contract(signed, envelope(1), book())).one(ContractSigned)
    assert (found.kind, found.clauses, found.starts_on, found.ends_on) == (
        "supply", (), day("2025-01-10"), day("2025-12-31"),
    )  # fmt: skip
    assert (found.amount, found.currency, found.owner_id) == (5000, "CNY", "li")
    assert record_contract(signed.model_copy(update={"kind": "sale"}), envelope(1), book()) is None
    without_end = record_contract(signed.model_copy(update={"ends_on": None}), envelope(1), book())
    run = Calendar(supplier()).at("2025-01-10", without_end).at("2026-12-31")
    assert (run.reminded(), run.expired()) == ([], [])


def test_a_purchase_contract_that_the_erp_cancels_ends_and_one_that_it_changes_is_for_a_person() -> None:
    values = {
        "contract_id": "PC-1", "kind": "purchase", "party_id": "S-1", "signed_on": day("2025-01-10"),
        "ends_on": day("2025-12-31"), "currency": "CNY", "amount": Decimal(5000),
    }  # fmt: skip
    signed = supplier().when(record_contract(erp.ContractSigned.model_validate(values), envelope(1), book()))
    changed = erp.ContractChanged.model_validate({**values, "changed_on": day("2025-03-01")})
    signed.when(record_contract(changed, envelope(2), book())).then()
    longer = changed.model_copy(update={"ends_on": day("2026-12-31")})
    refused = signed.when(record_contract(longer, envelope(2), book())).outcome
    assert isinstance(refused, ReportedOtherwise)
    assert "2026-12-31" in str(refused)
    cancelled = erp.ContractCancelled(
        contract_id="PC-1", kind="purchase", party_id="S-1", cancelled_on=day("2025-03-31"), reason="no need any more"
    )
    ended = signed.when(end_contract(cancelled, envelope(3), book()))
    found = ended.one(ContractTerminated)
    assert (found.terminated_on, found.because, found.by) == (day("2025-03-31"), "no need any more", "erp")
    ended.when(end_contract(cancelled, envelope(3), book())).then()
    assert end_contract(cancelled.model_copy(update={"kind": "sale"}), envelope(3), book()) is None


DAYS = st.dates(date(2025, 1, 1), date(2025, 3, 31))


@for_all(st.lists(st.tuples(DAYS, DAYS, st.sampled_from(["supply", "after_sales"])), min_size=1, max_size=5))
def test_each_contract_expires_once_or_is_renewed_and_each_reminder_is_published_once(
    spans: list[tuple[date, date, str]],
) -> None:
    signed = [
        SignContract("S-1", f"K-{n}", kind, (), min(one, other), max(one, other), signed_on=date(2025, 1, 1))
        for n, (one, other, kind) in enumerate(spans)
    ]
    run = Calendar(supplier(under=(SupplierQualification(contract_remind_days=(30, 0)),)))
    run.at("2025-01-01", *signed).at("2025-05-01")
    expired = [each.contract_id for each in run.expired()]
    assert len(expired) == len(set(expired))
    reminders = [(e.contract_id, e.reminded_on) for e, _ in run.log if isinstance(e, ContractExpiring)]
    assert len(reminders) == len(set(reminders))
    for kind in {kind for *_, kind in spans}:
        last = max(each.ends_on for each in signed if each.kind == kind)
        assert any(each.ends_on == last and each.kind == kind for each in run.expired())


def test_contracts_are_listed_with_their_last_day() -> None:
    known = supplier().when(FIRST, TerminateContract("S-1", "K-1", day("2025-04-15"), "given up", "li"))
    [row] = replay(contract_rows.MODEL, [(each, envelope(n)) for n, each in enumerate(known.facts, 1)]).values()
    assert (row.status, row.ends_on, row.owner_id) == ("terminated", day("2025-04-15"), "li")
    assert known.one(ContractTerminated).kind == "supply"


@pytest.mark.parametrize("on", ["2025-04-15", "2025-04-16"])
def test_the_last_day_of_a_terminated_contract_is_that_of_its_termination(on: str) -> None:
    known = supplier().when(FIRST, TerminateContract("S-1", "K-1", day("2025-04-15"), "given up", "li"))
    named = known.when(NameSource("S-1", "bolt", day(on), "x"))
    assert isinstance(named.outcome, ContractEnded) == (on == "2025-04-16")
