"""Opening what is sealed about a recipient, at the moment of sending."""

from chassis.effects import EffectContext
from chassis.errors import Tampered
from contracts.notify import Channel
from contracts.personal import Clear, Sealed
from notify_svc.delivery.outcome import Unavailable
from notify_svc.sentences import Sentences


async def opened(
    channel: Channel, personal: Sealed | Clear, recipient: str, context: EffectContext
) -> str | Unavailable:
    """The text; why there is none where the recipient was erased, or where it is not what this service sealed."""
    try:
        text = await context.open(personal)
    except Tampered as error:
        return Unavailable(f"{channel}: {str(error).rstrip('.')}")
    if text is None:
        return Unavailable(Sentences.ADDRESS_ERASED(channel=channel, recipient=recipient))
    return text
