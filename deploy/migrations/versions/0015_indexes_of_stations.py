"""indexes by which a station's cases are found, and open cases counted by unit and station."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_OPEN = "state IN ('asked', 'at_desk', 'returned', 'with_contact')"
_COUNTED = "holder, due_at, station, item, state, arbitration, nobody_reached, asked_at"
# On PostgreSQL built before this migration, while everybody goes on writing: see deploy/migrate.py.
BESIDE = {
    "ix_cases_open_desk": f"cases ({_COUNTED}) WHERE {_OPEN}",
    "ix_cases_station": "cases (station, asked_at, number) WHERE station != ''",
    "ix_cases_open_station": f"cases (station, due_at) WHERE {_OPEN} AND station != ''",
    "ix_cases_station_answered": "cases (station, answered_at) WHERE answered_at IS NOT NULL AND station != ''",
}


def upgrade() -> None:
    """Forward. What was built before is there already."""
    for name, on in BESIDE.items():
        columns, _, where = on.removeprefix("cases (").partition(") WHERE ")
        only = sa.text(where)
        op.create_index(name, "cases", columns.split(", "), if_not_exists=True, sqlite_where=only, postgresql_where=only)
    op.drop_index("ix_cases_open_holder", "cases", if_exists=True)
