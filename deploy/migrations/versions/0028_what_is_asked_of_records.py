"""what is asked of records, and by which fields."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mode", sa.String(length=16), server_default="", nullable=False))
        batch_op.add_column(sa.Column("wanted", sa.JSON(), server_default="{}", nullable=False))
