"""What went into what: a lot is built of other lots, and each of those is used in it. A ring is refused."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chassis.domain import Refusal
from contracts import Event, erp
from contracts.erp import LotRef
from contracts.supplier import LotBuilt, LotUse, LotUsed
from supplier_svc.lots.state import Histories, Lot, LotKey, folded, key_of, lot_key


@dataclass(frozen=True)
class RecordBuild:
    """A lot was built; the ``histories`` of its components are needed to notice a ring."""

    fact: erp.LotBuilt
    histories: Histories = field(default_factory=dict)

    @property
    def key(self) -> LotKey:
        return lot_key(self.fact.item_id, self.fact.lot_id)


@dataclass(frozen=True)
class UseLot:
    """A component was built into the lot of the fact; the ``histories`` of that one are needed."""

    component: LotRef
    fact: erp.LotBuilt
    histories: Histories = field(default_factory=dict)

    @property
    def key(self) -> LotKey:
        return key_of(self.component)

    @property
    def product(self) -> LotRef:
        return LotRef(item_id=self.fact.item_id, lot_id=self.fact.lot_id)


class LotInItself(Refusal):
    """Lot {lot_id} of {item_id} would be built of itself, by lot {component}. Correct what went into what and send it again."""

    status = 422


def histories_of(command: object) -> tuple[LotKey, ...]:
    match command:
        case RecordBuild(fact):
            return tuple(dict.fromkeys(key_of(each) for each in fact.components))
        case UseLot():
            return (key_of(command.product),)
    return ()


def build(command: RecordBuild, lot: Lot) -> Sequence[Event]:
    """What is sent again with more components adds them: a lot too many in a recall costs less than one that is missing."""
    fact, key = command.fact, command.key
    known = lot.built.components if lot.built else ()
    components = (*known, *(each for each in dict.fromkeys(fact.components) if each not in known))
    if lot.built and (components, fact.quantity, fact.built_on) == (known, lot.built.quantity, lot.built.built_on):
        return []
    made_of = {key_of(each): each for each in components}
    for component in components:
        behind = folded(command.histories.get(key_of(component), ())).made_of
        if key in (key_of(component), *behind) or key_of(component) in lot.within:
            raise LotInItself(lot_id=fact.lot_id, item_id=fact.item_id, component=component.lot_id)
        made_of |= dict(behind)
    return [
        LotBuilt(
            item_id=fact.item_id,
            lot_id=fact.lot_id,
            components=components,
            made_of=tuple(made_of[each] for each in sorted(made_of)),
            quantity=fact.quantity,
            built_on=fact.built_on,
        )
    ]


def use(command: UseLot, lot: Lot) -> Sequence[Event]:
    fact, product = command.fact, key_of(command.product)
    now = LotUse(product=command.product, quantity=fact.quantity, built_on=fact.built_on)
    if lot.uses.get(product) == now:
        return []
    within = folded(command.histories.get(product, ())).within
    return [
        LotUsed(
            item_id=command.component.item_id,
            lot_id=command.component.lot_id,
            use=now,
            within=tuple(within[each] for each in sorted(within)),
            recalls=tuple(lot.recalls[each] for each in sorted(lot.recalls)),
        )
    ]
