"""The division of an item's orders, decided again whenever a source or the policy changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.domain import Refusal
from chassis.policies import PolicyBook
from contracts.supplier import OrderSharesChanged, SourceShare
from supplier_svc.items.rules.divisions import divide
from supplier_svc.items.state import Item
from supplier_svc.policies.order_shares import OrderSharing


@dataclass(frozen=True, slots=True)
class DivideOrders:
    """Divide the orders again, for example under a new policy."""

    item_id: str
    on: date
    because: str


class ItemUnknown(Refusal):
    """There is no item {item_id}: no supplier was ever a source of it."""

    status = 404


def divide_orders(command: DivideOrders, item: Item, policies: PolicyBook) -> Sequence[OrderSharesChanged]:
    if not item.sources:
        raise ItemUnknown(item_id=command.item_id)
    return changed_division(command.item_id, item, command.on, command.because, policies)


def changed_division(
    item_id: str, item: Item, on: date, because: str, policies: PolicyBook
) -> Sequence[OrderSharesChanged]:
    """The division of the orders among the sources that may get some; nothing where it is the same as before."""
    policy, sources = policies.at(OrderSharing, on), item.counted()
    division = divide(sources, policy.document)
    by_id = {source.supplier_id: source for source in sources}
    ordered = sorted(division.shares.items(), key=lambda share: (-share[1], share[0]))
    changed = OrderSharesChanged(
        item_id=item_id,
        sources=tuple(
            SourceShare(
                supplier_id=supplier_id,
                grade=by_id[supplier_id].grade,
                merit=by_id[supplier_id].merit,
                share_percent=share,
                share_max_percent=by_id[supplier_id].share_max_percent,
            )
            for supplier_id, share in ordered
        ),
        sources_counted=division.counted,
        pattern=division.pattern,
        action=division.action,
        urged=division.urged,
        summary=division.summary,
        is_interim=division.is_interim,
        is_sole_source=division.counted == 1,
        no_source_left=division.counted == 0,
        because=because,
        changed_on=on,
        policy_version=policy.version,
        adjustments=division.adjustments,
    )
    return [] if item.divided is not None and _is_same(item.divided, changed) else [changed]


def _is_same(before: OrderSharesChanged, now: OrderSharesChanged) -> bool:
    """Whether the change makes no difference to orders or actions."""
    return (_shares(before), before.pattern, before.action, before.urged, before.adjustments, before.is_interim) == (
        _shares(now), now.pattern, now.action, now.urged, now.adjustments, now.is_interim,
    )  # fmt: skip


def _shares(division: OrderSharesChanged) -> list[tuple[str, Decimal]]:
    return [(each.supplier_id, each.share_percent) for each in division.sources]
