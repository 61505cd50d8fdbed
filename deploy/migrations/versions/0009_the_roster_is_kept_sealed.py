"""the roster is kept sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

# What is sealed is longer than what it was made of. SQLite heeds no length.
WIDER = [("contact", "name"), ("contact", "phone"), ("contact", "note"), ("number_check", "phone")]
WIDER += [("contact_change", "before"), ("contact_change", "after")]


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ref", sa.String(length=32), server_default="", nullable=False))
        batch_op.add_column(sa.Column("phone_index", sa.String(length=32), server_default="", nullable=False))
        batch_op.create_index(batch_op.f("ix_contact_phone_index"), ["phone_index"], unique=False)

    postgres = op.get_bind().dialect.name == "postgresql"
    name = "replace(gen_random_uuid()::text, '-', '')" if postgres else "lower(hex(randomblob(16)))"
    op.execute(f"UPDATE contact SET ref = {name}")
    for table, column in WIDER if postgres else []:
        op.alter_column(table, column, type_=sa.Text())
