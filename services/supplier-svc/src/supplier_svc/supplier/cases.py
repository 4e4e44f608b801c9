"""Lacks of cooperation of a supplier: recorded once, corrected when they are reported as another kind."""

from dataclasses import dataclass

from chassis.domain import Decision
from contracts.erp import SupplierCaseReported
from contracts.supplier import CaseCorrected, CaseRecorded
from supplier_svc.scoring.tally import Case
from supplier_svc.sentences import Sentences
from supplier_svc.supplier import restatements
from supplier_svc.supplier.facts import check_date
from supplier_svc.supplier.repeats import check_same, differences
from supplier_svc.supplier.state import Supplier


@dataclass(frozen=True, slots=True)
class RecordCase:
    case: SupplierCaseReported

    @property
    def supplier_id(self) -> str:
        return self.case.supplier_id


Command = RecordCase


def decide(command: RecordCase, decision: Decision[Supplier]) -> None:
    case = command.case
    day, what = case.happened_on, f"Case {case.case_id}"
    on_record = decision.state.facts.cases.get(case.case_id)
    if on_record is not None:
        _case_again(case, on_record, decision)
        return
    check_date(what, day, decision)
    decision.emit(CaseRecorded(**dict(case)))
    restatements.follow(decision, day, Sentences.CASE_KNOWN_LATE(case_id=case.case_id, day=day))


def _case_again(case: SupplierCaseReported, on_record: Case, decision: Decision[Supplier]) -> None:
    """A case of another kind counts as that one from the beginning; another day, item or plant is another case."""
    day, what = case.happened_on, f"Case {case.case_id}"
    before = on_record._asdict()
    check_same(what, {name: before[name] for name in ("happened_on", "item_id", "plant_id")}, dict(case))
    words = differences({name: before[name] for name in ("kind", "note")}, dict(case))
    if not words:
        return
    decision.emit(
        CaseCorrected(
            kind_before=on_record.kind,
            summary=Sentences.CASE_CORRECTED(case_id=case.case_id, differences=words),
            **dict(case),
        ),
    )
    because = Sentences.CASE_CORRECTED_LATE(case_id=case.case_id, day=day, differences=words)
    restatements.follow(decision, day, because)
