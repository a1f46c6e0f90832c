"""What contacts were called before their platform gave them another number or id."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "former_ids",
        sa.Column("id", key, nullable=False),
        sa.Column("contact", key, nullable=False),
        sa.Column("account", sa.Text(), server_default="", nullable=False),
        sa.Column("external", sa.Text(), server_default="", nullable=False),
        sa.Column("until", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["contact"], ["contacts.id"], name=op.f("fk_former_ids_contact")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_ids")),
    )
    op.create_index("ix_former_ids_contact", "former_ids", ["contact"])
