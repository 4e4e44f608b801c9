"""What partners may read and do in this service with tokens of their own."""

from pydantic import Field

from chassis.partners import PartnerAccess, PartnerRight


class NotifyPartnerAccess(PartnerAccess):
    """A partner reads its inbox and acknowledges its notices; in force on the day of the request."""

    reads: tuple[PartnerRight, ...] = Field(
        default=("notify.inbox.read",), description="rights of what a partner may read"
    )
    does: tuple[PartnerRight, ...] = Field(
        default=("notify.inbox.acknowledge",), description="rights of what a partner may do, signed by its contact"
    )
