"""The survey of certificates."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "survey_answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("sheet", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("form", sa.String(length=100), nullable=False),
        sa.Column("purpose", sa.String(length=100), nullable=False),
        sa.Column("issuer", sa.String(length=100), nullable=False),
        sa.Column("legal_basis", sa.String(length=500), nullable=False),
        sa.Column("volume", sa.Integer(), nullable=True),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_answer_form"), ["form"], unique=False)
        batch_op.create_index(batch_op.f("ix_survey_answer_unit"), ["unit"], unique=False)

    op.create_table(
        "survey_name",
        sa.Column("form", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("certificate", sa.String(length=40), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("form"),
    )
    with op.batch_alter_table("survey_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_name_certificate"), ["certificate"], unique=False)

    op.create_table(
        "survey_point",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("certificate", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "unit", "certificate"),
    )
    with op.batch_alter_table("survey_point", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_point_certificate"), ["certificate"], unique=False)
        batch_op.create_index(batch_op.f("ix_survey_point_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_survey_point_unit"), ["unit"], unique=False)

    op.create_table(
        "survey_return",
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("sheet", sa.String(length=8), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("unit", "sheet"),
    )
    op.create_table(
        "survey_upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("survey_upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_upload_made_at"), ["made_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_survey_upload_who"), ["who"], unique=False)
