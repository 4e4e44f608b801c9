"""Routes: where webhooks, chats and SMS reach recipients. Addresses go in; only a new secret comes out, once."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, JsonBody, NotFound, Page, Paging, Problem, Queries, page_of, shown
from contracts.fields import NO_CONTROLS, Id
from contracts.figures import Anything
from contracts.notify import Channel, Recipient
from notify_svc.delivery.adapter import BadAddress
from notify_svc.delivery.channels import CHANNELS
from notify_svc.delivery.guard import Forbidden
from notify_svc.delivery.registered import guard, shown_of
from notify_svc.endpoints.endpoint import Active, Endpoint, RegisterEndpoint, RemoveEndpoint, Reseal, RotateSecret
from notify_svc.endpoints.endpoint import endpoint_id as id_of
from notify_svc.endpoints.vault import Credentials, NoKey, Vault, new_secret
from notify_svc.read_models import endpoint
from notify_svc.reports.known import refuse_unknown
from notify_svc.requests import EndpointChannel, NewEndpoint, Rotation
from notify_svc.responses import Registered, Resealed
from notify_svc.rules.timing import later
from notify_svc.settings import OutsideSettings

router = APIRouter(prefix="/v1/endpoints", tags=["endpoints"])


@router.get("", response_model=page_of(endpoint.Row, "sealed"))
async def list_endpoints(
    queries: Queries, page: Paging, recipient: Recipient | None = None, channel: EndpointChannel | None = None
) -> Page[endpoint.Row]:
    """Endpoints without their addresses and secrets."""
    await refuse_unknown(queries, recipient=recipient)
    return await queries.page(endpoint.listed(recipient, channel), endpoint.ORDER, page)


@router.get("/{endpoint_id}", response_model=shown(endpoint.Row, left_out=("sealed",)))
async def get_endpoint(queries: Queries, endpoint_id: Id) -> dict[str, Anything]:
    """One endpoint without its address and secret."""
    row = await queries.one(endpoint.one(endpoint_id))
    if row is None:
        raise NotFound("endpoint", endpoint_id)
    return row


@router.post("")
async def register_endpoint(queries: Queries, commands: Commands, body: JsonBody[NewEndpoint]) -> Registered:
    """Reach a recipient there from now on, in place of its previous endpoint."""
    await _check(body.channel, body.url)
    credentials = Credentials(body.url, new_secret() if CHANNELS[body.channel].needs_secret else None)
    identity = id_of(body.recipient, body.channel)
    command = RegisterEndpoint(identity, body.recipient, body.channel, shown_of(body.url), _seal(credentials))
    return _registered(identity, await commands.state_after(command), command.sealed, credentials)


@router.post("/{endpoint_id}/secret-rotations")
async def rotate_secret(queries: Queries, commands: Commands, endpoint_id: Id, body: JsonBody[Rotation]) -> Registered:
    """A new secret for a webhook; for a while both sign, so that the receiver can change over without a gap."""
    active = await _active(queries, endpoint_id)
    previous = _open(active.sealed)
    until = later(queries.now, hours=body.both_for_hours)
    credentials = Credentials(previous.url, new_secret(), previous.secret, until)
    signs = CHANNELS[active.channel].needs_secret
    command = RotateSecret(endpoint_id, _seal(credentials), active.sealed, until, signs)
    return _registered(endpoint_id, await commands.state_after(command), command.sealed, credentials)


@router.post("/resealings")
async def reseal_endpoints(queries: Queries, commands: Commands) -> Resealed:
    """Encrypt everything with the newest key of NOTIFY_SECRET_KEYS; afterwards the older keys may be taken away."""
    rows = await queries.rows(endpoint.sealed())
    vault = Vault(OutsideSettings().keys)
    for row in rows:
        try:
            sealed = vault.reseal(row["sealed"])
        except NoKey as error:
            raise _no_key(error) from error
        await commands.part_named(row["endpoint_id"]).do(Reseal(row["endpoint_id"], sealed, row["sealed"]))
    return Resealed(endpoints=[row["endpoint_id"] for row in rows])


@router.delete("/{endpoint_id}")
async def remove_endpoint(
    commands: Commands,
    endpoint_id: Id,
    reason: Annotated[str, Query(min_length=3, max_length=500, pattern=NO_CONTROLS)],
) -> Answered:
    """Stop reaching the recipient there."""
    return await commands.do(RemoveEndpoint(endpoint_id, reason))


async def _check(channel: Channel, url: str) -> None:
    """Refuse at once, with a sentence, what could never be called. The address is checked again at each call."""
    address_rule = CHANNELS[channel].address_rule
    assert address_rule is not None, "the request takes channels with endpoints only"
    try:
        await address_rule(url, guard())
    except Forbidden as error:
        raise Problem(422, "internal-address", str(error)) from error
    except BadAddress as error:
        raise Problem(422, "bad-address", str(error)) from error
    except (OSError, ValueError) as error:
        raise Problem(422, "unknown-host", f"{shown_of(url)} has no address that can be called.") from error


async def _active(queries: Queries, endpoint_id: str) -> Active:
    state = await queries.state(RegisterEndpoint, endpoint_id)
    if not isinstance(state, Active):
        raise NotFound("endpoint", endpoint_id)
    return state


def _registered(endpoint_id: str, state: Endpoint, sealed: str, credentials: Credentials) -> Registered:
    """The secret is answered to the request that made it, and to nobody else: a repeated key may be somebody else's.

    Whether this request made it is read from the log: a repeat finds there what the first request sealed.
    """
    if not isinstance(state, Active):
        raise NotFound("endpoint", endpoint_id)
    made_here = state.sealed == sealed
    shown = shown_of((credentials if made_here else _open(state.sealed)).url)
    return Registered(endpoint_id=endpoint_id, shown=shown, secret=credentials.secret if made_here else None)


def _seal(credentials: Credentials) -> str:
    try:
        return Vault(OutsideSettings().keys).seal(credentials)
    except NoKey as error:
        raise _no_key(error) from error


def _open(sealed: str) -> Credentials:
    try:
        return Vault(OutsideSettings().keys).open(sealed)
    except NoKey as error:
        raise _no_key(error) from error


def _no_key(error: NoKey) -> Problem:
    return Problem(503, "no-key", str(error))
