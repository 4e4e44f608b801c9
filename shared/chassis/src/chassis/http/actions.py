"""The audit over HTTP, ``/v1/admin/actions``: who did or saw what, on what, when and why. Reading it is not recorded: whoever pages through
would never reach its end."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from chassis.handling.audit import Kind
from chassis.handling.audit_questions import Sought, recorded
from chassis.http.identity import needs
from chassis.http.operator_answers import Actions
from chassis.http.parameters import After, Limit, cursor_after, number_in
from chassis.http.problems import Problem
from chassis.http.running import Running
from contracts.fields import NO_CONTROLS, Instant

router = APIRouter(prefix="/v1/admin", tags=["audit"])

Text = Annotated[str | None, Query(min_length=1, max_length=300, pattern=NO_CONTROLS)]


@router.get("/actions", response_model=Actions, dependencies=[needs("audit.read")])
async def list_operator_actions(
    running: Running,
    person: Annotated[Text, Query(description="who did it, or whose token it was done with")] = None,
    kind: Annotated[Kind | None, Query(description="both without it")] = None,
    action: Annotated[Text, Query(description="what was done, as rows name it")] = None,
    thing: Annotated[Text, Query(description="on what: parked/17, policies/roles, log/3")] = None,
    from_at: Annotated[Instant | None, Query(description="the first instant that counts")] = None,
    before_at: Annotated[Instant | None, Query(description="the first instant that does not count any more")] = None,
    sort: Annotated[
        Literal["operator_action_id", "-operator_action_id"],
        Query(description="with the minus, the newest comes first"),
    ] = "operator_action_id",
    after: After = None,
    limit: Limit = 100,
) -> dict[str, Any]:
    """The audit: who did or saw what, on what, when and why, with what stood before and after; in the order in which it was recorded,
    or the other way round."""
    sought = Sought(person, kind, action, thing, from_at, before_at)
    sign = "-" if sort.startswith("-") else ""
    items = await recorded(running.database.pool, _number_in(after, sign), limit, sought, newest_first=bool(sign))
    cursor = cursor_after([each["operator_action_id"] for each in items], limit)
    return {"items": items, "next": cursor and sign + cursor}


def _number_in(after: str | None, sign: str) -> int:
    """The number in a cursor; that of the list with the newest first has a minus before it. Raises Problem (400)."""
    if after is not None and sign and not after.startswith(sign):
        raise Problem(400, "bad-cursor", "The cursor in 'after' is of the list in the other order.")
    return number_in(after and after.removeprefix(sign))
