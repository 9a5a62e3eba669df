"""Whether answers to /ask are seen by the asker only, and who has not shown yet that one came."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import INTEGER

revision = "chats_0014"
down_revision = "chats_0013"


def upgrade() -> None:
    """Add a column to the settings, and one to the updates in hand."""
    op.add_column("preference", sa.Column("only_asker", INTEGER))
    op.add_column("inbox", sa.Column("held_for", INTEGER))
