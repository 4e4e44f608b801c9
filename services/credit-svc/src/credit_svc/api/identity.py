"""The customer that a path names: a merged id means the customer that it is now."""

from typing import Annotated

from fastapi import Depends

from credit_svc.reports.known import survivor_of

Survivor = Annotated[str, Depends(survivor_of)]
"""``customer_id: Survivor`` in a route: a merged id is answered, and written, for the customer that it is now."""
