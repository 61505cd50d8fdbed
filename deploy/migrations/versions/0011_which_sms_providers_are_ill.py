"""which SMS providers are ill, which texts go first, and what units' systems did not take."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "sms_provider",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(length=32), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("ill_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_call_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("well_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.add_column(sa.Column("urgent", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    with op.batch_alter_table("outcome_notice", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outcome_notice_given_up",
            ["unit", "id"],
            unique=False,
            sqlite_where=sa.text("next_try_at IS NULL AND told_at IS NULL"),
            postgresql_where=sa.text("next_try_at IS NULL AND told_at IS NULL"),
        )
