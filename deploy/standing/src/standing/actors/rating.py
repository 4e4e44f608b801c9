"""Purchasing rates the partners that were taken over, when their first rating is due: as the record suggests, but for one."""

from collections.abc import Iterator, Sequence
from datetime import date

from standing.actors.action import Action, Clients, Partner, at

SERVICE = "supplier-svc"
RATED_ON = date(2024, 4, 10)
"""Ten days after the first ratings of those that were taken over on New Year fell due."""
RESTRICTED = 2
"""Place in the cast of the supplier that purchasing restricts whatever its record suggests."""


def actions(suppliers: Sequence[Partner]) -> Iterator[Action]:
    """What purchasing does in the year."""

    async def rate(to: Clients) -> None:
        for row in await to[SERVICE].pages("/v1/partner-ratings", status="due"):
            path = f"/v1/suppliers/{row['supplier_id']}/ratings"
            suggested = (await to[SERVICE].get(f"{path}/suggestion"))["suggested"]
            body = {"rating": suggested, "rated_on": RATED_ON.isoformat(), "rated_by": "shen"}
            if row["supplier_id"] == suppliers[RESTRICTED].id:
                body |= {"rating": "D", "because": "it lets the tools that we own be used for others"}
            await to[SERVICE].act("POST", path, body, "shen", f"rate-{row['supplier_id']}")

    yield Action(at(RATED_ON, 9), "rate the partners that are due", rate)
