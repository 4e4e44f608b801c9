"""What a rating forbids. Pure."""

from collections.abc import Mapping

from contracts.supplier import PartnerRating, PartnerRestriction

RESTRICTIONS: Mapping[PartnerRating, tuple[PartnerRestriction, ...]] = {
    "D": ("no_new_items", "share_capped", "no_larger_share", "no_prepayment", "approval_by_head"),
    "E": ("no_new_items", "no_larger_share", "no_prepayment"),
}
"""An E gets neither orders nor an approval, so that its share needs no cap and no head may let it in. Better ratings forbid nothing."""
