"""The customer file: register, change, assign, share, archive, merge and split."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import (
    Answered,
    Calling,
    Commands,
    JsonBody,
    NotFound,
    Page,
    Paging,
    Queries,
    Sorting,
    needs,
    shown,
)
from contracts.fields import Id
from contracts.figures import Anything
from customer_svc.api.identity import Identity, Survivor, survivor_of
from customer_svc.api.scopes import Writes, reach_of_person, refuse_out_of
from customer_svc.files.file import ArchiveCustomer, AssignCustomer, ChangeFile, RegisterCustomer, ShareCustomer
from customer_svc.files.identities import MergeCustomers, SplitCustomer
from customer_svc.read_models import customer_file
from customer_svc.requests.files import Archiving, Assignment, Change, Merge, Registration, Sharing, Split

router = APIRouter(prefix="/v1", tags=["customer files"])

OF = customer_file.TABLE.c
SORT = Sorting(customer_file.ORDER, OF.customer_id, OF.name, OF.owner_id, OF.changed_on, OF.registered_on)


@router.get("/files", dependencies=[needs("customer.files.read")])
async def list_files(
    queries: Queries,
    page: Paging,
    caller: Calling,
    group_id: Annotated[Id | None, Query(description="files of this group of companies")] = None,
    lapsed: Annotated[bool | None, Query(description="data that nobody confirmed for too long")] = None,
    owner_id: Annotated[Id | None, Query(description="files of this owner")] = None,
    sort: Annotated[str | None, SORT] = None,
) -> Page[customer_file.Row]:
    """The files that the caller may read, by customer: once the policy names people, only they are shown files, and no system is."""
    by = customer_file.TABLE.c.customer_id
    query = customer_file.files(group_id, lapsed)
    query = query if owner_id is None else query.where(customer_file.TABLE.c.owner_id == owner_id)
    query = customer_file.scoped(query, by, reach_of_person(caller.actor, queries))
    return await queries.page(query, SORT.order(sort), page)


@router.get(
    "/customers/{customer_id}/file",
    response_model=shown(customer_file.Row, merged_ids=list[str]),
    dependencies=[needs("customer.files.read")],
)
async def read_file(customer_id: Identity, queries: Queries, caller: Calling) -> dict[str, Anything]:
    """Who the customer is, who owns it, and which other ids it has."""
    survivor = customer_id.customer_id
    found = await queries.one(customer_file.file(survivor))
    if found is None:
        raise NotFound("file of customer", survivor)
    refuse_out_of(reach_of_person(caller.actor, queries), survivor, found)
    return {**found, "merged_ids": customer_id.merged_ids}


@router.post("/customers", dependencies=[needs("customer.files.register")])
async def register_customer(
    body: JsonBody[Registration], commands: Commands, queries: Queries, writes: Writes
) -> Answered:
    """Open a customer's file. The same request again records nothing."""
    customer_id = await survivor_of(body.customer_id, queries)
    await writes.allow("create", customer_id, new_owner=body.owner_id)
    command = RegisterCustomer(
        customer_id, body.name, body.owner_id, body.classification, body.contacts, body.group_id,
        body.registered_on, commands.actor,
    )  # fmt: skip
    return await commands.do(command, commands.start_of(body.registered_on))


@router.patch("/customers/{customer_id}/file", dependencies=[needs("customer.files.change")])
async def change_file(customer_id: Survivor, body: JsonBody[Change], commands: Commands, writes: Writes) -> Answered:
    await writes.allow("change", customer_id)
    command = ChangeFile(
        customer_id, body.name, body.classification, body.contacts, body.group_id, body.changed_on, commands.actor
    )
    return await commands.do(command, commands.start_of(body.changed_on))


@router.put("/customers/{customer_id}/owner", dependencies=[needs("customer.files.assign")])
async def assign_customer(
    customer_id: Survivor, body: JsonBody[Assignment], commands: Commands, writes: Writes
) -> Answered:
    await writes.allow("assign", customer_id)
    command = AssignCustomer(customer_id, body.owner_id, body.assigned_on, commands.actor)
    return await commands.do(command, commands.start_of(body.assigned_on))


@router.put("/customers/{customer_id}/sharing", dependencies=[needs("customer.files.share")])
async def share_customer(
    customer_id: Survivor, body: JsonBody[Sharing], commands: Commands, writes: Writes
) -> Answered:
    """Who else may do what. Replaces what was shared before."""
    await writes.allow("share", customer_id)
    command = ShareCustomer(customer_id, body.grants, body.shared_on, commands.actor)
    return await commands.do(command, commands.start_of(body.shared_on))


@router.post("/customers/{customer_id}/archive", dependencies=[needs("customer.files.archive")])
async def archive_customer(
    customer_id: Survivor, body: JsonBody[Archiving], commands: Commands, writes: Writes
) -> Answered:
    """Close the file; the history stays."""
    await writes.allow("delete", customer_id)
    command = ArchiveCustomer(customer_id, body.because, body.archived_on, commands.actor)
    return await commands.do(command, commands.start_of(body.archived_on))


@router.post("/customers/{customer_id}/merges", dependencies=[needs("customer.files.merge")])
async def merge_customers(customer_id: Id, body: JsonBody[Merge], commands: Commands, writes: Writes) -> Answered:
    """Two ids are one customer; the one in the path stays."""
    for each in (customer_id, body.merged_id):
        await writes.allow("change", each)
    command = MergeCustomers(customer_id, body.merged_id, body.because, body.merged_on, commands.actor)
    return await commands.do(command, commands.start_of(body.merged_on))


@router.post("/customers/{customer_id}/split", dependencies=[needs("customer.files.split")])
async def split_customer(customer_id: Id, body: JsonBody[Split], commands: Commands, writes: Writes) -> Answered:
    """Undo the merge of this id into another."""
    await writes.allow("change", customer_id)
    return await commands.do(
        SplitCustomer(customer_id, body.because, body.split_on, commands.actor), commands.start_of(body.split_on)
    )
