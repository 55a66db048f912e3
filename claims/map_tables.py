"""The smaller tables of a map's folder become actors, sources, baseline holders and unlocated places."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from claims.actors import Actor, same_name
from claims.formats.columns import RELIABILITIES, known_or_fault, row_id
from claims.map_record import BaselineHolder, Unlocated
from claims.sources import Source
from gazetteer.errors import Fault, shown
from gazetteer.rows import Row, one_of, read_cell, read_rows, required_cell

KINDS_OF_SOURCE = ("monitor", "news_agency", "think_tank", "social_media", "other")
"""What a source can be where it belongs to no side."""


def read_actors(path: Path, faults: list[Fault]) -> dict[str, Actor]:
    """Read actors.csv: ``id``, ``name``, ``side`` and, if the map has them, ``name_ar`` and ``aliases``.

    An alias is a name by which other data call the party; no two parties share one.
    """
    actors: dict[str, Actor] = {}
    seen: dict[str, int] = {}
    called: dict[str, str] = {}
    for row in read_rows(path, ("id", "name", "side"), ("name_ar", "aliases"), faults=faults):
        actor_id = row_id(row, "id", seen, faults)
        name = required_cell(row, "name", str, faults) or ""
        side = required_cell(row, "side", str, faults) or ""
        aliases = _listed(row["aliases"])
        for alias in aliases:
            if called.setdefault(same_name(alias), actor_id) != actor_id:
                other = called[same_name(alias)]
                faults.append(row.fault("aliases", f"{shown(alias)} is already an alias of {shown(other)}"))
        actors.setdefault(actor_id, Actor(actor_id, name, row["name_ar"], side, aliases))
    return actors


def read_sources(path: Path, sides: Collection[str] | None, faults: list[Fault]) -> dict[str, Source]:
    """Read sources.csv; ``sides`` are the sides of the actors, or None where those could not be read.

    ``affiliation`` is one of the sides or one of ``KINDS_OF_SOURCE``; ``independent_of`` lists sides, with
    ``|`` between them.
    """
    columns = ("id", "name", "affiliation")
    sources: dict[str, Source] = {}
    seen: dict[str, int] = {}
    for row in read_rows(path, columns, ("default_reliability", "url", "independent_of"), faults=faults):
        source_id = row_id(row, "id", seen, faults)
        name = required_cell(row, "name", str, faults) or ""
        known = None if sides is None else (*sides, *KINDS_OF_SOURCE)
        affiliation = required_cell(row, "affiliation", str if known is None else one_of(known), faults)
        reliability = read_cell(row, "default_reliability", one_of(RELIABILITIES), faults, empty="F") or "F"
        free = frozenset(_sides(row, sides, faults))
        sources.setdefault(
            source_id, Source(source_id, name, affiliation or "", reliability, row["url"], free)
        )
    return sources


def read_baseline(
    path: Path, place_ids: Collection[str] | None, actor_ids: Collection[str] | None, faults: list[Fault]
) -> dict[str, BaselineHolder]:
    """Read baseline.csv: who held each place before the first claim."""
    baseline: dict[str, BaselineHolder] = {}
    seen: dict[str, int] = {}
    for row in read_rows(path, ("place_id", "holder"), ("source",), faults=faults):
        place_id = row_id(row, "place_id", seen, faults)
        known_or_fault(row, "place_id", place_ids, faults)
        holder = required_cell(row, "holder", str if actor_ids is None else one_of(actor_ids), faults) or ""
        baseline.setdefault(place_id, BaselineHolder(place_id, holder, row["source"]))
    return baseline


def read_unlocated(
    path: Path, claim_ids: Collection[str] | None, faults: list[Fault]
) -> tuple[Unlocated, ...]:
    """Read unlocated.csv: the places that claims name and nobody could put on the map."""
    optional = ("name_ar", "kind", "reason", "hint", "claim_ids")
    seen: dict[str, int] = {}
    listed = []
    for row in read_rows(path, ("name",), optional, faults=faults):
        name = row_id(row, "name", seen, faults)
        ids = _listed(row["claim_ids"])
        _check_each(row, "claim_ids", ids, claim_ids, faults)
        listed.append(Unlocated(name, row["name_ar"], row["kind"], row["reason"], row["hint"], ids))
    return tuple(listed)


def _sides(row: Row, sides: Collection[str] | None, faults: list[Fault]) -> tuple[str, ...]:
    listed = _listed(row["independent_of"])
    _check_each(row, "independent_of", listed, sides, faults)
    return listed


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def _check_each(
    row: Row, column: str, items: tuple[str, ...], known: Collection[str] | None, faults: list[Fault]
) -> None:
    for item in items if known is not None else ():
        try:
            one_of(known or ())(item)
        except ValueError as refusal:
            faults.append(row.fault(column, str(refusal)))
