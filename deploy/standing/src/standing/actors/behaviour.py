"""What customers' behaviour leads to: hopeful or not, what was done about it; and the credit standard of a year of growth."""

from collections.abc import Iterator
from datetime import date

from standing.actors.action import Action, Clients, at

SERVICE = "credit-svc"
GROWTH_FROM = date(2024, 2, 1)


def actions() -> Iterator[Action]:
    """What sales and the credit department do in the year."""
    yield Action(at(date(2024, 1, 22), 7), "the credit standard follows the market", _widen_gates)
    for month in range(2, 13):
        yield Action(at(date(2024, month, 20), 7), "customers of class C are judged", _judge)
        yield Action(at(date(2024, month, 24), 7), "what their class calls for is done", _finish)


async def _widen_gates(to: Clients) -> None:
    """The business wants to grow, and its stock is high."""
    version = {
        "document": {"strategy": "grow", "stock": "high"},
        "effective_from": GROWTH_FROM.isoformat(),
        "reason": "a year of growth, and full warehouses",
    }
    path = "/v1/policies/credit-standard"
    await to[SERVICE].act("PUT", path, version, "sun", "credit-standard", if_match='"1"')


async def _judge(to: Clients) -> None:
    """Every second of them is hopeful; who was judged before is not asked about again."""
    judged = {row["customer_id"] for row in await to[SERVICE].pages("/v1/behaviour-actions", behaviour="C")}
    for number, row in enumerate(await to[SERVICE].pages("/v1/accounts", behaviour="C")):
        if row["customer_id"] not in judged:
            body = {"hopeful": not number % 2, "because": "its new owner pays" if not number % 2 else "it pays nobody"}
            path = f"/v1/accounts/{row['customer_id']}/prospect"
            await to[SERVICE].act("POST", path, body, "ma", f"judge-{row['customer_id']}-{to.now.date()}")


async def _finish(to: Clients) -> None:
    """The two oldest that are open."""
    rows = await to[SERVICE].pages("/v1/behaviour-actions", status="open")
    for row in sorted(rows, key=lambda row: (row["requested_on"], row["action_id"]))[:2]:
        path = f"/v1/behaviour-actions/{row['customer_id']}/{row['action_id']}/outcome"
        await to[SERVICE].act("POST", path, {"outcome": "visited, and agreed on"}, "chen", f"finish-{row['action_id']}")
