"""What the log of customer-svc says, shaped for its questions; one file each."""

from chassis.read_models import ReadModel
from customer_svc.read_models import (
    aliases,
    complaints,
    credit_standings,
    customer_files,
    customer_history,
    customers,
    deliveries,
    diversions,
    opportunities,
    orders,
    rebates,
    relationships,
    retentions,
    sales,
    surveys,
    tier_counts,
    tier_decisions,
    tierings,
)
from customer_svc.timers import complaint_clock_due as complaint_clocks_due
from customer_svc.timers import file_lapse_due as files_lapsing
from customer_svc.timers import follow_up_due as follow_ups_due
from customer_svc.timers import meeting_due as meetings_due
from customer_svc.timers import rebate_due as rebates_due
from customer_svc.timers import round_due as rounds_due
from customer_svc.timers import tiering_due as tierings_due

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
        diversions,
        rebates,
        rebates_due,
        opportunities,
        tier_decisions,
        tier_counts,
        tierings,
        tierings_due,
    )
)
