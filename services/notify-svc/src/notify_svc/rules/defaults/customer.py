"""Rules for what customer-svc publishes."""

from contracts.customer import (
    ChurnRecovered,
    ChurnWarned,
    ComplaintCalledBack,
    ComplaintCauseReported,
    ComplaintClockBreached,
    ComplaintClockWarned,
    ComplaintClosed,
    ComplaintOpened,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintTraceWithdrawn,
    CustomerTierChanged,
    DiversionSuspected,
    FollowUpDue,
    KeyAccountDesignated,
    KeyAccountMeetingDue,
    NineBoxReviewOpened,
    OrderReturnRefused,
    RebatePaid,
    RelationshipStageChanged,
    RetentionTaskDone,
    RetentionTaskOpened,
)
from notify_svc.rules.conditions import Condition
from notify_svc.rules.defaults.routes import ACCOUNT_OWNER, CHURN_LADDER, COMPLAINT_LADDER, TO_PARTNER, TO_ROLE, URGENT
from notify_svc.rules.subscriptions import Rule

TIERS, COMPLAINTS, CARE, ACCOUNTS, CHANNEL = "tiers", "complaints", "care", "key-accounts", "channel"
ORDERS = "orders"

RULES = (
    Rule(
        id="customer-tier-moved", event=CustomerTierChanged.TYPE, topic=TIERS,
        where=(Condition(field="previous", operator="not_in", values=("none",)),), audience=("role:account-owner",),
        about="customer_id", period="tiering_id", channels=TO_ROLE, template="customer-tier",
    ),
    # A first tier is news only at the top of the pyramid: the first run over a population tiers everybody.
    Rule(
        id="customer-tier-first", event=CustomerTierChanged.TYPE, topic=TIERS,
        where=(
            Condition(field="previous", values=("none",)),
            Condition(field="tier", values=("vip", "important")),
        ),
        audience=("role:account-owner",), about="customer_id", period="tiering_id", channels=TO_ROLE,
        template="customer-tier",
    ),
    Rule(
        id="complaint-opened", event=ComplaintOpened.TYPE, topic=COMPLAINTS,
        audience=("field:owner_id|role:service-agent",), about="complaint_id", period="opened_at", channels=TO_ROLE,
        template="complaint-opened", urgency=URGENT, mandatory=True,
        drop_when=(ComplaintResolved.TYPE, ComplaintClosed.TYPE,),
    ),
    # The owner is notified first; the notice of an owner who does not acknowledge escalates.
    Rule(
        id="complaint-clock-warned", event=ComplaintClockWarned.TYPE, topic=COMPLAINTS,
        audience=("field:owner_id|role:service-agent",), about="complaint_id", period="due_at", channels=TO_ROLE,
        template="complaint-clock-warned", urgency=URGENT, mandatory=True, escalation=COMPLAINT_LADDER,
        drop_when=(ComplaintResolved.TYPE, ComplaintClosed.TYPE,),
    ),
    Rule(
        id="complaint-clock-breached", event=ComplaintClockBreached.TYPE, topic=COMPLAINTS,
        audience=("field:owner_id|role:service-agent", "role:service-manager"), about="complaint_id", period="due_at",
        channels=TO_ROLE, template="complaint-clock-breached", urgency=URGENT, mandatory=True,
        escalation=COMPLAINT_LADDER[1:],
        drop_when=(ComplaintResolved.TYPE, ComplaintClosed.TYPE,),
    ),
    Rule(
        id="complaint-reopened", event=ComplaintReopened.TYPE, topic=COMPLAINTS,
        audience=("field:owner_id|role:service-agent", "role:service-manager"), about="complaint_id",
        period="reopened_at", channels=TO_ROLE, template="complaint-reopened", urgency=URGENT,
    ),
    Rule(
        id="follow-up", event=FollowUpDue.TYPE, topic=COMPLAINTS, audience=("field:owner_id|role:service-agent",),
        about="complaint_id", period="due_at", channels=TO_ROLE, template="follow-up", delay_until="due_at",
        drop_when=(ComplaintCalledBack.TYPE, ComplaintClosed.TYPE,),
    ),
    # What is known of the cause is the customer's to hear; that nobody goes on looking for it is not.
    Rule(
        id="complaint-cause", event=ComplaintCauseReported.TYPE, topic=COMPLAINTS,
        where=(Condition(field="step", operator="not_in", values=("withdrawn",)),), audience=("partner",),
        about="complaint_id", period="event.id", channels=TO_PARTNER, template="complaint-cause",
    ),
    Rule(
        id="complaint-cause-owner", event=ComplaintCauseReported.TYPE, topic=COMPLAINTS,
        audience=("field:owner_id|role:service-agent",), about="complaint_id", period="event.id", channels=TO_ROLE,
        template="complaint-cause-owner",
    ),
    Rule(
        id="complaint-trace-withdrawn", event=ComplaintTraceWithdrawn.TYPE, topic=COMPLAINTS,
        audience=("field:owner_id|role:service-agent",), about="complaint_id", period="event.id", channels=TO_ROLE,
        template="complaint-trace-withdrawn",
    ),
    Rule(
        id="churn-yellow", event=ChurnWarned.TYPE, topic=CARE, where=(Condition(field="level", values=("yellow",)),),
        audience=(ACCOUNT_OWNER,), about="customer_id", period="warned_on", channels=TO_ROLE, template="churn-warned",
        drop_when=(ChurnRecovered.TYPE,),
    ),
    Rule(
        id="churn-red", event=ChurnWarned.TYPE, topic=CARE, where=(Condition(field="level", values=("red",)),),
        audience=(ACCOUNT_OWNER,), about="customer_id", period="warned_on", channels=TO_ROLE, template="churn-warned",
        urgency=URGENT, escalation=CHURN_LADDER,
        drop_when=(ChurnRecovered.TYPE,),
    ),
    Rule(
        id="churn-recovered", event=ChurnRecovered.TYPE, topic=CARE, audience=("role:account-owner",),
        about="customer_id", period="recovered_on", channels=TO_ROLE, template="churn-recovered",
    ),
    Rule(
        id="retention-task", event=RetentionTaskOpened.TYPE, topic=CARE, audience=(ACCOUNT_OWNER,), about="task_id",
        period="due_on", channels=TO_ROLE, template="retention-task",
        drop_when=(RetentionTaskDone.TYPE,),
    ),
    Rule(
        id="key-account-meeting", event=KeyAccountMeetingDue.TYPE, topic=ACCOUNTS, audience=(ACCOUNT_OWNER,),
        about="customer_id", period="due_on", channels=TO_ROLE, template="key-account-meeting",
    ),
    Rule(
        id="key-account", event=KeyAccountDesignated.TYPE, topic=ACCOUNTS,
        audience=(ACCOUNT_OWNER, "field:sponsor_id"), about="customer_id", period="designated_on", channels=TO_ROLE,
        template="key-account",
    ),
    Rule(
        id="nine-box-review", event=NineBoxReviewOpened.TYPE, topic=ACCOUNTS, audience=(ACCOUNT_OWNER,),
        about="customer_id", period="opened_on", channels=TO_ROLE, template="nine-box-review",
    ),
    Rule(
        id="relationship-stage", event=RelationshipStageChanged.TYPE, topic=ACCOUNTS, audience=("role:account-owner",),
        about="customer_id", period="changed_on", channels=TO_ROLE, template="relationship-stage",
    ),
    Rule(
        id="diversion", event=DiversionSuspected.TYPE, topic=CHANNEL,
        audience=("field:region_manager|role:region-manager",), about="unit_code", period="scan_id", channels=TO_ROLE,
        template="diversion", urgency=URGENT,
    ),
    # Whoever sent it is not there any more to be refused: the return came before its order and does not fit it.
    Rule(
        id="order-return-refused", event=OrderReturnRefused.TYPE, topic=ORDERS, audience=("role:salesperson",),
        about="order_id", period="return_id", channels=TO_ROLE, template="order-return-refused",
    ),
    Rule(
        id="rebate-paid", event=RebatePaid.TYPE, topic=CHANNEL, audience=("partner",), about="rebate_id",
        period="paid_on", channels=TO_PARTNER, template="rebate-paid",
    ),
)  # fmt: skip
