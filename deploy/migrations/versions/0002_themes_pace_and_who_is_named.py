"""themes, pace and who is named."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "named",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("key", "number"),
    )
    op.create_table(
        "pace",
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("on_time", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "holder", "item", "what", "source", "bucket"),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("theme", sa.String(length=8), server_default="auto", nullable=False))
        batch_op.add_column(sa.Column("density", sa.String(length=12), server_default="comfortable", nullable=False))

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index("ix_cases_asked", ["asked_at"], unique=False)

    with op.batch_alter_table("trail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trail_at"), ["at"], unique=False)
    _name_everybody()


def _name_everybody() -> None:
    """Whom the cases there are name, a thousand cases at a time."""
    connection = op.get_bind()
    cases = sa.table("cases", sa.column("number", sa.String), sa.column("subjects", sa.JSON))
    named = sa.table("named", sa.column("key", sa.String), sa.column("number", sa.String))
    last = ""
    while found := connection.execute(sa.select(cases).where(cases.c.number > last).order_by(cases.c.number).limit(1000)).all():
        pairs = {(_key(one), number) for number, subjects in found for one in subjects.values()}
        connection.execute(sa.insert(named), [{"key": key, "number": number} for key, number in sorted(pairs)])
        last = found[-1][0]


def _key(subject: dict[str, str]) -> str:
    number = subject.get("id_number") or subject.get("credit_code") or ""
    return hashlib.sha256(f"named:{number}".encode()).hexdigest()[:32]
