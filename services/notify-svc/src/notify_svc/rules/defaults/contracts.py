"""Rules for contracts with suppliers that end."""

from contracts.supplier import ContractExpired, ContractExpiring, ContractTerminated
from notify_svc.rules.defaults.routes import TO_ROLE, URGENT
from notify_svc.rules.subscriptions import Rule

CONTRACTS, OWNER = "contracts", "field:owner_id|role:buyer"

RULES = (
    Rule(
        id="contract-expiring", event=ContractExpiring.TYPE, topic=CONTRACTS, audience=(OWNER,), about="contract_id",
        period="reminded_on", channels=TO_ROLE, template="contract-expiring", drop_when=(ContractTerminated.TYPE,),
    ),
    Rule(
        id="contract-expired", event=ContractExpired.TYPE, topic=CONTRACTS, audience=(OWNER, "role:buyer"),
        about="contract_id", period="expired_on", channels=TO_ROLE, template="contract-expired", urgency=URGENT,
        mandatory=True,
    ),
    Rule(
        id="contract-terminated", event=ContractTerminated.TYPE, topic=CONTRACTS, audience=(OWNER, "role:buyer"),
        about="contract_id", period="terminated_on", channels=TO_ROLE, template="contract-terminated",
    ),
)  # fmt: skip
