"""A service of contacts: its events, states, rows and effects hold what tells of persons."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter
from sqlalchemy import select

from chassis.domain import Decider
from chassis.effects import EffectContext, EffectList
from chassis.http import Answered, Body, Commands, JsonBody, KnownAt, Page, Paging, Queries, needs
from chassis.policies import PolicyBook
from chassis.read_models import ReadModel
from chassis.service import Service
from chassis.timers import DueCommand
from contracts import Envelope, Event, persons
from contracts.data_subjects import About
from contracts.envelope import Part
from contracts.fields import Id
from contracts.personal import Clear, Personal, PersonalText


class Contact(Part):
    SUBJECT: ClassVar[str] = "contact:{customer_id}/{contact_id}"
    contact_id: Id
    name: Personal
    email: Annotated[Personal, PersonalText(254)] | None = None
    telephone: Personal = Clear("")


class ContactAdded(Event):
    TYPE: ClassVar[str] = "book.ContactAdded"
    customer_id: Id
    contact: Contact


class BookPrinted(Event):
    """All contacts of a customer, as the state has them."""

    TYPE: ClassVar[str] = "book.BookPrinted"
    customer_id: Id
    contacts: tuple[Contact, ...]


class LetterSent(Event):
    TYPE: ClassVar[str] = "book.LetterSent"
    customer_id: Id
    contact_id: Id
    addresses: Annotated[dict[Id, Personal], About("{key}")]


class ErasureProposed(persons.ErasureProposed):
    TYPE: ClassVar[str] = "book.ErasureProposed"


class ErasureWithdrawn(persons.ErasureWithdrawn):
    TYPE: ClassVar[str] = "book.ErasureWithdrawn"


class DataSubjectErased(persons.DataSubjectErased):
    TYPE: ClassVar[str] = "book.DataSubjectErased"


class LegalHoldPlaced(persons.LegalHoldPlaced):
    TYPE: ClassVar[str] = "book.LegalHoldPlaced"


class LegalHoldLifted(persons.LegalHoldLifted):
    TYPE: ClassVar[str] = "book.LegalHoldLifted"


PERSONS = (ErasureProposed, ErasureWithdrawn, DataSubjectErased, LegalHoldPlaced, LegalHoldLifted)


@dataclass(frozen=True)
class AddContact:
    customer_id: str
    contact: Contact


@dataclass(frozen=True)
class PrintBook:
    customer_id: str


@dataclass(frozen=True)
class SendLetter:
    customer_id: str
    contact_id: str
    addresses: Annotated[dict[str, Personal], About("{key}")] = field(default_factory=dict)


@dataclass(frozen=True)
class Book:
    contacts: dict[str, Contact] = field(default_factory=dict)


SEEN: list[Any] = []
"""What decide was given."""


def decide(command: Any, book: Book, _: PolicyBook) -> list[Event]:
    SEEN.append(command)
    match command:
        case AddContact(customer_id, contact):
            same = book.contacts.get(contact.contact_id) == contact
            return [] if same else [ContactAdded(customer_id=customer_id, contact=contact)]
        case PrintBook(customer_id):
            return [BookPrinted(customer_id=customer_id, contacts=tuple(book.contacts.values()))]
        case SendLetter(customer_id, contact_id):
            return [
                LetterSent(
                    customer_id=customer_id, contact_id=contact_id, addresses={"mail:" + contact_id: Clear("P.O. Box 7")}
                )
            ]  # fmt: skip
    raise AssertionError(command)


def evolve(book: Book, event: Event) -> Book:
    if isinstance(event, ContactAdded):
        return replace(book, contacts={**book.contacts, event.contact.contact_id: event.contact})
    return book


BOOK = Decider("book", (AddContact, PrintBook, SendLetter), lambda command: command.customer_id, Book(), evolve, decide)


@dataclass(frozen=True)
class ContactRow:
    customer_id: str
    contact_id: str
    name: Personal
    email: Personal | None
    count: int


def _key(event: ContactAdded, _: Envelope) -> list[tuple[str, str]]:
    return [(event.customer_id, event.contact.contact_id)]


def _row(key: tuple[str, str], row: ContactRow | None, event: ContactAdded, _: Envelope) -> ContactRow:
    return ContactRow(*key, event.contact.name, event.contact.email, (row.count if row else 0) + 1)


CONTACTS = ReadModel("contacts", 1, ContactRow, ("customer_id", "contact_id"), _key, _row)


@dataclass(frozen=True)
class LetterRow:
    customer_id: str
    contact_id: str
    email: Personal | None
    due_at: datetime
    queued_at: datetime
    lane: str
    pool: str


def _letter_key(event: ContactAdded | LetterSent, _: Envelope) -> list[tuple[str, str]]:
    contact_id = event.contact.contact_id if isinstance(event, ContactAdded) else event.contact_id
    return [(event.customer_id, contact_id)]


def _letter(
    key: tuple[str, str], row: LetterRow | None, event: ContactAdded | LetterSent, around: Envelope
) -> LetterRow | None:
    if isinstance(event, LetterSent):
        return None
    return LetterRow(*key, event.contact.email, around.occurred_at, around.occurred_at, key[0], "letters")


LETTERS: list[tuple[str, str | None]] = []


async def _send(row: LetterRow, context: EffectContext) -> bool:
    LETTERS.append((row.contact_id, await context.open(row.email)))
    await context.do([DueCommand(SendLetter(row.customer_id, row.contact_id), context.now())])
    return True


LETTERS_DUE = EffectList("letters", 1, LetterRow, ("customer_id", "contact_id"), _letter_key, _letter, act=_send)

router = APIRouter()
TABLE = CONTACTS.table


class NewContact(Body):
    contact: Contact


class ContactAnswer(Body):
    customer_id: str
    contact_id: str
    name: Personal | None
    email: Personal | None
    count: int


@router.post("/v1/books/{customer_id}/contacts", dependencies=[needs("books.write")])
async def add(customer_id: str, body: JsonBody[NewContact], commands: Commands) -> Answered:
    return await commands.do(AddContact(customer_id, body.contact))


@router.get("/v1/books/{customer_id}/contacts", dependencies=[needs("books.read")])
async def contacts(customer_id: str, read: Queries, page: Paging) -> Page[ContactAnswer]:
    found = select(TABLE).where(TABLE.c.customer_id == customer_id)
    return await read.page(found, [TABLE.c.customer_id, TABLE.c.contact_id], page)


@router.get("/v1/books/{customer_id}/known", dependencies=[needs("books.read")])
async def known(customer_id: str, read: Queries, as_known_at: KnownAt = None) -> list[dict[str, Any]]:
    return await read.known(CONTACTS, f"book-{customer_id}", as_known_at or read.now)


BOOK_SERVICE = Service(
    "book-svc",
    "book",
    0,
    (ContactAdded, BookPrinted, LetterSent, *PERSONS),
    (BOOK,),
    read_models=(CONTACTS, LETTERS_DUE),
    routes=(router,),
)
