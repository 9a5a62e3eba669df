"""The offset from UTC that a publication time was printed with."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import INTEGER

revision = "articles_0006"
down_revision = "articles_0005"


def upgrade() -> None:
    """Take UTC's for what is there; which one was printed is not known any more."""
    offset = sa.Column("offset_minutes", INTEGER, nullable=False, server_default="0")
    op.add_column("article", offset)
