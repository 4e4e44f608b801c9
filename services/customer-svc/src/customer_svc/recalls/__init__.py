"""A recall of lots from customers 召回: stream ``recall-{recall_id}``. Where each lot went stands in the lot's own stream, ``lots.py``."""

from collections.abc import Sequence
from typing import assert_never

from chassis.domain import Decider
from chassis.policies import PolicyBook
from contracts import Event
from customer_svc.recalls.holders import NoteGoodsBack, TraceLot, goods_back, trace
from customer_svc.recalls.recall import (
    CloseRecall,
    OpenRecall,
    RemindHolder,
    ReportLate,
    close,
    open_recall,
    remind,
    report_late,
)
from customer_svc.recalls.state import Recall, evolve

RecallCommand = OpenRecall | TraceLot | NoteGoodsBack | RemindHolder | ReportLate | CloseRecall


def decide(command: RecallCommand, recall: Recall, policies: PolicyBook) -> Sequence[Event]:
    match command:
        case OpenRecall():
            return open_recall(command, recall, policies)
        case TraceLot():
            return trace(command, recall, policies)
        case NoteGoodsBack():
            return goods_back(command, recall, policies)
        case RemindHolder():
            return remind(command, recall, policies)
        case ReportLate():
            return report_late(command, recall)
        case CloseRecall():
            return close(command, recall)
        case _:
            assert_never(command)


DECIDER = Decider(
    category="recall",
    commands=(OpenRecall, TraceLot, NoteGoodsBack, RemindHolder, ReportLate, CloseRecall),
    stream_id=lambda command: command.recall_id,
    initial=Recall(),
    evolve=evolve,
    decide=decide,
)
