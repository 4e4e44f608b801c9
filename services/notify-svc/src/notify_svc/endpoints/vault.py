"""Endpoints of before: sealed with keys of the deployment, opened until each is sealed with the key of its recipient."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from notify_svc.endpoints.credentials import Credentials


class NoKey(Exception):
    """This endpoint was sealed with a key of the deployment, and NOTIFY_SECRET_KEYS has none that opens it."""

    def __init__(self) -> None:
        super().__init__(" ".join((self.__doc__ or "").split()))


class Vault:
    """Fernet keys, any of which opens. Raises NoKey."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys]) if keys else None

    def open(self, sealed: str) -> Credentials:
        if self._fernet is None:
            raise NoKey
        try:
            return Credentials.of(self._fernet.decrypt(sealed.encode()))
        except InvalidToken as error:
            raise NoKey from error
