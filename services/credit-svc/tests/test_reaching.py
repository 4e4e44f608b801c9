"""How a debtor is reached: by the first way that leads there, and nobody travels far for a visit."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from chassis.testing import Given
from contracts import customer
from contracts.credit import (
    CasePaused,
    CollectionStep,
    CollectionStepTaken,
    DebtorContacted,
    DebtorPlaceNoted,
    InvoiceDisputed,
    PaymentRefused,
    PromiseMade,
)
from credit_svc.account.contacts import ContactToCome, RecordContact
from credit_svc.account.files import NoteTier
from credit_svc.account.merges import AbsorbAccount, MergeAccount
from credit_svc.account.promises import PromiseInThePast
from credit_svc.account.reaching import NoteReach
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.policies.reaching import Office
from credit_svc.reactions import note_file
from credit_svc.requests.contacts import ContactBody
from credit_svc.testing import CUSTOMER, account, all_of, invoice, last, under, until
from credit_svc.timers import invoice_due, step_due

from .accounts import Accounts

CASE, NEW_YEAR, FOURTH = "C-1-1", date(2024, 1, 1), date(2024, 2, 4)
VISIT_ON = date(2024, 3, 1)
"""The day of the visit of a case about an invoice of 31 January: 30 days past due."""
TODO: tuple[Any, ...] = (invoice_due.TODO, step_due.TODO)
BEIJING = Office(province="Beijing", city="Beijing")
IN_BEIJING = CollectionPolicy(offices=(BEIJING,))


def overdue(on: date, *first: Any, policy: CollectionPolicy = IN_BEIJING) -> Given:
    """Invoice I-1, due on 31 January and unpaid until a day."""
    return until(on, account(*first, invoice(1), book=under(policy)), TODO)


def of_file(province: str | None, city: str | None, *ways: Any) -> NoteReach:
    return NoteReach(CUSTOMER, NEW_YEAR, (province, city), ways)


def step(history: Given, name: CollectionStep) -> Any:
    return next(each for each in all_of(history, CollectionStepTaken) if each.step == name)


# Near and distant


def test_distant_no_visit() -> None:
    """An office in Beijing: on day 30 the debtor in Guangzhou is called by a manager, the one in Beijing is visited."""
    far = step(overdue(VISIT_ON, of_file("Guangdong", "Guangzhou")), "visit")
    assert (far.taken_on, far.contact_way) == (VISIT_ON, "phone")
    assert far.way_because == "Guangzhou is distant: a manager calls."
    near = step(overdue(VISIT_ON, of_file("Beijing", "Beijing")), "visit")
    assert (near.contact_way, near.way_because) == ("visit", "")


def test_unknown_is_distant() -> None:
    history = overdue(VISIT_ON)
    visit = step(history, "visit")
    assert (visit.contact_way, visit.way_because) == ("phone", "The place of C-1 is unknown: a manager calls.")
    (noted,) = all_of(history, DebtorPlaceNoted)
    assert (noted.is_distant, noted.because) == (True, "The place of C-1 is unknown.")
    order = [type(fact).__name__ for fact in history.facts]
    assert order.index("DebtorPlaceNoted") < order.index("CollectionStepTaken")


def test_without_offices_nobody_is_distant_and_no_place_is_noted() -> None:
    history = overdue(VISIT_ON, policy=CollectionPolicy())
    assert step(history, "visit").contact_way == "visit"
    assert not all_of(history, DebtorPlaceNoted)


@pytest.mark.parametrize(
    ("near_is", "province", "city", "is_distant"),
    [
        ("province", "Hebei", "Tangshan", False),
        ("city", "Hebei", "Tangshan", True),
        ("city", "Hebei", "Baoding", False),
        ("city", None, "baoding", False),
        ("province", None, "Baoding", False),
        ("province", None, "Tangshan", True),
        ("province", "Hebei", None, False),
        ("city", "Hebei", None, True),
    ],
)
def test_near_is_the_province_or_the_city_of_an_office(
    near_is: Any, province: str | None, city: str | None, is_distant: bool
) -> None:
    policy = CollectionPolicy(offices=(BEIJING, Office(province="Hebei", city="Baoding")), near_is=near_is)
    noted = last(account(of_file(province, city), book=under(policy)), DebtorPlaceNoted)
    assert noted.is_distant == is_distant


def test_a_large_customer_who_is_near_is_visited_by_a_manager() -> None:
    history = overdue(VISIT_ON, NoteTier(CUSTOMER, tier="vip"), of_file("Beijing", "Beijing"))
    visit = step(history, "visit")
    assert (visit.contact_way, visit.way_because) == ("visit", "A manager visits; disputes are settled first.")


def test_other_offices_judge_anew() -> None:
    """Noted as distant; the next step finds an office there, and notes that before."""
    guangzhou = CollectionPolicy(offices=(Office(province="Guangdong", city="Guangzhou"),))
    history = replace(overdue(VISIT_ON, of_file("Guangdong", "Guangzhou")), book=under(guangzhou))
    again = until(date(2024, 3, 20), history, TODO)
    assert [each.is_distant for each in all_of(again, DebtorPlaceNoted)] == [True, False]


# The ways


def test_email_first() -> None:
    """A reminder goes by e-mail where the file has an address, else by telephone."""
    mailed = step(overdue(FOURTH, of_file(None, "Beijing", "email", "phone")), "reminder")
    assert (mailed.contact_way, mailed.way_because) == ("email", "")
    called = step(overdue(FOURTH, of_file(None, "Beijing", "phone")), "reminder")
    assert (called.contact_way, called.way_because) == ("phone", "No address for email, sms is known.")
    nobody = step(overdue(FOURTH), "reminder")
    assert nobody.contact_way is None
    assert nobody.way_because == "No address for email, sms, phone is known: the collector finds one."


def test_letters_are_posted_where_the_city_is_known() -> None:
    history = overdue(date(2024, 2, 15), of_file(None, "Beijing", "email"))
    assert step(history, "letter_1").contact_way == "email"
    assert step(history, "letter_2").contact_way == "letter"
    unknown = step(overdue(date(2024, 2, 15), of_file(None, None, "email")), "letter_2")
    assert (unknown.contact_way, unknown.way_because) == ("email", "No address for letter, fax is known.")


def test_steps_that_the_policy_does_not_name_go_by_email() -> None:
    assert step(overdue(date(2024, 3, 16), of_file(None, "Beijing", "email")), "stop_supply").contact_way == "email"
    with pytest.raises(ValidationError):
        CollectionPolicy.model_validate({"ways_of_step": {"call": []}})


# What the customer's file says


def registered(**fields: Any) -> customer.CustomerRegistered:
    usual = {"customer_id": CUSTOMER, "name": "A company", "owner_id": "E-1", "classification": {}}
    return customer.CustomerRegistered.model_validate({**usual, "registered_on": NEW_YEAR, **fields})


def changed(**fields: Any) -> customer.CustomerFileChanged:
    return customer.CustomerFileChanged.model_validate(
        {"customer_id": CUSTOMER, "changed_on": NEW_YEAR, "by": "E-1", **fields}
    )


ANN = {"contact_id": "ann", "name": "Ann", "email": "ann@example.org"}
BEN = {"contact_id": "ben", "name": "Ben", "telephone": "555 0001"}


def test_of_a_file_the_place_and_the_ways_are_noted_and_no_address() -> None:
    place = {"province": "Guangdong", "city": "Guangzhou"}
    accounts = Accounts(under(IN_BEIJING))
    (noted,) = accounts.do(*note_file(registered(classification=place, contacts=(ANN, BEN))))
    assert noted == DebtorPlaceNoted(
        customer_id=CUSTOMER, **place, is_distant=True, because="No office is near Guangzhou.", ways=("email", "phone")
    )
    assert accounts.do(*note_file(changed(contacts=(ANN, BEN)))) == []
    (fewer,) = accounts.do(*note_file(changed(contacts=(BEN,))))
    assert isinstance(fewer, DebtorPlaceNoted)
    assert (fewer.city, fewer.ways) == ("Guangzhou", ("phone",))
    (moved,) = accounts.do(*note_file(changed(classification={"city": "Beijing"})))
    assert isinstance(moved, DebtorPlaceNoted)
    assert (moved.province, moved.city, moved.is_distant, moved.ways) == (None, "Beijing", False, ("phone",))


def test_a_file_without_place_and_contacts_leaves_the_account_alone() -> None:
    assert note_file(registered()) == []
    assert note_file(changed(name="Another name")) == []


def test_the_place_goes_with_an_account_that_becomes_part_of_another() -> None:
    accounts = Accounts(under(IN_BEIJING))
    accounts.do(of_file("Beijing", "Beijing", "email"), invoice(1))
    accounts.do(MergeAccount(CUSTOMER, "C-2", FOURTH, "the same"), AbsorbAccount("C-2", CUSTOMER, FOURTH))
    assert accounts.states["C-2"].file.place == DebtorPlaceNoted(
        customer_id="C-2", province="Beijing", city="Beijing", is_distant=False, because="The office in Beijing is near.",
        ways=("email",),
    )  # fmt: skip


# What was said


def contact(result: Any = "reached", on: date = FOURTH, **fields: Any) -> RecordContact:
    usual = {"way": "phone", "contacted_on": on, "with_whom": "ann", "statement": "will look", "demand_reached": False}
    return RecordContact(**{  # type: ignore[arg-type]
        **usual, "case_id": CASE, "customer_id": CUSTOMER, "result": result, "by": "collector", "on": FOURTH, **fields,
    })  # fmt: skip


def test_a_contact_is_a_fact_with_the_step_that_it_follows() -> None:
    history = overdue(FOURTH).when(contact(demand_reached=True), contact("not_reached", date(2024, 2, 1)))
    first, second = all_of(history, DebtorContacted)
    assert (first.contact_id, first.step, first.demand_reached) == ("C-1-1-K1", "call", True)
    assert (second.contact_id, second.contacted_on, second.result) == ("C-1-1-K2", date(2024, 2, 1), "not_reached")
    refused = overdue(FOURTH).when(contact(on=date(2024, 2, 5)))
    refused.then_refused(ContactToCome, "2024-02-05 is after today.")
    assert ContactToCome.status == 422


def test_a_promise_a_refusal_or_a_dispute_goes_on_as_its_own_command_would() -> None:
    promised = overdue(FOURTH).when(contact("promise", promised_amount=Decimal(60), promised_on=date(2024, 2, 10)))
    assert promised.one(PromiseMade).promised_on == date(2024, 2, 10)
    assert promised.one(CasePaused).cause == "promise"
    assert overdue(FOURTH).when(contact("refusal")).one(PaymentRefused).reason == "will look"
    disputed = overdue(FOURTH).when(contact("dispute", invoice_id="I-1"))
    assert (disputed.one(InvoiceDisputed).amount, disputed.one(CasePaused).cause) == (100, "dispute")
    late = contact("promise", promised_amount=Decimal(60), promised_on=date(2024, 2, 3))
    overdue(FOURTH).when(late).then_refused(PromiseInThePast)


def test_a_visit_to_a_distant_debtor_is_a_fact_and_flagged() -> None:
    far = overdue(FOURTH, of_file("Guangdong", "Guangzhou"))
    assert far.when(contact(way="visit")).one(DebtorContacted).is_distant
    assert not far.when(contact()).one(DebtorContacted).is_distant
    near = overdue(FOURTH, of_file("Beijing", "Beijing"))
    assert not near.when(contact(way="visit")).one(DebtorContacted).is_distant


@pytest.mark.parametrize(
    "change",
    [
        {"result": "promise"},
        {"result": "promise", "promised_amount": "5"},
        {"promised_amount": "5", "promised_on": "2024-02-05"},
        {"result": "dispute"},
        {"invoice_id": "I-1"},
        {"result": "not_reached", "demand_reached": True},
    ],
)
def test_a_contact_has_what_its_result_needs_and_nothing_else(change: dict[str, Any]) -> None:
    body = {"way": "phone", "contacted_on": "2024-02-04", "with_whom": "ann", "statement": "yes", "result": "reached"}
    ContactBody.model_validate_json(json.dumps(body))
    with pytest.raises(ValidationError):
        ContactBody.model_validate_json(json.dumps({**body, **change}))
