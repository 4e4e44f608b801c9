"""Which rating a partner's record suggests: the worst that holds. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from contracts.supplier import CertificateKind, PartnerRating, RatingFactor, SupplierGrade
from supplier_svc.sentences import Sentences


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A certificate that a file needs, and that ended too long ago."""

    kind: CertificateKind
    number: str
    valid_to: date


@dataclass(frozen=True, slots=True)
class Record:
    """What counts for a rating on a day.

    ``missed`` and ``owed`` are answers by period with the day by which they were or are due; ``overdue`` are corrective actions whose
    next step is past its day.
    """

    standing: SupplierGrade | None
    prohibited: str | None = None
    lapsed: Sequence[Lapsed] = ()
    missed: Mapping[str, date] | None = None
    owed: Mapping[str, date] | None = None
    overdue: Sequence[str] = ()


class Suggestion(NamedTuple):
    rating: PartnerRating
    factors: tuple[RatingFactor, ...]


OF_STANDING: Mapping[SupplierGrade | None, PartnerRating] = {
    "A": "A", "B": "B", "C": "C", "D": "D", "insufficient": "C", None: "C"
}  # fmt: skip


def suggest(record: Record) -> Suggestion:
    """E: prohibited. D: a certificate that lapsed, a standing of D, an answer that was missed. C: standing C, insufficient or none.
    B: standing B, or an A that owes something. A: standing A, and nothing owed or overdue."""
    calls = [*_calls(record)]
    return Suggestion(max(rating for rating, _ in calls), tuple(factor for _, factor in calls))


def _calls(record: Record) -> Iterator[tuple[PartnerRating, RatingFactor]]:
    """Each thing on record, with the best rating that it leaves."""
    yield OF_STANDING[record.standing], _factor("standing", record.standing or "none", _standing(record.standing))
    if record.prohibited is not None:
        summary = Sentences.ON_PROHIBITED_LIST(entry=record.prohibited)
        yield "E", _factor("prohibited", record.prohibited, summary)
    for each in record.lapsed:
        summary = Sentences.CERTIFICATE_LAPSED(
            kind=each.kind.replace("_", " "), number=each.number, valid_to=each.valid_to
        )
        yield "D", _factor("certificate", each.kind, summary)
    for period, due_on in sorted((record.missed or {}).items()):
        yield "D", _factor("improvement_missed", period, Sentences.ANSWER_MISSED(period=period, due_on=due_on))
    for period, due_on in sorted((record.owed or {}).items()):
        yield "B", _factor("improvement_owed", period, Sentences.ANSWER_OWED(period=period, due_on=due_on))
    for action_id in record.overdue:
        yield "B", _factor("corrective_action", action_id, Sentences.ACTION_OVERDUE(action_id=action_id))


def _factor(name: str, value: str, summary: str) -> RatingFactor:
    return RatingFactor(name=name, value=value, summary=summary)


def _standing(grade: SupplierGrade | None) -> str:
    if grade is None:
        return Sentences.NOT_GRADED_YET()
    return Sentences.STANDING_INSUFFICIENT() if grade == "insufficient" else Sentences.STANDS_AT(grade=grade)
