"""Why somebody is notified or not is said in sentences that are read back into their codes and values, over HTTP too."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.sentences import Statement, statements
from chassis.testing.client import client_of, routes_of
from notify_svc.notices.attempts import passed_over
from notify_svc.rendering.worker import TOO_LARGE, TOO_LONG
from notify_svc.reports.explanation import became
from notify_svc.responses import Became
from notify_svc.rules.rendering import TextNotStorable, TextTooLong, rendered_text
from notify_svc.rules.templates import TemplateDoesNotRender
from notify_svc.sentences import Sentences
from notify_svc.service import SERVICE

from .test_api import FirstOfFebruary

NO_SERVER = Sentences.NO_MAIL_SERVER()
NO_HOOK = Sentences.NO_ENDPOINT(channel="webhook", recipient="customer:C-1")
HOST = "https://erp.example/"


def codes(found: list[Statement]) -> list[str | None]:
    return [each.code for each in found]


def read(text: str) -> list[str | None]:
    return codes(statements(text, SERVICE.sentences))


async def test_an_explanation_has_each_of_its_sentences_with_code_and_values() -> None:
    supposed = {"event_type": "supplier.SupplierGraded", "recipient": "role:buyer"}
    async with client_of(routes_of(SERVICE, FirstOfFebruary())) as http:
        explained = (await http.post("/v1/explanations", json=supposed)).json()
    place = next(n for n, rule in enumerate(explained["rules"], 1) if rule["rule"] == "supplier-grade")
    assert explained["sentences"][f"rules.{place}.reasons.1"] == [
        {
            "code": "notifies-others",
            "parameters": {"recipients": "supplier:S-1", "recipient": "role:buyer"},
            "sentence": "The rule notifies supplier:S-1, not role:buyer.",
        }
    ]


@pytest.mark.parametrize(
    ("reasons", "rest"),
    [
        ("", ["no-other-channel"]),
        (NO_SERVER, ["no-mail-server-last"]),
        (f"{NO_SERVER}; {NO_HOOK}", ["no-mail-server-and", "no-endpoint-last"]),
        (f"{NO_HOOK}; {NO_SERVER}", ["no-endpoint-and", "no-mail-server-last"]),
        (f"{HOST}… answered 500", ["answered"]),
    ],
)
def test_a_notice_in_an_inbox_that_nobody_looks_into_says_why_of_each_channel(reasons: str, rest: list[str]) -> None:
    assert read(passed_over("N-1", "customer:C-1", reasons).because) == ["only-inbox", *rest]


def test_channels_that_were_passed_over_before_it_was_sent_are_each_a_sentence() -> None:
    assert read(f"{NO_SERVER}; {NO_HOOK}") == ["no-mail-server-and", "no-endpoint"]


QUIET = Sentences.QUIET_HOURS(starts="21:00:00", ends="08:00:00", zone="Asia/Shanghai")
GONE = Sentences.ANSWERED_GONE(address=HOST, status=410)
AT = datetime(2024, 2, 1, 8, tzinfo=UTC)


def fate(status: str, **more: Any) -> Became:
    row = {
        "recipient": "role:buyer", "rule": "supplier-grade", "policy_version": 1, "notification_id": "N-1",
        "status": status, "deliver_at": AT, "waits_because": None, "because": None, "channel": "email",
    }  # fmt: skip
    [found] = became([row | more], [], None)
    return found


@pytest.mark.parametrize(
    ("status", "more", "said"),
    [
        ("requested", {}, ["will-be-sent"]),
        ("requested", {"waits_because": QUIET}, ["will-be-sent", "quiet-hours"]),
        ("retrying", {"because": GONE}, ["tried-again", "answered-gone"]),
        ("retrying", {"because": "li.na had it tried again: it is there"}, ["tried-again", "redriven"]),
        ("failed", {"because": "550 no such user"}, ["not-sent", None]),
        ("sent", {}, ["sent"]),
    ],
)
def test_what_became_of_an_event_is_said_in_sentences(
    status: str, more: dict[str, Any], said: list[str | None]
) -> None:
    assert codes(fate(status, **more).sentences["summary"]) == said


def unrendered(error: str) -> list[str | None]:
    return read(str(TemplateDoesNotRender(template="reminder", language="en", error=error)))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (TOO_LONG, "renders-too-long"),
        (TOO_LARGE, "renders-too-large"),
        ("it calls itself without end", "renders-endlessly"),
        ("the process that renders texts did not answer", "renderer-silent"),
        ("there is no such template", "no-template"),
        ("it has no text in this language", "no-text"),
        ("'grade' is undefined", "does-not-render"),
    ],
)
def test_a_template_that_does_not_render_is_told_in_the_words_of_the_refusal(error: str, code: str) -> None:
    assert unrendered(error) == [code]


@pytest.mark.parametrize(
    ("body", "code"),
    [("{{ 'x' * 70000 }}", "text-too-long"), ("{{ '\\ud800' }}", "text-half-a-pair"), ("{{ '\\0' }}", "text-nul")],
)
def test_a_text_that_no_notice_may_have_is_told_in_the_words_of_the_refusal(body: str, code: str) -> None:
    with pytest.raises((TextTooLong, TextNotStorable)) as refused:
        rendered_text("subject", body, {})
    assert unrendered(str(refused.value)) == [code]
