"""The person who is erased, the one beside, and what an ERP sends about the first that it should not have sent."""

import json
import re
from typing import Any

from chassis.testing.facts import Fact

CANARIES = ("Canary Yellowbird", "canary.yellowbird@example.com", "+49 40 7770777")
OTHER = ("Bea Beside", "bea@example.com", "+49 40 1110111")
ANN = "contact:C-900/K-1"
ORDERS = "erp.orders"


def _contact(contact_id: str, texts: tuple[str, str, str]) -> dict[str, str]:
    return {"contact_id": contact_id, **dict(zip(("name", "email", "telephone"), texts, strict=True))}


REGISTRATION: dict[str, Any] = {
    "customer_id": "C-900", "name": "Nine Hundred", "owner_id": "chen", "registered_on": "2024-01-01",
    "contacts": [_contact("K-1", CANARIES), _contact("K-2", OTHER)],
}  # fmt: skip

_NOTED = json.dumps({"order_id": "O-900", "customer_id": "C-900", "called_by": dict(zip("net", CANARIES, strict=True))})
CALLS = [
    Fact(ORDERS, "C-900", "call-1", "erp.OrderCancelled", _NOTED.encode()),
    Fact(ORDERS, "C-901", "call-2", "erp.OrderCalledOff", _NOTED.encode()),
    Fact(ORDERS, "C-902", "call-3", "erp.OrderCancelled", _NOTED[:-3].encode()),
]
"""What the ERP should not have sent: a field that nobody knows, a type that nobody knows, JSON that breaks off."""


def forms(text: str) -> set[bytes]:
    """How a text may stand somewhere: as it is, in hex as ``pg_dump`` writes bytes, and a telephone number without what parts it."""
    return {each.encode() for each in (text, text.encode("ascii").hex(), re.sub(r"\D", "", text) or text)}
