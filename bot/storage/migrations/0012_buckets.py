"""How fast things may be done, counted for all replicas together."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import INTEGER, passing

revision = "chats_0012"
down_revision = "chats_0011"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "bucket",
        sa.Column("kind", INTEGER, primary_key=True, autoincrement=False),
        sa.Column("chat_id", INTEGER, primary_key=True, autoincrement=False),
        sa.Column("full_until", sa.Float, nullable=False),
        sa.Column("held_until", sa.Float, nullable=False),
        prefixes=passing(op.get_bind()),
    )
