"""Routes: where webhooks, chats and SMS reach recipients. Addresses go in; only a new secret comes out, once."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import (
    Act,
    Answered,
    Commands,
    JsonBody,
    NotFound,
    Page,
    Paging,
    Problem,
    Queries,
    Reasoned,
    needs,
    page_of,
    shown,
)
from contracts.fields import NO_CONTROLS, Id
from contracts.figures import Anything
from contracts.notify import Channel, Recipient
from notify_svc.delivery.adapter import BadAddress
from notify_svc.delivery.channels import CHANNELS
from notify_svc.delivery.guard import Forbidden
from notify_svc.delivery.registered import guard, shown_of
from notify_svc.endpoints.credentials import Credentials, new_secret
from notify_svc.endpoints.endpoint import Active, Endpoint, RegisterEndpoint, RemoveEndpoint, Reseal, RotateSecret
from notify_svc.endpoints.endpoint import endpoint_id as id_of
from notify_svc.endpoints.vault import NoKey, Vault
from notify_svc.read_models import endpoint
from notify_svc.reports.known import refuse_unknown
from notify_svc.requests import EndpointChannel, NewEndpoint, Rotation
from notify_svc.responses import Registered, Resealed
from notify_svc.rules.timing import later
from notify_svc.settings import OutsideSettings

router = APIRouter(prefix="/v1/endpoints", tags=["endpoints"])
THINGS = "endpoints"
"""What the audit names them by."""


@router.get(
    "", response_model=page_of(endpoint.Row, *endpoint.NOT_SHOWN), dependencies=[needs("notify.endpoints.read")]
)
async def list_endpoints(
    queries: Queries, page: Paging, recipient: Recipient | None = None, channel: EndpointChannel | None = None
) -> Page[endpoint.Row]:
    """Endpoints without their addresses and secrets."""
    await refuse_unknown(queries, recipient=recipient)
    return await queries.page(endpoint.listed(recipient, channel), endpoint.ORDER, page)


@router.get(
    "/{endpoint_id}",
    response_model=shown(endpoint.Row, left_out=endpoint.NOT_SHOWN),
    dependencies=[needs("notify.endpoints.read")],
)
async def get_endpoint(queries: Queries, endpoint_id: Id) -> dict[str, Anything]:
    """One endpoint without its address and secret."""
    row = await queries.one(endpoint.one(endpoint_id))
    if row is None:
        raise NotFound("endpoint", endpoint_id)
    return row


@router.post("", dependencies=[needs("notify.endpoints.register")])
async def register_endpoint(
    queries: Queries, commands: Commands, body: JsonBody[NewEndpoint], origin: Reasoned
) -> Registered:
    """Reach a recipient there from now on, in place of its previous endpoint."""
    await _check(body.channel, body.url)
    credentials = Credentials(body.url, new_secret() if CHANNELS[body.channel].needs_secret else None)
    identity = id_of(body.recipient, body.channel)
    command = RegisterEndpoint(identity, body.recipient, body.channel, shown_of(body.url), credentials.text)
    after = {"recipient": body.recipient, "channel": body.channel, "shown": shown_of(body.url)}
    act = Act("endpoint registered", f"{THINGS}/{identity}", origin.reason, after=after)
    return await _registered(identity, await commands.state_after(command, act), credentials, queries)


@router.post("/{endpoint_id}/secret-rotations", dependencies=[needs("notify.endpoints.rotate")])
async def rotate_secret(
    queries: Queries, commands: Commands, endpoint_id: Id, body: JsonBody[Rotation], origin: Reasoned
) -> Registered:
    """A new secret for a webhook; for a while both sign, so that the receiver can change over without a gap."""
    active = await _active(queries, endpoint_id)
    previous = await _open(active, queries)
    until = later(queries.now, hours=body.both_for_hours)
    credentials = Credentials(previous.url, new_secret(), previous.secret, until)
    signs = CHANNELS[active.channel].needs_secret
    command = RotateSecret(endpoint_id, active.recipient, credentials.text, active.content, until, signs)
    after = {"both_until": until.isoformat()}
    act = Act("secret rotated", f"{THINGS}/{endpoint_id}", origin.reason, after=after)
    return await _registered(endpoint_id, await commands.state_after(command, act), credentials, queries)


@router.post("/resealings", dependencies=[needs("notify.endpoints.reseal")])
async def reseal_endpoints(queries: Queries, commands: Commands, origin: Reasoned) -> Resealed:
    """Seal what a key of NOTIFY_SECRET_KEYS sealed with the key of its recipient; afterwards the setting may be taken away.

    Answers which were sealed so; none the next time.
    """
    rows = await queries.rows(endpoint.of_before())
    for row in rows:
        credentials = _open_before(row["sealed"])
        command = Reseal(row["endpoint_id"], row["recipient"], credentials.text, row["sealed"])
        after = {"sealed_with": "the key of its recipient"}
        act = Act("endpoint resealed", f"{THINGS}/{row['endpoint_id']}", origin.reason, after=after)
        await commands.part_named(row["endpoint_id"]).do(command, act=act)
    return Resealed(endpoints=[row["endpoint_id"] for row in rows])


@router.delete("/{endpoint_id}", dependencies=[needs("notify.endpoints.remove")])
async def remove_endpoint(
    commands: Commands,
    endpoint_id: Id,
    reason: Annotated[str, Query(min_length=3, max_length=500, pattern=NO_CONTROLS)],
) -> Answered:
    """Stop reaching the recipient there."""
    act = Act("endpoint removed", f"{THINGS}/{endpoint_id}", reason, {"status": "registered"}, {"status": "removed"})
    return await commands.do(RemoveEndpoint(endpoint_id, reason), act=act)


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


async def _registered(endpoint_id: str, state: Endpoint, credentials: Credentials, queries: Queries) -> Registered:
    """The secret is answered to the request that made it, and to nobody else: a repeated key may be somebody else's.

    Whether this request made it is read from the log: a repeat finds there what the first request sealed.
    """
    if not isinstance(state, Active):
        raise NotFound("endpoint", endpoint_id)
    present = await _open(state, queries)
    secret = credentials.secret if present == credentials else None
    return Registered(endpoint_id=endpoint_id, shown=shown_of(present.url), secret=secret)


async def _open(active: Active, queries: Queries) -> Credentials:
    if active.credentials is None:
        return _open_before(active.sealed)
    text = await queries.open(active.credentials)
    if text is None:
        sentence = f"{active.recipient} was erased, and this endpoint with it; register it again."
        raise Problem(410, "erased", sentence)
    return Credentials.of(text)


def _open_before(sealed: str) -> Credentials:
    try:
        return Vault(OutsideSettings().keys).open(sealed)
    except NoKey as error:
        raise Problem(503, "no-key", str(error)) from error
