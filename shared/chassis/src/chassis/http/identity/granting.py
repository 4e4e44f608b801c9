"""Who may change what a role grants: whoever has the right that is given or taken."""

from fastapi import FastAPI

from chassis.http.identity.caller import Caller
from chassis.http.identity.rights import rights_of
from chassis.http.problems import Problem
from chassis.roles import Roles


def refuse_others_rights(after: Roles, before: Roles, caller: Caller, app: FastAPI) -> None:
    """Raises Problem (403) for a document of roles that gives or takes a right which the caller lacks.

    So whoever publishes the rules of their own trade becomes no administrator by it, and locks no operator out. Whoever has
    everything changes everything, also ``act-as``, which no pattern gives.
    """
    if "*" in caller.rights.patterns:
        return
    for role in sorted({*before.roles, *after.roles}):
        had, has = before.rights_of([role]), after.rights_of([role])
        for right in sorted(rights_of(app)):
            if (right in had) != (right in has) and right not in caller.rights:
                change = "takes it from" if right in had else "gives it to"
                detail = (
                    f"{caller.actor} lacks the right {right}, and this document {change} the role {role}. "
                    "Who changes a right of a role must have it."
                )
                raise Problem(403, "right-not-held", detail, right=right)
