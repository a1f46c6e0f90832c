"""Brings a database to the newest schema, and says where it stands; the steps lie in migrations/versions.

Takes a plain path: who owns the database (the lock) is the caller's business.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chatbot.errors import OperatorError

if TYPE_CHECKING:
    import sqlalchemy
    from alembic.config import Config

HEAD: Final = "0008"
"""The newest step. Known here so that opening an up-to-date database need not import alembic."""


@dataclass(frozen=True, slots=True)
class SchemaStatus:
    """Where a database stands; `current` is "" for one that was never migrated."""

    current: str
    head: str

    @property
    def up_to_date(self) -> bool:
        return self.current == self.head


def status(path: Path) -> SchemaStatus:
    """Read the schema version without changing anything; a missing file counts as empty."""
    if not path.exists():
        return SchemaStatus("", HEAD)
    try:
        conn = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            row = conn.execute("SELECT version_num FROM alembic_version").fetchone()
        finally:
            conn.close()
    except sqlite3.DatabaseError as error:
        if "no such table" in str(error):
            return SchemaStatus("", HEAD)
        raise OperatorError(f"{path} cannot be read as a database: {error}") from error
    return SchemaStatus(row[0] if row else "", HEAD)


def upgrade(path: Path) -> SchemaStatus:
    """Run the missing steps, all in one transaction. Does nothing to a database that is up to date."""
    if status(path).up_to_date:
        return SchemaStatus(HEAD, HEAD)
    import sqlalchemy  # noqa: PLC0415  # 400 ms that an up-to-date database does not need
    from alembic import command  # noqa: PLC0415  # see above
    from alembic.util.exc import CommandError  # noqa: PLC0415  # see above

    engine = sqlalchemy.create_engine(f"sqlite:///{path}")
    # The driver begins no transaction before DDL; without one a crash would leave half a schema.
    sqlalchemy.event.listen(engine, "connect", lambda conn, _: setattr(conn, "isolation_level", None))
    sqlalchemy.event.listen(engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            command.upgrade(configuration(connection), "head")
    except (sqlalchemy.exc.DatabaseError, CommandError) as error:
        raise OperatorError(
            f"{path} cannot be brought to schema {HEAD}: {error}. It was left as it was; "
            "a newer chatbot may have written it, or it may not be a chatbot database."
        ) from error
    finally:
        engine.dispose()
    return status(path)


def configuration(connection: sqlalchemy.Connection) -> Config:
    """Alembic's settings for our packaged steps over an open connection."""
    from alembic.config import Config  # noqa: PLC0415  # see upgrade

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
