"""What delivery decides by: ads, blocks, opt-outs, threads; a status for what it refused. Lines that were changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEPT = (
    "id, conversation, message, account, author, epoch, body, reference, status, attempts, next_try_at, expires_at,"
    " created_at, platform_id, sent_at, delivered_at, read_at, reason, error"
)
_INDEXES = {
    "ix_outbox_live": (["conversation", "id"], "status IN ('waiting', 'sending', 'uncertain')"),
    "ix_outbox_due": (["account", "next_try_at", "id"], "status = 'waiting'"),
    "ix_outbox_expiring": (["expires_at"], "status = 'waiting'"),
    "ix_outbox_uncertain": (["next_try_at"], "status = 'uncertain'"),
    "ix_outbox_platform": (["platform_id"], "platform_id IS NOT NULL"),
    "ix_outbox_unread": (["conversation", "sent_at"], "status = 'sent' AND read_at IS NULL"),
    "ix_outbox_held": (["conversation"], "status = 'held'"),
}


def upgrade() -> None:
    op.add_column("contacts", _maybe("opted_out_at"))
    op.execute(
        "UPDATE contacts SET opted_out_at = (SELECT max(s.at) FROM consents s WHERE s.contact = contacts.id"
        " AND s.action = 'opt_out') WHERE json_extract(profile, '$.consent.opted_out')"
    )
    for name in ("ad_at", "blocked_at"):
        op.add_column("conversations", _maybe(name))
    op.add_column("conversations", _words("thread"))
    for name in ("edited_at", "deleted_at"):
        op.add_column("messages", _maybe(name))
    op.add_column("messages", _words("reaction"))
    op.create_table(
        "unused_events",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("raw_type", sa.Text(), nullable=False),
        _number("count"),
        _number("first_at"),
        _number("last_at"),
        sa.PrimaryKeyConstraint("account", "raw_type", name=op.f("pk_unused_events")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "deletions",
        sa.Column("code", sa.Text(), nullable=False),
        _words("account"),
        _words("subject"),
        _number("asked_at"),
        _maybe("done_at"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_deletions")),
    )
    op.create_table(
        "erased_files",
        sa.Column("folder", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("folder", name=op.f("pk_erased_files")),
    )
    which = sa.text("done_at IS NULL")
    op.create_index("ix_deletions_open", "deletions", ["asked_at"], sqlite_where=which, postgresql_where=which)
    op.create_index("ix_calls_conversation", "calls", ["conversation"])
    op.create_index("ix_identities_contact", "identities", ["contact"])
    # Nobody reads what was taken up already: the transcript and the events have it.
    op.execute("UPDATE inbox SET body = '' WHERE status NOT IN ('pending', 'parked')")
    _outbox_anew()


def _outbox_anew() -> None:
    """SQLite changes no CHECK of a table that exists: the rows move into a new one."""
    for name in (*_INDEXES, "ix_outbox_message"):
        op.drop_index(name, table_name="outbox")
    op.rename_table("outbox", "outbox_before")
    op.create_table(
        "outbox",
        sa.Column("id", _Id, nullable=False),
        sa.Column("conversation", _Id, nullable=False),
        sa.Column("message", _Id, nullable=False),
        _words("account"),
        _words("author"),
        _number("epoch"),
        _number("turn"),
        _number("proactive"),
        _words("body"),
        _words("reference"),
        _words("status", "waiting"),
        *(_number(name) for name in ("attempts", "next_try_at", "expires_at", "created_at")),
        sa.Column("platform_id", sa.Text(), nullable=True),
        *(_maybe(name) for name in ("sent_at", "delivered_at", "read_at")),
        _words("reason"),
        _words("error"),
        sa.CheckConstraint("author IN ('bot', 'person', 'system')", name=op.f("ck_outbox_author")),
        sa.CheckConstraint(
            "status IN ('waiting', 'sending', 'uncertain', 'sent', 'failed', 'refused', 'dropped', 'expired', 'held')",
            name=op.f("ck_outbox_status"),
        ),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], name=op.f("fk_outbox_conversation")),
        sa.ForeignKeyConstraint(["message"], ["messages.id"], name=op.f("fk_outbox_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.execute(f"INSERT INTO outbox({_KEPT}) SELECT {_KEPT} FROM outbox_before")  # noqa: S608  # our own constant
    op.drop_table("outbox_before")
    for name, (columns, where) in _INDEXES.items():
        which = sa.text(where)
        op.create_index(name, "outbox", columns, sqlite_where=which, postgresql_where=which)
    op.create_index("ix_outbox_message", "outbox", ["message"])


def _words(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False)


def _maybe(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=True)
