"""Version 3: what somebody drew of the whole front, and a place for what was worked out of it.

No entry changes. Shapes stand beside the entries that name them by their hash, each only once.
"""

from alembic import op

from claims.schema import guard, prepared_table, schema, shape_table

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the two tables, and guard the one that only grows."""
    connection = op.get_bind()
    schema.create_all(connection, [shape_table, prepared_table], checkfirst=False)
    guard(connection, [shape_table.name])
