"""Sub-suppliers and a recall: two suppliers name the foundry behind them, and a bad lot is called back from who may have got it."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial

from standing.actors.action import Action, Clients, Partner, at

SUPPLIERS, CUSTOMERS = "supplier-svc", "customer-svc"
RECALL = "RC-1"
DECLARED, CALLED = date(2024, 5, 6), date(2024, 11, 5)
BACK, CLOSED = CALLED + timedelta(days=6), CALLED + timedelta(days=24)
BUILT_DAYS_BEFORE = 4
"""The lot went into a product so many days before; who got the product since may have got it."""
PRODUCT = "PRD-05"


def actions(suppliers: Sequence[Partner]) -> Iterator[Action]:
    """What happens in the year."""
    for supplier in suppliers[:2]:
        yield Action(at(DECLARED, 7), f"{supplier.id} names its foundry", partial(_declare, supplier=supplier))
    yield Action(at(CALLED, 7), "a bad lot is called back", _call)
    yield Action(at(BACK, 7), "some of it comes back", _bring_back)
    yield Action(at(CLOSED, 7), "the recall is closed", _close)


async def _declare(to: Clients, supplier: Partner) -> None:
    shares = await to[SUPPLIERS].pages(f"/v1/suppliers/{supplier.id}/shares")
    items = sorted({row["item_id"] for row in shares})
    if not items:
        return
    body = {
        "sub_supplier_id": "SUB-01",
        "name": "Ningbo Foundry",
        "item_ids": items,
        "process": "casting",
        "declared_on": to.now.date().isoformat(),
    }
    await to[SUPPLIERS].act("POST", f"/v1/suppliers/{supplier.id}/sub-suppliers", body, "li", f"declare-{supplier.id}")


async def _call(to: Clients) -> None:
    """The lot of the month's worst record that a supplier answers for; it went into a product, and where that went nobody noted."""
    today = to.now.date()
    month = (today.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    rows = [row for row in await to[SUPPLIERS].pages("/v1/nonconformances", month=month) if row["points"] > 0]
    if not rows:
        return
    worst = min(rows, key=lambda row: (-row["points"], row["nonconformance_id"]))
    built = {
        "item_id": PRODUCT,
        "lot_id": f"{PRODUCT}-{worst['lot_id']}",
        "components": [{"item_id": worst["item_id"], "lot_id": worst["lot_id"]}],
        "quantity": "40",
        "built_on": (today - timedelta(days=BUILT_DAYS_BEFORE)).isoformat(),
    }
    await to[SUPPLIERS].act("POST", "/v1/lots", built, "gao", "build-1")
    recall = {
        "recall_id": RECALL,
        "supplier_id": worst["supplier_id"],
        "item_id": worst["item_id"],
        "lot_ids": [worst["lot_id"]],
        "reason": f"{worst['code']} was found in the lot",
        "severity": "critical",
        "remedy": "replace",
        "called_on": today.isoformat(),
    }
    await to[SUPPLIERS].act("POST", "/v1/recalls", recall, "gao", "recall-1")


async def _bring_back(to: Clients) -> None:
    """Every second customer that is named sends all of it back."""
    for recall in await to[CUSTOMERS].pages("/v1/recalls", status="open"):
        holders = await to[CUSTOMERS].pages(f"/v1/recalls/{recall['recall_id']}/customers", still_open="true")
        for holder in sorted(holders, key=lambda row: row["customer_id"])[::2]:
            name = f"back-{recall['recall_id']}-{holder['customer_id']}"
            body = {
                "customer_id": holder["customer_id"],
                "quantity": holder["open"],
                "on": to.now.date().isoformat(),
                "return_id": name,
            }
            await to[CUSTOMERS].act("POST", f"/v1/recalls/{recall['recall_id']}/goods-back", body, "guo", name)


async def _close(to: Clients) -> None:
    """What did not come back until now was used up."""
    for recall in await to[CUSTOMERS].pages("/v1/recalls", status="overdue"):
        body = {"because": "the rest was used up", "closed_on": to.now.date().isoformat()}
        path = f"/v1/recalls/{recall['recall_id']}/closing"
        await to[CUSTOMERS].act("POST", path, body, "guo", f"close-{recall['recall_id']}")
