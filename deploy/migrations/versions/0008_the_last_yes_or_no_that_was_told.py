"""Cases: columns for the last yes or no that was told, and by whom."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

# Of cases answered before: the answer that stands, or that a dispute is about. Earlier ones are sealed, and stay unread here.
TOLD = """
UPDATE cases SET last_told = outcome, told_by = COALESCE(
    (SELECT a.who FROM amendment a WHERE a.number = cases.number AND a.state = 'standing' AND a.kind <> 'withdraw_answer'
     ORDER BY a.version DESC LIMIT 1), answered_by)
WHERE outcome IN ('confirmed', 'contradicted')
"""


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("last_told", sa.String(length=32), server_default="", nullable=False))
        batch_op.add_column(sa.Column("told_by", sa.Text(), server_default="", nullable=False))
    op.execute(TOLD)
