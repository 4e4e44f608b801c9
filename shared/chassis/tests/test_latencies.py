"""How long requests, decisions and read models take, with the trace of one of them beside each range."""

from collections import Counter
from collections.abc import Iterator

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.testing.client import app_of, client_of
from chassis.testing.waiting import eventually

from .running import POURINGS, Start, become, handled, levels, pour, send, sent
from .toy_api import OPEN_JAR_SERVICE
from .traced import Spans, place, recorded

TRACE, FIRST = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = f"00-{TRACE}-{FIRST}-01"
OPEN_METRICS = "application/openmetrics-text; version=1.0.0"


@pytest.fixture
def spans() -> Iterator[Spans]:
    with recorded() as spans:
        yield spans


async def samples(runtime: Runtime, name: str, **labels: str) -> list[Sample]:
    """The samples of a histogram with these labels, as OpenMetrics."""
    async with client_of(app_of(runtime)) as client:
        response = await client.get("/metrics", headers={"accept": OPEN_METRICS})
    assert response.headers["content-type"].startswith("application/openmetrics-text")
    found = {family.name: family.samples for family in text_string_to_metric_families(response.text)}
    return [each for each in found.get(name, ()) if labels.items() <= each.labels.items()]


async def count(runtime: Runtime, name: str, **labels: str) -> float:
    return sum(each.value for each in await samples(runtime, name, **labels) if each.name.endswith("_count"))


def traces(found: list[Sample]) -> set[str]:
    return {each.exemplar.labels["trace_id"] for each in found if each.exemplar is not None}


async def test_from_a_fact_to_its_decision_and_on_to_the_read_model_is_measured_with_its_trace(
    start_service: Start, settings: Settings, spans: Spans
) -> None:
    jars = await start_service(OPEN_JAR_SERVICE)
    decided, shown = "standing_fact_to_decision_seconds", "standing_decision_to_read_model_seconds"

    async def seen() -> tuple[float, float]:
        of_facts = await count(jars, decided, service="jar-svc", source=POURINGS)
        return of_facts, await count(jars, shown, service="jar-svc")

    before = await seen()
    await send(settings, POURINGS, [sent(pour("J-1", 1), traceparent=TRACEPARENT.encode())])
    await become(lambda: levels(jars), {"J-1": 1})
    after = await eventually(seen, lambda now: now[0] > before[0] and now[1] > before[1], 60.0)
    assert after[0] == before[0] + 1
    assert TRACE in traces(await samples(jars, decided, service="jar-svc", source=POURINGS))
    assert TRACE in traces(await samples(jars, shown, service="jar-svc"))
    await send(settings, POURINGS, [sent(pour("J-1", 1))])
    await send(settings, POURINGS, [sent(pour("J-1", 2, amount=1_000)), sent(pour("J-2", 3))])
    await become(lambda: levels(jars), {"J-1": 1, "J-2": 1})
    parked = await eventually(lambda: jars.parked.listed("parked", 0, 100), lambda rows: len(rows) == 1, 60.0)
    assert parked
    await become(lambda: handled(jars, POURINGS), (2, 1), 60.0)
    await eventually(seen, lambda now: now[0] > after[0], 60.0)
    assert (await seen())[0] == after[0] + 1, "neither a repeat nor what is parked is a decision"


async def test_requests_are_measured_by_route_and_outcome_and_not_by_path(start_service: Start, spans: Spans) -> None:
    jars = await start_service(OPEN_JAR_SERVICE)
    name, route = "standing_http_seconds", "/v1/jars/{jar}/fills"

    async def counted() -> Counter[tuple[str, str, str]]:
        found = [each for each in await samples(jars, name, service="jar-svc") if each.name.endswith("_count")]
        return Counter({(x.labels["method"], x.labels["route"], x.labels["status"]): int(x.value) for x in found})

    before = await counted()
    async with client_of(app_of(jars)) as client:
        for path in ("J-1", "J-2"):
            filled = await client.post(
                f"/v1/jars/{path}/fills", json={"amount": 1}, headers={"traceparent": TRACEPARENT}
            )
            assert filled.status_code == 200, filled.text
        assert (await client.post("/v1/jars/J-1/fills", json={"amount": "x"})).status_code == 422
        for path in ("/nowhere/1", "/nowhere/2"):
            assert (await client.get(path)).status_code == 404
    more = await counted() - before
    more.pop(("GET", "/metrics", "2xx"), None)
    assert more == {("POST", route, "2xx"): 2, ("POST", route, "4xx"): 1, ("GET", "unknown", "4xx"): 2}
    assert TRACE in traces(await samples(jars, name, route=route, status="2xx"))


async def test_who_does_not_ask_for_open_metrics_gets_the_text_without_traces(start_service: Start) -> None:
    jars = await start_service(OPEN_JAR_SERVICE)
    async with client_of(app_of(jars)) as client:
        await client.get("/readyz")
        plain = await client.get("/metrics")
    assert plain.headers["content-type"].startswith("text/plain")
    assert "standing_http_seconds_bucket" in plain.text
    assert "trace_id" not in plain.text


async def test_where_no_spans_are_recorded_durations_are_measured_without_a_trace(
    start_service: Start, settings: Settings
) -> None:
    with recorded(0.0) as spans:
        jars = await start_service(OPEN_JAR_SERVICE)
        before = await count(jars, "standing_fact_to_decision_seconds")
        await send(settings, POURINGS, [sent(pour("J-9", 1))])
        await become(lambda: levels(jars), {"J-9": 1})

        async def seen() -> float:
            return await count(jars, "standing_fact_to_decision_seconds")

        await eventually(seen, lambda now: now > before, 60.0)
        assert [place(span) for span in spans.all] == []
