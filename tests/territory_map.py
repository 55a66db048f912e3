"""A small invented country for tests of the ground methods: a line drawn across it and villages in rows."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import shapely

from claims.actors import Actor
from claims.control import Certainty, ControlHistory, Hold
from claims.map_record import MapRecord, MapSettings
from gazetteer.place import Place
from layers.composite import State
from layers.snapshots import Part, Snapshot

T0 = datetime(2024, 1, 1, tzinfo=UTC)
LAND = shapely.box(29.9, 9.9, 31.1, 11.1)
GROUND = SimpleNamespace(land=LAND)
KM = 1 / 111.0
"""About a kilometre in degrees, this near to the equator."""


def day(number):
    return T0 + timedelta(days=number)


def settings(**more):
    usual = {
        "id": "invented", "title": {"en": "Invented"}, "zone": ZoneInfo("UTC"), "span": (T0, day(100)),
        "window": (29.9, 9.9, 31.1, 11.1), "region": "", "city": "", "edge_km": 0.0, "rings_km": (),
        "reach_km": 20.0, "border_view": "", "roles": {},
    }  # fmt: skip
    return MapSettings(**{**usual, **more})


def villages(step_km=4.0, rows=20, columns=20, west=30.0, south=10.0):
    """A grid, slightly uneven so that no four lie on a circle; ``v-row-column``."""
    return {
        f"v-{row}-{column}": Place(
            f"v-{row}-{column}", f"V {row} {column}",
            south + (row * step_km + 0.11 * ((row * 7 + column * 3) % 5)) * KM,
            west + (column * step_km + 0.13 * ((row * 5 + column * 11) % 7)) * KM,
            "village", 100, "",
        )
        for row in range(rows)
        for column in range(columns)
    }  # fmt: skip


def record(places, sides=("red", "blue")):
    return MapRecord(settings(), places, {s: Actor(s, s, "", s) for s in sides}, {}, {}, (), ())


def line(*grounds):
    """A drawn map: (holder, shape) in degrees, each cut to the land."""
    parts = [
        Part(State(holder, Certainty.REPORTED), shapely.intersection(LAND, shape), (f"drawn-{holder}",))
        for holder, shape in grounds
    ]
    return Snapshot(T0, tuple(parts))


def split(lon):
    """Red to the west of a meridian, blue to the east."""
    return line(("red", shapely.box(29, 9, lon, 12)), ("blue", shapely.box(lon, 9, 32, 12)))


def history(places, *told, first="blue"):
    """A history in which each of (day, place, holder, certainty, rival) follows the one before."""
    holds = {}
    for place_id in places:
        own = sorted((one for one in told if one[1] == place_id), key=lambda one: one[0])
        starts = [None, *(day(one[0]) for one in own)]
        states = [(first, Certainty.NOT_REPORTED, None), *(_state(*one[2:]) for one in own)]
        ends = [*starts[1:], None]
        holds[place_id] = tuple(
            Hold(start, end, *state, () if start is None else (f"{place_id}@{(start - T0).days}",), None)
            for start, end, state in zip(starts, ends, states, strict=True)
        )
    return ControlHistory("latest-report", "1", {}, day(99), holds, ())


def _state(holder, certainty=Certainty.REPORTED, rival=None):
    return holder, certainty, rival


def state_at(snapshot, lon, lat):
    """The state of the uppermost part there, and what it rests on."""
    point = shapely.Point(lon, lat)
    return next(((p.state, p.claims) for p in snapshot.parts if p.shape.intersects(point)), None)


def ground_of(snapshot, holder):
    """All ground whose uppermost part is this holder's."""
    taken, own = shapely.MultiPolygon(), []
    for part in snapshot.parts:
        rest = shapely.difference(part.shape, taken)
        own += [rest] if part.state.holder == holder else []
        taken = shapely.union(taken, part.shape)
    return shapely.union_all(own)
