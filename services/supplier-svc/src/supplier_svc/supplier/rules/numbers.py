"""Registration numbers of a supplier, and what they must not stand for: a second kind of certificate, a second supplier. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from contracts.supplier import CertificateKind
from supplier_svc.sentences import Sentences

UNIFIED: CertificateKind = "unified_social_credit_code"


@dataclass(frozen=True, slots=True)
class NumberElsewhere:
    """A number that is in force at another supplier too."""

    number: str
    supplier_id: str


def findings(kinds_of: Iterable[tuple[str, CertificateKind]], elsewhere: Sequence[NumberElsewhere]) -> Iterator[str]:
    """What is wrong with numbers in force, each with the kind of its certificate; each finding is a sentence.

    A number that is also on file as a unified social credit code stands for the other kinds rightly.
    """
    kinds = defaultdict[str, set[CertificateKind]](set)
    for number, kind in kinds_of:
        kinds[number].add(kind)
    for number in sorted(kinds):
        if len(kinds[number]) > 1 and UNIFIED not in kinds[number]:
            named = ", ".join(sorted(kind.replace("_", " ") for kind in kinds[number]))
            yield Sentences.NUMBER_OF_SEVERAL_KINDS(number=number, kinds=named)
        for other in sorted(each.supplier_id for each in elsewhere if each.number == number):
            yield Sentences.NUMBER_OF_ANOTHER(number=number, other=other)
