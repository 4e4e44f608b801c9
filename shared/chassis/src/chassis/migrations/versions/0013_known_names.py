"""The names that streams were given, and those that look like another one."""

from pathlib import Path

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    script = Path(__file__).with_name("0013_known_names.sql").read_text()
    op.get_bind().connection.run_async(lambda connection: connection.execute(script))


def downgrade() -> None:
    raise RuntimeError("What operators decided stays on record; restore a backup instead.")
