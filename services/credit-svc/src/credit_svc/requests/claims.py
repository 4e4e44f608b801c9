"""What the first stage of arbitration or litigation says of the claim."""

from typing import Annotated

from pydantic import Field

from chassis.http import Body
from contracts.fields import Id, Text
from credit_svc.account.suits import Claim

ITEMS_MAX = 500
Because = Annotated[Text, Field(min_length=1, max_length=500)]


class ConditionsBody(Body):
    """The four conditions of a claim, each in words; the last is the court's, or before a tribunal the clause's."""

    direct_interest: Text = ""
    definite_defendant: Text = ""
    concrete_claim: Text = ""
    competent_court: Text = ""
    within_clause: Text = ""


class ClaimFields(Body):
    """What the first stage of arbitration or litigation says of the claim."""

    invoice_ids: tuple[Id, ...] = Field(
        default=(), max_length=ITEMS_MAX, description="what is given to the way; all that is overdue when left out"
    )
    conditions: ConditionsBody | None = Field(
        default=None, description="of the first stage of arbitration and litigation"
    )
    clause_invalid_because: Because | None = Field(
        default=None, description="the decision by which the arbitration clause does not bind"
    )
    new_agreement: Because | None = Field(default=None, description="an agreement to arbitrate beside the contract")
    despite_limitation: bool = Field(default=False, description="go on although the limitation of an invoice ended")

    @property
    def claim(self) -> Claim:
        conditions = self.conditions.model_dump() if self.conditions is not None else {}
        return Claim(
            self.invoice_ids,
            tuple(conditions.items()),
            self.clause_invalid_because,
            self.new_agreement,
            self.despite_limitation,
        )
