"""What a manager wants to see: grades, tiers, receivables, cases, notices; read over HTTP like any other client."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, get_args

from rich.console import Console
from rich.table import Table

from contracts.credit import CollectionStep
from contracts.customer import CustomerTier
from contracts.supplier import SupplierGrade
from standing.services import Client

WORST_SHOWN = 5
ITEMS_SHOWN = 8
GRADES: tuple[str, ...] = get_args(SupplierGrade)
TIERS: tuple[str, ...] = get_args(CustomerTier)
STEPS: tuple[str, ...] = get_args(CollectionStep)


@dataclass(frozen=True)
class Report:
    """Prints the figures of one installation; ``names``: partner id → readable name."""

    clients: Mapping[str, Client]
    names: Mapping[str, str]
    console: Console

    async def show(self) -> None:
        await self._suppliers()
        await self._customers()
        await self._credit()
        await self._notices()

    async def _suppliers(self) -> None:
        client = self.clients["supplier-svc"]
        suppliers = await client.pages("/v1/suppliers")
        graded = [row for row in suppliers if row["latest_period"]]
        if not graded:
            return
        last = max(row["latest_period"] for row in graded)
        grades = Counter(row["grade"] or "none yet" for row in suppliers)
        table = Table(title=f"Suppliers: grades in force after {last}", title_justify="left")
        self._add_counts(table, "grade", (*GRADES, "none yet"), grades)
        self.console.print(table)
        worst = sorted(
            (r for r in graded if r["latest_period"] == last and r["latest_grade"] != "insufficient"),
            key=lambda r: (-Decimal(r["latest_score"]), r["supplier_id"]),
        )
        table = Table(title=f"Worst suppliers of {last}", title_justify="left")
        for column in ("supplier", "name", "grade", "score", "lots in all", "nonconformances in all"):
            table.add_column(
                column, justify="right" if column[0] in "sln" and column not in ("supplier", "name") else "left"
            )
        for row in worst[:WORST_SHOWN]:
            score = f"{Decimal(row['latest_score']):.1f}"
            name = self.names.get(row["supplier_id"], "")
            table.add_row(
                row["supplier_id"],
                name,
                row["latest_grade"],
                score,
                str(row["lots_received"]),
                str(row["nonconformance_count"]),
            )
        self.console.print(table)
        await self._items_at_risk()

    async def _items_at_risk(self) -> None:
        """One source, none, or no A among them: what the buyers have to do."""
        items = await self.clients["supplier-svc"].pages("/v1/items", at_risk="true")
        if not items:
            return
        table = Table(title=f"Items at risk: {len(items)}", title_justify="left")
        for column in ("item", "sources with their grade and share", "what to do"):
            table.add_column(column)
        for item in items[:ITEMS_SHOWN]:
            sources = sorted(item["sources"], key=lambda source: -Decimal(source["share_percent"]))
            sources_text = ", ".join(
                f"{s['supplier_id']} {s['grade']} {Decimal(s['share_percent']):.0f} %" for s in sources
            )
            table.add_row(item["item_id"], sources_text, item["summary"])
        self.console.print(table)

    async def _customers(self) -> None:
        client = self.clients["customer-svc"]
        runs: dict[str, dict[str, Any]] = {}
        for run in await client.pages("/v1/tierings"):
            runs[run["currency"]] = run
        table = Table(title="Customers: tiers of the last run", title_justify="left")
        for column in ("run", *TIERS):
            table.add_column(column, justify="left" if column == "run" else "right")
        for run in runs.values():
            table.add_row(
                run["tiering_id"], *(str(run["distribution"].get(tier, {}).get("customer_count", 0)) for tier in TIERS)
            )
        if runs:
            self.console.print(table)
        await self._complaints()
        satisfaction = await client.get("/v1/reports/satisfaction")
        if satisfaction["answer_count"]:
            mean = f"{Decimal(satisfaction['mean']):.2f}"
            share = f"{Decimal(satisfaction['at_risk_share']):.1f}"
            self.console.print(
                f"Satisfaction: {satisfaction['answer_count']:,} ratings, mean {mean}, at risk {share} %\n"
            )

    async def _complaints(self) -> None:
        rows = await self.clients["customer-svc"].pages("/v1/reports/complaints")
        if not rows:
            return
        table = Table(title="Complaints: promises kept and broken", title_justify="left")
        names = ("complaint_count", "responded_late", "resolved_late", "reopened_count", "traced_count", "open_count")
        for column in ("topic", "severity", *names):
            heading = column.removesuffix("_count").replace("_", " ")
            table.add_column(heading, justify="right" if column in names else "left")
        for row in rows:
            table.add_row(row["topic"].replace("_", " "), row["severity"], *(str(row[name]) for name in names))
        self.console.print(table)

    async def _credit(self) -> None:
        client = self.clients["credit-svc"]
        accounts = await client.pages("/v1/accounts")
        currencies = sorted({row["currency"] for row in accounts if row["currency"]})
        for currency in currencies:
            ageing = await client.get("/v1/reports/ageing", currency=currency)
            dso = await client.get("/v1/reports/dso", currency=currency)
            table = Table(title=f"Receivables on {ageing['as_of']} in {currency}", title_justify="left")
            for column in (*ageing["buckets"], "balance", "DSO", "best possible"):
                table.add_column(column.replace("_", " "), justify="right")
            table.add_row(
                *(f"{Decimal(amount):,.0f}" for amount in ageing["buckets"].values()), f"{Decimal(ageing['balance']):,.0f}",
                _days(dso["average"]), _days(dso["best_possible"]),
            )  # fmt: skip
            self.console.print(table)
        cases = Counter(row["current_step"] for row in await client.pages("/v1/collections"))
        held = len(await client.pages("/v1/credit-checks", status="held"))
        if cases:
            table = Table(title="Open collection cases by step", title_justify="left")
            self._add_counts(table, "step", [step for step in STEPS if cases[step]], cases)
            self.console.print(table)
        if accounts:
            self.console.print(f"Open collection cases: {cases.total():,}; orders held: {held:,}\n")

    async def _notices(self) -> None:
        rows = (await self.clients["notify-svc"].get("/v1/reports/notices"))["items"]
        table = Table(title="Notices by rule", title_justify="left")
        statuses = sorted({row["status"] for row in rows})
        for column in ("rule", *statuses):
            table.add_column(column, justify="left" if column == "rule" else "right")
        for rule in sorted({row["rule"] for row in rows}):
            by_status = {row["status"]: row["notice_count"] for row in rows if row["rule"] == rule}
            table.add_row(rule, *(f"{by_status.get(status, 0):,}" for status in statuses))
        if rows:
            self.console.print(table)

    @staticmethod
    def _add_counts(table: Table, label: str, names: Sequence[str], counted: Mapping[str, int]) -> None:
        table.add_column(label)
        for name in names:
            table.add_column(name, justify="right")
        table.add_row("number", *(f"{counted.get(name, 0):,}" for name in names))


def _days(value: Any) -> str:
    return "–" if value is None else f"{Decimal(value):.1f} days"
