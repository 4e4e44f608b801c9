"""Routes about reaching debtors: where they are, what was said, and whom nobody has spoken with yet."""

from fastapi import APIRouter

from chassis.http import Answered, Commands, JsonBody, Page, Paging, Queries, needs
from contracts.fields import Id
from credit_svc.account.contacts import RecordContact
from credit_svc.account.orders import CheckOrder
from credit_svc.account.state import Account
from credit_svc.api.identity import Survivor
from credit_svc.collection.reaching import place_of
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.read_models import debtor_contact
from credit_svc.reports.case_page import case_row
from credit_svc.reports.contacts_due import contacts_due_page
from credit_svc.reports.today import today_of
from credit_svc.requests.contacts import ContactBody
from credit_svc.responses.contacts import ContactDueAnswer, PlaceAnswer

router = APIRouter(prefix="/v1", tags=["collection"])


@router.get("/collections/contacts-due", dependencies=[needs("credit.collection.read")])
async def list_contacts_due(queries: Queries, page: Paging) -> Page[ContactDueAnswer]:
    """The collector's list: steps that a person takes, and of which no contact is recorded yet, the oldest first."""
    return await contacts_due_page(queries, page)


@router.post("/collections/{case_id}/contacts", dependencies=[needs("credit.collection.contact")])
async def record_contact(case_id: Id, body: JsonBody[ContactBody], commands: Commands, queries: Queries) -> Answered:
    """Record that somebody spoke with the debtor, or tried to; a promise, a refusal or a dispute goes on as if recorded by itself."""
    person = commands.person(body.recorded_by, "recorded_by")
    customer_id = str((await case_row(queries, case_id))["customer_id"])
    content = body.model_dump(exclude={"recorded_by"})
    today = await today_of(customer_id, queries)
    return await commands.do(RecordContact(case_id=case_id, customer_id=customer_id, **content, by=person, on=today))


@router.get("/collections/{case_id}/contacts", dependencies=[needs("credit.collection.read")])
async def list_contacts(case_id: Id, queries: Queries, page: Paging) -> Page[debtor_contact.Row]:
    """What came of speaking with the debtor of a case, the oldest contact first."""
    await case_row(queries, case_id)
    return await queries.page(debtor_contact.contacts(case_id), debtor_contact.ORDER, page)


@router.get("/accounts/{customer_id}/place", dependencies=[needs("credit.accounts.read")])
async def show_place(customer_id: Survivor, queries: Queries) -> PlaceAnswer:
    """Where a customer is by its file, judged by our offices of today, and the ways for which its file has an address."""
    state: Account = await queries.state(CheckOrder, customer_id)
    known, policy = (
        state.file.place,
        queries.policies.at(CollectionPolicy, await today_of(customer_id, queries)).document,
    )
    known_now = (known.province, known.city, known.ways) if known else (None, None, ())
    return PlaceAnswer(**place_of(customer_id, *known_now, policy).model_dump())
