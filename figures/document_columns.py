"""A list of records becomes a table of columns, each written in the way that suits its values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, islice
from operator import itemgetter, sub
from typing import Any

from figures.whole_numbers import numbers, written

Row = Mapping[str, Any]
Value = Any
Column = Any
"""A list of values as they are, or an object that says how they follow; see ``values``."""

_MISSING = object()
_NUMBERED = re.compile(r"(.*?)([0-9]{1,15})([^0-9]*)", re.DOTALL)
_FEW = 4
MOST_VALUES = 20_000_000
"""The most values of one column: what somebody writes in ten characters must not fill the memory."""
_FINEST = 15
_MOST_DECIMALS, _FAR = 7, 1e8
_LOOKED_AT = 50
"""So many values are tried before all of them are."""


def table(rows: Sequence[Row]) -> Column:
    """Write records as ``{"count": …, "columns": {key: column}}``; a few are better left as they are."""
    if len(rows) < _FEW or set(map(type, rows)) != {dict}:
        return rows
    every = set().union(*rows)
    if set(map(type, every)) != {str}:
        return rows
    keys = sorted(every)
    found = dict(zip(keys, _columns(rows, keys), strict=True))
    columns = _related(found)
    columns |= {key: column(values) for key, values in found.items() if key not in columns}
    return {"count": len(rows), "columns": columns}


def table_rows(written: Column, tables: Mapping[str, Sequence[Row]] | None = None) -> list[dict[str, Any]]:
    """The records of a written table; ``tables`` are those that it may look something up in."""
    if isinstance(written, list):
        return written
    count = written["count"]
    columns: dict[str, list[Any]] = {}
    for key, one in sorted(written["columns"].items(), key=lambda item: _is_related(item[1])):
        is_looked_up = isinstance(one, Mapping) and "look" in one
        columns[key] = (
            _found(one, count, columns, tables or {}) if is_looked_up else values(one, count, columns)
        )
    keys = sorted(columns)
    made = [dict(zip(keys, row, strict=True)) for row in zip(*(columns[k] for k in keys), strict=True)]
    if any(_MISSING in columns[key] for key in keys if _may_miss(written["columns"][key])):
        return [{key: value for key, value in row.items() if value is not _MISSING} for row in made]
    return made


def _columns(rows: Sequence[Row], keys: Sequence[str]) -> Iterable[list[Value]]:
    """The values under each key, in the order of the rows."""
    if len(keys) > 1 and set(map(len, rows)) == {len(keys)}:
        return map(list, zip(*map(itemgetter(*keys), rows), strict=True))
    return ([row.get(key, _MISSING) for row in rows] for key in keys)


def _may_miss(one: Column) -> bool:
    return isinstance(one, Mapping) and "rows" in one and "look" not in one


# Looked up in another table


def looked_up(
    told_of: Column, rows: Sequence[Row], key: str, way: Sequence[str], by: str, table: Sequence[Row]
) -> None:
    """Write a column as what mostly stands in another table, in the row that the column ``by`` names."""
    if not isinstance(told_of, dict):
        return
    real, told = [row[key] for row in rows], _looked([row[by] for row in rows], way, table)
    pairs = enumerate(zip(real, told, strict=True))
    other = [i for i, (one, two) in pairs if one is not two and not _same(one, two)]
    if len(other) * 2 < len(rows):
        said = {"look": list(way), "by": by}
        more = {"rows": written(steps(other)), "is": column([real[i] for i in other])} if other else {}
        told_of["columns"][key] = said | more


def _looked(indices: Sequence[Value], way: Sequence[str], table: Sequence[Row]) -> list[Value]:
    """What stands there; of several indices the first counts, and nothing stands at −1."""
    firsts = ((index[0] if index else -1) if type(index) is list else index for index in indices)
    stands, rows = [_on_the_way(row, way[1:]) for row in table], len(table)
    return [stands[first] if 0 <= first < rows else None for first in firsts]


def _on_the_way(found: Value, way: Sequence[str]) -> Value:
    for step in way:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _found(
    one: Mapping[str, Any],
    count: int,
    columns: Mapping[str, list[Any]],
    tables: Mapping[str, Sequence[Row]],
) -> list[Any]:
    way = one["look"]
    found = _looked(columns[one["by"]], way, tables[way[0]])
    rows = list(accumulate(numbers(one.get("rows", []))))
    for row, value in zip(rows, values(one.get("is", []), len(rows)), strict=True):
        found[_index(row)] = value
    return values(found, count)


# One column


def column(found: Sequence[Any]) -> Column:
    """Write the values of one column."""
    if not found:
        return []
    kinds = set(map(type, found))
    if type(_MISSING) in kinds:
        rows = [i for i, value in enumerate(found) if value is not _MISSING]
        return {"rows": written(steps(rows)), "is": column([found[i] for i in rows])}
    if len(kinds) == 1 and all(map(found[0].__eq__, found)):
        return {"all": found[0]}
    write = _WAYS.get(kinds.pop(), _listed) if len(kinds) == 1 else _listed
    return write(found)


def _same(one: Value, other: Value) -> bool:
    """Equal, and of one type: 1 and 1.0 are written differently."""
    return type(one) is type(other) and bool(one == other)


def _whole(found: Sequence[int]) -> Column:
    """Integers; as steps where they mostly lie closer to the one before than to nothing."""
    walked = steps(found)
    if _characters(walked) < 0.8 * _characters(found):
        return {"steps": written(walked)}
    told = written(found)
    return {"whole": told} if isinstance(told, str) else told


def _characters(found: Sequence[int]) -> int:
    """How many characters these numbers have when they are written in tens."""
    return sum(map(len, map(str, found)))


def _decimal(found: Sequence[float]) -> Column:
    """Numbers with at most seven decimals, as steps of whole units; others as they are."""
    for decimals in range(1, _MOST_DECIMALS + 1) if max(map(abs, found)) < _FAR else ():
        unit = 10**decimals
        if any(round(value * unit) / unit != value for value in found[:_LOOKED_AT]):
            continue
        whole = [round(value * unit) for value in found]
        if [number / unit for number in whole] == list(found):
            return {"steps": written(steps(whole)), "decimals": decimals}
    return list(found)


def _text(found: Sequence[str]) -> Column:
    """Texts: those that only differ by a number as that number, few different ones by their index."""
    first = _NUMBERED.fullmatch(found[0])
    if not first:
        return _listed(found)
    before, after = first[1], first[3]
    digits = []
    for value in found:
        part = _NUMBERED.fullmatch(value)
        if not part or part[1] != before or part[3] != after:
            return _listed(found)
        digits.append(part[2])
    width = min(map(len, digits))
    if any(len(one) > width and one[0] == "0" for one in digits):
        return _listed(found)
    padded = {"digits": width} if any(one[0] == "0" and width > 1 for one in digits) else {}
    return {"text": [before, column([int(one) for one in digits]), after], **padded}


def _listed(found: Sequence[Any]) -> Column:
    """Values of which there are few different ones, by their index."""
    kinds = list(map(type, found))
    of_one_kind = len(set(kinds)) == 1
    named: Sequence[Any] = found if of_one_kind else list(zip(kinds, found, strict=True))
    try:
        number = {value: i for i, value in enumerate(dict.fromkeys(named))}
    except TypeError:
        return list(found)
    if len(number) * 2 > len(found):
        return list(found)
    kept = list(number) if of_one_kind else [value for _, value in number]
    return {"of": kept, "at": _whole([number[value] for value in named])}


def _lists(found: Sequence[list[Any]]) -> Column:
    """Lists: how long each is, and what is in all of them together."""
    every = [value for one in found for value in one]
    return {"each": column([len(one) for one in found]), "is": column(every)} if every else list(found)


def _is_texts(value: Mapping[Any, Any]) -> bool:
    return all(isinstance(one, str) and one and isinstance(key, str) for key, one in value.items())


def _texts(found: Sequence[Mapping[str, str]]) -> Column:
    """Texts by language; an empty one stands for none."""
    if not all(_is_texts(value) for value in found):
        return list(found)
    languages = sorted({language for texts in found for language in texts})
    return {"texts": {language: column([t.get(language, "") for t in found]) for language in languages}}


_WAYS: Mapping[type, Callable[[Sequence[Value]], Column]] = {
    int: _whole,
    float: _decimal,
    str: _text,
    dict: _texts,
    list: _lists,
}


def _related(found: Mapping[str, list[Value]]) -> dict[str, Column]:
    """Columns of times that lie near another one's are written as the distance to it."""
    columns: dict[str, Column] = {}
    for key, other in (("start", "end"), ("reported", "end"), ("from", "t")):
        if key in found and other in found:
            apart = _apart(found[key], found[other])
            if apart:
                columns[key] = {"plus": other, "is": _few_or_whole(apart)}
    for key, other in (("reporter", "claimant"), ("after", "before")):
        if key in found and other in found and all(map(_same, found[key], found[other])):
            columns[key] = {"as": other}
    return columns


