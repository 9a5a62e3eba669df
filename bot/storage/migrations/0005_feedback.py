"""Why a thumb points down, and the question where its reader sent it along."""

import sqlalchemy as sa
from alembic import op

revision = "chats_0005"
down_revision = "chats_0004"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("feedback", sa.Column("reason", sa.Text, nullable=False, server_default=""))
    op.add_column("feedback", sa.Column("question", sa.Text))
    op.add_column("feedback", sa.Column("place", sa.Text))
    op.add_column("feedback", sa.Column("asked", sa.Float))
