"""Outcome notices: a column for the source of the outcome."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

# What waits to be told: of the case as it stands, where its outcome is still the one that is told.
WAITING = """
UPDATE outcome_notice SET source = COALESCE(
    (SELECT c.source FROM cases c WHERE c.number = outcome_notice.number AND c.outcome = outcome_notice.outcome), '')
WHERE outcome <> '' AND next_try_at IS NOT NULL
"""


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("outcome_notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source", sa.String(length=16), server_default="", nullable=False))
    op.execute(WAITING)
