"""What ails the items of a department's machine, by item: records that are away, handlers that fail or take too long."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("machine", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ills", sa.JSON(), server_default="{}", nullable=False))
