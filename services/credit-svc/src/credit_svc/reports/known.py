"""The customer that a question is about: a merged id means the customer that it is now, and one about nobody says so."""

from sqlalchemy import select

from chassis.http import NotFound, Queries
from contracts.fields import Id
from credit_svc.read_models import account, merged_account


async def survivor_of(customer_id: Id, queries: Queries) -> str:
    """The customer whose account an id has now, whether there is one or not."""
    seen = {customer_id}
    while (row := await queries.one(merged_account.survivor_of(customer_id))) is not None:
        customer_id = str(row["survivor_id"])
        if customer_id in seen:
            break
        seen.add(customer_id)
    return customer_id


async def merged_ids(customer_id: str, queries: Queries) -> list[str]:
    """The other ids of a customer, those merged into one of them too."""
    found, last = list[str](), [customer_id]
    while last:
        rows = await queries.rows(merged_account.merged_into(last))
        last = [str(row["customer_id"]) for row in rows if row["customer_id"] not in (customer_id, *found)]
        found += last
    return sorted(found)


async def known_customer(queries: Queries, customer_id: str | None) -> str | None:
    """The customer that a filter names, None for all. Raises NotFound for one of whom nothing was ever recorded."""
    if customer_id is None:
        return None
    survivor = await survivor_of(customer_id, queries)
    table = account.MODEL.table
    known = survivor != customer_id or await queries.one(
        select(table.c.customer_id).where(table.c.customer_id == survivor)
    )
    if not known:
        raise NotFound("account of customer", customer_id)
    return survivor
