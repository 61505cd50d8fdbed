"""the directory of certificates."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "certificate",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("zh", sa.String(length=80), nullable=False),
        sa.Column("en", sa.String(length=160), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("issuer", sa.String(length=120), nullable=False),
        sa.Column("issuer_unit", sa.String(length=32), nullable=False),
        sa.Column("legal_basis", sa.String(length=300), nullable=False),
        sa.Column("yearly_volume", sa.Integer(), nullable=False),
        sa.Column("sample_volume", sa.Boolean(), nullable=False),
        sa.Column("certificate_class", sa.String(length=16), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("clause_zh", sa.String(length=500), nullable=False),
        sa.Column("clause_en", sa.String(length=1000), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("bundle", sa.String(length=40), nullable=False),
        sa.Column("commitment", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "certificate_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("certificate", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate"],
            ["certificate.code"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("certificate_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_change_certificate"), ["certificate"], unique=False)
        waiting = sa.text("state = 'proposed'")
        batch_op.create_index(
            "ix_certificate_proposed", ["certificate"], unique=True, sqlite_where=waiting, postgresql_where=waiting
        )

    op.create_table(
        "certificate_stopped",
        sa.Column("certificate", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate"],
            ["certificate.code"],
        ),
        sa.PrimaryKeyConstraint("certificate", "unit", "month"),
    )
    op.create_table(
        "certificate_taking",
        sa.Column("certificate", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("matter", sa.String(length=64), nullable=False),
        sa.Column("yearly_volume", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate"],
            ["certificate.code"],
        ),
        sa.PrimaryKeyConstraint("certificate", "unit", "matter"),
    )
