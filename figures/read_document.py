"""What somebody else wrote as a map document becomes a document to play, or a sentence that says why not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain, pairwise
from typing import Any, NoReturn

import numpy as np
from pydantic import ValidationError

from claims.control import Certainty
from figures.document_file import VERSION, unpacked
from figures.document_shape import document_shape, written_shape
from gazetteer.errors import shown
from layers.composite import Composite, FaceChange, State
from layers.faces import NOTHING, Arc, ArcKind, Face

MOST_BYTES = 100_000_000

Document = dict[str, Any]


class BadDocument(ValueError):  # noqa: N818 - it reads as what is wrong
    """A file that is no map document, or one that contradicts itself; the message is a sentence."""


def read_document(raw: bytes) -> Document:
    """Read a map document as docs/map-document.md describes it, written by anybody.

    Raises
    ------
    BadDocument
        Where it is not one. Nothing of it has been used then.
    """
    if len(raw) > MOST_BYTES:
        raise BadDocument(f"The file is {len(raw):,} bytes long; the most is {MOST_BYTES:,}.")
    written = _json(raw)
    if not isinstance(written, dict) or written.get("format") != "frontline-map":
        raise BadDocument('This is no map document: it has no "format": "frontline-map".')
    if written.get("version") != VERSION:
        raise BadDocument(
            f"This is a map document of version {shown(str(written.get('version')))}; "
            f"version {VERSION} can be read. docs/map-document.md describes it."
        )
    _hold(written_shape(), written)
    try:
        document = unpacked(written)
    except (ValueError, LookupError, TypeError, OverflowError, MemoryError) as error:
        raise BadDocument(f"A packed part of the document cannot be unfolded: {error}.") from None
    _hold(document_shape(), document)
    _Checked(document).all()
    return document


def _json(raw: bytes) -> object:
    def refuse(word: str) -> NoReturn:
        raise ValueError(f"{word} is no number")

    try:
        return json.loads(raw.decode("utf-8-sig"), parse_constant=refuse)
    except UnicodeDecodeError:
        raise BadDocument("The file is not UTF-8 text.") from None
    except (ValueError, RecursionError) as error:
        raise BadDocument(f"The file cannot be read as JSON: {error}.") from None


def _hold(shape: Any, value: Document) -> None:  # noqa: ANN401 - a pydantic adapter of types made at run time
    try:
        shape.validate_python(value)
    except ValidationError as error:
        first = min(error.errors(include_url=False, include_context=False), key=lambda e: -len(e["loc"]))
        where = " → ".join(str(part) for part in first["loc"] if not _is_type(part))
        raise BadDocument(
            f"{where[:200] or 'The document'}: {first['msg']} (it is {shown(str(first['input']))})."
        ) from None


def _is_type(part: object) -> bool:
    """Whether a part of a place in the document is the name of a type of ours."""
    return isinstance(part, str) and (part.startswith("_") or "[" in part)


class _Checked:
    """A document whose types are right; its numbers have yet to name what is there."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.size = {key: len(value) for key, value in document.items() if isinstance(value, list)}

    def all(self) -> None:
        """Raise BadDocument at the first number that names nothing."""
        self.time()
        self.parties()
        self.ground()
        self.changes()
        self.sayings()
        self.measures()

    def within(self, what: str, numbers: Iterable[int], of: str, *, none: bool = False) -> None:
        """Each number is an index of that list; −1 too where there may be ``none``."""
        found = np.fromiter(numbers, dtype=np.int64)
        wrong = (found < (-1 if none else 0)) | (found >= self.size[of])
        if wrong.any():
            raise BadDocument(
                f"{what} names number {int(found[wrong][0])} of {of}; there are {self.size[of]:,} of them."
            )

    def time(self) -> None:
        first, end = self.document["span"]
        west, south, east, north = self.document["window"]
        if not first < end:
            raise BadDocument(f"span ends ({end}) before it begins ({first}).")
        if end - first > 60 * 366 * 86_400:
            raise BadDocument("span is longer than sixty years.")
        if not (west < east and south < north):
            raise BadDocument("window is not west, south, east, north.")
        offsets = [row[0] for row in self.document["clock"]["offsets"]]
        if offsets != sorted(offsets):
            raise BadDocument("clock.offsets are not in the order of time.")

    def parties(self) -> None:
        states = self.document["states"]
        self.within("A state", (state[0] for state in states), "actors")
        self.within("A state", (state[1] for state in states), "certainties")
        self.within("The rival of a state", (state[2] for state in states), "actors", none=True)
        if len({actor["id"] for actor in self.document["actors"]}) != self.size["actors"]:
            raise BadDocument("Two actors have one id.")
        if not any(actor["id"] == "unknown" for actor in self.document["actors"]):
            raise BadDocument(
                'No actor has the id "unknown"; it stands for ground that nobody is known to hold.'
            )

    def ground(self) -> None:
        faces, edges = self.document["faces"], self.document["edges"]
        rings = [ring for face in faces for ring in face[2]]
        if any(len(line) % 2 or len(line) < 4 for line in self.document["arcs"]):
            raise BadDocument("An arc has no two points, each of two numbers.")
        if not all(face[2] for face in faces) or not all(rings):
            raise BadDocument("A face has no ring, or a ring without an arc.")
        self.within("A face", (face[0] for face in faces), "places", none=True)
        self.within("A ring", (_arc(reference) for ring in rings for reference in ring), "arcs")
        self.within("An edge", (edge[0] for edge in edges), "arcs")
        self.within("An edge", chain.from_iterable(edge[1:] for edge in edges), "faces")
        self.closed(rings)

    def closed(self, rings: Sequence[Sequence[int]]) -> None:
        """Each arc of a ring begins where the one before ends."""
        ends = [((line[0], line[1]), (sum(line[::2]), sum(line[1::2]))) for line in self.document["arcs"]]
        for ring in rings:
            walked = [ends[arc] if arc >= 0 else ends[~arc][::-1] for arc in ring]
            if any(one[1] != other[0] for one, other in pairwise([*walked, walked[0]])):
                raise BadDocument(f"A ring is not closed: {shown(str(list(ring)))} does not lead back.")

    def changes(self) -> None:
        start, parts = self.document["start"], ("faces", "edges", "places")
        for key, of in zip(("faces", "fronts", "places"), parts, strict=True):
            if len(start[key]) != self.size[of]:
                raise BadDocument(f"start.{key} has {len(start[key]):,} entries for {self.size[of]:,} {of}.")
        self.within("start", chain(start["faces"], start["places"]), "states")
        changes = self.document["changes"]
        if any(one[0] >= other[0] for one, other in pairwise(changes)):
            raise BadDocument("changes are not in the order of time, one for each instant.")
        for slot, of in enumerate(parts, start=1):
            flat = [change[slot] for change in changes]
            if any(len(pairs) % 2 for pairs in flat):
                raise BadDocument(f"A change of {of} is no list of pairs.")
            self.within("A change", chain.from_iterable(pairs[::2] for pairs in flat), of)
            new = list(chain.from_iterable(pairs[1::2] for pairs in flat))
            if of == "edges" and not set(new) <= {0, 1, 2, 3}:
                raise BadDocument("A change gives an edge a style that is not 0, 1, 2 or 3.")
            if of != "edges":
                self.within("A change", new, "states")

    def sayings(self) -> None:
        events, claims = self.document["events"], self.document["claims"]
        self.within("An event", (event["place"] for event in events), "places")
        self.within(
            "An event", chain.from_iterable((e["before"], e["after"]) for e in events), "states", none=True
        )
        self.within("An event", chain.from_iterable(e["claims"] for e in events), "claims", none=True)
        for key, of in _OF_CLAIMS.items():
            self.within(f"{key} of a claim", (claim[key] for claim in claims), of, none=True)
        if any(one["t"] > other["t"] for one, other in pairwise(events)):
            raise BadDocument("events are not in the order of time.")
        drawn = self.document["observations"]
        self.within(
            "observation of an event", (e.get("observation", -1) for e in events), "observations", none=True
        )
        self.within("An observation", (one["source"] for one in drawn), "sources", none=True)
        self.within("ground_from", [self.document["ground_from"]["source"]], "sources", none=True)
        moves = chain.from_iterable(row[1] for row in self.document["moved"])
        self.within("moved", chain.from_iterable(move[:2] for move in moves), "states")
        for count in self.document["counts"]:
            self.within("A count", [count["claim"]], "claims")
            self.within("A count", count["located"], "places")

    def measures(self) -> None:
        reference = self.document["reference"]
        self.within("reference", [reference["place"]], "places", none=True)
        self.within("reference.series", (row[5] for row in reference["series"]), "places", none=True)
        self.within("reference.claimed", (said["claim"] for said in reference["claimed"]), "claims")
        self.within(
            "reference.claimed", (said["claimant"] for said in reference["claimed"]), "sources", none=True
        )
        if (reference["place"] >= 0 and not reference["series"]) or not self.document["area"]["series"]:
            raise BadDocument("reference.series and area.series need a row for the start of the span.")
        for key in {key for row in self.document["area"]["series"] for key in row[1]}:
            if not (key.isascii() and key.isdigit() and int(key) < self.size["actors"]):
                raise BadDocument(f"area.series names the actor {shown(key)}, which is no number of actors.")
        for name in ("land", "region", "neighbours", "unit_lines", "country_lines"):
            if any(len(line) % 2 or len(line) < 4 for line in self.document["ground"][name]):
                raise BadDocument(f"ground.{name} has a line without two points, each of two numbers.")


