"""What was proved of this log, and when: ``standing verify``, ``seal`` and ``backup`` leave a line here, which is a row of the audit."""

from datetime import datetime
from typing import Annotated, Literal, get_args

from fastapi import APIRouter
from pydantic import Field

from chassis.handling.audit import Action, record_alone
from chassis.handling.audit_questions import newest_of
from chassis.http.acting import Reasoned
from chassis.http.identity import needs
from chassis.http.problems import Problem
from chassis.http.running import Running
from contracts.fields import NO_CONTROLS
from contracts.figures import PlainModel

router = APIRouter(prefix="/v1/admin/proofs", tags=["admin"])

ProofKind = Literal["verify", "seal", "backup"]
ACTIONS: dict[ProofKind, str] = {"verify": "log verified", "seal": "log sealed", "backup": "log backed up"}
Partition = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,2})$")]
Positions = Annotated[dict[Partition, Annotated[int, Field(ge=0, lt=2**63)]], Field(max_length=256)]


class Proof(PlainModel):
    """``positions``: partition → up to which position of it; ``summary`` what it came to; ``is_sound`` is false where it found a fault."""

    kind: ProofKind
    is_sound: bool
    summary: Annotated[str, Field(min_length=3, max_length=500, pattern=NO_CONTROLS)]
    positions: Positions


class ProofOnRecord(Proof):
    """With who ran it, and when it ended."""

    recorded_by: str
    recorded_at: datetime


class ProofPage(PlainModel):
    """The newest proof of each kind; a kind that is missing was never run."""

    items: list[ProofOnRecord]
    next: None = None


@router.get("", dependencies=[needs("admin.progress.read")])
async def list_proofs(running: Running) -> ProofPage:
    """When this log was last verified, sealed and backed up, up to where, and what came of it."""
    found = []
    for kind in get_args(ProofKind):
        row = await newest_of(running.database.pool, f"proofs/{kind}")
        if row is not None:
            found.append(ProofOnRecord(**row["after"], recorded_by=row["actor"], recorded_at=row["done_at"]))
    return ProofPage(items=found)


@router.post("", dependencies=[needs("admin.proofs.record")])
async def record_proof(proof: Proof, running: Running, acting: Reasoned) -> ProofOnRecord:
    """Record that this log was verified, sealed or backed up, all of its partitions.

    Raises Problem where it is of positions that the log does not have, or leaves a partition out.
    """
    heads = {str(partition): head for partition, head in (await running.log.heads()).items()}
    if missing := heads.keys() - proof.positions.keys():
        sentence = (
            f"It says nothing of the partitions {', '.join(sorted(missing, key=int))}, so it is no proof of this log."
        )
        raise Problem(409, "partitions-missing", sentence)
    beyond = [partition for partition, at in proof.positions.items() if at > heads.get(partition, -1)]
    if beyond:
        sentence = f"This log ends before that position in the partitions {', '.join(sorted(beyond, key=int))}: it is of another log."
        raise Problem(409, "beyond-the-log", sentence)
    action = Action(
        acting.stated(proof.summary), ACTIONS[proof.kind], None, {}, (f"proofs/{proof.kind}",),
        after=proof.model_dump(mode="json"),
    )  # fmt: skip
    now = running.clock.now()
    await record_alone(running.database.pool, now, action)
    return ProofOnRecord(**vars(proof), recorded_by=action.by.actor, recorded_at=now)
