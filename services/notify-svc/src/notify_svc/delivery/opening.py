"""Opening what is sealed about a recipient, at the moment of sending."""

from chassis.effects import EffectContext
from chassis.errors import Tampered
from contracts.notify import Channel
from contracts.personal import Clear, Sealed
from notify_svc.delivery.outcome import Unavailable


async def opened(
    channel: Channel, personal: Sealed | Clear, recipient: str, context: EffectContext
) -> str | Unavailable:
    """The text; why there is none where the recipient was erased, or where it is not what this service sealed."""
    try:
        text = await context.open(personal)
    except Tampered as error:
        return Unavailable(f"{channel}: {str(error).rstrip('.')}")
    return Unavailable(f"{channel}: {recipient} was erased, and the address with it") if text is None else text
