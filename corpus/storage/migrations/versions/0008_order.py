"""The order in which articles were added, written down: not every database has one by itself."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import INTEGER

revision = "articles_0008"
down_revision = "articles_0007"


def upgrade() -> None:
    """Take SQLite's own for what is there."""
    op.add_column("article", sa.Column("number", INTEGER, nullable=False, server_default="0"))
    if op.get_bind().dialect.name == "sqlite":
        op.execute("UPDATE article SET number = rowid")
    op.create_index("article_number", "article", ["number"])
