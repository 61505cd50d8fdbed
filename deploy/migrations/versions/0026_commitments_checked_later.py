"""commitments checked later."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "commitment_check",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("case_number", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    with op.batch_alter_table("commitment_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commitment_check_case_number"), ["case_number"], unique=False)
        batch_op.create_index(
            "ix_commitment_check_stuck",
            ["unit", "item"],
            unique=False,
            sqlite_where=sa.text("state = 'not_asked'"),
            postgresql_where=sa.text("state = 'not_asked'"),
        )
        batch_op.create_index("ix_commitment_check_unit", ["unit", "state", "at"], unique=False)

    op.create_table(
        "commitment_hearing",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("found_by", sa.String(length=8), nullable=False),
        sa.Column("finders", sa.Text(), nullable=False),
        sa.Column("case_number", sa.String(length=32), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decide_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("urged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_how", sa.String(length=16), nullable=False),
        sa.Column("told_by", sa.String(length=64), nullable=False),
        sa.Column("texted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("objected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("objection", sa.Text(), nullable=False),
        sa.Column("photo", sa.String(length=32), nullable=False),
        sa.Column("entered_by", sa.String(length=64), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    with op.batch_alter_table("commitment_hearing", schema=None) as batch_op:
        batch_op.create_index(
            "ix_commitment_hearing_open",
            ["found_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('to_tell', 'told', 'objected')"),
            postgresql_where=sa.text("state IN ('to_tell', 'told', 'objected')"),
        )
        batch_op.create_index("ix_commitment_hearing_unit", ["unit", "found_at"], unique=False)

    op.create_table(
        "commitment_inspection",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("lot", sa.String(length=7), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("inspector", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("urged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number"),
    )
    with op.batch_alter_table("commitment_inspection", schema=None) as batch_op:
        batch_op.create_index(
            "ix_commitment_inspection_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_commitment_inspection_lot"), ["lot"], unique=False)
        batch_op.create_index("ix_commitment_inspection_mine", ["inspector", "due_at"], unique=False)

    op.create_table(
        "commitment_listed",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("certificate", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_off_by", sa.String(length=64), nullable=False),
        sa.Column("asked_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("off_reason", sa.Text(), nullable=False),
        sa.Column("off_by", sa.String(length=64), nullable=False),
        sa.Column("off_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number"),
    )
    with op.batch_alter_table("commitment_listed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commitment_listed_key"), ["key"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitment_listed_until"), ["until"], unique=False)

    op.create_table(
        "commitment_lot",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("rule", sa.Integer(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("after_checkpoint", sa.Integer(), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("inspectors", sa.JSON(), nullable=False),
        sa.Column("lists", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("checkpoint", sa.String(length=64), nullable=False),
        sa.Column("checkpoint_number", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("drawn", sa.JSON(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("month"),
    )
