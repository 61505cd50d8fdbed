"""stations: a unit's parent, where within a house a case stands, and the rules that lead a question to a station."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Forward. The columns have defaults, so that the version before goes on writing; indexes follow in the next migration."""
    op.add_column("unit", sa.Column("parent", sa.String(length=32), server_default="", nullable=False))
    op.create_index("ix_unit_parent", "unit", ["parent"])
    op.add_column("cases", sa.Column("station", sa.String(length=32), server_default="", nullable=False))
    op.add_column("cases", sa.Column("handings", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "station_rule",
        sa.Column("unit", sa.String(length=32), sa.ForeignKey("unit.code"), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("station", sa.String(length=32), sa.ForeignKey("unit.code"), nullable=False),
        sa.PrimaryKeyConstraint("unit", "item", "kind", "value"),
    )
    op.create_index("ix_station_rule_station", "station_rule", ["station"])
