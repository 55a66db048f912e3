"""Map documents made by hand: one small enough to check in the head, one large enough to be slow."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

DAMASCUS = timezone(timedelta(hours=3))
START = int(datetime(2024, 12, 1, tzinfo=DAMASCUS).timestamp())
CERTAINTIES = ["assessed", "claimed", "contested", "stale", "not_reported", "inferred"]
UNKNOWN, GOVERNMENT, OPPOSITION = 0, 1, 2

STATES = [
    [GOVERNMENT, 4, -1],  # 0 government since the baseline, nobody has reported it
    [OPPOSITION, 0, -1],  # 1 opposition, assessed
    [GOVERNMENT, 1, OPPOSITION],  # 2 government's ground, opposition claims it
    [GOVERNMENT, 0, -1],  # 3 government, assessed
    [OPPOSITION, 2, GOVERNMENT],  # 4 opposition's ground, contested by the government
    [OPPOSITION, 4, -1],  # 5 opposition since the baseline
    [UNKNOWN, 0, -1],  # 6 nobody knows
]


def at(day: int, hour: int, minute: int = 0) -> int:
    """Seconds since the epoch of an instant of December 2024 on the clocks of Damascus."""
    return int(datetime(2024, 12, day, hour, minute, tzinfo=DAMASCUS).timestamp())


STEPS = [
    (at(1, 6), 2, 2),  # Marj is claimed by the opposition
    (at(2, 14), 2, 1),  # and a monitor confirms it
    (at(3, 23, 40), 1, 1),  # Wadi is taken in the evening
    (at(4, 0, 20), 1, 3),  # and retaken after midnight, within the hour
    (at(4, 9), 3, 4),  # Tell is contested
    (at(4, 18), 0, 2),  # Qasr, the city, is claimed
]
NAMES = [("Qasr", "قصر"), ("Wadi", "وادي"), ("Marj", "مرج"), ("Tell", "تل")]


def tiny_document() -> dict[str, Any]:
    """Four square faces with a place in each; six changes of 1-4 December 2024, and a failed attack.

    Faces and places, by index: 0 Qasr (the city, south-west), 1 Wadi (south-east), 2 Marj (north-west),
    3 Tell (north-east).
    """
    document = _document(4, 2, 4, [0, 0, 0, 5], STEPS, days=4)
    for place, (name, name_ar) in zip(document["places"], NAMES, strict=True):
        place["name"] = {"en": name, "ar": name_ar}
    document["id"] = "tiny"
    document["title"] = {"en": "Qasr and its towns", "ar": "قصر وبلداتها"}
    failed = _claim(len(STEPS), at(3, 12), 0, GOVERNMENT, "attack_failed")
    document["claims"].append(failed)
    document["events"].append(
        {
            "t": at(3, 12),
            "from": at(3, 6),
            "day": 0,
            "place": 0,
            "before": 0,
            "after": 0,
            "kind": "no_change",
            "reason": "attack_failed",
            "claims": [len(STEPS)],
        }
    )
    document["events"].sort(key=lambda event: event["t"])
    return document


def big_document(faces: int = 4429, changes: int = 7564, seed: int = 1) -> dict[str, Any]:
    """A grid of ``faces`` squares, a third of them places; about ``changes`` changes at random times."""
    chance = random.Random(seed)  # reproducible, not secret
    days = max(2, changes // 20)
    instants = sorted(chance.sample(range(START, START + days * 86400, 60), max(1, changes // 10)))
    start = [chance.choice([0, 5]) for _ in range(faces)]
    now = list(start)
    steps = []
    for t in sorted(chance.choice(instants) for _ in range(changes)):
        face = chance.randrange(faces)
        now[face] = chance.choice([state for state in range(len(STATES)) if state != now[face]])
        steps.append((t, face, now[face]))
    columns = max(1, int(faces**0.5))
    return _document(faces, columns, max(1, faces // 3), start, steps, days=days)


def _document(
    faces: int,
    columns: int,
    places: int,
    start: list[int],
    steps: Sequence[tuple[int, int, int]],
    *,
    days: int,
) -> dict[str, Any]:
    arcs, rings, edges = _grid(faces, columns)
    end = START + days * 86400
    return {
        "format": "frontline-map",
        "version": 2,
        "id": "made",
        "title": {"en": "Made country"},
        "clock": {
            "zone": "Asia/Damascus",
            "name": {"en": "Damascus", "ar": "دمشق"},
            "offsets": [[START, 180]],
        },
        "span": [START, end],
        "window": [36.0, 35.0, 36.0 + 0.1 * columns, 35.0 + 0.1 * -(-faces // columns)],
        "known_at": end,
        "known_label": "latest",
        "head": "0" * 64,
        "method": {"name": "by hand", "version": "1", "parameters": {}},
        "border_view": "UN",
        "actors": _actors(),
        "sources": _sources(),
        "certainties": list(CERTAINTIES),
        "states": [list(state) for state in STATES],
        "grid": {"lon": 36.0, "lat": 35.0, "step": 0.0001},
        "arcs": arcs,
        "faces": [[face % places, 1, [ring]] for face, ring in enumerate(rings)],
        "edges": edges,
        "places": [_place(index, columns) for index in range(places)],
        **_story(start, steps, edges, places),
        "reference": _reference(steps, end),
        **_measures(faces),
        **_nothing_else(),
    }


def _measures(faces: int) -> dict[str, Any]:
    return {
        "area": {
            "region": {"code": "XX-01", "name": {"en": "Made country", "ar": "بلد"}},
            "total_km2": float(faces),
            "series": [[START, {"1": [float(faces), 0.0]}, 0.0, 0.0]],
        },
        "front": {"series": [[START, 40.0, 2.5, 0.0]]},
        "reach_km": 7.0,
    }


def _nothing_else() -> dict[str, Any]:
    """Every key that says nothing here."""
    lists = ("land", "region", "units", "unit_lines", "country_lines", "neighbours", "rivers")
    empty = ("observations", "gaps", "moved", "unlocated", "counts", "withheld", "corrections")
    return {
        **{key: [] for key in empty},
        "ground": {key: [] for key in lists},
        "ground_from": {"kind": "cells", "source": -1},
        "release": {"name": "public"},
        "credits": ["Made by hand"],
    }


def _grid(faces: int, columns: int) -> tuple[list[list[int]], list[list[int]], list[list[int]]]:
    """Arcs, rings and edges of square cells of 0.1 degrees, numbered from the south-west, row by row."""
    arcs: list[list[int]] = []
    number: dict[tuple[str, int, int], int] = {}
    edges = []
    cell = {(k % columns, k // columns): k for k in range(faces)}
    for column, row in cell:
        for key in [("h", column, row), ("h", column, row + 1), ("v", column, row), ("v", column + 1, row)]:
            if key in number:
                continue
            number[key] = len(arcs)
            level, x, y = key
            arcs.append([x * 1000, y * 1000, 1000, 0] if level == "h" else [x * 1000, y * 1000, 0, 1000])
            left, right = (
                (cell.get((x, y)), cell.get((x, y - 1)))
                if level == "h"
                else (cell.get((x - 1, y)), cell.get((x, y)))
            )
            if left is not None and right is not None:
                edges.append([number[key], left, right])
    rings = [
        [number["h", x, y], number["v", x + 1, y], ~number["h", x, y + 1], ~number["v", x, y]]
        for x, y in cell
    ]
    return arcs, rings, edges


def _front(left: int, right: int) -> int:
    """0 no front, 1 solid, 2 dashed, 3 dotted, as docs/map-document.md has it."""
    a, b = STATES[left], STATES[right]
    if a[0] == b[0] or UNKNOWN in (a[0], b[0]):
        return 0
    sure = {a[1], b[1]}
    if sure & {1, 2}:
        return 2
    return 1 if sure == {0} else 3


class _Story:
    """``start``, ``changes``, ``events`` and ``claims``: what is true first, and what each step changes."""

    def __init__(self, start: list[int], edges: list[list[int]], places: int) -> None:
        self.faces = list(start)
        self.edges = edges
        self.places = places
        self.fronts = [self._style(edge) for edge in range(len(edges))]
        self.touching: dict[int, list[int]] = {}
        for index, (_, left, right) in enumerate(edges):
            self.touching.setdefault(left, []).append(index)
            self.touching.setdefault(right, []).append(index)
        self.told: dict[str, Any] = {
            "start": {"faces": list(start), "fronts": list(self.fronts), "places": start[:places]},
            "changes": [],
            "events": [],
            "claims": [],
        }

    def _style(self, edge: int) -> int:
        return _front(self.faces[self.edges[edge][1]], self.faces[self.edges[edge][2]])

    def step(self, t: int, wanted: dict[int, int]) -> None:
        """One instant: ``wanted`` maps a face to the state that it is in from ``t`` on."""
        new = {face: state for face, state in sorted(wanted.items()) if self.faces[face] != state}
        for face, state in new.items():
            if face < self.places:
                _tell(self.told, t, face, self.faces[face], state)
            self.faces[face] = state
        if new:
            on_places = {face: state for face, state in new.items() if face < self.places}
            self.told["changes"].append([t, _flat(new), _flat(self._new_fronts(new)), _flat(on_places)])

    def _new_fronts(self, faces: Iterable[int]) -> dict[int, int]:
        edges = sorted({edge for face in faces for edge in self.touching.get(face, [])})
        new = {edge: self._style(edge) for edge in edges if self._style(edge) != self.fronts[edge]}
        for edge, style in new.items():
            self.fronts[edge] = style
        return new


def _flat(pairs: dict[int, int]) -> list[int]:
    return [number for pair in pairs.items() for number in pair]


def _story(
    start: list[int], steps: Iterable[tuple[int, int, int]], edges: list[list[int]], places: int
) -> dict[str, Any]:
    story = _Story(start, edges, places)
    grouped: dict[int, dict[int, int]] = {}
    for t, face, state in steps:
        grouped.setdefault(t, {})[face] = state
    for t in sorted(grouped):
        story.step(t, grouped[t])
    return story.told


def _tell(story: dict[str, Any], t: int, place: int, before: int, after: int) -> None:
    index = len(story["claims"])
    actor, certainty, rival = STATES[after]
    said = rival if certainty == 1 else actor
    story["claims"].append(
        _claim(index, t, place, said, "contested" if certainty == 2 else "captured", certainty)
    )
    story["events"].append(
        {
            "t": t,
            "from": t - 3600,
            "day": 0,
            "place": place,
            "before": before,
            "after": after,
            "kind": "change",
            "reason": "",
            "claims": [index],
        }
    )


def _claim(index: int, t: int, place: int, holder: int, event: str, certainty: int = 0) -> dict[str, Any]:
    claimant = 2 if certainty == 1 else 0
    return {
        "id": f"C{index + 1:03d}",
        "place": place,
        "written": NAMES[place][0] if place < len(NAMES) else f"Place {place}",
        "event": event,
        "holder": holder,
        "from_holder": -1,
        "claimant": claimant,
        "reporter": claimant,
        "start": t - 3600,
        "end": t,
        "day": 0,
        "reported": t + 1800,
        "reported_day": 0,
        "status": CERTAINTIES[certainty],
        "code": "C3" if certainty == 1 else "B2",
        "value": None,
        "qualifier": "",
        "low": None,
        "high": None,
        "reference": -1,
        "url": "https://example.org/report",
        "note": "",
    }


def _actors() -> list[dict[str, Any]]:
    return [
        {
            "id": "unknown",
            "name": {"en": "Unknown holder", "ar": "غير معروف"},
            "short": {"en": "Unknown", "ar": "غير معروف"},
            "role": "unknown",
            "side": "unknown",
        },
        {
            "id": "river_government",
            "name": {"en": "Government of the river", "ar": "حكومة النهر"},
            "short": {"en": "Government", "ar": "الحكومة"},
            "role": "government",
            "side": "government",
        },
        {
            "id": "hill_opposition",
            "name": {"en": "Opposition of the hills", "ar": "معارضة التلال"},
            "short": {"en": "Opposition", "ar": "المعارضة"},
            "role": "opposition",
            "side": "opposition",
        },
    ]


def _sources() -> list[dict[str, Any]]:
    rows = [
        ("monitor", "Monitor", "monitor", ["government", "opposition"]),
        ("army", "Army", "government", []),
        ("rebels", "Rebels", "opposition", []),
    ]
    return [
        {
            "id": key,
            "name": name,
            "affiliation": kind,
            "independent_of": sides,
            "url": f"https://example.org/{key}",
        }
        for key, name, kind, sides in rows
    ]


def _place(index: int, columns: int) -> dict[str, Any]:
    column, row = index % columns, index // columns
    return {
        "id": f"place-{index}",
        "name": {"en": f"Place {index}"},
        "variants": [],
        "lon": round(36.05 + 0.1 * column, 4),
        "lat": round(35.05 + 0.1 * row, 4),
        "kind": "city" if index == 0 else "village",
        "precision_m": 100.0,
        "population": 1000,
        "rank": min(index, 4),
        "reported": 1,
    }


def _reference(steps: Sequence[tuple[int, int, int]], end: int) -> dict[str, Any]:
    middle = steps[len(steps) // 2][0] if steps else (START + end) // 2
    return {
        "place": 0,
        "edge_km": 1.0,
        "rings": [{"km": 10.0, "line": [500, 1400, 900, -900, -900, -900, -900, 900, 900, 900]}],
        "series": [
            [START, 12.4, 11.4, None, 14.1, 3],
            [middle, 6.2, 5.2, 4.0, 8.3, 1],
        ],
        "claimed": [],
    }
