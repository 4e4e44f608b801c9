"""One plausible event of each type about what suppliers hand in by themselves."""

from datetime import date

from contracts import Event
from contracts.supplier import (
    PartnerSubmissionAccepted,
    PartnerSubmissionMade,
    PartnerSubmissionReturned,
    SubmissionContent,
)

SAMPLES: tuple[Event, ...] = (
    PartnerSubmissionMade(
        supplier_id="S-1", submission_id="SUB-1", kind="corrective_action_step", reference="CA-1",
        content=SubmissionContent(step="cause", evidence=("The gauge was worn.",)), made_on=date(2024, 2, 1),
        contact="partner:supplier:S-1/ann",
    ),
    PartnerSubmissionAccepted(
        supplier_id="S-1", submission_id="SUB-1", kind="corrective_action_step", reference="CA-1",
        accepted_on=date(2024, 2, 10), accepted_by="zhao",
    ),
    PartnerSubmissionReturned(
        supplier_id="S-1", submission_id="SUB-1", kind="corrective_action_step", reference="CA-1",
        because="Which gauge was it?", returned_on=date(2024, 2, 10), returned_by="zhao",
    ),
)  # fmt: skip
