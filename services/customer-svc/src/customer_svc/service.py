"""customer-svc: the whole composition, and the one place where its parts are listed."""

from chassis.business_calendar import BusinessCalendar
from chassis.service import Service
from contracts import customer as contract
from customer_svc.api import (
    abc,
    channel,
    complaints,
    customers,
    files,
    opportunities,
    orders,
    recalls,
    relationships,
    retentions,
    returns,
    sales,
    satisfaction,
    statistics,
    surveys,
    tierings,
    tiers,
    todos,
    values,
)
from customer_svc.care.retention import DECIDER as RETENTION
from customer_svc.care.round import DECIDER as ROUND
from customer_svc.channel.distributor import DECIDER as DISTRIBUTOR
from customer_svc.channel.unit import DECIDER as UNIT
from customer_svc.complaints import DECIDER as COMPLAINT
from customer_svc.files.credit_standing import DECIDER as CREDIT_STANDING
from customer_svc.files.file import DECIDER as FILE
from customer_svc.files.identities import DECIDER as IDENTITIES
from customer_svc.opportunities import DECIDER as OPPORTUNITY
from customer_svc.orders import DECIDER as ORDER
from customer_svc.policies.access import AccessPolicy
from customer_svc.policies.care import CarePolicy
from customer_svc.policies.channel import ChannelPolicy, DiscountPolicy, RebatePolicy
from customer_svc.policies.complaints import ComplaintPolicy
from customer_svc.policies.files import FilePolicy
from customer_svc.policies.nine_box import NineBoxPolicy
from customer_svc.policies.opportunities import OpportunityPolicy
from customer_svc.policies.recalls import RecallPolicy
from customer_svc.policies.relationship import RelationshipPolicy
from customer_svc.policies.roles import CustomerRoles
from customer_svc.policies.satisfaction import SatisfactionPolicy
from customer_svc.policies.tiering import TieringPolicy
from customer_svc.policies.value import AbcPolicy, LifetimePolicy, PointsPolicy
from customer_svc.reactions import SOURCES
from customer_svc.read_models import (
    alias,
    complaint,
    credit_standing,
    customer,
    customer_file,
    customer_history,
    delivery_month,
    diversion,
    goods_return,
    opportunity,
    order,
    rebate,
    recall,
    recall_customer,
    relationship,
    retention,
    sales_cell,
    survey,
    tier_count,
    tier_decision,
    tiering,
    todo,
)
from customer_svc.recalls import DECIDER as RECALL
from customer_svc.recalls.lots import DECIDER as LOT
from customer_svc.relationship import DECIDER as RELATIONSHIP
from customer_svc.reports.tier_backtest import BACKTEST
from customer_svc.requests.given_days import admitting
from customer_svc.returns import DECIDER as RETURN
from customer_svc.sentences import Sentences
from customer_svc.tiers import DECIDER as CUSTOMER
from customer_svc.tiers.tiering import DECIDER as TIERING
from customer_svc.timers import (
    complaint_clock_due,
    file_lapse_due,
    follow_up_due,
    meeting_due,
    rebate_due,
    recall_due,
    recall_reminder_due,
    recall_trace_due,
    round_due,
    tiering_due,
)
from customer_svc.todos import DECIDER as TODO

SERVICE = Service(
    name="customer-svc",
    title="Customers: files, orders, tiers, relationships, complaints, satisfaction",
    topic=contract.TOPIC,
    port=8102,
    events=contract.EVENTS,
    deciders=tuple(
        admitting(decider)
        for decider in (
            ORDER,
            RETURN,
            CUSTOMER,
            TIERING,
            FILE,
            IDENTITIES,
            RELATIONSHIP,
            ROUND,
            RETENTION,
            COMPLAINT,
            CREDIT_STANDING,
            DISTRIBUTOR,
            UNIT,
            OPPORTUNITY,
            LOT,
            RECALL,
            TODO,
        )
    ),
    policies=(
        BusinessCalendar,
        CustomerRoles,
        TieringPolicy,
        AbcPolicy,
        SatisfactionPolicy,
        NineBoxPolicy,
        LifetimePolicy,
        PointsPolicy,
        AccessPolicy,
        FilePolicy,
        ComplaintPolicy,
        RelationshipPolicy,
        CarePolicy,
        RebatePolicy,
        DiscountPolicy,
        ChannelPolicy,
        OpportunityPolicy,
        RecallPolicy,
    ),
    sources=SOURCES,
    read_models=(
        alias.MODEL,
        customer_file.MODEL,
        file_lapse_due.TODO,
        order.MODEL,
        goods_return.MODEL,
        sales_cell.MODEL,
        delivery_month.MODEL,
        survey.MODEL,
        customer.MODEL,
        customer_history.MODEL,
        credit_standing.MODEL,
        complaint.MODEL,
        complaint_clock_due.TODO,
        follow_up_due.TODO,
        relationship.MODEL,
        meeting_due.TODO,
        retention.MODEL,
        todo.MODEL,
        round_due.TODO,
        diversion.MODEL,
        rebate.MODEL,
        rebate_due.TODO,
        opportunity.MODEL,
        recall.MODEL,
        recall_customer.MODEL,
        recall_trace_due.TODO,
        recall_reminder_due.TODO,
        recall_due.TODO,
        tier_decision.MODEL,
        tier_count.MODEL,
        tiering.MODEL,
        tiering_due.TODO,
    ),
    routes=(
        files.router,
        customers.router,
        tiers.router,
        values.router,
        relationships.router,
        retentions.router,
        todos.router,
        orders.router,
        returns.router,
        complaints.router,
        channel.router,
        opportunities.router,
        recalls.router,
        surveys.router,
        tierings.router,
        satisfaction.router,
        abc.router,
        sales.router,
        statistics.router,
    ),
    backtests=(BACKTEST,),
    sentences=tuple(Sentences),
)
