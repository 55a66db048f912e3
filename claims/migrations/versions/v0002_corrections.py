"""Version 2: entries that name an older one, and a table of the writes that brought them.

No entry changes: numbers, bodies and hashes are those of version 1. The unique indexes over the hashes go,
since the number alone keeps two writers apart and a large import can do without two indexes of random keys.
"""

import sqlalchemy as sa
from alembic import op

from claims.chain import GENESIS, changeset_row
from claims.schema import SQLITE, changeset_table, entry_table, guard, schema

revision = "0002"
down_revision = "0001"

_OLD = "seq, map_id, kind, key, body, recorded_at, prev_hash, hash"
_NEW = "action, replaces, why, author"


def upgrade() -> None:
    """Make the new tables, copy every entry, and note what was loaded when."""
    connection = op.get_bind()
    op.rename_table("entry", "entry_of_version_1")
    op.drop_index("entry_of_map", "entry_of_version_1")
    if connection.dialect.name != SQLITE:
        # A renamed table keeps the name of its key, which the new table wants.
        op.drop_constraint("entry_pkey", "entry_of_version_1", type_="primary")
    schema.create_all(connection, [entry_table, changeset_table], checkfirst=False)
    op.execute(
        f"INSERT INTO entry ({_OLD}, {_NEW}) SELECT {_OLD}, '', '', '', '' "  # noqa: S608 - fixed words
        "FROM entry_of_version_1 ORDER BY seq"
    )
    op.drop_table("entry_of_version_1")
    _note_loads(connection)
    guard(connection, [entry_table.name, changeset_table.name])


def _note_loads(connection: sa.Connection) -> None:
    """One change set for each run of entries of one map that were recorded at one instant."""
    columns = [entry_table.c[name] for name in ("seq", "map_id", "recorded_at", "hash")]
    number, last_hash, row = 0, GENESIS, None
    asked = sa.select(*columns).order_by(entry_table.c.seq).execution_options(yield_per=1_000)
    for seq, map_id, recorded_at, own in connection.execute(asked):
        if row and (row["map_id"], row["recorded_at"]) == (map_id, recorded_at):
            row |= {"last_seq": seq, "head": own}
            continue
        last_hash = _noted(connection, row) or last_hash
        number += 1
        row = {
            "number": number,
            "map_id": map_id,
            "first_seq": seq,
            "last_seq": seq,
            "head": own,
            "recorded_at": recorded_at,
            "author": "",
            "why": "",
            "tool": "load",
            "prev_hash": last_hash,
        }
    _noted(connection, row)


def _noted(connection: sa.Connection, row: dict[str, object] | None) -> str:
    if row is None:
        return ""
    whole = changeset_row(row)
    connection.execute(sa.insert(changeset_table).values(**whole))
    return str(whole["hash"])
