"""urging and what the board counts."""

import sqlalchemy as sa
from alembic import op


revision = '0007'
down_revision = '0006'


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.create_index('ix_alert_created', ['created_at'], unique=False)

    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.add_column(sa.Column('urged_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index('ix_cases_disputed', ['asked_at'], unique=False, sqlite_where=sa.text('disputed IS 1'), postgresql_where=sa.text('disputed IS true'))

    with op.batch_alter_table('trail', schema=None) as batch_op:
        batch_op.create_index('ix_trail_supervisor', ['at'], unique=False, sqlite_where=sa.text("actor = 'supervisor'"), postgresql_where=sa.text("actor = 'supervisor'"))


