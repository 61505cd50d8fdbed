"""Batches: columns for how many rows their sheet has, which were left out, and sheets not read."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.add_column(sa.Column("row_count", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("not_read", sa.JSON(), nullable=True))
    with op.batch_alter_table("batch_row", schema=None) as batch_op:
        batch_op.add_column(sa.Column("left_out", sa.String(length=200), server_default="", nullable=False))
    op.execute("UPDATE batch SET row_count = good + bad")  # until now no row was left out
