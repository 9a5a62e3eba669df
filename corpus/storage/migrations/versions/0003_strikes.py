"""What reading had to be stopped at."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import INTEGER, TEXT

revision = "articles_0003"
down_revision = "articles_0002"


def upgrade() -> None:
    """Make room for it; nothing has any strikes yet."""
    op.create_table(
        "strike",
        sa.Column("item", TEXT, primary_key=True),
        sa.Column("times", INTEGER, nullable=False),
    )
