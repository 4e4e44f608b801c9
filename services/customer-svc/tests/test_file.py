"""The customer file: who a customer is, whose it is, and who may do what with it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from chassis.policies import PolicyBook
from chassis.testing import envelope, given, replay
from chassis.testing.sealed import sealed
from contracts.customer import (
    Classification,
    Contact,
    CustomerArchived,
    CustomerAssigned,
    CustomerFileChanged,
    CustomerFileLapsed,
    CustomerRegistered,
    CustomerShared,
    Grant,
    PolicyPublished,
)
from contracts.personal import Clear, wire_form
from customer_svc.files.access import departments_below, may, owners_in_reach, reach_of
from customer_svc.files.file import (
    DECIDER,
    ArchiveCustomer,
    AssignCustomer,
    ChangeFile,
    FileArchived,
    FileCommand,
    FileDiffers,
    LapseFile,
    NoFile,
    NotAllowed,
    RegisterCustomer,
    ShareCustomer,
)
from customer_svc.policies.access import AccessPolicy, Person, Role
from customer_svc.read_models import customer_file
from customer_svc.service import SERVICE
from customer_svc.timers import file_lapse_due

DAY = date(2024, 5, 31)
NAME = sealed("Chen Ying", "contact:C-1/K-1")
CHEN = Contact(contact_id="K-1", name=NAME, department="purchasing")
EVERYTHING = ("read", "create", "change", "delete", "share", "assign")
ACCESS = AccessPolicy(
    departments={"sales": None, "east": "sales", "ningbo": "east", "west": "sales"},
    roles={
        "seller": Role(scope="own", operations=("read", "create", "change", "share")),
        "colleague": Role(scope="department", operations=("read",)),
        "manager": Role(scope="department_and_below", operations=EVERYTHING),
        "director": Role(scope="all", operations=EVERYTHING),
    },
    people={
        "li.na": Person(department="ningbo", role="seller"),
        "wu.jun": Person(department="ningbo", role="colleague"),
        "han.lei": Person(department="east", role="manager"),
        "wang.fang": Person(department="west", role="seller"),
        "zhou.min": Person(department="sales", role="director"),
    },
)
BOOK = PolicyBook.of(SERVICE.policies).with_published(
    PolicyPublished(
        name="access", policy_version=2, effective_from=date(2024, 1, 1), document=ACCESS.model_dump(mode="json"),
        reason="people and their departments",
    )
)  # fmt: skip


def register(by: str = "li.na", owner_id: str = "li.na", name: str = "Haitong Plastics") -> RegisterCustomer:
    return RegisterCustomer("C-1", name, owner_id, Classification(industry="packaging"), (CHEN,), "G-1", DAY, by)


def change(by: str = "li.na", on: date = DAY) -> ChangeFile:
    return ChangeFile("C-1", None, Classification(industry="automotive"), None, None, on, by)


OPEN = given(DECIDER, policies=SERVICE.policies).when(register())


def test_a_registered_customer_has_an_owner_a_class_and_contacts() -> None:
    outcome = OPEN.one(CustomerRegistered)
    assert (outcome.owner_id, outcome.classification.industry, outcome.contacts[0].name) == (
        "li.na",
        "packaging",
        NAME,
    )


def test_the_same_registration_again_is_none_and_another_is_refused() -> None:
    OPEN.when(register()).then()
    OPEN.when(register(name="Other")).then_refused(FileDiffers, "registered already")


def test_a_registration_with_another_name_or_telephone_of_a_contact_is_refused_without_quoting_either() -> None:
    for other in (
        CHEN.model_copy(update={"name": sealed("Chen Yang", "contact:C-1/K-1")}),
        CHEN.model_copy(update={"telephone": sealed("+86 574 0000 0000", "contact:C-1/K-1")}),
        CHEN.model_copy(update={"department": "quality"}),
    ):
        again = replace(register(), contacts=(other,))
        sentence = "registered again with another name, department, role, e-mail or telephone of a contact"
        OPEN.when(again).then_refused(FileDiffers, sentence)
    another = replace(register(), contacts=(CHEN, CHEN.model_copy(update={"contact_id": "K-2"})))
    OPEN.when(another).then_refused(FileDiffers, "contacts K-1, K-2 instead of K-1")


def test_a_contact_that_an_older_event_names_in_clear_is_taken_for_the_one_that_comes_again() -> None:
    """Who it is cannot be compared with what is sealed; whatever else differs is refused as before."""
    clear = CHEN.model_copy(update={"name": Clear("Chen Ying")})
    before = OPEN.one(CustomerRegistered).model_copy(update={"contacts": (clear,)})
    known = given(DECIDER, before, policies=SERVICE.policies)
    known.when(register()).then()
    moved = replace(register(), contacts=(CHEN.model_copy(update={"department": "quality"}),))
    known.when(moved).then_refused(FileDiffers, "of a contact")
    known.when(replace(register(), contacts=())).then_refused(FileDiffers, "contacts none instead of K-1")


def test_a_change_that_sends_the_same_contacts_again_confirms_them_without_repeating_them() -> None:
    same = replace(change(), contacts=(CHEN,))
    assert OPEN.when(same).one(CustomerFileChanged).contacts is None
    other = (CHEN.model_copy(update={"role": "buyer"}),)
    assert OPEN.when(replace(change(), contacts=other)).one(CustomerFileChanged).contacts == other


def test_what_a_change_leaves_out_stays() -> None:
    outcome = OPEN.when(change())
    outcome.then(CustomerFileChanged)
    assert (outcome.state.classification.industry, outcome.state.contacts) == ("automotive", (CHEN,))


def test_a_change_without_a_file_is_refused() -> None:
    given(DECIDER, policies=SERVICE.policies).when(change()).then_refused(NoFile, "register it first")


def test_an_archived_file_takes_no_more_changes() -> None:
    archived = OPEN.when(ArchiveCustomer("C-1", "closed down", DAY, "li.na"))
    archived.then(CustomerArchived)
    archived.when(change()).then_refused(FileArchived)
    archived.when(ArchiveCustomer("C-1", "closed down", DAY, "li.na")).then()


# --- lapsed data -------------------------------------------------------------------------------------


def test_data_lapses_after_a_year_and_a_change_confirms_it() -> None:
    facts = OPEN.facts
    row = replay(file_lapse_due.TODO, facts)["C-1",]
    assert row.due_on == DAY + timedelta(days=365)
    command = file_lapse_due.command(row)
    OPEN.when(command).then(CustomerFileLapsed)
    later = OPEN.when(change(on=DAY + timedelta(days=100)))
    later.when(command).then()
    assert replay(file_lapse_due.TODO, later.facts)["C-1",].due_on == DAY + timedelta(days=465)


def test_a_lapsed_file_is_told_once_and_a_change_ends_it() -> None:
    lapse = LapseFile("C-1", DAY, DAY + timedelta(days=365))
    lapsed = OPEN.when(lapse)
    lapsed.when(lapse).then()
    assert replay(customer_file.MODEL, lapsed.facts)["C-1",].lapsed
    assert not replay(customer_file.MODEL, lapsed.when(change()).facts)["C-1",].lapsed


def test_where_a_customer_is_stands_in_its_file_and_follows_its_changes() -> None:
    """Credit-svc judges by it whether a debtor is visited."""
    place = Classification(industry="packaging", province="Guangdong", city="Guangzhou")
    registered = given(DECIDER, policies=SERVICE.policies).when(replace(register(), classification=place))
    row = replay(customer_file.MODEL, registered.facts)["C-1",]
    assert (row.province, row.city) == ("Guangdong", "Guangzhou")
    elsewhere = place.model_copy(update={"city": "Shenzhen"})
    moved = registered.when(replace(change(), classification=elsewhere))
    row = replay(customer_file.MODEL, moved.facts)["C-1",]
    assert (row.province, row.city) == ("Guangdong", "Shenzhen")


# --- data scopes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "reached"),
    [
        ("li.na", {"li.na"}),
        ("wu.jun", {"li.na", "wu.jun"}),
        ("han.lei", {"li.na", "wu.jun", "han.lei"}),
        ("zhou.min", None),
        ("stranger", set()),
    ],
    ids=["own", "department", "department and below", "all", "nobody we know"],
)
def test_the_four_data_scopes(person: str, reached: set[str] | None) -> None:
    assert owners_in_reach(ACCESS, person, "read") == reached


def test_while_nobody_is_named_everybody_may_do_everything() -> None:
    assert owners_in_reach(AccessPolicy(), "anybody", "delete") is None


@pytest.mark.parametrize(
    ("person", "theirs", "shared_with_wang", "registered_by_nobody"),
    [
        ("li.na", True, True, False),
        ("wang.fang", False, True, False),
        ("sales-desk", False, False, True),
        ("stranger", False, False, False),
    ],
)
def test_a_person_reaches_its_customers_those_shared_with_it_and_the_desk_those_of_nobody(
    person: str, theirs: bool, shared_with_wang: bool, registered_by_nobody: bool
) -> None:
    desk = {"sales-desk": Person(department="west", role="seller")}
    reach = reach_of(ACCESS.model_copy(update={"people": {**ACCESS.people, **desk}}), person, "read", "sales-desk")
    assert reach is not None
    grants = (Grant(person_id="wang.fang", operations=("read",)),)
    assert (reach.has("li.na", ()), reach.has("li.na", grants), reach.has(None, ())) == (
        theirs,
        shared_with_wang,
        registered_by_nobody,
    )


def test_who_reaches_everybody_is_asked_nothing_further() -> None:
    assert reach_of(ACCESS, "zhou.min", "read", "sales-desk") is None
    assert reach_of(AccessPolicy(), "anybody", "read", "sales-desk") is None


def test_departments_below_are_all_of_them() -> None:
    assert departments_below(ACCESS, "sales") == {"sales", "east", "ningbo", "west"}


def test_a_role_without_the_operation_reaches_nobody() -> None:
    assert not may(ACCESS, "wu.jun", "change", "li.na", ())
    assert may(ACCESS, "wu.jun", "read", "li.na", ())


def test_sharing_lets_another_do_what_was_granted_and_no_more() -> None:
    grants = (Grant(person_id="wang.fang", operations=("read", "change")),)
    shared = given(DECIDER, book=BOOK).when(register(), ShareCustomer("C-1", grants, DAY, "li.na"))
    shared.then(CustomerRegistered, CustomerShared)
    shared.when(change("wang.fang")).then(CustomerFileChanged)
    shared.when(AssignCustomer("C-1", "wang.fang", DAY, "wang.fang")).then_refused(NotAllowed, "may not assign")


@pytest.mark.parametrize(
    "command",
    [
        change("wang.fang"),
        AssignCustomer("C-1", "wang.fang", DAY, "wang.fang"),
        ArchiveCustomer("C-1", "-", DAY, "wu.jun"),
    ],
    ids=["change", "assign", "delete"],
)
def test_who_does_not_reach_a_customer_is_told_whose_it_is(command: FileCommand) -> None:
    given(DECIDER, book=BOOK).when(register()).when(command).then_refused(NotAllowed, "its owner is li.na")


def test_a_manager_assigns_the_customers_of_the_departments_below() -> None:
    outcome = given(DECIDER, book=BOOK).when(register()).when(AssignCustomer("C-1", "wu.jun", DAY, "han.lei"))
    assert outcome.one(CustomerAssigned).previous == "li.na"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"departments": {"a": "b"}}, "department a is below b, which is not a department"),
        ({"departments": {"a": "b", "b": "a"}}, "is below itself"),
        ({"departments": {"a": None}, "people": {"p": {"department": "a", "role": "r"}}}, "p has the role r"),
    ],
)
def test_an_access_policy_that_cannot_work_is_refused(changed: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        AccessPolicy.model_validate(changed)


def test_the_file_of_the_read_model_is_the_last_state() -> None:
    outcome = OPEN.when(change(), AssignCustomer("C-1", "wu.jun", DAY, "li.na"))
    row = replay(customer_file.MODEL, [(fact, envelope(n)) for n, fact in enumerate(outcome.facts, 1)])["C-1",]
    assert (row.owner_id, row.industry, row.contacts[0]["name"]) == ("wu.jun", "automotive", wire_form(NAME))
