"""Tables of unclear replies and of texts taken."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "taken_text",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("taken_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_taken_text_at"), ["at"], unique=False)

    op.create_table(
        "unclear_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"],
            ["alert.id"],
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("unclear_reply", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unclear_reply_about"), ["about"], unique=False)
        batch_op.create_index(batch_op.f("ix_unclear_reply_alert_id"), ["alert_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_unclear_reply_contact_id"), ["contact_id"], unique=False)
