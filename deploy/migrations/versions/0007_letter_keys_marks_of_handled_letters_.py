"""letter keys, marks of handled letters, hashes of questions."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "letter_key",
        sa.Column("kid", sa.String(length=43), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("sign", sa.String(length=43), nullable=False),
        sa.Column("read", sa.String(length=43), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_by", sa.String(length=64), nullable=False),
        sa.Column("writes", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("kid"),
    )
    with op.batch_alter_table("letter_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_key_owner"), ["owner"], unique=False)

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("question_hashes", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mark", sa.String(length=24), server_default="", nullable=False))
