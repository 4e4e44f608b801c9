"""The index of look-ups: where ids stand in the log."""

from pathlib import Path

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    script = Path(__file__).with_name("0020_lookup.sql").read_text()
    op.get_bind().connection.run_async(lambda connection: connection.execute(script))


def downgrade() -> None:
    op.execute("DROP VIEW lookup_lag")
    op.execute("DROP TABLE lookup, lookup_follower")
