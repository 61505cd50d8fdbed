"""Alembic's entry: runs the migrations on the connection it is given."""

from alembic import context

from deploy.tables import all_tables

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=all_tables(), render_as_batch=True, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
