"""Purchasing rewards a good supplier with more orders of an item for a month, and stops the orders of another until it has improved."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from standing.actors.action import Action, Clients, at

SERVICE = "supplier-svc"
REWARDED_ON, STOPPED_ON, RESTORED_ON = date(2024, 2, 12), date(2024, 3, 5), date(2024, 3, 18)
STOP = "PN-QUALITY"


def actions() -> Iterator[Action]:
    """What purchasing decides in the year."""
    yield Action(at(REWARDED_ON, 7), "reward a supplier with more orders", _reward)
    yield Action(at(STOPPED_ON, 7), "stop the orders of a supplier", _stop)
    yield Action(at(RESTORED_ON, 7), "restore the orders of the supplier", _restore)


async def _shared(to: Clients) -> list[dict[str, Any]]:
    """The items that several sources get orders of."""
    return [row for row in await to[SERVICE].pages("/v1/items") if row["sources_counted"] > 1]


async def _reward(to: Clients) -> None:
    """The smallest source of the first such item."""
    for item in (await _shared(to))[:1]:
        supplier_id = next(each["supplier_id"] for each in reversed(item["sources"]) if float(each["share_percent"]))
        body = {
            "reward_id": "RW-HOLIDAYS",
            "kind": "larger_share",
            "item_ids": [item["item_id"]],
            "points": "5",
            "months": 1,
            "because": "it delivered over the holidays",
            "granted_on": to.now.date().isoformat(),
        }
        await to[SERVICE].act("POST", f"/v1/suppliers/{supplier_id}/rewards", body, "shen", "reward-holidays")


async def _stop(to: Clients) -> None:
    """The largest source of the last such item."""
    for item in (await _shared(to))[-1:]:
        body = {
            "penalty_id": STOP,
            "kind": "orders_stopped",
            "item_ids": [item["item_id"]],
            "because": "the last lot had to be sorted",
            "charged_on": to.now.date().isoformat(),
        }
        path = f"/v1/suppliers/{item['sources'][0]['supplier_id']}/penalties"
        await to[SERVICE].act("POST", path, body, "shen", "stop-orders")


async def _restore(to: Clients) -> None:
    for row in await to[SERVICE].pages("/v1/settlements", effect_status="running", kind="penalty"):
        if row["settlement_id"] == STOP:
            body = {"reason": "the next lots were sound", "ended_on": to.now.date().isoformat()}
            path = f"/v1/suppliers/{row['supplier_id']}/incentives/{STOP}/end"
            await to[SERVICE].act("POST", path, body, "shen", "restore-orders")
