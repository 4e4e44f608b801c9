"""The e-mail channel: one letter over SMTP, with a bounded wait, answered as a value."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

import aiosmtplib

from notify_svc.settings import SmtpSettings

TIMEOUT_S = 10.0
ERROR_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice as mail; ``written_at`` is an aware instant."""

    notification_id: str
    address: str
    subject: str
    body: str
    language: str
    urgent: bool
    written_at: datetime

    @property
    def message_id(self) -> str:
        """The same for every attempt, so that a receiver can recognise a repeat (RFC 5322, 3.6.4)."""
        return f"<{self.notification_id}@standing>"


@dataclass(frozen=True, slots=True)
class Taken:
    """The server took responsibility for the letter."""

    reference: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """The server did not take it; ``for_good`` when a repeat cannot help: 5xx to this letter."""

    error: str
    for_good: bool


async def send(letter: Letter, smtp: SmtpSettings, timeout_s: float = TIMEOUT_S) -> Taken | NotTaken:
    """Give the letter to the mail server, within ``timeout_s`` seconds in all; what goes wrong is an answer too."""
    try:
        async with asyncio.timeout(timeout_s):
            await aiosmtplib.send(_message(letter, smtp.sender), hostname=smtp.host, port=smtp.port, timeout=timeout_s)
    except TimeoutError:
        return NotTaken(f"The mail server {smtp.host}:{smtp.port} did not answer in {timeout_s:g} s.", for_good=False)
    except Exception as error:  # an error that escaped would send the letters of the same batch again
        return NotTaken(_storable(_sentence(error)), _is_for_good(error))
    return Taken(letter.message_id)


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter.address
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = letter.message_id
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
        return "; ".join(_sentence(each) for each in error.recipients)[:ERROR_CHARACTERS_MAX]
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"The mail server answered {error.code} {error.message}"[:ERROR_CHARACTERS_MAX]
    return (str(error) or type(error).__name__)[:ERROR_CHARACTERS_MAX]


def _storable(text: str) -> str:
    """A server may answer bytes that are not UTF-8, which come as lone surrogates; no event can hold those, or NUL."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "?")
