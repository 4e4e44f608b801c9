"""Views of the lag of read models and the relay."""

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    script = Path(__file__).with_name("0006_projection_lag.sql").read_text()
    op.get_bind().connection.run_async(lambda connection: connection.execute(script))


def downgrade() -> None:
    op.execute("DROP VIEW projection_lag, relay_lag")
