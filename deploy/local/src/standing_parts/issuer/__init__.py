"""A local issuer of tokens for development: OAuth 2 and OpenID Connect on 127.0.0.1, where signing in is one click.

Nobody gives a password, so it is no more than a stand-in for the issuer that an installation names in production.
It listens on loopback only.
"""

from standing_parts.issuer.issuer import Issuer
from standing_parts.issuer.people import Client, Person

__all__ = ["Client", "Issuer", "Person"]
