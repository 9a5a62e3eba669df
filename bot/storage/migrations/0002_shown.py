"""Which articles each of the bot's messages shows, for a day, so that a reply finds them."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import INTEGER

revision = "chats_0002"
down_revision = "chats_0001"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "shown",
        sa.Column("chat_id", INTEGER, primary_key=True),
        sa.Column("message", INTEGER, primary_key=True),
        sa.Column("articles", sa.JSON, nullable=False),
        sa.Column("at", sa.Float, nullable=False, index=True),
    )
