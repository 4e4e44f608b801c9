"""The customer that a path names: a merged id means the customer that it is now."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends

from chassis.http import NotFound, Page, Queries, invalid_input
from contracts.fields import Id
from customer_svc.read_models import alias, customer, customer_file


@dataclass(frozen=True)
class Known:
    """A customer that exists: its id and those that were merged into it."""

    customer_id: str
    merged_ids: list[str]

    @property
    def ids(self) -> list[str]:
        return [self.customer_id, *self.merged_ids]


async def survivor_of(customer_id: Id, queries: Queries) -> str:
    """The customer that an id is now, whether it is known or not."""
    found = await queries.one(alias.survivor_of(customer_id))
    return customer_id if found is None else str(found["survivor_id"])


async def _known(customer_id: str, queries: Queries) -> Known | None:
    resolved = await survivor_of(customer_id, queries)
    merged = [str(row["customer_id"]) for row in await queries.rows(alias.merged_into(resolved))]
    ordered = await queries.one(customer.customer(resolved, merged))
    if ordered is None and await queries.one(customer_file.file(resolved)) is None:
        return None
    return Known(resolved, merged)


async def _identity(customer_id: Id, queries: Queries) -> Known:
    known = await _known(customer_id, queries)
    if known is None:
        raise NotFound("customer", customer_id)
    return known


async def of_known(customer_id: str | None, found: Page[Any], queries: Queries) -> Page[Any]:
    """A page of what the customer of a filter has; an empty one of a customer that nobody knows is refused with 422, because it
    would look as if there were such a customer and it had nothing.
    """
    if customer_id is not None and not found.items and await _known(customer_id, queries) is None:
        raise invalid_input("customer_id", "unknown", f"there is no customer {customer_id}")
    return found


Survivor = Annotated[str, Depends(survivor_of)]
"""``customer_id: Survivor`` in a route that writes: what is written under a merged id is written for the customer that it is now."""

Identity = Annotated[Known, Depends(_identity)]
"""``customer_id: Identity`` in a route; 404 for a customer that never ordered, returned, answered or was registered."""
