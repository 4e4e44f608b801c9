"""The requested back-tests and their reports."""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    script = Path(__file__).with_name("0002_backtest.sql").read_text()
    op.get_bind().connection.run_async(lambda connection: connection.execute(script))


def downgrade() -> None:
    op.execute("DROP TABLE backtest")
