"""What tests say to a running service."""

from datetime import date, timedelta
from typing import Any

import httpx


async def send(client: httpx.AsyncClient, method: str, path: str, body: dict[str, Any]) -> httpx.Response:
    answer = await client.request(method, path, json=body)
    assert answer.status_code < 300, answer.text
    if token := answer.headers.get("Consistency-Token"):
        client.headers["Consistency-Token"] = token
    return answer


async def ask(client: httpx.AsyncClient, path: str, person: str | None = None) -> Any:
    """A question of a person, or of a system."""
    answer = await client.get(path, headers={} if person is None else {"X-Actor": person})
    assert answer.status_code == 200, f"{path}: {answer.text}"
    return answer.json()


def order(number: int, customer: str, day: date, total: int) -> dict[str, Any]:
    return {
        "order_id": f"O-{number}", "customer_id": customer, "ordered_on": f"{day}", "currency": "CNY", "total": f"{total}",
        "lines": [{"item_id": f"I-{number % 3}", "quantity": "1", "unit_price": f"{total}"}], "region": "east",
    }  # fmt: skip


JANUARY = date(2024, 1, 1)


async def ordered(client: httpx.AsyncClient) -> None:
    """C-1 orders every ten days of January and February, C-2 twice, and C-2b is C-2 under another id."""
    days = [JANUARY + timedelta(days=10 * n) for n in range(6)]
    for number, day in enumerate(days):
        await send(client, "POST", "/v1/orders", order(number, "C-1", day, 1_000))
    for number, customer in enumerate(["C-2", "C-2b", "C-2"], start=20):
        await send(client, "POST", "/v1/orders", order(number, customer, JANUARY, 900))


async def merged_and_ordered(client: httpx.AsyncClient) -> None:
    await ordered(client)
    merge = {"merged_id": "C-2b", "because": "the same tax number", "merged_on": "2024-01-02"}
    await send(client, "POST", "/v1/customers/C-2/merges", merge)
