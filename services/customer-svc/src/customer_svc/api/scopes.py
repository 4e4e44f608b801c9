"""Data scopes of questions: what the person who asks may read."""

from typing import Annotated, Any

from fastapi import Depends

from chassis.http import Calling, Queries
from contracts.customer import Grant
from customer_svc.api.identity import Identity, Known
from customer_svc.files.access import Reach, reach_of
from customer_svc.files.file import NotAllowed
from customer_svc.policies.access import AccessPolicy
from customer_svc.policies.files import FilePolicy
from customer_svc.read_models import customer_file

EVERYBODY = "customer.everybody.read"
"""The right of systems and auditors, who are nobody's salesperson, to read of every customer."""


async def _scope(queries: Queries, caller: Calling) -> Reach | None:
    if caller.acting_for is None and EVERYBODY in caller.rights:
        return None
    return reach_of_person(caller.actor, queries)


Scope = Annotated[Reach | None, Depends(_scope)]
"""``scope: Scope`` in a route: the customers that the person who asks may read, None for all."""


async def _readable(known: Identity, queries: Queries, scope: Scope) -> Known:
    if scope is not None:
        refuse_out_of(scope, known.customer_id, await queries.one(customer_file.file(known.customer_id)))
    return known


Readable = Annotated[Known, Depends(_readable)]
"""``customer_id: Readable`` in a route: as Identity, and 403 for a customer that the person who asks may not read."""


def reach_of_person(person_id: str, queries: Queries) -> Reach | None:
    """What a person may read today; None for everybody's customers."""
    today = queries.today
    last_resort = queries.policies.at(FilePolicy, today).document.owner_of_last_resort
    return reach_of(queries.policies.at(AccessPolicy, today).document, person_id, "read", last_resort)


async def refuse_unreadable(
    customer_id: str, queries: Queries, scope: Reach | None, responsible: str | None = None
) -> None:
    """Raises NotAllowed for something about a customer, under any of its ids, that is out of scope.

    Whoever is ``responsible`` for the thing itself may read it, whoever owns the customer.
    """
    if scope is not None and responsible not in scope.owners:
        refuse_out_of(scope, customer_id, await queries.one(customer_file.file(customer_id)))


def refuse_out_of(scope: Reach | None, customer_id: str, file: dict[str, Any] | None) -> None:
    """Raises NotAllowed for a customer whose file (None: nobody registered it) is out of scope."""
    owner_id = file["owner_id"] if file else None
    grants = [Grant.model_validate(each, strict=False) for each in file["grants"]] if file else []
    if scope is not None and not scope.has(owner_id, grants):
        raise NotAllowed(
            person=scope.person_id,
            operation=scope.operation,
            customer_id=file["customer_id"] if file else customer_id,
            owner_id=owner_id or "nobody",
        )
