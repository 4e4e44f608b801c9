"""Who one is, and what one may do here: ``GET /v1/me``."""

from fastapi import APIRouter, Request

from chassis.http.identity.rights import ANY_PARTNER, Calling, needs, rights_of
from chassis.roles import ME
from contracts.figures import PlainModel

router = APIRouter(prefix="/v1/me", tags=["identity"])


class Me(PlainModel):
    """Who makes the request: person or system, its program, its roles, and the rights that they give in this service."""

    subject: str
    name: str | None
    client_id: str | None
    acting_for: str | None
    tenant: str | None
    roles: list[str]
    rights: list[str]
    partner: dict[str, list[str]]
    verified: bool


@router.get("", dependencies=[needs(ME, ANY_PARTNER)])
async def show_me(caller: Calling, request: Request) -> Me:
    """Who one is to this service, and which of its rights one has."""
    known = rights_of(request.app)
    return Me(
        subject=caller.subject, name=caller.name, client_id=caller.client_id, acting_for=caller.acting_for,
        tenant=caller.tenant, roles=sorted(caller.roles), rights=sorted(right for right in known if right in caller.rights),
        partner={field: sorted(ids) for field, ids in caller.partner.items()}, verified=caller.verified,
    )  # fmt: skip
