"""The onboarding file of a partner: written, revised, reviewed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from chassis.calendar import add_days
from chassis.differences import alike
from chassis.domain import Decision, Refusal
from contracts.supplier import (
    CertificateKind,
    FileReviewed,
    OnboardingFile,
    OnboardingFileRevised,
    SupplierApproved,
    SupplierRegistered,
)
from supplier_svc.policies.partner_ratings import PartnerRatings
from supplier_svc.policies.qualification import SupplierQualification
from supplier_svc.sentences import Sentences
from supplier_svc.supplier import duties, sourcing
from supplier_svc.supplier.rules import numbers
from supplier_svc.supplier.rules.numbers import UNIFIED, NumberElsewhere
from supplier_svc.supplier.state import Supplier


@dataclass(frozen=True, slots=True)
class RegisterSupplier:
    """Write the file of a potential supplier; its qualification begins."""

    supplier_id: str
    file: OnboardingFile
    registered_on: date
    applicant: str | None = None


@dataclass(frozen=True, slots=True)
class AdoptSupplier:
    """Adopt a supplier that was approved before this service had its file, without the gates."""

    supplier_id: str
    file: OnboardingFile
    approved_on: date
    approved_by: str
    because: str


@dataclass(frozen=True, slots=True)
class ReviseFile:
    """Change the file; it has to be reviewed again."""

    supplier_id: str
    file: OnboardingFile
    revised_on: date
    revised_by: str | None = None
    handed_in_by: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewFile:
    """Review the file: ``objections`` are what the reviewer finds unacceptable in its content.

    ``elsewhere``: which of its numbers are in force at other suppliers.
    """

    supplier_id: str
    reviewed_on: date
    reviewer: str
    objections: tuple[str, ...] = ()
    elsewhere: tuple[NumberElsewhere, ...] = ()


Command = RegisterSupplier | AdoptSupplier | ReviseFile | ReviewFile


class FileExists(Refusal):
    """Supplier {supplier_id} has an onboarding file already; revise it."""


class FileMissing(Refusal):
    """Supplier {supplier_id} has no onboarding file; register it first."""

    status = 404


class OnProhibitedList(Refusal):
    """Supplier {supplier_id} is on the prohibited list ({entry}); it cannot be approved."""


def decide(command: Command, decision: Decision[Supplier]) -> None:
    known = decision.state.qualification
    match command:
        case RegisterSupplier():
            if alike(known.file, command.file):
                return
            if known.file is not None:
                raise FileExists(supplier_id=command.supplier_id)
            decision.emit(
                SupplierRegistered(
                    supplier_id=command.supplier_id,
                    file=command.file,
                    registered_on=command.registered_on,
                    applicant=command.applicant,
                )
            )
            sourcing.notify_items(decision, command.registered_on, Sentences.BEING_QUALIFIED())
        case AdoptSupplier():
            _adopt(command, decision)
        case ReviseFile():
            check_file(decision)
            if known.file != command.file:
                decision.emit(
                    OnboardingFileRevised(
                        supplier_id=command.supplier_id,
                        file=command.file,
                        revised_on=command.revised_on,
                        revised_by=command.revised_by,
                        handed_in_by=command.handed_in_by,
                    )
                )
        case ReviewFile():
            file = check_file(decision)
            duties.check_review(decision, command.reviewer, command.reviewed_on)
            findings = (*findings_of(decision, file, command.reviewed_on, command.elsewhere), *command.objections)
            decision.emit(
                FileReviewed(
                    supplier_id=command.supplier_id,
                    reviewed_on=command.reviewed_on,
                    reviewer=command.reviewer,
                    acceptable=not findings,
                    findings=findings,
                    applicant=known.applicant,
                )
            )
        case _:
            assert_never(command)


def _adopt(command: AdoptSupplier, decision: Decision[Supplier]) -> None:
    known = decision.state.qualification
    if known.stage == "approved" and alike(known.file, command.file):
        return
    if known.file is not None:
        raise FileExists(supplier_id=command.supplier_id)
    if entry := prohibited(decision, command.file, command.approved_on):
        raise OnProhibitedList(supplier_id=command.supplier_id, entry=entry)
    decision.emit(
        SupplierRegistered(supplier_id=command.supplier_id, file=command.file, registered_on=command.approved_on)
    )
    decision.emit(
        SupplierApproved(
            supplier_id=command.supplier_id,
            approved_on=command.approved_on,
            approved_by=command.approved_by,
            because=command.because,
            rating_due_on=first_rating_due(decision, command.approved_on),
        )
    )
    sourcing.notify_items(decision, command.approved_on, Sentences.APPROVED())


def check_file(decision: Decision[Supplier]) -> OnboardingFile:
    """The file. Raises FileMissing where there is none."""
    file = decision.state.qualification.file
    if file is None:
        raise FileMissing(supplier_id=decision.id)
    return file


def first_rating_due(decision: Decision[Supplier], approved_on: date) -> date | None:
    """When a supplier that is approved has to be rated first; None where a rating is due on a day already."""
    if decision.state.ratings.due_on is not None:
        return None
    return add_days(approved_on, decision.policy(PartnerRatings, approved_on).document.first_after_days)


def prohibited(decision: Decision[Supplier], file: OnboardingFile | None, on: date) -> str | None:
    """The first entry of the prohibited list that matches the supplier's id, its name or the number of one of its certificates."""
    numbers = {certificate.number for certificate in decision.state.certificates.by_id.values()}
    names = {decision.id, *([file.name] if file else []), *numbers}
    return next(
        (entry for entry in decision.policy(SupplierQualification, on).document.prohibited if entry in names), None
    )


def registration_numbers(decision: Decision[Supplier], on: date) -> list[tuple[str, CertificateKind]]:
    """The numbers by which authorities know the supplier, each with the kind of its certificate, as far as that is in force."""
    licences = decision.policy(SupplierQualification, on).document.licences
    return [
        (each.number, kind)
        for kind in dict.fromkeys((*licences, UNIFIED))
        for each in decision.state.certificates.in_date(kind, on)
    ]


def findings_of(
    decision: Decision[Supplier], file: OnboardingFile, on: date, elsewhere: Sequence[NumberElsewhere]
) -> Iterator[str]:
    """What the review finds automatically: an entry of the prohibited list; certificates missing, out of date, of another holder;
    numbers that stand for several kinds of certificate, or for another supplier."""
    if entry := prohibited(decision, file, on):
        yield Sentences.ON_PROHIBITED_LIST(entry=entry)
    policy, certificates = decision.policy(SupplierQualification, on).document, decision.state.certificates
    held = {kind: certificates.in_date(kind, on) for kind in (*policy.licences, UNIFIED)}
    for kind in policy.licences:
        if not held[kind] and not held[UNIFIED]:
            yield Sentences.LICENCE_MISSING(licence=kind.replace("_", " "), day=on)
    holders = {each.holder for kinds in held.values() for each in kinds if each.holder} | {file.name}
    if len(holders) > 1:
        yield Sentences.HOLDERS_DIFFER(holders=", ".join(sorted(holders)))
    yield from numbers.findings(registration_numbers(decision, on), elsewhere)
