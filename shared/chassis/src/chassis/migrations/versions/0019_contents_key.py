"""The keys under which hashes of what was sent stand beside the answers to it."""

from pathlib import Path

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    script = Path(__file__).with_name("0019_contents_key.sql").read_text()
    op.get_bind().connection.run_async(lambda connection: connection.execute(script))


def downgrade() -> None:
    raise RuntimeError("What is keyed could not be compared without it; restore a backup instead.")
