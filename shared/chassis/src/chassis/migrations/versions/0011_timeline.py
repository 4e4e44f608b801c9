"""The log compares the timeline of its server with the one that was compared with the topic, in every append."""

from pathlib import Path

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    script = Path(__file__).with_name("0011_timeline.sql").read_text()
    op.get_bind().connection.run_async(lambda connection: connection.execute(script))


def downgrade() -> None:
    raise RuntimeError("A log that cannot tell where it is would believe any server; restore a backup instead.")
