"""The rating of a partner, as an HTTP body."""

from chassis.http import Body
from contracts.fields import Day, Id
from contracts.supplier import PartnerRating
from supplier_svc.requests.fields import Because


class RatingBody(Body):
    """``because`` may be left out where the rating is the one that the record suggests; ``rated_by`` is the one of the token."""

    rating: PartnerRating
    because: Because | None = None
    rated_on: Day
    rated_by: Id | None = None
