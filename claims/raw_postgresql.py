"""A PostgreSQL ledger read row by row, by its tables, in one view."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from claims.raw_rows import Row, Unreadable
from claims.schema import POSTGRESQL, VERSION, changeset_table, entry_table, guards, shape_table

_AT_ONCE = 1_000
_FEW = 50
"""How many shapes, which are long, are fetched at once."""
_INDEX_SCANS = ("enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan")


class RawPostgresql:
    """One view of a PostgreSQL database. What fails is undone alone, so that the view stays."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def version(self) -> str:
        """The version of its tables."""
        with self._asking():
            names = set(sa.inspect(self._connection).get_table_names())
            if "entry" not in names:
                return ""
            if "alembic_version" not in names:
                return VERSION if "changeset" in names else "0001"
            found = self._connection.scalars(sa.text("SELECT version_num FROM alembic_version"))
            return " ".join(map(str, found))

    def rows(self, table: sa.Table, after: int) -> Iterator[Row]:
        """Rows with a higher number."""
        number = next(iter(table.columns))
        asked = sa.select(table).where(number > after).order_by(number).execution_options(yield_per=_AT_ONCE)
        with self._asking():
            self._set("off", _INDEX_SCANS)
            with self._connection.execute(asked) as found:
                self._set(
                    "on", _INDEX_SCANS
                )  # the way to these rows is settled; other questions may be quick
                yield from (tuple(row) for row in found)

    def between(self, table: sa.Table, first: int, last: int) -> list[Row]:
        """The rows of these numbers."""
        number = next(iter(table.columns))
        return self._all(sa.select(table).where(number.between(first, last)).order_by(number))

    def next_number(self, table: sa.Table, first: int) -> int | None:
        """The lowest number from ``first`` on whose row can be read."""
        number = next(iter(table.columns))
        found = self._all(sa.select(table).where(number >= first).order_by(number).limit(1))
        return int(found[0][0]) if found else None

    def earlier_hashes(self, map_id: str, kind: str, key: str, seq: int) -> set[str]:
        """The hashes of the entries of a key before a number."""
        columns = entry_table.c
        same = (columns.map_id == map_id, columns.kind == kind, columns.key == key, columns.seq < seq)
        return {str(own) for (own,) in self._all(sa.select(columns.hash).where(*same))}

    def named_by_index(self, first: int, last: int) -> dict[int, tuple[str, str, str]]:
        """Nothing: no index of PostgreSQL can be read without the rows."""
        del first, last
        return {}

    def shapes(self) -> Iterator[tuple[Any, Any]]:
        """The hash and the bytes of every row of shapes."""
        asked = sa.select(shape_table.c.sha256, shape_table.c.bytes)
        with self._asking(), self._connection.execute(asked.execution_options(yield_per=_FEW)) as found:
            yield from ((own, content) for own, content in found)

    def shape(self, sha256: str) -> Any:  # noqa: ANN401 - whatever stands in a damaged row
        """The bytes of the shapes with a hash."""
        found = self._all(sa.select(shape_table.c.bytes).where(shape_table.c.sha256 == sha256))
        return found[0][0] if found else None

    def own_check(self) -> Iterator[str]:
        """The check of the indexes against their tables, where the extension amcheck is installed."""
        if not self._all(sa.text("SELECT 1 FROM pg_extension WHERE extname = 'amcheck'")):
            return
        for table in (entry_table, changeset_table, shape_table):
            named = self._all(
                sa.text("SELECT indexrelid FROM pg_index WHERE indrelid = to_regclass(:name)"),
                name=table.name,
            )
            for (index,) in named:
                try:
                    self._all(sa.text("SELECT bt_index_check(:index, true)"), index=index)
                except Unreadable as problem:
                    yield str(problem)

    def missing_guards(self) -> list[str]:
        """The triggers that should be there and at work, and are not."""
        at_work = self._all(sa.text("SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"))
        found = {str(name) for (name,) in at_work}
        wanted = (guard.split()[4] for guard in guards(POSTGRESQL) if " TRIGGER " in guard)
        return [name for name in wanted if name not in found]

    def _set(self, state: str, settings: tuple[str, ...]) -> None:
        for setting in settings:
            self._connection.exec_driver_sql(f"SET LOCAL {setting} = {state}")

    def _all(self, asked: sa.Executable, **parameters: object) -> list[Row]:
        with self._asking():
            return [tuple(row) for row in self._connection.execute(asked, parameters)]

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            with self._connection.begin_nested():
                yield
        except (SQLAlchemyError, ValueError) as problem:  # a rotten text is no UTF-8: a ValueError
            raise Unreadable(str(getattr(problem, "orig", None) or problem).splitlines()[0]) from None


@contextmanager
def raw_postgresql(engine: sa.Engine) -> Iterator[RawPostgresql]:
    """One view of a database."""
    try:
        with engine.connect() as connection:
            view = connection.execution_options(frontline_reads=True)
            with view.begin():
                yield RawPostgresql(view)
    except SQLAlchemyError as problem:
        raise Unreadable(str(getattr(problem, "orig", None) or problem).splitlines()[0]) from None
