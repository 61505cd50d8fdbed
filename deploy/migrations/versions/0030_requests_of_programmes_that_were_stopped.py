"""requests of programmes that were stopped."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "certificate_stopped_mark",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("mark"),
    )
    with op.batch_alter_table("certificate_stopped_mark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_stopped_mark_month"), ["month"], unique=False)
