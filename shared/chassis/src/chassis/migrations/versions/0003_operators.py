"""What operators do, and what they need: edits of parked messages, repeats known again, a log that must not be written to."""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    script = Path(__file__).with_name("0003_operators.sql").read_text()
    op.get_bind().connection.run_async(lambda connection: connection.execute(script))


def downgrade() -> None:
    raise RuntimeError("What operators did stays on record; restore a backup instead.")
