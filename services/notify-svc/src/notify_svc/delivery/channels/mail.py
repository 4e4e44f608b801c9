"""The e-mail channel: one letter over SMTP within a bounded time; the outcome is a value."""

import asyncio
import re
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

import aiosmtplib

from chassis.effects import EffectContext
from contracts.notify import Channel
from contracts.personal import personal_of
from notify_svc.delivery.adapter import ChannelAdapter
from notify_svc.delivery.opening import opened
from notify_svc.delivery.outcome import Accepted, Message, Outcome, Rejected, Route, Unavailable, storable
from notify_svc.policies.directory import is_email_address
from notify_svc.sentences import Sentences
from notify_svc.settings import SmtpSettings

TIMEOUT_S = 10.0


def message_id(notification_id: str) -> str:
    """The same for every attempt, so that a receiver can recognise a repeat (RFC 5322, 3.6.4)."""
    return f"<{notification_id}@standing>"


async def find_route(
    channel: Channel, recipient: str, addresses: Mapping[str, Any], context: EffectContext
) -> Route | Unavailable:
    """The address that the directory had of the recipient when the notice was requested, opened at the moment of use."""
    if SmtpSettings().host is None:
        return Unavailable(Sentences.NO_MAIL_SERVER())
    recorded = personal_of(addresses.get("email"))
    if recorded is None:
        return Unavailable(Sentences.NO_ADDRESS(recipient=recipient))
    address = await opened(channel, recorded, recipient, context)
    if isinstance(address, Unavailable):
        return address
    if not is_email_address(address):
        return Unavailable(Sentences.NO_EMAIL_ADDRESS(recipient=recipient))
    return Route(address, without_name(address), recorded)


def without_name(address: str) -> str:
    """What may be shown of an address: ``…@example.org``."""
    return f"…@{address.rpartition('@')[2]}"


def masked(text: str, address: str) -> str:
    """A text of a mail server without the address of the recipient, of which many servers quote the whole or the name."""
    shown, name = without_name(address), address.rpartition("@")[0]
    text = re.sub(re.escape(address), lambda _: shown, text, flags=re.IGNORECASE)
    return re.sub(rf"(?<![\w.@-]){re.escape(name)}(?![\w@-]|\.\w)", "…", text, flags=re.IGNORECASE)


async def send(letter: Message, address: str, smtp: SmtpSettings, timeout_s: float = TIMEOUT_S) -> Outcome:
    """Give the letter to the mail server, within ``timeout_s`` seconds in all; whatever goes wrong is an outcome too."""
    try:
        async with asyncio.timeout(timeout_s):
            await aiosmtplib.send(
                _message(letter, address, smtp.sender),
                hostname=smtp.host,
                port=smtp.port,
                local_hostname=smtp.helo,
                timeout=timeout_s,
            )
    except TimeoutError:
        error = Sentences.MAIL_SERVER_SILENT(server=f"{smtp.host}:{smtp.port}", seconds=f"{timeout_s:g}")
        return Rejected(error, for_good=False)
    except Exception as error:  # what went wrong is what the next attempt, or the next channel, is decided from
        return Rejected(storable(masked(_sentence(error), address)), _is_for_good(error))
    return Accepted(message_id(letter.notification_id))


def _message(letter: Message, address: str, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = address
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = message_id(letter.notification_id)
    message["Content-Language"] = letter.language
    message["Auto-Submitted"] = "auto-generated"
    if letter.urgent:
        message["Importance"] = "high"
    message.set_content(letter.body)
    return message


def _is_for_good(error: Exception) -> bool:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return all(_is_for_good(each) for each in error.recipients)
    if isinstance(error, ValueError):
        return True  # a letter that cannot be written, such as one to an address outside ASCII
    about_this_letter = (
        aiosmtplib.SMTPRecipientRefused,
        aiosmtplib.SMTPSenderRefused,
        aiosmtplib.SMTPDataError,
    )
    return isinstance(error, about_this_letter) and 500 <= error.code < 600


def _sentence(error: Exception) -> str:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return "; ".join(_sentence(each) for each in error.recipients)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return Sentences.MAIL_SERVER_ANSWERED(answer=f"{error.code} {error.message}")
    return str(error) or type(error).__name__


async def _send(message: Message, route: Route) -> Outcome:
    return await send(message, route.address, SmtpSettings())


ADAPTER = ChannelAdapter(find_route=find_route, send=_send)
