"""From the facts of a period to points, a score and a grade. Pure rules; every number comes from a policy."""

from supplier_svc.scoring.evidence import Evidence, evidence_of
from supplier_svc.scoring.grading import grade
from supplier_svc.scoring.tally import Case, Inspected, Nonconformance, Received, Tally

__all__ = ["Case", "Evidence", "Inspected", "Nonconformance", "Received", "Tally", "evidence_of", "grade"]
