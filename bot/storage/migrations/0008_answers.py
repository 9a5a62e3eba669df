"""What kind of answer was given, apart from how far it answers, and what was asked, typed."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import INTEGER, TEXT

revision = "chats_0008"
down_revision = "chats_0007"

# What version 0.1.0 wrote as a verdict, and what that says of kind and verdict.
_SAID = {
    "answer": ("passages", "answer"),
    "closest": ("passages", "closest"),
    "nothing": ("passages", "nothing"),
    "said": ("quotations", "answer"),
    "nearest said": ("quotations", "closest"),
    "said on the topic": ("quotations", "nothing"),
    "people": ("people", "answer"),
    "summary": ("summary", "answer"),
    "story": ("timeline", "answer"),
    "which article": ("articles", "answer"),
}


def upgrade() -> None:
    """Part the column in exchanges, ratings and counts."""
    op.add_column("exchange", sa.Column("kind", TEXT))
    op.add_column("exchange", sa.Column("confidence", sa.Float))
    op.add_column("exchange", sa.Column("intent", sa.JSON))
    op.add_column("feedback", sa.Column("kind", TEXT))
    op.rename_table("tally", "tally_before")
    op.create_table(
        "tally",
        sa.Column("hour", INTEGER, primary_key=True),
        sa.Column("kind", TEXT, primary_key=True),
        sa.Column("verdict", TEXT, primary_key=True),
        sa.Column("step", INTEGER, primary_key=True),
        sa.Column("answers", INTEGER, nullable=False),
    )
    for said, (kind, verdict) in _SAID.items():
        for table in ("exchange", "feedback"):
            own = sa.table(table, sa.column("kind"), sa.column("verdict"))
            changed = own.update().where(own.c.verdict == said, own.c.kind.is_(None))
            op.execute(changed.values(kind=kind, verdict=verdict))
        op.execute(
            sa.text(
                "INSERT INTO tally SELECT hour, :kind, :verdict, step, answers FROM tally_before"
                " WHERE verdict = :said"
            ).bindparams(kind=kind, verdict=verdict, said=said)
        )
    op.drop_table("tally_before")
