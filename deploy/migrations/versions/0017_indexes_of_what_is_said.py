"""indexes of cases for which a decision or a message waits."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

UNREAD = "desk_unread IS {true}"
DECIDED = "decision_look_at IS NOT NULL"
# On PostgreSQL built before this migration, while everybody goes on writing: see deploy/migrate.py.
BESIDE = {
    "ix_cases_decided": f"cases (decision_look_at) WHERE {DECIDED}",
    "ix_cases_desk_unread": f"cases (holder) WHERE {UNREAD.format(true='true')}",
}


def upgrade() -> None:
    """Forward. What was built before is there already."""
    waits = sa.text(DECIDED)
    op.create_index(
        "ix_cases_decided", "cases", ["decision_look_at"], if_not_exists=True, sqlite_where=waits, postgresql_where=waits
    )
    lite, large = sa.text(UNREAD.format(true="1")), sa.text(UNREAD.format(true="true"))
    op.create_index("ix_cases_desk_unread", "cases", ["holder"], if_not_exists=True, sqlite_where=lite, postgresql_where=large)
