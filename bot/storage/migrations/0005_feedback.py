"""Why a thumb points down, and the question where its reader sent it along."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import TEXT

revision = "chats_0005"
down_revision = "chats_0004"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("feedback", sa.Column("reason", TEXT, nullable=False, server_default=""))
    op.add_column("feedback", sa.Column("question", TEXT))
    op.add_column("feedback", sa.Column("place", TEXT))
    op.add_column("feedback", sa.Column("asked", sa.Float))
