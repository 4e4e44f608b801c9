"""Data scopes: whose customers the person who asks may read of, and write about."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends

from chassis.domain import Refusal
from chassis.http import Calling, Queries
from contracts.customer import Grant, Operation
from customer_svc.api.identity import Identity, Known, Survivor, survivor_of
from customer_svc.files.access import Reach, reach_of
from customer_svc.files.file import CustomerFile, NotAllowed, RegisterCustomer
from customer_svc.policies.access import AccessPolicy
from customer_svc.policies.files import FilePolicy
from customer_svc.read_models import customer_file

EVERYBODY = "customer.everybody.read"
"""The right of systems and auditors, who are nobody's salesperson, to every customer: to read of, and to write about where they
have the right to write. In a person's name they reach what the person does.
"""


class OutOfReach(Refusal):
    """{person} may not {operation} this: it is of a customer who is not in their reach, and not shared with them for that."""

    status = 403


async def _scope(queries: Queries, caller: Calling) -> Reach | None:
    if caller.partner or (caller.acting_for is None and EVERYBODY in caller.rights):
        return None  # a partner is nobody's salesperson either; its token is bound to its own ids, by each route
    return reach_of_person(caller.actor, queries)


Scope = Annotated[Reach | None, Depends(_scope)]
"""``scope: Scope`` in a route: the customers that the person who asks may read, None for all."""


async def _readable(known: Identity, queries: Queries, scope: Scope) -> Known:
    if scope is not None:
        refuse_out_of(scope, known.customer_id, await queries.one(customer_file.file(known.customer_id)))
    return known


Readable = Annotated[Known, Depends(_readable)]
"""``customer_id: Readable`` in a route: as Identity, and 403 for a customer that the person who asks may not read."""


@dataclass(frozen=True)
class Writing:
    """What the person who asks may write, by the files as the log has them: no read model may lag behind one that was reassigned."""

    queries: Queries
    caller: Calling

    async def allow(
        self, operation: Operation, customer_id: str, responsible: str | None = None, new_owner: str | None = None
    ) -> None:
        """Raises OutOfReach for a write about a customer, under any of its ids, with whom the person may not do that.

        Whoever is ``responsible`` for the thing itself may write about it, whoever owns the customer. ``new_owner``: of a customer
        that has no file yet.
        """
        scope = await self._reach(operation)
        if scope is None or responsible in scope.owners:
            return
        file: CustomerFile = await self.queries.state(RegisterCustomer, await survivor_of(customer_id, self.queries))
        if not scope.has(file.owner_id or new_owner, file.grants):
            raise OutOfReach(person=scope.person_id, operation=operation)

    async def _reach(self, operation: Operation) -> Reach | None:
        if await _scope(self.queries, self.caller) is None:
            return None
        return reach_of_person(self.caller.actor, self.queries, operation)


Writes = Annotated[Writing, Depends()]
"""``writes: Writes`` in a route that writes about a customer whom its body names, or what is written."""


async def _changeable(known: Identity, writes: Writes) -> Known:
    await writes.allow("change", known.customer_id)
    return known


Changeable = Annotated[Known, Depends(_changeable)]
"""``customer_id: Changeable`` in a route that writes: as Identity, and 403 for a customer that the person who asks may not change."""


async def _changeable_id(customer_id: Survivor, writes: Writes) -> str:
    await writes.allow("change", customer_id)
    return customer_id


ChangeableId = Annotated[str, Depends(_changeable_id)]
"""The same as Survivor: also a customer that is not known yet."""


def reach_of_person(person_id: str, queries: Queries, operation: Operation = "read") -> Reach | None:
    """Of which customers a person may do something today; None for everybody's."""
    today = queries.today
    last_resort = queries.policies.at(FilePolicy, today).document.owner_of_last_resort
    return reach_of(queries.policies.at(AccessPolicy, today).document, person_id, operation, last_resort)


async def refuse_unreadable(
    customer_id: str, queries: Queries, scope: Reach | None, responsible: str | None = None
) -> None:
    """Raises OutOfReach for something about a customer, under any of its ids, that is out of scope: it names nobody, because
    whoever guesses at the ids of documents may not learn whose they are.

    Whoever is ``responsible`` for the thing itself may read it, whoever owns the customer.
    """
    if scope is None or responsible in scope.owners:
        return
    if not _reaches(scope, await queries.one(customer_file.file(customer_id))):
        raise OutOfReach(person=scope.person_id, operation=scope.operation)


def refuse_out_of(scope: Reach | None, customer_id: str, file: dict[str, Any] | None) -> None:
    """Raises NotAllowed for a customer whose file (None: nobody registered it) is out of scope."""
    if scope is not None and not _reaches(scope, file):
        raise NotAllowed(
            person=scope.person_id,
            operation=scope.operation,
            customer_id=file["customer_id"] if file else customer_id,
            owner_id=file["owner_id"] if file else "nobody",
        )


def _reaches(scope: Reach, file: dict[str, Any] | None) -> bool:
    grants = [Grant.model_validate(each, strict=False) for each in file["grants"]] if file else []
    return scope.has(file["owner_id"] if file else None, grants)
