"""What the services say of their own accord is read back into the sentence and its values, also out of events of years ago."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.sentences import Sentence, Statement, statements, statements_in
from chassis.service import Service
from credit_svc.service import SERVICE as CREDIT
from customer_svc.service import SERVICE as CUSTOMER
from notify_svc.service import SERVICE as NOTIFY
from supplier_svc.service import SERVICE as SUPPLIER

SERVICES = (SUPPLIER, CUSTOMER, CREDIT, NOTIFY)
VALUES = st.from_regex(r"[A-Za-z0-9._/-]{1,12}", fullmatch=True) | st.sampled_from(
    ["12,000.00 CNY", "2024-02-29", "四月"]
)


class Sentences(Sentence):
    STOPPED = "Deliveries are stopped."
    PAST_DUE = "Invoice {invoice_id} is {days} days past due."
    SET = "{person} set {amount} from {day} on: {reason}."


def test_a_text_is_read_as_its_sentences() -> None:
    text = Sentences.STOPPED() + " " + Sentences.PAST_DUE(invoice_id="R. 7", days=31)
    assert statements(text, list(Sentences)) == [
        Statement(code="stopped", parameters={}, sentence="Deliveries are stopped."),
        Statement(
            code="past-due",
            parameters={"invoice_id": "R. 7", "days": "31"},
            sentence="Invoice R. 7 is 31 days past due.",
        ),
    ]


def test_what_a_person_typed_behind_a_sentence_stays_as_it_is() -> None:
    found = statements("Deliveries are stopped. 请先付款. Soon.", list(Sentences))
    assert [(each.code, each.sentence) for each in found] == [
        ("stopped", "Deliveries are stopped."),
        (None, "请先付款. Soon."),
    ]


def test_a_reason_of_several_sentences_inside_of_one_is_its_parameter() -> None:
    found = statements("li.na set 5 CNY from 2024-01-01 on: Good. A friend on: the board.", list(Sentences))
    assert [each.parameters["reason"] for each in found] == ["Good. A friend on: the board"]


def test_sentences_are_found_wherever_they_are_in_data() -> None:
    data = {"holds": [{"reason": "typed by hand"}, {"reason": "Deliveries are stopped."}], "days": 3, "note": ""}
    assert {path: [each.code for each in found] for path, found in statements_in(data, list(Sentences)).items()} == {
        "holds.2.reason": ["stopped"]
    }


@dataclass(frozen=True)
class Part:
    reason: str


def test_sentences_are_found_in_the_parts_of_an_answer_that_are_no_model() -> None:
    found = statements_in({"part": Part("Deliveries are stopped.")}, list(Sentences))
    assert [each.code for each in found["part.reason"]] == ["stopped"]


def test_a_long_text_by_somebody_who_means_harm_is_read_in_no_time() -> None:
    text = "Invoice " + " is x days past" * 3000
    assert statements(text, list(Sentences))[-1].code is None


def test_a_sentence_takes_its_own_parameters_only() -> None:
    with pytest.raises(TypeError, match="PAST_DUE takes days, invoice_id"):
        Sentences.PAST_DUE(invoice_id="R-7")


@pytest.mark.parametrize(
    ("service", "sentence"),
    [
        pytest.param(service, sentence, id=f"{service.name}-{sentence.code}")
        for service in SERVICES
        for sentence in service.sentences
    ],
)
@settings(max_examples=20, deadline=None)
@given(values=st.data())
def test_every_sentence_of_a_service_is_read_back_with_its_values(
    service: Service, sentence: Sentence, values: st.DataObject
) -> None:
    parameters = {name: values.draw(VALUES, label=name) for name in sorted(sentence.parameters)}
    assert [(each.code, each.parameters) for each in statements(sentence(**parameters), service.sentences)] == [
        (sentence.code, parameters)
    ]
