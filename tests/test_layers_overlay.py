"""Ground drawn again and again becomes faces that never move, and nothing of any day is lost."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np
import pytest
import shapely
import shapely.geometry
from conftest import EXAMPLE, SHARED
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry
from war_story import drawn_by_holder

from claims.actors import UNKNOWN
from claims.control import Certainty
from claims.map_folder import read_map_folder
from layers.basemap import basemap
from layers.cancelling import apart
from layers.composite import Composite, State, polygon, ring_points, states_at
from layers.errors import OutOfOrder
from layers.faces import NOTHING, ArcKind
from layers.overlay import Overlaid, appended, overlay
from layers.overlay_state import from_bytes, to_bytes
from layers.snapshots import Part, Snapshot

STEP = 1e-4
BEGIN = datetime(2024, 7, 1, tzinfo=UTC)
RED, BLUE, GREEN = (State(holder, Certainty.REPORTED) for holder in ("red", "blue", "green"))
SILENT = State(UNKNOWN, Certainty.NOT_REPORTED)


def day(number: int) -> datetime:
    return BEGIN + timedelta(days=number)


def box(west: float, south: float, east: float, north: float) -> BaseGeometry:
    """A box in hundreds of steps of the grid, about a kilometre each."""
    return shapely.box(*(side * 100 * STEP for side in (west, south, east, north)))


def days(*parts: Sequence[Part]) -> list[Snapshot]:
    return [Snapshot(day(number), tuple(of_day)) for number, of_day in enumerate(parts)]


def wanted(snapshot: Snapshot) -> dict[State, BaseGeometry]:
    """The ground of each state at an instant, the slow way."""
    left: dict[State, list[BaseGeometry]] = {}
    covered: BaseGeometry = shapely.MultiPolygon()
    for part in snapshot.parts:
        left.setdefault(part.state, []).append(shapely.difference(part.shape, covered))
        covered = shapely.union(covered, part.shape)
    return {state: shapely.union_all(shapes) for state, shapes in left.items()}


@lru_cache(maxsize=2)
def shapes_of(whole: Composite) -> list[BaseGeometry]:
    return [polygon(whole, face) for face in range(len(whole.faces))]


def drawn(whole: Composite, instant: datetime) -> dict[State, BaseGeometry]:
    """The ground of each state at an instant, as the faces have it."""
    found: dict[State, list[BaseGeometry]] = {}
    for face, state in enumerate(states_at(whole, instant)):
        found.setdefault(state, []).append(shapes_of(whole)[face])
    return {state: shapely.coverage_union_all(shapes) for state, shapes in found.items()}


def amiss(whole: Composite, snapshot: Snapshot) -> float:
    """How much ground is in another state than the snapshot says, in square degrees."""
    want, have = wanted(snapshot), drawn(whole, snapshot.at)
    none = shapely.MultiPolygon()
    return sum(
        shapely.area(shapely.symmetric_difference(want.get(state, none), have.get(state, none)))
        for state in {*want, *have} - {SILENT}
    )


def within_the_grid(snapshots: Sequence[Snapshot]) -> float:
    """As much ground as lies within one and a half steps of all boundaries: what may go to a neighbour."""
    return 3 * STEP * sum(float(shapely.length(part.shape)) for one in snapshots for part in one.parts)


def as_bytes(made: Overlaid) -> tuple[object, ...]:
    whole = made.composite
    arcs = [(arc.points.tobytes(), arc.left, arc.right, arc.kind) for arc in whole.arcs]
    return arcs, whole.faces, whole.start, whole.changes, made.slivers, made.faces_merged, made.instants


def assert_whole(whole: Composite) -> None:
    """Faces are valid and lie apart, rings close, and the sides of arcs are those that they say."""
    shapes = shapes_of(whole)
    assert all(shapely.is_valid(shapes)) and all(shape.area > 0 for shape in shapes)
    union = shapely.area(shapely.union_all(shapes))
    assert sum(shape.area for shape in shapes) == pytest.approx(union, rel=1e-9)
    sides: dict[int, list[int]] = {}
    for face, own in enumerate(whole.faces):
        for number, ring in enumerate(own.rings):
            points = ring_points(whole.arcs, ring)
            assert (points[0] == points[-1]).all()
            assert shapely.is_ccw(shapely.LinearRing(points)) == (number == 0)
            for reference in ring:
                sides.setdefault(reference, []).append(face)
    for index, arc in enumerate(whole.arcs):
        assert sides.get(index, [NOTHING]) == [arc.left] and sides.get(~index, [NOTHING]) == [arc.right]
        assert arc.left != arc.right and len(arc.points) > 1
    assert [(c.at, c.face) for c in whole.changes] == sorted({(c.at, c.face) for c in whole.changes})


# ------------------------------------------------------------------ what a reader of a map would see


def test_ground_that_was_taken_is_a_face_that_changes_once() -> None:
    made = overlay(
        days(
            [Part(RED, box(0, 0, 10, 10), ("first",)), Part(BLUE, box(10, 0, 20, 10), ("first",))],
            [Part(RED, box(0, 0, 12, 10), ("second",)), Part(BLUE, box(12, 0, 20, 10), ("second",))],
        )
    )
    whole = made.composite
    assert [round(polygon(whole, face).area / (100 * STEP) ** 2) for face in range(3)] == [100, 80, 20]
    assert [(c.at, c.face, c.state, c.claims) for c in whole.changes] == [
        (day(0), 0, RED, ("first",)),
        (day(0), 1, BLUE, ("first",)),
        (day(0), 2, BLUE, ("first",)),
        (day(1), 2, RED, ("second",)),
    ]
    assert whole.start == (SILENT,) * 3
    assert {arc.kind for arc in whole.arcs} == {ArcKind.CELL}
    assert_whole(whole)


def test_where_parts_overlap_the_earlier_one_counts_on_each_day() -> None:
    left, right = box(0, 0, 10, 10), box(5, 0, 15, 10)
    shown = days([Part(RED, left), Part(BLUE, right)], [Part(BLUE, right), Part(RED, left)])
    whole = overlay(shown).composite
    assert len(whole.faces) == 3
    assert all(amiss(whole, one) < 1e-12 for one in shown)


def test_ground_that_is_no_longer_drawn_is_silent_again_and_says_by_whom() -> None:
    whole = overlay(
        days([Part(RED, box(0, 0, 4, 4), ("a",))], [Part(BLUE, box(9, 0, 12, 4), ("b",))], [])
    ).composite
    told = [(c.at, c.state, c.claims) for c in whole.changes if c.face == 0]
    assert told == [(day(0), RED, ("a",)), (day(1), SILENT, ("b",))]
    assert [c.claims for c in whole.changes if c.at == day(2)] == [()]


def test_claims_of_one_part_alone_are_told_of_its_ground_alone() -> None:
    whole = overlay(
        days(
            [Part(RED, box(0, 0, 4, 4), ("line",))],
            [Part(BLUE, box(0, 0, 1, 4), ("line", "x")), Part(BLUE, box(1, 0, 2, 4), ("line", "y"))],
        )
    ).composite
    taken = {c.claims: polygon(whole, c.face).bounds[0] for c in whole.changes if c.state == BLUE}
    assert taken == {("line", "x"): 0.0, ("line", "y"): pytest.approx(100 * STEP)}


def test_any_number_of_parts_may_lie_upon_each_other() -> None:
    parts = [Part((RED, BLUE)[k % 2], box(0, 0, k + 1, k + 1), ("map", f"c{k}")) for k in range(30)]
    shown = days(*(parts[number:] for number in range(30)))
    whole = overlay(shown).composite
    corner = min(range(30), key=lambda face: shapes_of(whole)[face].area)
    told = [(c.at, c.state, c.claims) for c in whole.changes if c.face == corner]
    assert told == [(day(k), parts[k].state, parts[k].claims) for k in range(30)]
    assert all(amiss(whole, one) < 1e-12 for one in shown[::7])


def test_days_that_are_equal_change_nothing() -> None:
    parts = [Part(RED, box(0, 0, 4, 4), ("a",))]
    once, often = overlay(days(parts)), overlay(days(parts, [Part(RED, box(0, 0, 4, 4), ("b",))], parts))
    assert as_bytes(once)[:4] == as_bytes(often)[:4]
    assert often.instants == 3


def test_holes_islands_in_them_and_corners_that_touch_are_faces_of_their_own() -> None:
    ring = shapely.difference(box(0, 0, 9, 9), box(2, 2, 6, 6))
    corner = shapely.union(box(20, 0, 22, 2), box(22, 2, 24, 4))
    pinched = shapely.Polygon(
        box(30, 0, 36, 6).exterior, [shapely.Polygon([(0.3, 0), (0.31, 0.02), (0.32, 0.01)]).exterior]
    )
    parts = [Part(RED, shape) for shape in (ring, box(3, 3, 4, 4), corner, pinched)]
    shown = days(parts, [*parts[:3], Part(BLUE, box(2, 2, 6, 6))])
    whole = overlay(shown).composite
    assert_whole(whole)
    assert all(amiss(whole, one) < 1e-12 for one in shown)
    assert sum(len(face.rings) > 1 for face in whole.faces) == 3


def test_a_border_of_a_neighbour_with_more_corners_leaves_no_gap() -> None:
    straight = shapely.Polygon([(0, 0), (0.1, 0.0333), (0.1, 0.1), (0, 0.1)])
    bent = shapely.Polygon(
        [(0, 0), (0.05, 0.01665), (0.0701, 0.02334), (0.1, 0.0333), (0.1, -0.1), (0, -0.1)]
    )
    made = overlay(days([Part(RED, straight), Part(BLUE, bent)]))
    assert len(made.composite.faces) == 2
    assert sum(NOTHING in (arc.left, arc.right) for arc in made.composite.arcs) == 2


def test_a_sliver_goes_to_the_neighbour_it_borders_longest_and_is_counted() -> None:
    made = overlay(
        days(
            [Part(RED, box(0, 0, 10, 10)), Part(BLUE, box(10, 0, 20, 10))],
            [Part(RED, box(0, 0, 10.004, 10)), Part(BLUE, box(10.004, 0, 20, 10))],
            [Part(RED, box(0, 0, 10.009, 10)), Part(BLUE, box(10.009, 0, 20, 10))],
        )
    )
    assert (made.slivers, len(made.composite.faces)) == (1, 2)


def test_a_line_that_creeps_by_less_than_the_grid_still_moves() -> None:
    edges = [10 + number * 0.004 for number in range(30)]
    shown = days(*([Part(RED, box(0, 0, edge, 10)), Part(BLUE, box(edge, 0, 20, 10))] for edge in edges))
    made = overlay(shown)
    assert len(made.composite.faces) < 12
    assert all(amiss(made.composite, one) < 2.5 * STEP * 0.1 * 2 for one in shown)


def test_the_border_of_the_region_and_the_coast_are_arcs_that_carry_no_front() -> None:
    ground = basemap(read_map_folder(EXAMPLE).settings)
    around = shapely.intersection(ground.land, shapely.box(36.0, 34.6, 37.2, 35.4))
    made = overlay([Snapshot(day(0), (Part(RED, around, ("a",)),))], ground=ground)
    whole = made.composite
    kinds = {kind: [a for a in whole.arcs if a.kind is kind] for kind in ArcKind}
    assert all(whole.faces[a.left].in_region != whole.faces[a.right].in_region for a in kinds[ArcKind.REGION])
    assert all(NOTHING in (a.left, a.right) for a in kinds[ArcKind.LAND])
    assert kinds[ArcKind.REGION] and kinds[ArcKind.LAND]
    inside = shapely.union_all([polygon(whole, i) for i, face in enumerate(whole.faces) if face.in_region])
    missing = shapely.symmetric_difference(inside, shapely.intersection(around, ground.region))
    assert missing.area < 1e-4 * inside.area
    assert_whole(whole)


def test_snapshots_out_of_order_are_refused_with_both_instants() -> None:
    shown = days([Part(RED, box(0, 0, 4, 4))], [Part(RED, box(0, 0, 5, 4))])
    with pytest.raises(
        OutOfOrder, match=r"2024-07-01T00:00:00\+00:00 does not come after that of 2024-07-02"
    ):
        overlay(shown[::-1])
    with pytest.raises(OutOfOrder):
        appended(overlay(shown), shown[:1])


def test_of_two_snapshots_of_one_instant_the_later_counts() -> None:
    one, other = Part(RED, box(0, 0, 4, 4), ("a",)), Part(BLUE, box(1, 0, 6, 4), ("b",))
    twice = [Snapshot(day(0), (one,)), Snapshot(day(1), (one,)), Snapshot(day(1), (other,))]
    once = [twice[0], twice[2]]
    assert as_bytes(overlay(twice)) == as_bytes(overlay(once))
    assert as_bytes(appended(overlay(twice[:2]), twice[2:])) == as_bytes(overlay(once))


def test_progress_is_told_after_each_snapshot() -> None:
    seen: list[tuple[int, int]] = []
    shown = days([Part(RED, box(0, 0, 4, 4))], [])
    overlay(shown, progress=lambda done, total: seen.append((done, total)))
    overlay(iter(shown[:1]), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2), (1, 1)]


def test_nothing_drawn_is_an_empty_composite() -> None:
    assert overlay([]).composite.faces == overlay(days([])).composite.faces == ()


# ------------------------------------------------------------------ whatever is drawn


@st.composite
def _boxes(draw: st.DrawFn) -> BaseGeometry:
    """Some boxes as one shape: with holes, corners that touch, pieces apart."""
    made = []
    for _ in range(draw(st.integers(1, 3))):
        west, south = draw(st.integers(0, 6)), draw(st.integers(0, 6))
        made.append(box(west, south, west + draw(st.integers(1, 4)), south + draw(st.integers(1, 4))))
    hole = draw(st.none() | st.integers(0, 6))
    whole = shapely.union_all(made)
    return whole if hole is None else shapely.difference(whole, box(hole, hole, hole + 1, hole + 1))


@st.composite
def _ragged(draw: st.DrawFn) -> BaseGeometry:
    """A shape with corners anywhere, finer than the grid, some of them closer together than a step."""
    number = st.integers(0, 400).map(lambda n: n * 0.17 * STEP) | st.integers(0, 40).map(lambda n: n * STEP)
    corners = draw(st.lists(st.tuples(number, number), min_size=3, max_size=8, unique=True))
    made = shapely.make_valid(shapely.Polygon(corners))
    return shapely.MultiPolygon(
        [one for one in shapely.get_parts(made) if isinstance(one, shapely.Polygon) and one.area > 0]
        + [
            polygon
            for one in shapely.get_parts(made)
            if isinstance(one, shapely.MultiPolygon)
            for polygon in one.geoms
        ]
    )


def _series(shape: st.SearchStrategy[BaseGeometry]) -> st.SearchStrategy[list[Snapshot]]:
    part = st.builds(Part, st.sampled_from([RED, BLUE, GREEN]), shape, st.sampled_from([("a",), ("a", "b")]))
    return st.lists(st.lists(part, max_size=4), min_size=1, max_size=5).map(lambda found: days(*found))


@settings(max_examples=40)
@given(_series(_boxes()))
def test_boxes_on_the_grid_are_drawn_exactly_on_every_day(shown: list[Snapshot]) -> None:
    made = overlay(shown)
    assert_whole(made.composite)
    assert made.slivers == 0
    assert all(amiss(made.composite, one) < 1e-15 for one in shown)


@settings(max_examples=40)
@given(_series(_ragged()))
def test_any_shapes_are_drawn_to_within_the_grid_on_every_day(shown: list[Snapshot]) -> None:
    made = overlay(shown)
    assert_whole(made.composite)
    allowed = within_the_grid(shown)
    assert all(amiss(made.composite, one) <= allowed for one in shown)


@settings(max_examples=30)
@given(_series(_ragged() | _boxes()), st.data())
def test_appended_days_give_what_a_rebuild_gives(shown: list[Snapshot], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(shown)))
    assert as_bytes(appended(overlay(shown[:cut]), shown[cut:])) == as_bytes(overlay(shown))


def test_what_is_kept_as_bytes_is_gone_on_from_as_if_it_had_never_been_away() -> None:
    ground = basemap(read_map_folder(EXAMPLE).settings)
    shown = [
        Snapshot(one.at, tuple(Part(p.state, moved(p.shape), p.claims) for p in one.parts))
        for one in _war(6, 90)
    ]
    made = overlay(shown[:4], ground=ground)
    kept = from_bytes(to_bytes(made.grown))
    assert kept is not None
    assert to_bytes(kept) == to_bytes(made.grown)
    whole = overlay(shown, ground=ground)
    assert as_bytes(appended(kept, shown[4:])) == as_bytes(whole)
    assert to_bytes(appended(kept, shown[4:]).grown) == to_bytes(whole.grown)


def test_bytes_of_another_version_or_damaged_ones_are_as_good_as_none() -> None:
    content = to_bytes(overlay(days([Part(RED, box(0, 0, 4, 4))])).grown)
    changed = bytearray(content)
    changed[len(content) // 2] ^= 255
    others = (b"", b"something else", content.replace(b" 1\n", b" 0\n"), content[:-9], bytes(changed))
    assert from_bytes(content) is not None
    assert [from_bytes(other) for other in others] == [None] * 5


def moved(shape: BaseGeometry) -> BaseGeometry:
    """From the ground of the invented war to that of the example."""
    return shapely.transform(shape, lambda points: points - np.array([0.0, 12.0]))


@settings(max_examples=20)
@given(_series(_ragged()))
def test_faces_that_touch_have_different_stories(shown: list[Snapshot]) -> None:
    whole = overlay(shown).composite
    stories: dict[int, list[object]] = {}
    for change in whole.changes:
        stories.setdefault(change.face, []).append((change.at, change.state, change.claims))
    assert all(
        stories.get(arc.left, []) != stories.get(arc.right, [])
        for arc in whole.arcs
        if NOTHING not in (arc.left, arc.right)
    )


# ------------------------------------------------------------------ a war


def _war(number: int, vertices: int) -> list[Snapshot]:
    states = {"red": RED, "blue": BLUE, "green": GREEN}
    return [
        Snapshot(
            datetime(date.year, date.month, date.day, tzinfo=UTC),
            tuple(Part(states[holder], shape, (str(date),)) for holder, shape in areas.items()),
        )
        for date, areas in drawn_by_holder(number, vertices)
    ]


def _assert_exact(made: Overlaid, shown: Sequence[Snapshot], seed: int = 3) -> None:
    chance = np.random.default_rng(seed)
    for number in chance.choice(len(shown), min(20, len(shown)), replace=False):
        area = sum(shape.area for shape in wanted(shown[number]).values())
        assert amiss(made.composite, shown[number]) < 1e-4 * area


def test_a_war_of_three_sides_is_exact_on_twenty_days() -> None:
    shown = _war(40, 800)
    made = overlay(shown)
    assert_whole(made.composite)
    _assert_exact(made, shown)


def test_a_war_that_grows_day_by_day_is_the_war_that_is_built_at_once() -> None:
    shown = _war(12, 300)
    made = overlay(shown[:2])
    for one in shown[2:]:
        made = appended(made, [one])
    assert as_bytes(made) == as_bytes(overlay(shown))


def _drawn_daily(folder: str) -> Iterator[Snapshot]:
    """The real days that lie beside the checkout, where they do."""
    for file in sorted((SHARED / "data" / folder).glob("*.geojson")):
        shapes = [shapely.geometry.shape(f["geometry"]) for f in json.loads(file.read_text())["features"]]
        ground = shapely.union_all([shapely.make_valid(shapely.force_2d(shape)) for shape in shapes])
        at = datetime.strptime(file.stem[-8:], "%Y%m%d").replace(tzinfo=UTC)
        yield Snapshot(at, (Part(RED, ground, (file.stem,)),))


@pytest.mark.parametrize("folder", ["deepstate", "deepstate-every10"])
def test_real_days_are_exact_on_twenty_of_them(folder: str) -> None:
    shown = list(_drawn_daily(folder))
    if not shown:
        pytest.skip("the real days are not beside this checkout")
    made = overlay(shown)
    assert_whole(made.composite)
    _assert_exact(made, shown)
    assert as_bytes(appended(overlay(shown[:-1]), shown[-1:])) == as_bytes(made)


_ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=12)


@given(_ROWS, _ROWS)
def test_rows_cancel_one_for_one_and_only_their_equals(
    some: list[tuple[int, int]], others: list[tuple[int, int]]
) -> None:
    tables = [np.array(rows, dtype=np.int64).reshape(-1, 2).T for rows in (some, others)]
    left, lost = apart(*tables)
    cancelled = [
        Counter(map(tuple, table[:, ~kept].T.tolist()))
        for table, kept in zip(tables, (left, lost), strict=True)
    ]
    assert cancelled[0] == cancelled[1]
    assert not (some == others and some and left.all())
