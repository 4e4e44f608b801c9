"""One plausible event of each type that can be subscribed to: rules and templates are tried on it before they hold."""

from datetime import UTC, datetime

from contracts import Envelope, Event
from notify_svc.rules.personal_fields import personal_paths
from notify_svc.rules.samples import (
    cases,
    contracts,
    courts,
    credit,
    credit_due,
    customer,
    debit_notes,
    reaching,
    recalls,
    submissions,
    supplier,
    supplier_notes,
    supplier_surveys,
)
from notify_svc.rules.vocabulary import Facts, facts_of

DIGEST = "notify.DigestClosed"
ESCALATION = "notify.NotificationEscalated"


def sample_facts(event_type: str) -> Facts | None:
    """The facts of the sample event of a type; None for a type that cannot be subscribed to."""
    return _FACTS.get(event_type)


def personal_paths_of(event_type: str) -> frozenset[str]:
    """The fields of a type that tell of persons, as dotted paths; none of a type that cannot be subscribed to."""
    event = SAMPLES.get(event_type)
    return frozenset() if event is None else personal_paths(type(event))


def envelope_of(event: Event) -> Envelope:
    """An envelope around an event that no log holds: a sample or a preview."""
    moment = datetime(2024, 2, 1, 12, tzinfo=UTC)
    owner = event.TYPE.partition(".")[0]
    return Envelope(
        id="00000000-0000-7000-8000-000000000000",
        source=f"/{owner}-svc",
        type=event.TYPE,
        schema_version=event.VERSION,
        stream="sample",
        partition=0,
        position=1,
        version=1,
        occurred_at=moment,
        recorded_at=moment,
        correlation_id="sample",
    )


SAMPLES: dict[str, Event] = {
    event.TYPE: event
    for event in (
        *supplier.SAMPLES,
        *supplier_notes.SAMPLES,
        *supplier_surveys.SAMPLES,
        *contracts.SAMPLES,
        *submissions.SAMPLES,
        *customer.SAMPLES,
        *credit.SAMPLES,
        *credit_due.SAMPLES,
        *debit_notes.SAMPLES,
        *cases.SAMPLES,
        *courts.SAMPLES,
        *reaching.SAMPLES,
        *recalls.SAMPLES,
    )
}
"""By type; what can be subscribed to."""

_OWN: dict[str, Facts] = {
    DIGEST: {
        "items": [{"item_id": "N-1", "subject": "Customer C-1: invoice I-1 is overdue", "about": "I-1"}],
        "count": 3,
        "more": 2,
        "recipient": "role:salesperson",
    },
    ESCALATION: {
        "subject": "Complaint X-1 of customer C-1: 80 % of the time to respond is gone",
        "body": "It is due on 2024-02-01 10:00.",
        "recipient": "person:E-17",
        "step": 1,
        "since": "2024-02-01 09:00 UTC",
    },
}
"""What our own notices are rendered with: they have templates, but no rule requests them."""

_FACTS = {**{event.TYPE: facts_of(event, envelope_of(event)) for event in SAMPLES.values()}, **_OWN}
