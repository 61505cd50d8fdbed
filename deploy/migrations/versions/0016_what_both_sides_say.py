"""Table of messages; columns of cases for pauses, offered days and the time of the supervisor's decision."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

TIMES = (
    "paused_at",
    "paused_until",
    "due_unpaused",
    "offered_due",
    "declined_at",
    "arbitrate_by",
    "decision_look_at",
    "asker_urged_at",
)
COUNTS = ("asked_back", "paused_minutes", "offers")
# Cases that wait for a decision already: due when their answer is, and looked at as soon as the clock runs.
WAITING = """
UPDATE cases SET arbitrate_by = due_at, decision_look_at = asked_at
WHERE arbitration IS {true} AND state IN ('asked', 'at_desk', 'with_contact', 'returned')
"""


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_message_number", "message", ["number"], unique=False)
    for name in TIMES:
        op.add_column("cases", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in COUNTS:
        op.add_column("cases", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.add_column("cases", sa.Column("desk_unread", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(WAITING.format(true="true" if op.get_bind().dialect.name == "postgresql" else "1"))
