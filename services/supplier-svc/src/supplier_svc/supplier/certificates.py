"""Certificates recorded and renewed, and the daily reminders around their expiry."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from chassis.calendar import add_days
from chassis.domain import Decision, Refusal
from contracts.supplier import (
    CertificateExpired,
    CertificateExpiring,
    CertificateKind,
    CertificateRecorded,
    DocumentCopy,
)
from supplier_svc.policies.qualification import SupplierQualification
from supplier_svc.supplier.rules import social_credit_code
from supplier_svc.supplier.rules.numbers import UNIFIED
from supplier_svc.supplier.rules.social_credit_code import LENGTH
from supplier_svc.supplier.state import Supplier


@dataclass(frozen=True, slots=True)
class RecordCertificate:
    """A certificate, or its renewal when the id is known."""

    supplier_id: str
    certificate_id: str
    kind: CertificateKind
    number: str
    holder: str
    valid_from: date | None
    valid_to: date
    copies: tuple[DocumentCopy, ...] = ()
    handed_in_by: str | None = None
    accepted_by: str | None = None


@dataclass(frozen=True, slots=True)
class RemindOfCertificate:
    """Publish one day's reminder of the certificate as it was when it was put on the list (``valid_to``)."""

    supplier_id: str
    certificate_id: str
    valid_to: date
    on: date


Command = RecordCertificate | RemindOfCertificate


class ValidBackwards(Refusal):
    """Certificate {certificate_id} would end on {valid_to}, before it begins on {valid_from}."""

    status = 422


class NotThatLong(Refusal):
    """{number} has {count} characters; a unified social credit code has {length}."""

    status = 422


class NotInACode(Refusal):
    """{character} cannot stand in a unified social credit code."""

    status = 422


class WrongCheckCharacter(Refusal):
    """{number} is no unified social credit code: its last character should be {character}."""

    status = 422


def decide(command: Command, decision: Decision[Supplier]) -> None:
    match command:
        case RecordCertificate():
            _record(command, decision)
        case RemindOfCertificate():
            _remind(command, decision)
        case _:
            assert_never(command)


def _record(command: RecordCertificate, decision: Decision[Supplier]) -> None:
    if command.valid_from is not None and command.valid_to < command.valid_from:
        raise ValidBackwards(
            certificate_id=command.certificate_id, valid_to=command.valid_to, valid_from=command.valid_from
        )
    before = decision.state.certificates.by_id.get(command.certificate_id)
    after = (command.kind, command.number, command.holder, command.valid_to)
    if (
        before is not None
        and (before.kind, before.number, before.holder, before.valid_to) == after
        and not ({*command.copies} - {*before.copies})
    ):
        return
    if command.kind == UNIFIED:
        _check_code(command.number)
    policy = decision.policy(SupplierQualification, command.valid_to).document
    decision.emit(
        CertificateRecorded(
            supplier_id=command.supplier_id,
            certificate_id=command.certificate_id,
            kind=command.kind,
            number=command.number,
            holder=command.holder,
            valid_from=command.valid_from,
            valid_to=command.valid_to,
            remind_first_on=add_days(command.valid_to, -policy.remind_days_before),
            remind_last_on=add_days(command.valid_to, policy.remind_days_after),
            number_given_up=decision.state.certificates.given_up(command.certificate_id, command.number),
            copies=command.copies,
            handed_in_by=command.handed_in_by,
            accepted_by=command.accepted_by,
        )
    )


def _check_code(number: str) -> None:
    if len(number) != LENGTH:
        raise NotThatLong(number=number, count=len(number), length=LENGTH)
    if (character := social_credit_code.stranger_in(number)) is not None:
        raise NotInACode(character=character)
    if number[-1] != (last := social_credit_code.check_character(number)):
        raise WrongCheckCharacter(number=number, character=last)


def _remind(command: RemindOfCertificate, decision: Decision[Supplier]) -> None:
    """Daily from 30 days before the end until one day after it (valid to 2021-08-31: 2021-08-01 to 2021-09-01)."""
    certificate = decision.state.certificates.by_id.get(command.certificate_id)
    if certificate is None or certificate.valid_to != command.valid_to:
        return  # renewed meanwhile
    if certificate.reminded_on is not None and command.on <= certificate.reminded_on:
        return
    if not certificate.remind_first_on <= command.on <= certificate.remind_last_on:
        return
    days_left = (certificate.valid_to - command.on).days
    is_trading = decision.state.qualification.may_deliver or not decision.state.facts.is_empty
    if days_left < 0 and not certificate.is_expired_published and is_trading:
        decision.emit(
            CertificateExpired(
                supplier_id=command.supplier_id,
                certificate_id=command.certificate_id,
                kind=certificate.kind,
                number=certificate.number,
                valid_to=certificate.valid_to,
            )
        )
    decision.emit(
        CertificateExpiring(
            supplier_id=command.supplier_id,
            certificate_id=command.certificate_id,
            kind=certificate.kind,
            number=certificate.number,
            valid_to=certificate.valid_to,
            days_left=days_left,
            reminded_on=command.on,
        )
    )
