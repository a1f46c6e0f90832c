"""Consent has purposes and the words it was given to; ratings and milestones are kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for name in ("purpose", "text"):
        op.add_column("consents", sa.Column(name, sa.Text(), server_default="", nullable=False))
    _table(
        "ratings",
        _words("kind"),
        _number("score"),
        _words("flow"),
        _number("at"),
        sa.CheckConstraint("kind IN ('csat', 'nps')", name=op.f("ck_ratings_kind")),
    )
    _table(
        "milestones",
        _words("kind"),
        _words("name"),
        sa.Column("value", sa.Float(), nullable=True),
        _words("data", "{}"),
        _number("at"),
        sa.CheckConstraint("kind IN ('goal', 'event')", name=op.f("ck_milestones_kind")),
    )


def _table(name: str, *parts: sa.Column[str] | sa.Column[int] | sa.Column[float] | sa.CheckConstraint) -> None:
    op.create_table(
        name,
        sa.Column("id", _Id, nullable=False),
        sa.Column("conversation", _Id, nullable=False),
        *parts,
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], name=op.f(f"fk_{name}_conversation")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(f"ix_{name}_conversation", name, ["conversation"])


def _words(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False)
