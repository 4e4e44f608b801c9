"""Questions with filters: an id that nobody knows is said to be unknown, instead of an empty answer."""

import httpx
import pytest

from chassis.runtime import Runtime

from .running import ask, merged_and_ordered, ordered, send

LISTS = ("orders", "returns", "surveys", "complaints", "diversions", "rebates", "opportunities")


async def test_a_filter_that_names_an_unknown_customer_says_so(service: Runtime, client: httpx.AsyncClient) -> None:
    await merged_and_ordered(client)
    for name in LISTS:
        answer = await client.get(f"/v1/{name}", params={"customer_id": "C-999"})
        assert (answer.status_code, answer.json()["detail"]) == (422, "customer_id: there is no customer C-999."), name
        assert answer.json()["errors"][0]["field"] == "customer_id"
        for known in ("C-1", "C-2b"):
            assert "items" in await ask(client, f"/v1/{name}?customer_id={known}"), name


@pytest.mark.parametrize("name", ["region", "item_id"])
async def test_sales_of_an_unknown_region_or_item_say_so(
    service: Runtime, client: httpx.AsyncClient, name: str
) -> None:
    await merged_and_ordered(client)
    path = "/v1/reports/sales?currency=CNY&by=month&until=2024-12-31"
    assert await ask(client, f"{path}&region=east&item_id=I-1")
    assert await ask(client, f"{path}&{name}=east") if name == "region" else True
    answer = await client.get(f"{path}&{name}=nowhere")
    words = {"region": "there are no sales in region nowhere", "item_id": "there are no sales of item nowhere"}
    assert (answer.status_code, answer.json()["detail"]) == (422, f"{name}: {words[name]}.")
    quiet = await ask(client, "/v1/reports/sales?currency=CNY&by=month&since=2020-01-01&until=2020-12&region=east")
    assert quiet == {"items": [], "next": None}


async def test_one_thing_an_order_and_a_range_of_days_are_asked_for_in_the_same_words(
    service: Runtime, client: httpx.AsyncClient
) -> None:
    await ordered(client)
    newest = await ask(client, "/v1/orders?sort=-ordered_on&limit=2")
    rest = await ask(client, f"/v1/orders?sort=-ordered_on&after={newest['next']}")
    found = [row["ordered_on"] for row in [*newest["items"], *rest["items"]]]
    assert (found, len(found)) == (sorted(found, reverse=True), 9)
    january = await ask(client, "/v1/orders?since=2024-01&until=2024-01&customer_id=C-1")
    assert {row["ordered_on"][:7] for row in january["items"]} == {"2024-01"}
    largest = await ask(client, "/v1/customers?sort=-order_count&limit=1")
    assert [(row["customer_id"], row["order_count"]) for row in largest["items"]] == [("C-1", 6)]
    others = await ask(client, f"/v1/customers?sort=-order_count&after={largest['next']}")
    assert [row["customer_id"] for row in others["items"]] == ["C-2", "C-2b"]
    order = (await ask(client, "/v1/orders?limit=1"))["items"][0]
    assert {"credit_status", "release"} <= order.keys()
    assert not {"credit", "releases_at"} & order.keys()

    survey = {"survey_id": "S-1", "customer_id": "C-1", "answered_on": "2024-02-01", "kind": "rating"}
    await send(client, "POST", "/v1/surveys", {**survey, "answers": {"rating": "3"}})
    assert (await ask(client, "/v1/surveys/S-1"))["customer_id"] == "C-1"
    assert (await ask(client, "/v1/surveys?kind=csi"))["items"] == []
    history = await ask(client, "/v1/customers/C-1/history?sort=-happened_on&since=2024-02-01")
    assert {"position", "occurred_at", "recorded_at", "type", "summary", "actor"} <= history["items"][0].keys()
    for path, status, sentence in (
        ("/v1/orders?since=2024-02-01&until=2024-01-01", 422, "2024-02-01 is after 2024-01-01"),
        ("/v1/orders?sort=price", 422, "'-total'"),
        ("/v1/reports/growth?currency=CNY&month=2024-02-01", 422, "Write a month as 2024-05"),
        ("/v1/discounts?quantity=1&month=2", 422, "Write a month as 2024-05"),
        ("/v1/surveys/none", 404, "survey none"),
        ("/v1/returns/none", 404, "return without an order none"),
        ("/v1/relationships/C-999", 404, "customer C-999"),
        ("/v1/diversions/U-1/none", 404, "unit U-1"),
        ("/v1/distributors/C-1/rebates/none", 404, "rebate none"),
        ("/v1/retentions/C-1", 404, "customer C-1"),
    ):
        answer = await client.get(path)
        assert (answer.status_code, sentence in answer.json()["detail"]) == (status, True), answer.text
