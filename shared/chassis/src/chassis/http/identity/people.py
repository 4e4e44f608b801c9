"""Which person an act is recorded as: the one of the token, whatever a body says."""

from chassis.http.identity.caller import Caller
from chassis.http.parameters import NOBODY
from chassis.http.problems import Problem, invalid_input
from chassis.roles import ACT_AS


def person(named: str | None, caller: Caller, field: str) -> str:
    """Who does it: the caller. ``named`` is the person that the body names in ``field``, None where it leaves that out.

    A system that acts for its own users names them there or in X-Actor. Raises Problem (403) where anybody else names another person
    than themselves, or where body and X-Actor differ; where nobody is asked for a token 422, if the request names nobody.
    """
    if not caller.verified:
        if named is None and caller.actor == NOBODY:
            raise invalid_input(field, "missing", "Name the person, here or in the header X-Actor")
        return named or caller.actor
    if named is None or named == caller.actor:
        return caller.actor
    if caller.acting_for is None and ACT_AS in caller.rights:
        return named
    raise Problem(403, "another-person", f"You are {caller.actor}; you cannot sign as {named}.")
