"""Operators: the audit, edits of parked messages, recognised repeats, and the halt of a log."""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    script = Path(__file__).with_name("0003_operators.sql").read_text()
    op.get_bind().connection.run_async(lambda connection: connection.execute(script))


def downgrade() -> None:
    raise RuntimeError("What operators did stays on record; restore a backup instead.")
