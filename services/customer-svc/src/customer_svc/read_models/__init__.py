"""What the log of customer-svc says, shaped for its questions; one file each."""

from chassis.read_models import ReadModel
from customer_svc.read_models import (
    aliases,
    complaint_clocks_due,
    complaints,
    credit_standings,
    customer_files,
    customer_history,
    customers,
    deliveries,
    files_lapsing,
    follow_ups_due,
    meetings_due,
    orders,
    relationships,
    retentions,
    rounds_due,
    sales,
    surveys,
    tier_counts,
    tier_decisions,
    tierings,
    tierings_due,
)

READ_MODELS: tuple[ReadModel[object], ...] = tuple(
    module.MODEL
    for module in (
        aliases,
        customer_files,
        files_lapsing,
        orders,
        sales,
        deliveries,
        surveys,
        customers,
        customer_history,
        credit_standings,
        complaints,
        complaint_clocks_due,
        follow_ups_due,
        relationships,
        meetings_due,
        retentions,
        rounds_due,
        tier_decisions,
        tier_counts,
        tierings,
        tierings_due,
    )
)
