"""The tables, defined once with SQLAlchemy Core: migrations are generated from here and compared with it.

No query lives here. Statuses are text because people read them in `sqlite3`; times are milliseconds.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from chatbot.storage.pending import CALLS_LIVE, OUTBOX_LIVE

NAMES: Final = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: Final = MetaData(naming_convention=NAMES)
Id: Final = BigInteger().with_variant(Integer, "sqlite")


def _key() -> Column[int]:
    return Column("id", Id, primary_key=True)


def _of(table: str, *, null: bool = False, unique: bool = False) -> Column[int]:
    """A reference to a row of another table, named in the singular."""
    return Column(table.removesuffix("s"), Id, ForeignKey(f"{table}.id"), nullable=null, unique=unique)


def _number(name: str, default: str = "0") -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default=text(default))


def _maybe(name: str) -> Column[int | None]:
    return Column(name, BigInteger)


def _words(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, server_default=default)


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


marks = Table("marks", metadata, Column("name", Text, primary_key=True), _words("value"))

programs = Table(
    "programs",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("bundle", LargeBinary, nullable=False),
    _number("created_at"),
)

active_program = Table(
    "active_program",
    metadata,
    _key(),
    Column("hash", Text, ForeignKey("programs.hash"), nullable=False),
    _number("activated_at"),
    CheckConstraint("id = 1", name="one_row"),
)

activations = Table(
    "activations",
    metadata,
    _key(),
    Column("hash", Text, ForeignKey("programs.hash"), nullable=False),
    _number("at"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("account", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    _number("at"),
)

contacts = Table("contacts", metadata, _key(), _words("profile", "{}"), _number("created_at"), _maybe("opted_out_at"))

identities = Table(
    "identities",
    metadata,
    _key(),
    _of("contacts"),
    _words("account"),
    _words("external"),
    _words("channel"),
    UniqueConstraint("account", "external"),
)

former_ids = Table(
    "former_ids", metadata, _key(), _of("contacts"), _words("account"), _words("external"), _number("until"),
)  # fmt: skip

conversations = Table(
    "conversations",
    metadata,
    _key(),
    Column("identity", Id, ForeignKey("identities.id"), nullable=False, unique=True),
    _words("status", "open"),
    _words("control", "bot"),
    _number("control_epoch"),
    _number("version"),
    _words("program"),
    Column("state", LargeBinary, nullable=False, server_default=text("X''")),
    _maybe("call"),
    _words("locale"),
    _words("timezone", "UTC"),
    Column("queue", Text),
    Column("assignee", Text),
    _maybe("waiting_since"),
    _maybe("queued_at"),
    _maybe("last_in_at"),
    _maybe("ad_at"),
    _maybe("blocked_at"),
    _words("thread"),  # the platform's app that answers it, "" when that is us
    _number("created_at"),
    CheckConstraint("status IN ('open', 'snoozed', 'resolved')", name="status"),
    CheckConstraint("control IN ('bot', 'queued', 'human')", name="control"),
    CheckConstraint("(control = 'human') = (assignee IS NOT NULL)", name="human_has_assignee"),
    CheckConstraint("control <> 'queued' OR queue IS NOT NULL", name="queued_has_queue"),
    CheckConstraint("status <> 'resolved' OR control = 'bot'", name="resolved_is_bot"),
    CheckConstraint("status <> 'snoozed' OR control <> 'bot'", name="snoozed_is_not_bot"),
    _partial("ix_conversations_queued", "queue", "queued_at", where="control = 'queued'"),
    _partial("ix_conversations_human", "assignee", where="control = 'human'"),
)

dedupe = Table(
    "dedupe",
    metadata,
    Column("day", Integer, primary_key=True),
    Column("hash", BigInteger, primary_key=True),
    sqlite_with_rowid=False,
)

inbox = Table(
    "inbox",
    metadata,
    _key(),
    _of("conversations"),
    _number("rank", "1"),  # 0: answers and desk events overtake, 1: what customers sent
    _words("source"),
    _words("body"),
    _words("status", "pending"),
    _number("attempts"),
    _number("arrived_at"),
    CheckConstraint("source IN ('inbound', 'answer', 'desk')", name="source"),
    CheckConstraint("status IN ('pending', 'parked', 'done', 'noted', 'dead')", name="status"),
    _partial("ix_inbox_pending", "id", where="status = 'pending'"),
    _partial("ix_inbox_next", "conversation", "rank", "id", where="status = 'pending'"),
    _partial("ix_inbox_parked", "conversation", "id", where="status = 'parked'"),
)

events = Table(
    "events",
    metadata,
    _key(),
    _of("conversations"),
    _number("version"),
    _number("at"),
    _words("program"),
    _words("body"),
    _words("trace", "[]"),
    Index("ix_events_conversation", "conversation", "version", unique=True),
)

messages = Table(
    "messages",
    metadata,
    _key(),
    _of("conversations"),
    _words("author"),
    _words("agent"),
    _words("text"),
    _words("body"),
    _words("origin"),
    _number("at"),
    _maybe("edited_at"),
    _maybe("deleted_at"),
    _words("reaction"),
    CheckConstraint("author IN ('customer', 'bot', 'person', 'system')", name="author"),
    Index("ix_messages_conversation", "conversation", "id"),
)

outbox = Table(
    "outbox",
    metadata,
    _key(),
    _of("conversations"),
    _of("messages"),
    _words("account"),  # of its conversation: an account must find its own rows without walking others'
    _words("author"),
    _number("epoch"),
    _number("turn"),  # the version of its conversation that decided it; 0 for what people said
    _number("proactive"),  # 1: it answers nothing the contact did
    _words("body"),
    _words("reference"),
    _words("status", "waiting"),
    _number("attempts"),
    _number("next_try_at"),
    _number("expires_at"),
    _number("created_at"),
    Column("platform_id", Text),
    _maybe("sent_at"),
    _maybe("delivered_at"),
    _maybe("read_at"),
    _words("reason"),
    _words("error"),
    CheckConstraint("author IN ('bot', 'person', 'system')", name="author"),
    CheckConstraint(
        "status IN ('waiting', 'sending', 'uncertain', 'sent', 'failed', 'refused', 'dropped', 'expired', 'held')",
        name="status",
    ),
    _partial("ix_outbox_live", "conversation", "id", where=OUTBOX_LIVE),
    _partial("ix_outbox_due", "account", "next_try_at", "id", where="status = 'waiting'"),
    _partial("ix_outbox_expiring", "expires_at", where="status = 'waiting'"),
    _partial("ix_outbox_uncertain", "next_try_at", where="status = 'uncertain'"),
    _partial("ix_outbox_platform", "platform_id", where="platform_id IS NOT NULL"),
    _partial("ix_outbox_unread", "conversation", "sent_at", where="status = 'sent' AND read_at IS NULL"),
    _partial("ix_outbox_held", "conversation", where="status = 'held'"),
    Index("ix_outbox_message", "message"),
)

timers = Table(
    "timers",
    metadata,
    _key(),
    _of("conversations"),
    _words("name"),
    _number("due_at"),
    _number("visit"),
    _number("attempts"),
    UniqueConstraint("conversation", "name"),
    Index("ix_timers_due", "due_at"),
)

calls = Table(
    "calls",
    metadata,
    _key(),
    _of("conversations"),
    _number("call"),
    _words("body"),
    _words("key"),
    _words("status", "pending"),
    _number("attempts"),
    _number("interrupted"),
    _number("next_try_at"),
    _number("deadline_at"),
    _number("created_at"),
    CheckConstraint("status IN ('pending', 'running', 'settled', 'cancelled')", name="status"),
    _partial("ix_calls_open", "conversation", "call", where=CALLS_LIVE, unique=True),
    _partial("ix_calls_pending", "next_try_at", where="status = 'pending'"),
    _partial("ix_calls_live", "deadline_at", where=CALLS_LIVE),
    Index("ix_calls_conversation", "conversation"),
)

handoffs = Table(
    "handoffs",
    metadata,
    _key(),
    _of("conversations"),
    _words("queue"),
    _words("priority", "normal"),
    _words("skills", "[]"),
    _words("note"),
    _words("reason"),
    _number("requested_at"),
    _maybe("claimed_at"),
    Column("agent", Text),
    _maybe("first_reply_at"),
    _maybe("ended_at"),
    _words("end_reason"),
    CheckConstraint("priority IN ('low', 'normal', 'high', 'urgent')", name="priority"),
    _partial("ix_handoffs_open", "conversation", where="ended_at IS NULL", unique=True),
    Index("ix_handoffs_conversation", "conversation"),
)

consents = Table(
    "consents", metadata, _key(), _of("contacts"), _of("conversations"), _words("action"), _words("purpose"),
    _words("text"), _number("at"),
)  # fmt: skip
ratings = Table(
    "ratings", metadata, _key(), _of("conversations"), _words("kind"), _number("score"), _words("flow"), _number("at"),
    CheckConstraint("kind IN ('csat', 'nps')", name="kind"),
    Index("ix_ratings_conversation", "conversation"),
)  # fmt: skip
milestones = Table(
    "milestones", metadata, _key(), _of("conversations"), _words("kind"), _words("name"), Column("value", Float),
    _words("data", "{}"), _number("at"),
    CheckConstraint("kind IN ('goal', 'event')", name="kind"),
    Index("ix_milestones_conversation", "conversation"),
)  # fmt: skip
tags = Table("tags", metadata, _key(), _of("conversations"), _words("label"), _number("at"))
ended = Table("ended", metadata, _key(), _of("conversations"), _words("flow"), _words("outcome"), _number("at"))
Index("ix_consents_contact", consents.c.contact)
Index("ix_identities_contact", identities.c.contact)
Index("ix_former_ids_contact", former_ids.c.contact)
Index("ix_tags_conversation", tags.c.conversation)
Index("ix_ended_conversation", ended.c.conversation)

dead_letters = Table(
    "dead_letters",
    metadata,
    _key(),
    _words("account"),
    Column("raw", LargeBinary, nullable=False),
    _words("reason"),
    _number("at"),
    Column("inbox", Id),
)

unused_events = Table(
    "unused_events",
    metadata,
    Column("account", Text, primary_key=True),
    Column("raw_type", Text, primary_key=True),
    _number("count"),
    _number("first_at"),
    _number("last_at"),
    sqlite_with_rowid=False,
)

unused_bodies = Table(
    "unused_bodies",
    metadata,
    _key(),
    _words("account"),
    _words("raw_type"),
    Column("raw", LargeBinary, nullable=False),
    _number("at"),
    Index("ix_unused_bodies_type", "account", "raw_type"),
    Index("ix_unused_bodies_at", "at"),
)

deletions = Table(
    "deletions",
    metadata,
    Column("code", Text, primary_key=True),
    _words("account"),
    _words("subject"),
    _number("asked_at"),
    _maybe("done_at"),
    _partial("ix_deletions_open", "asked_at", where="done_at IS NULL"),
)

erased_files = Table("erased_files", metadata, Column("folder", Text, primary_key=True))

alerts = Table(
    "alerts",
    metadata,
    _key(),
    _of("conversations", null=True),
    _words("kind"),
    _words("text"),
    _number("at"),
    _maybe("seen_at"),
    _partial("ix_alerts_unseen", "id", where="seen_at IS NULL"),
)
