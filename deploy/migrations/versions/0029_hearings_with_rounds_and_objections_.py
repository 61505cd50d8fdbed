"""hearings with rounds, and objections that come late."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("commitment_hearing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("late_reason", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("late_word", sa.String(length=8), server_default="", nullable=False))
        batch_op.add_column(sa.Column("earlier", sa.JSON(), server_default="[]", nullable=False))
