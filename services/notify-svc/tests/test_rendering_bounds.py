"""A text takes a bounded time, memory and length, wherever it is rendered, and everybody else goes on meanwhile."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from httpx import AsyncClient
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.testing import given
from chassis.testing.client import app_of, client_of
from contracts.notify import NotificationRequested, NotificationUnrendered
from notify_svc.notices import DECIDER
from notify_svc.policies.templates import TemplatePolicy
from notify_svc.reactions import request_notices
from notify_svc.rendering.renderer import BoundedRenderer, Worker
from notify_svc.rendering.worker import TOO_LARGE as LARGE
from notify_svc.rendering.worker import TOO_LONG as LONG
from notify_svc.rules.rendering import BODY_BYTES_MAX, Rendered, rendered_text
from notify_svc.rules.samples import SAMPLES, envelope_of
from notify_svc.rules.templates import CannotRender, NoticeTemplate, Text

from .running import Running
from .test_notice import under

OVERDUE = "credit.PaymentOverdue"
LOOPS = "{% for a in range(3500) %}{% for b in range(3500) %}{% endfor %}{% endfor %}"
HOSTILE = {
    "two nested loops": (LOOPS, LONG),
    "a loop in a condition": ("{% for a in range(99999) if range(99999) | sum < 0 %}{% endfor %}", LONG),
    "a macro that calls itself twice": (
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(40) }}",
        LONG,
    ),
    "a macro without end": ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", ""),
    "a power": ("{{ 9 ** (9 ** 9) }}", LONG),
    "a text times a number": ("{{ 'a' * 10 ** 9 }}", LARGE),
    "a list times a number": ("{{ [1] * 10 ** 9 }}", LARGE),
    "a width in a format": ("{{ '%0100000000d' % 1 }}", ""),
    "a width in a format filter": ("{{ '%0100000000d' | format(1) }}", ""),
    "a width in a format method": ("{{ '{:0100000000d}'.format(1) }}", ""),
    "a text in the middle": ("{{ 'a' | center(10 ** 9) }}", LARGE),
    "a text at the left": ("{{ 'a'.ljust(10 ** 9) }}", LARGE),
    "zeros before a text": ("{{ 'a'.zfill(10 ** 9) }}", LARGE),
    "tabs": ("{{ '\t' * 1000 | int and ('\t' * 10000).expandtabs(100000) }}", LARGE),
    "a text that doubles": (
        "{% set n = namespace(t='abc') %}{% for i in range(40) %}{% set n.t = n.t ~ n.t %}{% endfor %}{{ n.t }}",
        LARGE,
    ),
    "a batch": ("{{ [1] | batch(10 ** 9, 'x') | list }}", ""),
    "replacements": ("{{ ('a' * 10000).replace('a', 'b' * 100000) }}", LARGE),
    "much output": ("{% for a in range(9000) %}{{ 'abcdefghij' }}{% endfor %}", "body is longer than 65,536 bytes"),
    "one large output": ("{{ 'a' * 70000 }}", "body is longer than 65,536 bytes"),
    "half of a pair": (r"{{ '\ud800' }}", "half of a surrogate pair"),
    "nothing": (r"{{ '\x00' }}", "U+0000"),
}


def worded(body: str) -> dict[str, Any]:
    return {"event": OVERDUE, "texts": {"en": {"subject": "s", "body": body}}}


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    one = Worker()
    one.render(Text(subject="s", body="b"), {})
    yield one
    one.stop()


@pytest.mark.parametrize(("body", "error"), HOSTILE.values(), ids=HOSTILE)
def test_a_text_without_measure_is_ended_and_the_next_one_is_rendered(worker: Worker, body: str, error: str) -> None:
    with pytest.raises(CannotRender) as refused:
        worker.render(Text(subject="s", body=body), {})
    assert error in str(refused.value)
    assert worker.render(Text(subject="{{ a }}", body="b"), {"a": "next"}) == Rendered("next", "b")


def test_a_subject_has_its_bound_too(worker: Worker) -> None:
    with pytest.raises(CannotRender, match="its subject is longer than 2,000 bytes"):
        worker.render(Text(subject="{{ 'a' * 2001 }}", body="b"), {})
    assert len(worker.render(Text(subject="{{ 'a' * 2000 }}", body="b"), {}).subject) == 2_000


@settings(max_examples=50, deadline=None)
@for_all(
    st.dictionaries(
        st.from_regex("[a-z]{1,5}", fullmatch=True), st.text(st.characters(exclude_categories=["Cs"])), max_size=4
    )
)
def test_a_text_is_the_same_whoever_renders_it(worker: Worker, facts: dict[str, str]) -> None:
    text = Text(subject="Told", body="".join(f"{{{{ {name} }}}}\n" for name in facts) or "x")
    if any("\x00" in value for value in facts.values()):
        with pytest.raises(CannotRender, match=r"U\+0000"):
            worker.render(text, facts)
    else:
        assert worker.render(text, facts) == rendered_text(text.subject, text.body, facts)


def test_the_process_that_renders_sees_no_secret_of_the_service(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SECRET_KEYS", "canary")
    process = worker.start()
    with open(f"/proc/{process.pid}/environ", encoding="utf-8") as environment:
        assert "NOTIFY" not in environment.read()


def test_a_process_that_died_is_started_again(worker: Worker) -> None:
    process = worker.start()
    process.kill()
    process.wait()
    assert worker.render(Text(subject="s", body="b"), {}) == Rendered("s", "b")


def test_many_notices_of_one_bad_text_wait_for_it_once() -> None:
    renderer, bad = BoundedRenderer(), Text(subject="s", body=LOOPS)
    for _ in range(2):  # the first starts the process
        with pytest.raises(CannotRender, match=LONG):
            renderer.render(bad, {})
    before = time.process_time()
    for _ in range(1_000):
        with pytest.raises(CannotRender, match=LONG):
            renderer.render(bad, {})
    assert time.process_time() - before < 0.2
    assert renderer.render(Text(subject="good", body="b"), {}).subject == "good"


# --- where texts are rendered ----------------------------------------------------------------------------


def test_a_real_notice_is_rendered_within_the_same_bounds_and_the_others_of_its_event_go_out() -> None:
    # given words that render with the sample, and not with an event of an invoice that has another name
    body = "{% if invoice_id == 'I-1' %}{{ invoice_id }}{% else %}" + LOOPS + "{% endif %}"
    templates = TemplatePolicy().templates
    words = {**templates, "payment-overdue": NoticeTemplate.model_validate(worded(body))}
    book = under(TemplatePolicy(templates=words))
    event = SAMPLES[OVERDUE].model_copy(update={"invoice_id": "I-2"})
    # when the event is recorded
    requests = request_notices(event, envelope_of(event), book)
    decided = [given(DECIDER, book=book).when(request).facts[0] for request in requests]
    # then its notice waits for better words, and the other rule's goes out
    [dead] = [one for one in decided if isinstance(one, NotificationUnrendered)]
    assert dead.error == f"The template payment-overdue in en does not render: {LONG}."
    assert [one.recipient for one in decided if isinstance(one, NotificationRequested)] == ["role:salesperson"]


def test_a_text_of_the_repository_that_becomes_too_long_is_cut_where_it_must_not_fail() -> None:
    facts = {
        "items": [{"subject": "质" * 900, "about": "x", "item_id": "y"}] * 500,
        "count": 500,
        "more": 0,
        "recipient": "r",
    }
    text = TemplatePolicy().own_text("digest", "zh", facts)
    assert BODY_BYTES_MAX - 10 < len(text.body.encode()) <= BODY_BYTES_MAX
    assert text.body.endswith("…")


@pytest.fixture
async def http(service: Running) -> AsyncIterator[AsyncClient]:
    async with client_of(app_of(service.runtime)) as client:
        yield client


async def answers_meanwhile(http: AsyncClient, until: asyncio.Future[Any]) -> int:
    """How often /livez answers, one after the other, until something is done."""
    answers = 0
    while not until.done():
        assert (await http.get("/livez")).status_code == 200
        answers += 1
        await asyncio.sleep(0)  # an answer within the process gives way to nobody
    return answers


async def test_who_previews_a_text_without_measure_is_answered_and_nobody_else_waits(http: AsyncClient) -> None:
    async def preview(body: str) -> Any:
        return await http.post("/v1/templates/preview", json={"template": "x", "draft": worded(body)})

    assert (await preview("{{ invoice_id }}")).json()["body"] == "I-1"  # the process has started
    for body, error in HOSTILE.values():
        asked = asyncio.ensure_future(preview(body))
        answers = await answers_meanwhile(http, asked)
        answer = await asked
        assert (answer.status_code, answer.json().get("type")) == (422, "/problems/template-does-not-render"), (
            answer.text[:200]
        )
        assert error in answer.json()["detail"]
        assert answers >= 5 or error != LONG, body  # none, where the loop waits for the text


async def test_who_publishes_texts_without_measure_is_answered_and_nobody_else_waits(http: AsyncClient) -> None:
    policy = (await http.get("/v1/policies/templates")).json()
    for number in range(50):
        policy["document"]["templates"][f"bad-{number}"] = worded(f"{LOOPS}{number}")
    new = {"document": policy["document"], "effective_from": "2024-03-01", "reason": "a try"}
    asked = asyncio.ensure_future(http.put("/v1/policies/templates", json=new, headers={"if-match": '"1"'}))
    answers = await answers_meanwhile(http, asked)
    answer = await asked
    assert (answer.status_code, LONG in answer.json()["detail"]) == (422, True)
    assert answers >= 5


async def test_published_texts_of_people_are_rendered_in_the_notice(service: Running, http: AsyncClient) -> None:
    policy = (await http.get("/v1/policies/templates")).json()
    policy["document"]["templates"]["payment-overdue"] = worded("Please pay {{ invoice_id }}.")
    new = {"document": policy["document"], "effective_from": "2024-01-01", "reason": "our own words"}
    answer = await http.put("/v1/policies/templates", json=new, headers={"if-match": '"1"'})
    assert answer.status_code == 200, answer.text
    await service.tell(SAMPLES[OVERDUE])
    await service.settled()
    [notice] = await service.notices(rule="payment-overdue")
    assert (notice["subject"], notice["body"]) == ("s", "Please pay I-1.")
