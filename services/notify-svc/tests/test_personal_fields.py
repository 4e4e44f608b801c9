"""No rule reads and no template quotes what an event tells of a person, whichever way it is named."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from contracts import EVENTS, Event
from contracts.customer import CustomerRegistered
from contracts.data_subjects import places_of
from contracts.fields import STORED
from contracts.supplier import SupplierRegistered
from notify_svc.rules import samples
from notify_svc.rules.personal_fields import personal_parts, personal_paths
from notify_svc.rules.rendering import names_in
from notify_svc.rules.samples import envelope_of
from notify_svc.rules.subscriptions import Rule
from notify_svc.rules.templates import NoticeTemplate
from notify_svc.rules.vocabulary import facts_of, names_within

GOLDEN = Path(__file__).parents[3] / "shared" / "contracts" / "golden"
REGISTERED = CustomerRegistered.TYPE


def golden(event: type[Event]) -> Event:
    return event.model_validate_json((GOLDEN / f"{event.TYPE}.v{event.VERSION}.json").read_text())


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> Event:
    """A customer with a contact: an event that rules may be about."""
    event = golden(CustomerRegistered)
    monkeypatch.setitem(samples.SAMPLES, REGISTERED, event)
    monkeypatch.setitem(samples._FACTS, REGISTERED, facts_of(event, envelope_of(event)))
    return event


def template(body: str) -> dict[str, Any]:
    return {"event": REGISTERED, "texts": {"en": {"subject": "A new customer", "body": body}}}


def rule(**fields: Any) -> dict[str, Any]:
    whole = {
        "id": "new", "event": REGISTERED, "audience": ["role:salesperson"], "about": "customer_id", "period": "event.id",
        "channels": ["inbox"], "template": "new",
    }  # fmt: skip
    return {**whole, **fields}


def test_the_facts_of_an_event_have_nothing_that_tells_of_a_person(registered: Event) -> None:
    [contact] = facts_of(registered, envelope_of(registered))["contacts"]
    assert contact == {"contact_id": "K-1", "department": "purchasing", "role": "decider"}
    assert personal_paths(CustomerRegistered) == {"contacts.name", "contacts.email", "contacts.telephone"}
    assert "file.business_owner" in personal_paths(SupplierRegistered)


@pytest.mark.parametrize("event", [event for event in EVENTS if places_of(event)], ids=lambda event: event.TYPE)
def test_an_event_is_written_without_its_personal_fields_though_they_are_in_clear(event: type[Event]) -> None:
    sample = golden(event)
    written = sample.model_dump(mode="json", exclude=personal_parts(event))
    leaves = {path.rpartition(".")[2] for path in personal_paths(event)} - {"name"}
    assert leaves.isdisjoint(names_within(written)), event.TYPE


@pytest.mark.parametrize(
    "body",
    [
        "{{ contacts[0].email }}",
        "{{ contacts[0]['email'] }}",
        "{% for each in contacts %}{{ each.email }}{% endfor %}",
        "{% if contacts[0].email is defined %}yes{% endif %}",
    ],
)
def test_a_template_that_names_a_personal_field_is_refused(registered: Event, body: str) -> None:
    with pytest.raises(ValidationError, match="names email: that tells of a person, and no notice quotes it"):
        NoticeTemplate.model_validate(template(body))


def test_a_template_that_names_one_by_a_name_that_other_fields_have_does_not_render(registered: Event) -> None:
    with pytest.raises(ValidationError, match="does not render: 'dict object' has no attribute 'name'"):
        NoticeTemplate.model_validate(template("{{ name }}: {{ contacts[0].name }}"))
    assert NoticeTemplate.model_validate(template("{{ name }}: {{ contacts[0].role }}")).event == REGISTERED


@pytest.mark.parametrize(
    "fields",
    [
        {"audience": ["field:contacts.email"]},
        {"where": [{"field": "contacts.email", "values": ["a@example.org"]}]},
        {"period": "contacts.email"},
    ],
)
def test_a_rule_that_names_a_personal_field_is_refused(registered: Event, fields: dict[str, Any]) -> None:
    with pytest.raises(
        ValidationError, match=r"contacts\.email of customer\.CustomerRegistered tells of a person, which no"
    ):
        Rule.model_validate(rule(**fields))
    assert Rule.model_validate(rule()).event == REGISTERED


def test_what_was_published_before_is_read_and_gets_nothing_of_it(registered: Event) -> None:
    old = Rule.model_validate(rule(audience=["field:contacts.email|role:salesperson"]), context=STORED)
    assert old.recipients(facts_of(registered, envelope_of(registered))) == ["role:salesperson"]
    assert NoticeTemplate.model_validate(template("{{ contacts[0].email }}"), context=STORED).event == REGISTERED


def test_what_is_no_template_names_nothing() -> None:
    assert names_in("{{ a.b['c'] }} {% set d = 1 %}") == {"a", "b", "c", "d"}
    assert names_in("{{ a") == set()
    assert names_in("{{ " + "(" * 5_000) == set()
