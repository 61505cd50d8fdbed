"""what is personal is kept sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

# What is sealed is longer than what it was made of. SQLite heeds no length.
LENGTHS = {
    ("batch", "name"): 100,
    ("cases", "purpose"): 200,
    ("cases", "urgent_reason"): 200,
    ("rating", "words"): 500,
    ("roster_import", "file"): 200,
    ("statement", "words"): 2000,
    ("statement", "contact_name"): 64,
    ("webhook_key", "secret"): 64,
}


def upgrade() -> None:
    """Forward."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for (table, column), length in LENGTHS.items():
        op.alter_column(table, column, existing_type=sa.String(length=length), type_=sa.Text(), existing_nullable=False)
