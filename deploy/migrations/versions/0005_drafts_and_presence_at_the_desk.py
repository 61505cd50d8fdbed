"""drafts and presence at the desk."""

import sqlalchemy as sa
from alembic import op


revision = '0005'
down_revision = '0004'


def upgrade() -> None:
    """Forward."""
    op.create_table('draft',
    sa.Column('username', sa.String(length=64), nullable=False),
    sa.Column('number', sa.String(length=32), nullable=False),
    sa.Column('move', sa.String(length=16), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('tab', sa.String(length=16), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['username'], ['account.username'], ),
    sa.PrimaryKeyConstraint('username', 'number', 'move')
    )
    op.create_table('presence',
    sa.Column('number', sa.String(length=32), nullable=False),
    sa.Column('username', sa.String(length=64), nullable=False),
    sa.Column('unit', sa.String(length=32), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('writing_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['username'], ['account.username'], ),
    sa.PrimaryKeyConstraint('number', 'username')
    )
    with op.batch_alter_table('presence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_presence_seen_at'), ['seen_at'], unique=False)

    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.create_index('ix_cases_holder_answered', ['holder', 'answered_at'], unique=False, sqlite_where=sa.text('answered_at IS NOT NULL'), postgresql_where=sa.text('answered_at IS NOT NULL'))


