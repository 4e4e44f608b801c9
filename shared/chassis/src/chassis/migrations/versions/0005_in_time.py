"""Recording times rise with positions, whatever the clocks of the replicas."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    script = Path(__file__).with_name("0005_in_time.sql").read_text()
    op.get_bind().connection.run_async(lambda connection: connection.execute(script))


def downgrade() -> None:
    raise RuntimeError("Recording times that rise are never given up; restore a backup instead.")
