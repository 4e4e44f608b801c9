"""``standing token``: a token of a home's local issuer, for whoever asks the services with a program of his own."""

import asyncio
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from standing.fault import Fault
from standing.running import NotRunning, Running
from standing.terminal import DEFAULT_HOME, Home

if TYPE_CHECKING:
    from standing_parts.issuer import Issuer

DAY_MIN = 1440
BINDING = re.compile(r"([a-z][a-z0-9_]{0,62}_id)=(\S{1,100})")


def token(
    as_: Annotated[str, typer.Option("--as", metavar="ROLE_OR_PERSON", help="a role, or a person of the home")],
    partner: Annotated[
        list[str] | None,
        typer.Option(
            help="whom the token is bound to: supplier:S-015, as its contact; or supplier_id=S-015, several times"
        ),
    ] = None,
    minutes: Annotated[
        int, typer.Option("--for", metavar="MINUTES", min=1, max=DAY_MIN, help="how long it lives")
    ] = 60,
    home: Home = DEFAULT_HOME,
) -> None:
    """Print a token of the local issuer of a home: curl -H "Authorization: Bearer $(standing token --as credit-controller)" …

    The services of that home take it; those of another issuer do not.
    """
    from standing_parts import PartError

    try:
        print(made(home, as_, contact_of(partner or []) or bound_to(partner or []), minutes))
    except (Fault, PartError) as error:
        print(error, file=sys.stderr)  # what is printed to the other stream goes into a request
        raise typer.Exit(2) from None


def made(home: Path, role_or_person: str, partner: dict[str, list[str]] | str, minutes: int) -> str:
    """A token of a person, of somebody who has the role and its name, or of a contact of one partner, who has no roles.

    Raises Fault, and PartError for a home without an issuer.
    """
    from chassis.roles import PARTNER
    from standing.issuing import FOLDER
    from standing_parts.issuer import Issuer

    issuer = Issuer.open(home / FOLDER)
    if isinstance(partner, str):
        return issuer.token(role_or_person, (), lifetime_s=minutes * 60, partner=partner)
    roles: tuple[str, ...] = ()
    if all(role_or_person != person.subject for person in issuer.people):
        _refuse_unknown(role_or_person, issuer, home)
        roles = (role_or_person,)
    if PARTNER in roles and not partner:
        raise Fault("Whose partner? Name it, as --partner supplier_id=S-015 or --partner customer_id=C-007.")
    bound: dict[str, Any] = {"partner": partner} if partner else {}
    subject = role_or_person
    if roles and partner:
        subject = "-".join([role_or_person, *(id for ids in partner.values() for id in ids)])
    return issuer.token(subject, roles, lifetime_s=minutes * 60, **bound)


def contact_of(texts: list[str]) -> str | None:
    """``supplier:S-015``, where that is the one binding; None for others."""
    from chassis.partners import CLAIM

    return texts[0] if len(texts) == 1 and CLAIM.fullmatch(texts[0]) and not BINDING.fullmatch(texts[0]) else None


def bound_to(texts: list[str]) -> dict[str, list[str]]:
    """``supplier_id=S-015`` as the claim. Raises Fault for a text of another form."""
    found: dict[str, list[str]] = {}
    for text in texts:
        if (parts := BINDING.fullmatch(text)) is None:
            raise Fault(
                f"{text!r} names no partner; write --partner supplier:S-015, --partner supplier_id=S-015 or --partner customer_id=C-007."
            )
        found.setdefault(parts[1], []).append(parts[2])
    return found


def _refuse_unknown(role: str, issuer: "Issuer", home: Path) -> None:
    """Raises Fault for a role that no service knows, neither by itself nor by the policy that is in force in the home."""
    known = _by_default() | {role for person in issuer.people for role in person.roles}
    if role not in known:
        known |= asyncio.run(_in_force(home))
    if role not in known:
        people = ", ".join(person.subject for person in issuer.people)
        raise Fault(f"There is no role {role!r}. Roles: {', '.join(sorted(known))}. People: {people}.")


def _by_default() -> set[str]:
    from chassis.roles import Roles
    from standing.services import ALL

    kinds = (kind for service in ALL for kind in service.policies if issubclass(kind, Roles))
    return {role for kind in kinds for role in kind().roles}


async def _in_force(home: Path) -> set[str]:
    """The roles of the policies of a home that runs; none where it does not."""
    try:
        running = Running.find(home)
    except NotRunning:
        return set()
    async with running.connect() as http:
        found = [await client.get("/v1/policies/roles") for client in running.clients(http)]
    return {role for policy in found for role in policy["document"]["roles"]}