def _apart(some: Sequence[Value], others: Sequence[Value]) -> list[int]:
    """How far whole numbers are from others; nothing where any is none."""
    if {*map(type, some), *map(type, others)} != {int}:
        return []
    return list(map(sub, some, others))


def _few_or_whole(found: Sequence[int]) -> Column:
    return column(found) if len(set(found)) == 1 else _listed(found)


def _is_related(one: Column) -> int:
    """Columns that stand for themselves are read first, then those that look something up, then the rest."""
    if not isinstance(one, Mapping):
        return 0
    return 1 if "look" in one else 2 * bool({"plus", "as"} & one.keys())


# Reading


def values(one: Column, count: int, others: Mapping[str, list[Any]] | None = None) -> list[Any]:
    """The ``count`` values of a column; ``others`` are the columns of its table that stand for themselves."""
    if not 0 <= count <= MOST_VALUES:
        raise ValueError(f"a column is to have {count:,} values; the most are {MOST_VALUES:,}")
    found = list(one) if isinstance(one, list) else _followed(one, count, others or {})
    if len(found) != count:
        raise ValueError(f"a column has {len(found):,} values; its table has {count:,} rows")
    return found


def _followed(one: Mapping[str, Any], count: int, others: Mapping[str, list[Any]]) -> list[Any]:
    for key, read in _READERS.items():
        if key in one:
            return read(one, count, others)
    raise ValueError(f"no column is written as {sorted(one)[:5]}")


