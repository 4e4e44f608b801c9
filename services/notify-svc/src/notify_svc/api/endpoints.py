"""Routes: where webhooks, chats and SMS reach recipients. Addresses and secrets go in, and never come out again."""

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from chassis.http import Answered, Commands, NotFound, Page, Paging, Problem, Queries
from contracts.fields import NO_CONTROLS, Id
from contracts.notify import Recipient
from notify_svc.api.notifications import each
from notify_svc.channels import apprise_urls
from notify_svc.channels.guard import Forbidden, Guard
from notify_svc.courier import shown_of
from notify_svc.endpoint import EndpointChannel, Reached, RegisterEndpoint, RemoveEndpoint, Reseal, RotateSecret
from notify_svc.endpoint import endpoint_id as id_of
from notify_svc.read_models import endpoint
from notify_svc.settings import OutsideSettings
from notify_svc.vault import Held, NoKey, Vault, new_secret

router = APIRouter(prefix="/v1/endpoints", tags=["endpoints"])


class NewEndpoint(BaseModel):
    """Where to reach a recipient: an http(s) address for a webhook, an apprise URL for chat and SMS."""

    model_config = ConfigDict(extra="forbid")

    recipient: Recipient
    channel: EndpointChannel
    url: Annotated[str, Field(min_length=5, max_length=2_000, pattern=NO_CONTROLS)]


class Registered(BaseModel):
    """``secret`` is told this once (and to who repeats the request); a receiver verifies signatures with it."""

    endpoint_id: str
    shown: str
    secret: str | None


class Rotation(BaseModel):
    """For how long the secret before signs beside the new one."""

    model_config = ConfigDict(extra="forbid")

    both_for_hours: Annotated[int, Field(ge=0, le=30 * 24)] = 24


class Resealed(BaseModel):
    endpoints: list[str]


@router.get("")
async def list_endpoints(queries: Queries, page: Paging, recipient: Recipient | None = None) -> Page:
    """Endpoints without their addresses and secrets."""
    return await queries.page(endpoint.listed(recipient), endpoint.ORDER, page)


@router.post("", status_code=201)
async def register_endpoint(queries: Queries, commands: Commands, new: NewEndpoint) -> Registered:
    """Reach a recipient there from now on, in place of where it was reached before."""
    await _check(new)
    held = Held(new.url, new_secret() if new.channel == "webhook" else None)
    identity = id_of(new.recipient, new.channel)
    await commands.do(RegisterEndpoint(identity, new.recipient, new.channel, shown_of(new.url), _vault_seal(held)))
    return await _registered(queries, identity)


@router.post("/{endpoint_id}/secret-rotations", status_code=201)
async def rotate_secret(queries: Queries, commands: Commands, endpoint_id: Id, rotation: Rotation) -> Registered:
    """A new secret for a webhook; for a while both sign, so that the receiver can change over without a gap."""
    reached = await _reached(queries, endpoint_id)
    before = _vault_open(reached.sealed)
    until = queries.now + timedelta(hours=rotation.both_for_hours)
    sealed = _vault_seal(Held(before.url, new_secret(), before.secret, until))
    await commands.do(RotateSecret(endpoint_id, sealed, reached.sealed, until))
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
    """Reach the recipient there no more."""
    return await commands.do(RemoveEndpoint(endpoint_id, because))


async def _check(new: NewEndpoint) -> None:
    """Refuse what could never be called, at once and with a sentence. It is checked again at each call."""
    guard = Guard(OutsideSettings().allowed_networks)
    try:
        if new.channel == "webhook":
            parts = urlsplit(new.url)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
                raise Problem(422, "bad-address", "A webhook is an http or https address with a host and no password.")
            await guard.addresses(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))
        else:
            await apprise_urls.checked(new.url, guard)
    except Forbidden as error:
        raise Problem(422, "internal-address", str(error)) from error
    except apprise_urls.NotAnAppriseUrl as error:
        raise Problem(422, "bad-address", f"{error}.") from error
    except (OSError, ValueError) as error:
        raise Problem(422, "unknown-host", f"{shown_of(new.url)} has no address that can be called.") from error


async def _reached(queries: Queries, endpoint_id: str) -> Reached:
    state = await queries.state(RegisterEndpoint, endpoint_id)
    if not isinstance(state, Reached):
        raise NotFound("endpoint", endpoint_id)
    return state


async def _registered(queries: Queries, endpoint_id: str) -> Registered:
    """What the log holds: who repeats a request gets the secret that was registered, not another one."""
    held = _vault_open((await _reached(queries, endpoint_id)).sealed)
    return Registered(endpoint_id=endpoint_id, shown=shown_of(held.url), secret=held.secret)


def _vault_seal(held: Held) -> str:
    try:
        return Vault(OutsideSettings().keys).seal(held)
    except NoKey as error:
        raise _no_key(error) from error


def _vault_open(sealed: str) -> Held:
    try:
        return Vault(OutsideSettings().keys).open(sealed)
    except NoKey as error:
        raise _no_key(error) from error


def _no_key(error: NoKey) -> Problem:
    return Problem(503, "no-key", str(error))
