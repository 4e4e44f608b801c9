"""The words: what they say, in which language, and what is refused before it can be sent."""

import re
from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from chassis.policies import PolicyBook
from notify_svc.policies.templates import TemplatePolicy
from notify_svc.rules.rendering import Rendered, next_day_of_month, number
from notify_svc.rules.samples import SAMPLES, envelope_of, sample_facts
from notify_svc.rules.templates import Language, NoticeTemplate, TemplateDoesNotRender, Text, render
from notify_svc.rules.vocabulary import facts_of
from notify_svc.service import SERVICE

LANGUAGES: tuple[Language, ...] = ("en", "zh")
TEMPLATES = PolicyBook.of(SERVICE.policies).at(TemplatePolicy, date(2024, 2, 1)).document.templates


def words(name: str, language: Language = "en", **changes: object) -> Rendered:
    template = TEMPLATES[name]
    return render(name, template, language, {**(sample_facts(template.event) or {}), **changes})


def a_template(subject: str = "x", body: str = "x", event: str = "credit.PaymentOverdue") -> NoticeTemplate:
    return NoticeTemplate(event=event, texts={"en": Text(subject=subject, body=body)})


@pytest.mark.parametrize("name", sorted(TEMPLATES))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_default_template_speaks_both_languages(name: str, language: Language) -> None:
    told = words(name, language)
    assert told.subject
    assert told.body
    assert "none" not in (told.subject + told.body).lower()


def test_a_supplier_reads_its_grade_and_its_points() -> None:
    told = words("supplier-grade")
    assert told.subject == "Quality grade for 2024-01: C"
    assert "Grade C with 17 nonconformance points per 100 lots. Your standing is C (before: B)." in told.body
    assert "- critical: 2 records, contributes 10" in told.body


def test_a_supplier_with_too_few_lots_reads_that_its_standing_holds() -> None:
    grading = {**SAMPLES["supplier.SupplierGraded"].model_dump(mode="json")["grading"], "grade": "insufficient"}
    assert "Your standing is B." in words("supplier-grade", grading=grading, standing="B").body


def test_a_first_grade_has_nothing_before_it() -> None:
    assert "before" not in words("supplier-grade", previous_standing=None).body


def test_a_weak_grade_is_to_be_acted_on_by_the_next_10th() -> None:
    assert "An on-site report is due on 2024-02-10." in words("supplier-grade-weak").body
    assert "2024-02-10 前提交现场考察报告" in words("supplier-grade-weak", "zh").body


@pytest.mark.parametrize(
    ("after", "day", "expected"),
    [
        ("2024-02-01", 10, "2024-02-10"),
        ("2024-02-10", 10, "2024-03-10"),
        ("2024-12-31", 10, "2025-01-10"),
        ("2024-01-31", 31, "2024-02-29"),
        ("2024-02-29", 31, "2024-03-31"),
    ],
)
def test_the_next_day_of_a_month(after: str, day: int, expected: str) -> None:
    assert next_day_of_month(after, day) == expected


@pytest.mark.parametrize(
    ("value", "shown"), [("12000.50", "12,000.50"), ("12000.000000", "12,000"), ("7.335", "7.34"), ("-0.5", "-0.50")]
)
def test_numbers_are_shown_for_people(value: str, shown: str) -> None:
    assert number(value) == shown


def test_a_collection_step_is_named_and_the_next_one_with_its_day() -> None:
    told = words("collection-step")
    assert told.subject == "Overdue account of customer C-1: telephone call"
    assert "Without payment the next step is: first letter on 2024-02-07." in told.body
    assert "next step" not in words("collection-step", next_step=None, next_step_on=None).body


def test_a_subject_is_one_line_whatever_the_event_brings() -> None:
    told = words("order-held", order_id="O-1\r\nBcc: x@example.org")
    assert told.subject == "Order O-1 Bcc: x@example.org of customer C-1 is held (hold)"


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("{{ invoice }}", "'invoice' is undefined"),
        ("{{ customer_id", "unexpected end of template"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
        ("{{ open_amount + 1 }}", "can only concatenate str"),
    ],
)
def test_a_template_that_does_not_render_is_refused_when_it_is_published(template: str, sentence: str) -> None:
    with pytest.raises(ValidationError, match=r"credit\.PaymentOverdue in en does not render") as refused:
        a_template(body=template)
    assert sentence in str(refused.value)


def test_a_template_for_an_event_that_nobody_publishes_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"credit\.Wish cannot be subscribed to; use one of"):
        a_template(event="credit.Wish")


def test_a_language_that_a_template_lacks_is_refused_with_a_sentence() -> None:
    with pytest.raises(TemplateDoesNotRender, match="The template one in zh does not render: it has no text"):
        render("one", a_template(), "zh", sample_facts("credit.PaymentOverdue") or {})


def test_facts_are_the_published_data_and_where_they_come_from() -> None:
    event = SAMPLES["credit.PaymentOverdue"]
    told = facts_of(event, envelope_of(event))
    assert told["open_amount"] == "12000.50"
    assert told["event"] == {
        "id": "00000000-0000-7000-8000-000000000000",
        "type": "credit.PaymentOverdue",
        "source": "/credit-svc",
        "occurred_on": datetime(2024, 2, 1, tzinfo=UTC).date().isoformat(),
    }


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1234.567", "BHD", "1,234.567 BHD"),
        ("1234.5", "EUR", "1,234.50 EUR"),
        ("20000", "JPY", "20,000 JPY"),
        ("2E+4", "KRW", "20,000 KRW"),
    ],
)
def test_a_letter_says_an_amount_with_the_places_of_its_currency(amount: str, currency: str, text: str) -> None:
    for language in LANGUAGES:
        assert text in words("payment-overdue", language, open_amount=amount, currency=currency).body


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_no_template_says_an_amount_without_the_places_of_its_currency(name: str) -> None:
    amounts = r"\{\{ *(\w+\.)*\w*(amount|total|limit|overdue|missing|accrued|receivable|sales|orders_worth)( *\| *number)? *\}\}"
    for text in TEMPLATES[name].texts.values():
        assert not re.search(amounts, text.subject + text.body)
