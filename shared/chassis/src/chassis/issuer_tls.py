"""Whose certificates count where an issuer of tokens is reached by TLS, and sentences about those that do not."""

import ssl
from pathlib import Path

from chassis.errors import UsageError

SETTING = "STANDING_AUTH_CA_FILE"


def trusted(ca_file: Path | None, setting: str = SETTING) -> ssl.SSLContext | bool:
    """What an httpx client takes as ``verify``: the CA of a file, read now; the well-known ones without it. Raises UsageError."""
    if ca_file is None:
        return True
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        why = getattr(error, "strerror", None) or getattr(error, "reason", None) or error
        raise UsageError(f"{setting}: {ca_file} holds no certificates in PEM: {why}.") from error


def explained(error: BaseException, setting: str = SETTING) -> str:
    """Why an issuer was not reached: what to change where its certificate does not count, else the words of the error."""
    refused = _refused(error)
    if refused is None:
        return str(error) or type(error).__name__
    why = refused.verify_message.rstrip(".")
    if refused.verify_code in _OF_ANOTHER_NAME:
        return f"its certificate is made for another name ({why}): name the issuer as its certificate does"
    if refused.verify_code in _OF_ANOTHER_TIME:
        return f"its certificate is not valid today ({why})"
    return f"its certificate is not signed by a CA that counts here ({why}): {setting} must name the CA that signed it"


_OF_ANOTHER_NAME = (62, 64)
"""X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH of OpenSSL."""
_OF_ANOTHER_TIME = (9, 10)
"""X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED."""


def _refused(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    """The refusal of a certificate that an error of a client comes from."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error
