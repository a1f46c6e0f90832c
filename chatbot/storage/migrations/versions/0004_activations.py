"""Each time a version became the active one is kept: for going back, and for knowing when a version was replaced."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "activations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["hash"], ["programs.hash"], name=op.f("fk_activations_hash")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activations")),
    )
    # In the order in which they were stored; which was active when is not known of the earlier ones.
    op.execute(
        "INSERT INTO activations(hash, at) SELECT p.hash, p.created_at FROM programs p"
        " WHERE p.hash NOT IN (SELECT hash FROM active_program) ORDER BY p.created_at, p.hash"
    )
    op.execute("INSERT INTO activations(hash, at) SELECT hash, activated_at FROM active_program")
