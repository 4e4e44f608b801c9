"""Copies of documents as parts of HTTP bodies."""

from typing import Annotated

from pydantic import Field

from chassis.http import Body
from contracts.fields import Text
from contracts.supplier import DocumentCopy


class CopyBody(Body):
    """A copy of a document: where it is, and the hash by which one sees that it is still the same."""

    name: Annotated[Text, Field(min_length=1, max_length=200)]
    media_type: Annotated[str, Field(pattern=r"^[a-z]+/[a-z0-9.+-]+$", max_length=100)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="of its bytes, as 64 hexadecimal digits")]
    url: Annotated[str, Field(pattern=r"^https?://[!-~]+$", max_length=1_000)]


def copies_of(bodies: tuple[CopyBody, ...]) -> tuple[DocumentCopy, ...]:
    """The copies as events have them."""
    return tuple(DocumentCopy(**dict(each)) for each in bodies)
