"""Contracts with suppliers that end in the year: one is renewed in time, one ends unnoticed and is signed again, one is terminated."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

from standing.actors.action import Action, Clients, Partner, at

SERVICE = "supplier-svc"
CLAUSES = ("development", "trial", "inspection", "packing_and_transport", "nonconforming_product", "after_sales")
FIRST, END_OF_QUARTER, MIDDLE, LAST = date(2024, 1, 1), date(2024, 3, 31), date(2024, 6, 30), date(2024, 12, 31)
SIGNED = (
    # Number of the supplier in the cast, contract, first and last day, day of the signing.
    (0, "SUPPLY-1", FIRST, MIDDLE, FIRST),
    (0, "SUPPLY-2", date(2024, 7, 1), LAST, date(2024, 5, 10)),
    (1, "SUPPLY-1", FIRST, END_OF_QUARTER, FIRST),
    (1, "SUPPLY-2", date(2024, 4, 20), LAST, date(2024, 4, 20)),
    (2, "SUPPLY-1", FIRST, LAST, FIRST),
)
TERMINATED_ON = date(2024, 9, 30)


def actions(suppliers: Sequence[Partner]) -> Iterator[Action]:
    """What the buyers do in the year."""
    for number, contract_id, starts_on, ends_on, signed_on in SIGNED:
        supplier_id = suppliers[number].id
        body = {
            "contract_id": f"{contract_id}-{supplier_id}",
            "kind": "supply",
            "clauses": CLAUSES,
            "starts_on": f"{starts_on}",
            "ends_on": f"{ends_on}",
            "owner_id": "li",
            "signed_on": f"{signed_on}",
        }
        yield Action(at(signed_on, 7), f"sign with {supplier_id}", partial(_sign, supplier_id=supplier_id, body=body))
    yield Action(at(TERMINATED_ON, 7), "terminate a contract", partial(_terminate, supplier_id=suppliers[2].id))


async def _sign(to: Clients, supplier_id: str, body: dict[str, Any]) -> None:
    await to[SERVICE].act("POST", f"/v1/suppliers/{supplier_id}/contracts", body, "li", f"sign-{body['contract_id']}")


async def _terminate(to: Clients, supplier_id: str) -> None:
    contract_id = f"SUPPLY-1-{supplier_id}"
    body = {"terminated_on": f"{TERMINATED_ON}", "because": "the product is given up"}
    path = f"/v1/suppliers/{supplier_id}/contracts/{contract_id}/termination"
    await to[SERVICE].act("POST", path, body, "li", f"terminate-{contract_id}")
