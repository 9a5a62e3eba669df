"""What reading had to be stopped at."""

import sqlalchemy as sa
from alembic import op

revision = "articles_0003"
down_revision = "articles_0002"


def upgrade() -> None:
    """Make room for it; nothing has any strikes yet."""
    op.create_table(
        "strike",
        sa.Column("item", sa.Text, primary_key=True),
        sa.Column("times", sa.Integer, nullable=False),
    )