_OF_CLAIMS = {
    "place": "places",
    "holder": "actors",
    "from_holder": "actors",
    "claimant": "sources",
    "reporter": "sources",
    "reference": "places",
}


def _arc(reference: int) -> int:
    return reference if reference >= 0 else ~reference


# The values of our lower floors


def composite_of(document: Mapping[str, Any]) -> Composite:
    """The composite that a document draws: faces, arcs and changes, in degrees and with holders by id.

    Which claims a change of ground rests on is not said in a document; only edges can carry a front.
    """
    grid, sides = document["grid"], _sides(document)
    carrying = {edge[0] for edge in document["edges"]}
    arcs = tuple(
        Arc(_degrees(line, grid), *sides[number], ArcKind.CELL if number in carrying else ArcKind.LAND)
        for number, line in enumerate(document["arcs"])
    )
    ids = [place["id"] for place in document["places"]]
    faces = tuple(
        Face(ids[place] if place >= 0 else None, bool(inside), tuple(tuple(ring) for ring in rings))
        for place, inside, rings in document["faces"]
    )
    states = [_state(row, document) for row in document["states"]]
    start = tuple(states[number] for number in document["start"]["faces"])
    return Composite(arcs, faces, start, tuple(_changes(document, states)))


def _changes(document: Mapping[str, Any], states: Sequence[State]) -> Iterator[FaceChange]:
    for t, pairs, *_ in document["changes"]:
        at = datetime.fromtimestamp(t, UTC)
        for face, state in sorted(zip(pairs[::2], pairs[1::2], strict=True)):
            yield FaceChange(at, face, states[state], ())


def _state(row: Sequence[int], document: Mapping[str, Any]) -> State:
    holder, certainty, rival = row
    actors = document["actors"]
    return State(
        actors[holder]["id"],
        Certainty(document["certainties"][certainty]),
        actors[rival]["id"] if rival >= 0 else None,
    )


def _degrees(line: Sequence[int], grid: Mapping[str, float]) -> np.ndarray[Any, np.dtype[np.float64]]:
    steps = np.array(line, dtype=np.int64).reshape(-1, 2).cumsum(axis=0)
    return np.asarray(steps * grid["step"] + (grid["lon"], grid["lat"]), dtype=np.float64)


def _sides(document: Mapping[str, Any]) -> list[tuple[int, int]]:
    """The faces to the left and to the right of each arc."""
    found = [[NOTHING, NOTHING] for _ in document["arcs"]]
    for face, (_, _, rings) in enumerate(document["faces"]):
        for reference in chain.from_iterable(rings):
            found[_arc(reference)][reference < 0] = face
    return [(left, right) for left, right in found]
