"""Any id in one field: one lands on the thing, or on the choice between things, and is told what could not be looked through."""

from __future__ import annotations

from urllib.parse import urlencode

import httpx
import pytest

from chassis.testing.waiting import eventually
from standing_console import visit
from standing_console.screens import find

from .conftest import HOSTILE, Visitor
from .invented import Invented, event

PATIENCE_S = 120.0


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine takes longer than a viewer waits."""
    monkeypatch.setattr(visit, "EACH_S", 60.0)
    monkeypatch.setattr(find, "EACH_S", 60.0)


@pytest.fixture
def all_there(operator: Visitor) -> Visitor:
    """A console all of whose services answer."""
    console = operator.inside._transport.app.state.console  # type: ignore[attr-defined]
    del console.services.addresses["gone-svc"]
    return operator


async def shown(visitor: Visitor, id: str, panel: str = "found") -> str:
    async def look() -> str:
        return (await visitor.get(f"/find/-/{panel}?{urlencode({'id': id})}")).text

    return await eventually(look, lambda text: "longer than three seconds" not in text, PATIENCE_S)


async def landed(visitor: Visitor, id: str) -> str:
    """Where the form leads, once no service was too late."""

    async def go() -> httpx.Response:
        response = await visitor.get(f"/find/go?{urlencode({'id': id})}")
        assert response.status_code == 303
        return response

    response = await go()
    return str(response.headers["location"])


async def test_a_correlation_id_leads_to_its_journey_although_a_service_has_no_answer(operator: Visitor) -> None:
    async def go() -> str:
        return await landed(operator, "J-1")

    assert await eventually(go, lambda at: at.startswith("/journey"), PATIENCE_S) == "/journey?id=J-1"


async def test_an_id_that_one_journey_names_leads_there(all_there: Visitor, services: dict[str, Invented]) -> None:
    services["a-svc"].parked.clear()

    async def go() -> str:
        return await landed(all_there, "I-1")

    assert await eventually(go, lambda at: at.startswith("/journey"), PATIENCE_S) == "/journey?id=J-1"


async def test_an_id_of_several_things_leads_to_the_choice_between_them(
    all_there: Visitor, services: dict[str, Invented]
) -> None:
    services["b-svc"].events += [event("e-99", "b.Rated", "s", data={"customer_id": "K-1"}, journey="J-2")]
    assert await landed(all_there, "K-1") == "/find?id=K-1"
    text = await shown(all_there, "K-1")
    for href in ("/journey?id=J-1", "/journey?id=J-2", "/parked/a-svc/7"):
        assert f'href="{href}"' in text
    assert "2 journeys" in text
    assert "1 parked message" in text


async def test_while_a_service_has_no_answer_nobody_is_led_on_as_if_there_were_but_one_thing(operator: Visitor) -> None:
    assert await landed(operator, "I-1") == "/find?id=I-1"
    text = await shown(operator, "I-1")
    assert "gone-svc does not answer" in text
    assert 'href="/journey?id=J-1"' in text


async def test_a_message_is_found_by_its_source_and_id(all_there: Visitor, services: dict[str, Invented]) -> None:
    await shown(all_there, "/erp/x#m-7")
    looked = [query for path, query in services["a-svc"].taken if path.endswith("lookup")]
    assert looked[0] == {"id": "m-7", "ce_source": "/erp/x"}


async def test_a_service_that_takes_too_long_is_said_to_and_asked_again(
    all_there: Visitor, services: dict[str, Invented], monkeypatch: pytest.MonkeyPatch
) -> None:
    services["a-svc"].reads_for_ever = True
    monkeypatch.setattr(visit, "EACH_S", 0.5)
    text = (await all_there.get("/find/-/found?id=I-1")).text
    assert "a-svc takes longer than three seconds." in text
    assert "hx-trigger" in text
    assert "No event and no parked message" not in text


async def test_a_service_that_still_indexes_its_log_is_said_to_and_nobody_is_led_on_meanwhile(
    all_there: Visitor, services: dict[str, Invented]
) -> None:
    # given an index that has much to read, as of a log that is older than the index
    services["a-svc"].parked.clear()
    services["a-svc"].unread_event_count = 123_456
    # then what is found may be but a part, and nothing is said to be nowhere
    assert await landed(all_there, "I-1") == "/find?id=I-1"
    assert "a-svc is still indexing its log: what only its last 123,456 events name" in await shown(all_there, "I-1")
    assert "No event and no parked message" not in await shown(all_there, "nothing")


async def test_an_index_that_lacks_but_the_events_of_the_last_seconds_holds_nobody_up(
    all_there: Visitor, services: dict[str, Invented]
) -> None:
    services["a-svc"].parked.clear()
    services["a-svc"].unread_event_count = 12

    async def go() -> str:
        return await landed(all_there, "I-1")

    assert await eventually(go, lambda at: at.startswith("/journey"), PATIENCE_S) == "/journey?id=J-1"
    assert "still indexing" not in await shown(all_there, "I-1")


async def test_what_is_nowhere_is_said_to_be_nowhere(all_there: Visitor) -> None:
    text = await shown(all_there, "nothing")
    assert "No event and no parked message of a-svc, b-svc has this id." in text


async def test_a_thing_is_found_where_the_viewer_may_see_it_and_else_said_not_to_have_been_looked_for(
    operator: Visitor, services: dict[str, Invented]
) -> None:
    console = operator.inside._transport.app.state.console  # type: ignore[attr-defined]
    for name, address in (("customer-svc", "http://a-svc"), ("notify-svc", "http://b-svc")):
        console.services.addresses[name] = address
    services["a-svc"].things = {"/v1/orders/O-1": {"order_id": "O-1"}, "/v1/customers/O-1": "customer.customers.read"}
    text = await shown(operator, "O-1", "exact")
    assert "<li>Order <bdi>O-1</bdi>" in text
    assert 'href="/streams?service=customer-svc&amp;stream=order-O-1"' in text
    assert "<li>Complaint" not in text
    assert "Customer (<code>customer.customers.read</code>)" in text


@pytest.mark.parametrize("id", [HOSTILE, "名称", "a b&c=d", "x" * 200])
async def test_whatever_is_pasted_is_shown_as_it_is(operator: Visitor, id: str) -> None:
    text = await shown(operator, id)
    assert HOSTILE not in text
    assert 'name="id" value="' in text


async def test_what_no_id_can_be_reaches_no_service(operator: Visitor, services: dict[str, Invented]) -> None:
    assert "An id has at most 200 characters" in await shown(operator, "x" * 201)
    assert not services["a-svc"].taken
