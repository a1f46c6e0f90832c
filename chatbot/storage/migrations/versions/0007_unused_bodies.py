"""Events of unknown types are kept as they came, the last of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unused_bodies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.Text(), server_default="", nullable=False),
        sa.Column("raw_type", sa.Text(), server_default="", nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unused_bodies")),
    )
    op.create_index("ix_unused_bodies_type", "unused_bodies", ["account", "raw_type"])
    op.create_index("ix_unused_bodies_at", "unused_bodies", ["at"])
