"""Documents are of one stream: what a batch claims is checked while it is decided, and the log's own transaction guards it."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import Any

from chassis.claims import Claims, Document
from chassis.domain import Refusal
from chassis.service import Service
from chassis.storage.claims import ClaimChange, ClaimChanges, How
from contracts import Event

Holders = Mapping[Document, frozenset[str]]
"""The streams that have a document: one, or several where they had it before ids were claimed."""

_HOLDERS = (
    "SELECT kind, id, stream, also FROM claim JOIN unnest($1::text[], $2::text[]) AS wanted (kind, id) USING (kind, id)"
)


class KnownOfAnother(Refusal):
    """{document} is known {holder}, so it is none {own}. Correct the {partner}, or give it an id of its own; where {id} is the wrong
    one, correct it there besides."""

    @property
    def code(self) -> str:
        return f"known-of-another-{self.fields['partner']}".replace(" ", "-")


async def holders_of(connection: Any, documents: Set[Document]) -> dict[Document, frozenset[str]]:
    """The streams that have documents; those that none has are left out."""
    if not documents:
        return {}
    rows = await connection.fetch(_HOLDERS, [each.kind for each in documents], [each.id for each in documents])
    return {Document(row["kind"], row["id"]): frozenset((row["stream"], *row["also"])) for row in rows}


class ClaimBook:
    """What a batch claims, event by event. ``known``: the holders that were looked up; a document that is not among them is taken
    as free, and the log refuses the batch where it is not.
    """

    def __init__(self, service: Service, known: Holders) -> None:
        self._service = service
        self._claims: Claims = service.claims
        self._known = known
        self._changes: list[ClaimChange] = []
        self._here: dict[Document, frozenset[str]] = {}

    def __len__(self) -> int:
        return len(self._changes)

    @property
    def documents(self) -> set[Document]:
        return {Document(change.kind, change.id) for change in self._changes}

    def note(self, stream: str, events: Sequence[Event], ids: Sequence[str]) -> None:
        """What events change, which are to stand in a stream under these ids. Raises KnownOfAnother, and notes none of it then."""
        before = len(self._changes)
        try:
            for change in changes_of(self._claims, stream, zip(events, ids, strict=True)):
                document = Document(change.kind, change.id)
                holders = self._holders(document)
                if change.how == "take" and stream in holders:
                    continue
                if change.how == "take" and holders:
                    raise self._refusal(document, min(holders), stream)
                self._apply(change)
        except KnownOfAnother:
            self.undo(before)
            raise

    def undo(self, before: int) -> None:
        """Forget all changes but the first ones."""
        if before < len(self._changes):
            first, self._changes, self._here = self._changes[:before], [], {}
            for change in first:
                self._apply(change)

    def changes(self) -> ClaimChanges:
        """All of them, as the log takes them."""
        return ClaimChanges(self._claims.types, last_of(self._changes))

    def _holders(self, document: Document) -> frozenset[str]:
        here = self._here.get(document)
        return self._known.get(document, frozenset()) if here is None else here

    def _apply(self, change: ClaimChange) -> None:
        document, stream = Document(change.kind, change.id), {change.stream}
        holders = self._holders(document)
        self._here[document] = holders - stream if change.how == "free" else holders | stream
        self._changes.append(change)

    def _refusal(self, document: Document, holder: str, stream: str) -> KnownOfAnother:
        category, _, id = holder.partition("-")
        own_category, _, own_id = stream.partition("-")
        partner = next(
            (each.names for each in self._service.deciders if each.category == category and each.names), category
        )
        is_alike = category == own_category
        return KnownOfAnother(
            document=f"{document.kind[:1].upper()}{document.kind[1:]} {document.id}",
            holder="by itself" if (category, id) == document else f"of {partner} {id}",
            own="by itself"
            if (own_category, own_id) == document
            else f"of {own_id if is_alike else f'{own_category} {own_id}'}",
            partner=partner,
            id=id,
        )


def changes_of(claims: Claims, stream: str, events: Iterable[tuple[Event, str]]) -> Iterable[ClaimChange]:
    """What events of a stream change, each with its id, in order."""
    tables: tuple[tuple[How, Mapping[type[Event], Callable[[Any], Iterable[Document]]]], ...] = (
        ("free", claims.frees), ("take", claims.takes), ("carry", claims.carries),
    )  # fmt: skip
    for event, id in events:
        for how, table in tables:
            if (named := table.get(type(event))) is not None:
                for document in named(event):
                    yield ClaimChange(how, *document, stream, id)


def last_of(changes: Iterable[ClaimChange]) -> tuple[ClaimChange, ...]:
    """What is left of them: of a document and a stream the last one counts, by the first event that says the same."""
    last: dict[tuple[str, str, str], ClaimChange] = {}
    for change in changes:
        key = change.kind, change.id, change.stream
        if key not in last or last[key].how != change.how:
            last[key] = change
    return tuple(last.values())
