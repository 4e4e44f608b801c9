"""How far the erasures of persons were followed."""

from pathlib import Path

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    script = Path(__file__).with_name("0017_erasures_followed.sql").read_text()
    op.get_bind().connection.run_async(lambda connection: connection.execute(script))


def downgrade() -> None:
    raise RuntimeError("What followed an erasure is done; restore a backup instead.")
