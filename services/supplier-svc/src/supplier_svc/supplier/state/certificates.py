"""Certificates of a supplier with their expiry; reminders are published daily around it."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never

from immutables import Map

from contracts.supplier import (
    CertificateExpired,
    CertificateExpiring,
    CertificateKind,
    CertificateRecorded,
    DocumentCopy,
)

Handled = CertificateRecorded | CertificateExpiring | CertificateExpired


@dataclass(frozen=True, slots=True)
class Certificate:
    """``reminded_on`` is the day of the last reminder."""

    kind: CertificateKind
    number: str
    holder: str
    valid_to: date
    remind_first_on: date
    remind_last_on: date
    reminded_on: date | None = None
    is_expired_published: bool = False
    copies: tuple[DocumentCopy, ...] = ()


@dataclass(frozen=True, slots=True)
class Certificates:
    by_id: Map[str, Certificate] = field(default_factory=Map)

    def in_date(self, kind: CertificateKind, on: date) -> list[Certificate]:
        return [each for each in self.by_id.values() if each.kind == kind and each.valid_to >= on]

    def given_up(self, certificate_id: str, number: str) -> str | None:
        """The number that no certificate has any more once this one has ``number``; None where there is none."""
        before = self.by_id.get(certificate_id)
        others = {each.number for id, each in self.by_id.items() if id != certificate_id}
        return before.number if before is not None and before.number not in {number, *others} else None


def evolve(certificates: Certificates, event: Handled) -> Certificates:
    match event:
        case CertificateRecorded():
            certificate = Certificate(
                event.kind, event.number, event.holder, event.valid_to, event.remind_first_on, event.remind_last_on,
                copies=event.copies,
            )  # fmt: skip
        case CertificateExpiring():
            certificate = replace(certificates.by_id[event.certificate_id], reminded_on=event.reminded_on)
        case CertificateExpired():
            certificate = replace(certificates.by_id[event.certificate_id], is_expired_published=True)
        case _:
            assert_never(event)
    return Certificates(certificates.by_id.set(event.certificate_id, certificate))
