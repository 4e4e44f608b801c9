"""Questions with filters: an id that nobody knows is said to be unknown, instead of an empty answer."""

import httpx
import pytest

from chassis.runtime import Runtime

from .running import ask, merged_and_ordered

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
    assert (
        await ask(client, "/v1/reports/sales?currency=CNY&by=month&since=2020-01-01&until=2020-12-31&region=east") == []
    )
