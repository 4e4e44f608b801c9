"""What a supplier hands in by itself, and what we answer: it counts once somebody of ours accepted it."""

from typing import ClassVar

from pydantic import Field

from contracts.envelope import Event, Part
from contracts.fields import Day, Id, Text
from contracts.supplier.actions import CauseOrigin, Discipline
from contracts.supplier.documents import DocumentCopy
from contracts.supplier.facts import RecordId
from contracts.supplier.qualification import CertificateKind, Contacts


class SubmittedCertificate(Part):
    """A certificate as the supplier hands it in."""

    kind: CertificateKind
    number: Text
    holder: Text = ""
    valid_from: Day | None = None
    valid_to: Day
    copies: tuple[DocumentCopy, ...] = ()


class SubmittedSubSupplier(Part):
    """A sub-supplier as the supplier declares it; its id is the reference of the submission."""

    name: Text
    item_ids: tuple[Id, ...]
    process: Text


class SubmissionContent(Part):
    """What was handed in; which of these there are depends on the kind."""

    step: Discipline | None = Field(default=None, description="of a step of a corrective action")
    evidence: tuple[Text, ...] = ()
    note: Text = Field(default="", description="what was improved, or answered, in words")
    certificate: SubmittedCertificate | None = None
    contacts: Contacts = Field(default=(), description="all contacts of the supplier, in place of those of the file")
    sub_supplier: SubmittedSubSupplier | None = None
    statement: Text = Field(
        default="",
        description="what customers may read: the answer to a complaint, or of a step of a corrective action",
    )
    cause_origin: CauseOrigin | None = Field(default=None, description="where the cause lies, of the step cause")


class PartnerSubmissionMade(Event):
    """The supplier handed something in; it waits until somebody accepts or returns it."""

    TYPE: ClassVar[str] = "supplier.PartnerSubmissionMade"
    supplier_id: Id
    submission_id: RecordId
    kind: Id = Field(
        description="corrective_action_step, improvement, certificate, contacts, complaint_answer, sub_supplier"
    )
    reference: RecordId = Field(
        description="what it is about: the corrective action, period, certificate, complaint, sub-supplier, or the supplier"
    )
    content: SubmissionContent
    made_on: Day
    contact: Id = Field(description="who signed for the supplier: partner:supplier:S-1/ann")


class PartnerSubmissionAccepted(Event):
    """What the supplier handed in was accepted; the ordinary event follows, with both signatures."""

    TYPE: ClassVar[str] = "supplier.PartnerSubmissionAccepted"
    supplier_id: Id
    submission_id: RecordId
    kind: Id
    reference: RecordId
    accepted_on: Day
    accepted_by: Id


class PartnerSubmissionReturned(Event):
    """What the supplier handed in was returned; it may hand in another one. Days that it waited are not the supplier's."""

    TYPE: ClassVar[str] = "supplier.PartnerSubmissionReturned"
    supplier_id: Id
    submission_id: RecordId
    kind: Id
    reference: RecordId
    because: Text
    returned_on: Day
    returned_by: Id


class CorrectiveActionStepPostponed(Event):
    """A step of a corrective action is due later, by the days that what was handed in for it waited for our answer."""

    TYPE: ClassVar[str] = "supplier.CorrectiveActionStepPostponed"
    supplier_id: Id
    action_id: RecordId
    step: Discipline
    due_on: Day
    level: int = Field(ge=0, description="how far it was escalated")
    next_level_on: Day | None = Field(
        default=None, description="when it is escalated further; None after the highest level"
    )
