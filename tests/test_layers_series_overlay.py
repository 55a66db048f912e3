"""A series is overlaid once; after that only its new maps are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from drawn_story import drawn_story

from claims.map_record import MapRecord
from claims.observations import DrawnShape, DrawnStore, Observation
from layers.basemap import basemap
from layers.composite import Composite
from layers.overlay import overlay
from layers.series import snapshots
from layers.series_overlay import series_overlaid, unlike_its_maps

DAYS = ([("green", 0.0)], [("green", 0.0), ("blue", 0.3)], [("green", 0.05), ("blue", 0.2)], [("blue", 0.2)])


@dataclass
class Kept:
    """Shapes of a store, which remembers what was asked of it and what it was given to keep."""

    store: DrawnStore
    content: dict[str, bytes] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)

    def shapes(self, sha256: str) -> tuple[DrawnShape, ...]:
        self.read.append(sha256)
        return self.store.shapes(sha256)

    def each(self, sha256s: Sequence[str]) -> Iterator[tuple[DrawnShape, ...]]:
        return map(self.shapes, sha256s)

    def prepared(self, key: str) -> bytes | None:
        return self.content.get(key)

    def keep_prepared(self, key: str, content: bytes) -> None:
        self.content[key] = content


def story(days: int = len(DAYS)) -> tuple[MapRecord, Kept]:
    record = drawn_story(*DAYS)
    assert record.drawn is not None
    store = Kept(record.drawn)
    return replace(record, observations=record.observations[:days], drawn=store), store


def made(record: MapRecord) -> tuple[object, ...]:
    return told(series_overlaid(replace(record), basemap(record.settings), "agency").composite)


def anew(record: MapRecord) -> tuple[object, ...]:
    ground = basemap(record.settings)
    return told(overlay(snapshots(record, ground, "agency"), ground=ground).composite)


def told(whole: Composite) -> tuple[object, ...]:
    arcs = [(arc.points.tobytes(), arc.left, arc.right, arc.kind) for arc in whole.arcs]
    return arcs, whole.faces, whole.start, whole.changes


def test_it_tells_how_many_of_the_maps_that_it_reads_were_read() -> None:
    record, store = story()
    ground, told = basemap(record.settings), list[tuple[int, int]]()
    for days in (3, 4):
        some = replace(record, observations=record.observations[:days], drawn=store)
        series_overlaid(some, ground, "agency", progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3), (1, 1)]


def test_a_series_that_was_overlaid_before_is_not_read_again() -> None:
    record, store = story()
    first = made(record)
    assert len(store.read) == len(DAYS)
    assert made(record) == first == anew(replace(record, drawn=store.store))
    assert len(store.read) == len(DAYS)


def test_of_a_series_with_a_new_day_only_that_day_is_read() -> None:
    record, store = story()
    made(replace(record, observations=record.observations[:3]))
    store.read.clear()
    assert made(record) == anew(replace(record, drawn=store.store))
    assert store.read == [record.observations[3].sha256]


def test_as_known_earlier_the_series_is_shorter_and_what_is_kept_stays() -> None:
    record, store = story()
    made(record)
    kept = dict(store.content)
    shorter = replace(record, observations=record.observations[:2])
    assert made(shorter) == anew(replace(shorter, drawn=store.store))
    assert store.content == kept


def test_a_series_that_lost_a_map_is_overlaid_anew() -> None:
    record, store = story()
    made(record)
    without = replace(record, observations=record.observations[:1] + record.observations[2:])
    assert made(without) == anew(replace(without, drawn=store.store))


def test_what_is_kept_and_damaged_is_as_good_as_nothing() -> None:
    record, store = story()
    whole = made(record)
    for spoiled in (b"", b"{", b"[]\nfrontline-overlay 1\n", b"null\n" + b"x" * 40):
        store.content = dict.fromkeys(store.content, spoiled)
        assert made(record) == whole


def test_what_is_kept_is_held_against_its_maps() -> None:
    whole, store = story()
    ground = basemap(whole.settings)
    made(whole)
    assert not unlike_its_maps(whole, ground, "agency")
    (key,) = store.content
    other = replace(whole, observations=tuple(reversed_shapes(whole)))
    made(replace(other, drawn=(lies := Kept(store.store))))
    (false,) = lies.content.values()
    head, _, _ = store.content[key].partition(b"\n")
    store.content[key] = head + b"\n" + false.partition(b"\n")[2]
    assert unlike_its_maps(whole, ground, "agency")
    store.content[key] = false
    assert unlike_its_maps(whole, ground, "agency")
    store.content[key] = b"rot"
    assert not unlike_its_maps(whole, ground, "agency")


def reversed_shapes(record: MapRecord) -> list[Observation]:
    """The maps of a record, each with what another one draws."""
    hashes = [one.sha256 for one in reversed(record.observations)]
    return [replace(one, sha256=other) for one, other in zip(record.observations, hashes, strict=True)]


def test_other_ground_is_another_overlay() -> None:
    record, store = story()
    made(record)
    held = replace(record, settings=replace(record.settings, elsewhere="blue"))
    assert made(held) == anew(replace(held, drawn=store.store))
    assert len(store.content) == 2
