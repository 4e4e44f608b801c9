"""Events that a read model or a listener goes on without, and why a read model does not follow the log."""

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    script = Path(__file__).with_name("0007_set_aside.sql").read_text()
    op.get_bind().connection.run_async(lambda connection: connection.execute(script))


def downgrade() -> None:
    raise RuntimeError("What operators decided stays on record; restore a backup instead.")
