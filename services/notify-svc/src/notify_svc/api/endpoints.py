"""Routes: where webhooks, chats and SMS reach recipients. Addresses and secrets go in; only a new secret comes out, once."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import Answered, Commands, JsonBody, NotFound, Page, Paging, Problem, Queries
from contracts.fields import NO_CONTROLS, Id
from contracts.notify import Channel, Recipient
from notify_svc.api.notifications import each
from notify_svc.delivery.adapter import BadAddress
from notify_svc.delivery.channels import CHANNELS
from notify_svc.delivery.guard import Forbidden
from notify_svc.delivery.registered import guard, shown_of
from notify_svc.endpoints.endpoint import Active, RegisterEndpoint, RemoveEndpoint, Reseal, RotateSecret
from notify_svc.endpoints.endpoint import endpoint_id as id_of
from notify_svc.endpoints.vault import Credentials, NoKey, Vault, new_secret
from notify_svc.read_models import endpoint
from notify_svc.requests import NewEndpoint, Rotation
from notify_svc.responses import Registered, Resealed
from notify_svc.settings import OutsideSettings

router = APIRouter(prefix="/v1/endpoints", tags=["endpoints"])


@router.get("")
async def list_endpoints(queries: Queries, page: Paging, recipient: Recipient | None = None) -> Page:
    """Endpoints without their addresses and secrets."""
    return await queries.page(endpoint.listed(recipient), endpoint.ORDER, page)


@router.post("", status_code=201)
async def register_endpoint(queries: Queries, commands: Commands, body: JsonBody[NewEndpoint]) -> Registered:
    """Reach a recipient there from now on, in place of its previous endpoint."""
    await _check(body.channel, body.url)
    credentials = Credentials(body.url, new_secret() if CHANNELS[body.channel].needs_secret else None)
    identity = id_of(body.recipient, body.channel)
    sealed = _seal(credentials)
    await commands.do(RegisterEndpoint(identity, body.recipient, body.channel, shown_of(body.url), sealed))
    return await _registered(queries, identity)


@router.post("/{endpoint_id}/secret-rotations", status_code=201)
async def rotate_secret(queries: Queries, commands: Commands, endpoint_id: Id, body: JsonBody[Rotation]) -> Registered:
    """A new secret for a webhook; for a while both sign, so that the receiver can change over without a gap."""
    active = await _active(queries, endpoint_id)
    previous = _open(active.sealed)
    until = queries.now + timedelta(hours=body.both_for_hours)
    sealed = _seal(Credentials(previous.url, new_secret(), previous.secret, until))
    signs = CHANNELS[active.channel].needs_secret
    await commands.do(RotateSecret(endpoint_id, sealed, active.sealed, until, signs))
    return await _registered(queries, endpoint_id)


@router.post("/resealings", status_code=201)
async def reseal_endpoints(queries: Queries, commands: Commands) -> Resealed:
    """Encrypt everything with the newest key of NOTIFY_SECRET_KEYS; afterwards the older keys may be taken away."""
    rows = await queries.rows(endpoint.sealed())
    vault = Vault(OutsideSettings().keys)
    for row in rows:
        try:
            sealed = vault.reseal(row["sealed"])
        except NoKey as error:
            raise _no_key(error) from error
        await each(commands, row["endpoint_id"]).do(Reseal(row["endpoint_id"], sealed, row["sealed"]))
    return Resealed(endpoints=[row["endpoint_id"] for row in rows])


@router.delete("/{endpoint_id}")
async def remove_endpoint(
    commands: Commands,
    endpoint_id: Id,
    because: Annotated[str, Query(min_length=3, max_length=500, pattern=NO_CONTROLS)],
) -> Answered:
    """Stop reaching the recipient there."""
    return await commands.do(RemoveEndpoint(endpoint_id, because))


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


async def _registered(queries: Queries, endpoint_id: str) -> Registered:
    """What the log holds: whoever repeats a request gets the secret that was registered, not another one."""
    credentials = _open((await _active(queries, endpoint_id)).sealed)
    return Registered(endpoint_id=endpoint_id, shown=shown_of(credentials.url), secret=credentials.secret)


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
