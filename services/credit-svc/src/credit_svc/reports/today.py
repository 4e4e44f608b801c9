"""Which day it is for a customer: in the time zone of its region, or of the whole business where that is not known."""

from datetime import date

from chassis.http import Queries
from credit_svc.read_models import region


async def region_of(customer_id: str, queries: Queries) -> str | None:
    found = await queries.one(region.region_of(customer_id))
    return found["region"] if found else None


async def today_of(customer_id: str, queries: Queries) -> date:
    return queries.today_in(await region_of(customer_id, queries))
