"""The trail is chained: links, marks and contents of its lines, and the checkpoints that sign them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "checkpoint",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("jws", sa.String(), nullable=False),
        sa.Column("chains", sa.Integer(), nullable=False),
        sa.Column("low", sa.BigInteger(), nullable=False),
        sa.Column("top", sa.BigInteger(), nullable=False),
        sa.Column("under_way", sa.BigInteger(), nullable=False),
        sa.Column("broken", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "trail_head",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("chain", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("link", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", "chain"),
    )
    op.create_table(
        "trail_leaf",
        sa.Column("checkpoint", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("chain", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("link", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("checkpoint", "place"),
    )
    with op.batch_alter_table("trail_leaf", schema=None) as batch_op:
        batch_op.create_index("ix_trail_leaf_chain", ["number", "chain", "seq"], unique=True)

    op.create_table(
        "verification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("chains", sa.Integer(), nullable=False),
        sa.Column("checkpoints", sa.Integer(), nullable=False),
        sa.Column("uncovered", sa.Integer(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("first_fault", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("trail_seq", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("trail_link", sa.LargeBinary(), nullable=True))

    with op.batch_alter_table("trail", schema=None) as batch_op:
        batch_op.add_column(sa.Column("chain", sa.String(length=80), server_default="", nullable=False))
        batch_op.add_column(sa.Column("seq", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("mac", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("content", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("content_hash", sa.LargeBinary(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_trail_number"))
        batch_op.create_index("ix_trail_chain", ["number", "chain", "seq"], unique=True)
