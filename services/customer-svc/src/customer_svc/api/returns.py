"""Returns that name no order; those of an order are shown with it."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Page, Paging, Queries
from contracts.fields import Id
from customer_svc.api.identity import of_known
from customer_svc.api.scopes import Scope
from customer_svc.read_models import customer_file, goods_return

router = APIRouter(prefix="/v1", tags=["orders"])


@router.get("/returns")
async def list_returns(
    queries: Queries,
    page: Paging,
    scope: Scope,
    customer_id: Annotated[Id | None, Query(description="returns of this customer")] = None,
) -> Page[goods_return.Row]:
    """Returns that name no order, by id. Each lowers what its customer is worth from its day on."""
    query = customer_file.scoped(goods_return.goods_returns(customer_id), goods_return.TABLE.c.customer_id, scope)
    return await of_known(customer_id, await queries.page(query, goods_return.ORDER, page), queries)
