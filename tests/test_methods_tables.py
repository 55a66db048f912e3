"""The tables of docs/methods.md say what the methods conclude today."""

from __future__ import annotations

import re
from typing import Any

from methods_tables import DOCUMENT, tables, written


def test_printed_tables_are_what_the_methods_conclude(hama_record: Any) -> None:
    text, made = DOCUMENT.read_text(encoding="utf-8"), tables(hama_record)
    assert set(re.findall(r"<!-- table: ([a-z0-9-]+) -->", text)) == set(made)
    assert written(text, made) == text, "run: python tests/methods_tables.py"
