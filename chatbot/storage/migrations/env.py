"""Alembic's entry: runs the steps over the connection that chatbot.storage.migrate opened."""

from __future__ import annotations

from alembic import context

from chatbot.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
