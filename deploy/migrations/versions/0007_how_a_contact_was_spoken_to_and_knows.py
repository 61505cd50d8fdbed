"""Statements: columns for how a contact was called and how they know."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("call", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("known_by", sa.Text(), server_default="", nullable=False))
