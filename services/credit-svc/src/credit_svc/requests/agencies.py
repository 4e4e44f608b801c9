"""What a stage of delegation says of the agency."""

from typing import Annotated

from pydantic import Field

from chassis.http import Body
from contracts.credit import AgencyKind
from contracts.fields import Id, Percent, Quantity, Text
from credit_svc.account.delegation import AgencyTerms


class AgencyFields(Body):
    """The agency and why it is of good standing, its commission before the mandate is signed, and with ``settle`` what it collected.

    ``collected`` is in the currency of the case; ``payment_id`` where another system has that payment under its own id;
    else that system names ours (``agency_payment_id``) when it books what the agency passed on.
    """

    agency: Annotated[Text, Field(min_length=1, max_length=200)] | None = None
    agency_kind: AgencyKind | None = None
    agency_standing: Annotated[Text, Field(max_length=500)] = ""
    commission_percent: Percent | None = None
    commission_fixed: Quantity | None = None
    collected: Quantity | None = None
    payment_id: Id | None = None

    @property
    def terms(self) -> AgencyTerms:
        return AgencyTerms(
            self.agency, self.agency_kind, self.agency_standing, self.commission_percent, self.commission_fixed, self.collected,
            self.payment_id,
        )  # fmt: skip