def _of_few(one: Mapping[str, Any], count: int) -> list[Any]:
    kept = one["of"]
    return [kept[_index(i)] for i in values(one["at"], count)]


def _numbered(one: Mapping[str, Any], count: int) -> list[Any]:
    before, number, after = one["text"]
    width = one.get("digits", 1)
    if not 1 <= width <= _FINEST:
        raise ValueError(f"a column has numbers of {width} digits; the most are {_FINEST}")
    return [f"{before}{value:0{width}}{after}" for value in values(number, count)]


def _beside(one: Mapping[str, Any], count: int, other: Sequence[int]) -> list[Any]:
    return [value + more for value, more in zip(other, values(one["is"], count), strict=True)]


def _index(i: int) -> int:
    if i < 0:
        raise IndexError(f"a column names its value {i}")
    return i


def _stepped(one: Mapping[str, Any]) -> list[Any]:
    whole = list(accumulate(numbers(one["steps"])))
    decimals = one.get("decimals", 0)
    if not 0 <= decimals <= _FINEST:
        raise ValueError(f"a column has {decimals} decimals; the most are {_FINEST}")
    return [number / 10**decimals for number in whole] if decimals else whole


def _each(one: Mapping[str, Any], count: int) -> list[list[Any]]:
    lengths = values(one["each"], count)
    every = iter(values(one["is"], sum(lengths)))
    return [list(islice(every, length)) for length in lengths]


def _in_languages(one: Mapping[str, Any], count: int) -> list[Any]:
    languages = sorted(one["texts"])
    if not languages:
        return [{} for _ in range(count)]
    rows = zip(*(values(one["texts"][language], count) for language in languages), strict=True)
    return [{lang: text for lang, text in zip(languages, row, strict=True) if text} for row in rows]


def _in_some(one: Mapping[str, Any], count: int) -> list[Any]:
    found: list[Any] = [_MISSING] * count
    rows = list(accumulate(numbers(one["rows"])))
    for row, value in zip(rows, values(one["is"], len(rows)), strict=True):
        found[_index(row)] = value
    return found


_READERS: Mapping[str, Callable[[Mapping[str, Any], int, Mapping[str, list[Any]]], list[Any]]] = {
    "all": lambda one, count, _: [one["all"]] * count,
    "steps": lambda one, *_: _stepped(one),
    "whole": lambda one, *_: numbers(one["whole"]),
    "of": lambda one, count, _: _of_few(one, count),
    "text": lambda one, count, _: _numbered(one, count),
    "texts": lambda one, count, _: _in_languages(one, count),
    "each": lambda one, count, _: _each(one, count),
    "plus": lambda one, count, others: _beside(one, count, others[one["plus"]]),
    "as": lambda one, _, others: list(others[one["as"]]),
    "rows": lambda one, count, _: _in_some(one, count),
    "was": lambda _, count, __: [-1] * count,  # until what was before each event is known
}


def steps(found: Iterable[int]) -> list[int]:
    """Each number less the one before; the first as it is."""
    every = list(found)
    return [*every[:1], *map(sub, every[1:], every)]
