"""How HTTP is served: over TLS where a certificate is named, and with what named proxies say of the caller."""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from chassis.errors import UsageError
from chassis.settings import Settings

_log = structlog.get_logger()

Stamp = tuple[int, int]


def server_options(settings: Settings) -> dict[str, Any]:
    """uvicorn's options. Without named proxies nobody's ``X-Forwarded-…`` is believed, not even that of a caller on this machine."""
    options: dict[str, Any] = {
        "proxy_headers": bool(settings.proxies),
        "forwarded_allow_ips": [str(network) for network in settings.proxies],
    }
    if settings.tls_cert_file is not None and settings.tls_key_file is not None:
        context = Certificate(settings.tls_cert_file, settings.tls_key_file).context
        options["ssl_context_factory"] = _always(context)
    return options


class Certificate:
    """A certificate and its key in files; ``context`` serves with what they hold at each handshake, so a renewal needs no restart."""

    def __init__(self, certificate: Path, key: Path) -> None:
        """Raises UsageError when they cannot be read, or are not of one another."""
        self._files = certificate, key
        try:
            self._stamps, self._current = self._stamps_now(), self._loaded()
        except (OSError, ssl.SSLError) as error:
            raise UsageError(
                f"STANDING_TLS_CERT_FILE ({certificate}) and STANDING_TLS_KEY_FILE ({key}) serve no TLS: {_why(error)}. Name a certificate"
                " and its own key, both in PEM and readable by this account."
            ) from error
        self.context = self._loaded()
        self.context.sni_callback = self._at_handshake

    def _at_handshake(self, connection: ssl.SSLObject, _: str | None, __: ssl.SSLContext) -> None:
        try:
            stamps = self._stamps_now()
            if stamps != self._stamps:
                self._current, self._stamps = self._loaded(), stamps
                _log.info("a renewed certificate is served", certificate=str(self._files[0]))
        except (OSError, ssl.SSLError) as error:  # half written: the next handshake looks again
            _log.warning("the former certificate is served", error=_why(error))
        connection.context = self._current

    def _stamps_now(self) -> list[Stamp]:
        return [(found.st_mtime_ns, found.st_ino) for found in (file.stat() for file in self._files)]

    def _loaded(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(*self._files, password=_no_passphrase)
        return context


def _always(context: ssl.SSLContext) -> Callable[[Any, Any], ssl.SSLContext]:
    return lambda config, default: context


def _no_passphrase() -> str:
    """OpenSSL would ask for it at the terminal."""
    raise ssl.SSLError("the key has a passphrase, which nobody is there to enter")


def _why(error: OSError) -> str:
    return error.strerror or str(error)
