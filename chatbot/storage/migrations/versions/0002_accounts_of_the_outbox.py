"""Each account finds its own waiting rows: what one may not send costs the others nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_WAITING = sa.text("status = 'waiting'")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("account", sa.Text(), server_default="", nullable=False))
    op.execute(
        "UPDATE outbox SET account = (SELECT d.account FROM conversations c JOIN identities d ON d.id = c.identity"
        " WHERE c.id = outbox.conversation)"
    )
    # What a person or the system said waited without end; now it has a day from here on.
    op.execute("UPDATE outbox SET expires_at = created_at + 86400000 WHERE status = 'waiting' AND expires_at = 0")
    op.drop_index("ix_outbox_due", table_name="outbox")
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["account", "next_try_at", "id"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index("ix_outbox_expiring", "outbox", ["expires_at"], sqlite_where=_WAITING, postgresql_where=_WAITING)
