"""Returns that name no order; those of an order are shown with it."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Days, NotFound, Page, Paging, Queries, Sorting, needs, shown
from contracts.fields import Currency, Id
from contracts.figures import Anything
from customer_svc.api.identity import of_known
from customer_svc.api.scopes import Scope, refuse_unreadable
from customer_svc.read_models import customer_file, goods_return

router = APIRouter(prefix="/v1", tags=["orders"])

OF = goods_return.TABLE.c
SORT = Sorting(goods_return.ORDER, OF.returned_on, OF.amount, OF.customer_id)


@router.get("/returns", dependencies=[needs("customer.returns.read")])
async def list_returns(
    queries: Queries,
    page: Paging,
    scope: Scope,
    days: Days,
    customer_id: Annotated[Id | None, Query(description="returns of this customer")] = None,
    currency: Currency | None = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[goods_return.Row]:
    """Returns that name no order, by id, of days from ``since`` to ``until``. Each lowers what its customer is worth from its day on."""
    query = days.of(goods_return.goods_returns(customer_id), OF.returned_on)
    query = query if currency is None else query.where(OF.currency == currency)
    query = customer_file.scoped(query, OF.customer_id, scope)
    return await of_known(customer_id, await queries.page(query, SORT.order(sort), page), queries)


@router.get(
    "/returns/{return_id}", response_model=shown(goods_return.Row), dependencies=[needs("customer.returns.read")]
)
async def read_return(return_id: Id, queries: Queries, scope: Scope) -> dict[str, Anything]:
    """One return that names no order."""
    found = await queries.one(goods_return.goods_returns().where(OF.return_id == return_id))
    if found is None:
        raise NotFound("return without an order", return_id)
    await refuse_unreadable(found["customer_id"], queries, scope)
    return found
