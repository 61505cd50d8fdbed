"""shifts absences and calls in vain."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("deputy", sa.String(length=64), nullable=False),
        sa.Column("entered_by", sa.String(length=64), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit"],
            ["unit.code"],
        ),
        sa.ForeignKeyConstraint(
            ["username"],
            ["account.username"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index("ix_absence_unit_last", ["unit", "last_day"], unique=False)
        batch_op.create_index(batch_op.f("ix_absence_username"), ["username"], unique=False)

    op.create_table(
        "contact_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("contact_call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_call_about"), ["about"], unique=False)
        batch_op.create_index("ix_contact_call_contact", ["contact_id", "at"], unique=False)

    op.create_table(
        "duty_shift",
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("entered_by", sa.String(length=64), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit"],
            ["unit.code"],
        ),
        sa.ForeignKeyConstraint(
            ["username"],
            ["account.username"],
        ),
        sa.PrimaryKeyConstraint("unit", "day"),
    )
    with op.batch_alter_table("frozen_ladder", schema=None) as batch_op:
        batch_op.create_index("ix_frozen_ladder_lately", ["kind", "started_at"], unique=False)
