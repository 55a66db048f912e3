"""Nothing of a drawn map that a release keeps back is in any byte of anything that goes out.

Two ledgers differ in withheld drawn maps alone: in what they draw, for whom, and when. Whatever goes out of
them must be the same to the byte, and under ``internal`` must not be: so the comparison is known to work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from drawn_story import square
from leak_story import LOADED, NOW, leak_record
from test_leaks import Outputs, called_back, client_of, command_outputs, server_outputs

import frontline
from claims.actors import Actor
from claims.claim import Precision, Window
from claims.drawn_shapes import ShapesInMemory, packed
from claims.ledger import Ledger
from claims.map_record import MapRecord
from claims.observations import DrawnShape, DrawnStatus, Observation
from claims.release_rules import Measure, ReleaseRules, Rule
from figures.document_file import unpacked

Shapes = tuple[tuple[str, float, float], ...]
"""Who is drawn as holding a square, and the west and south of it in degrees."""

SEEN: Mapping[int, Shapes] = {2: (("opposition", 36.4, 35.1),), 5: (("opposition", 36.43, 35.12),)}
"""What all may see, by its day."""
SECRET_GROUND = (36.98, 35.38, 37.15, 35.55)
HIDDEN: tuple[Mapping[str, Shapes], ...] = (
    {
        "secret-one": (("kanarifirst", 37.0111, 35.4222), ("opposition", 36.41, 35.2)),
        "late-one": (("opposition", 36.5333, 35.1222),),
    },
    {
        "secret-two": (("kanarisecond", 37.0444, 35.4111),),
        "late-two": (("kanarisecond", 36.4666, 35.1777), ("opposition", 36.7, 35.0)),
    },
)
"""What the two ledgers have besides: a map that reaches into withheld ground, and one of this morning."""

FEW: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "html": (("en.html",),),
    "picture": (("en.svg",), ("en.png", "--width", "600")),
    "figure": (("en.json",), ("gains.json", "--what", "gains")),
    "data": tuple((f"{what}.csv", "--what", what) for what in ("history", "areas", "gains", "front")),
}
QUERIES = ("", "?lang=ar&known=2024-12-05T23:59%2B03:00")


def drawn_record(which: int) -> MapRecord:
    """A map that is only drawn; its rules keep back one day for its ground, and another for some hours."""
    base, store = leak_record(), ShapesInMemory()
    maps = [_map(store, f"agency-{day}", day, 0, shapes) for day, shapes in SEEN.items()]
    secret, late = HIDDEN[which].items()
    maps += [_map(store, secret[0], 3, 11 + which, secret[1]), _map(store, late[0], 9, 5 + which, late[1])]
    actors = [*(base.actors[one] for one in ("government", "opposition", "unknown"))]
    only = ("kanarifirst", "kanarisecond")[which]
    actors.append(Actor(only, f"Party {only}", "كناري", only))
    rules = (
        Rule(Measure.WITHHOLD, events=("holds",), window=SECRET_GROUND),
        Rule(Measure.DELAY, hours=24.0, sources=("monitor",)),
    )
    roles = {actor.id: "foreign" if "kanari" in actor.id else actor.id for actor in actors}
    places = {key: base.places[key] for key in ("hama", "visible", "north", "west", "east")}
    return replace(
        base,
        settings=replace(base.settings, roles=roles, elsewhere="government"),
        places=places,
        actors={actor.id: actor for actor in actors},
        sources={"monitor": base.sources["monitor"]},
        baseline={},
        claims=(),
        unlocated=(),
        areas={},
        releases={"public": ReleaseRules("public", rules)},
        observations=tuple(sorted(maps, key=lambda one: one.at)),
        drawn=store,
    )


def _map(store: ShapesInMemory, own: str, day: int, minute: int, shapes: Shapes) -> Observation:
    made = tuple(DrawnShape(who, DrawnStatus.HELD, square(x, y, 0.1)) for who, x, y in shapes)
    wests, souths = [x for _, x, _ in shapes], [y for _, _, y in shapes]
    at = datetime(2024, 12, day, 7, minute, tzinfo=UTC)
    window = Window(at - timedelta(hours=1), at, Precision.MINUTE)
    bounds = (min(wests), min(souths), max(wests) + 0.1, max(souths) + 0.1)
    holders = tuple(sorted({who for who, _, _ in shapes}))
    sha256 = store.keep(packed(made))
    return Observation(own, "monitor", window, at, sha256, f"{own}.geojson", sha256, holders, bounds)


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    folder = tmp_path_factory.mktemp("drawn")
    urls = (f"sqlite:///{folder / 'one.db'}", f"sqlite:///{folder / 'two.db'}")
    for which, url in enumerate(urls):
        with Ledger(url) as book:
            book.load(drawn_record(which), LOADED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frontline, "_now", lambda: NOW)
        yield urls


@pytest.fixture(scope="module", params=["public", "internal"])
def both(
    request: pytest.FixtureRequest, ledgers: tuple[str, str], tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Outputs, Outputs]:
    """What goes out of each of the two ledgers, in a release."""
    release = str(request.param)
    found = []
    for url in ledgers:
        folder = tmp_path_factory.mktemp(release)
        if release == "public":
            found.append(command_outputs(url, release, folder, FEW))
            found[-1] |= server_outputs(url, release, QUERIES, ("identity",))
        else:
            found.append({**command_outputs(url, release, folder, FEW, {}), **what_draws(url, release)})
    return release, found[0], found[1]


def what_draws(url: str, release: str) -> dict[str, bytes]:
    """What the server answers that shows drawn ground."""
    with client_of(url, release) as client:
        found = {f"GET {address}": client.get(address).content for address in DRAWN}
        return found | called_back(client)


DRAWN = ("/", "/maps/leaky/document.json", "/maps/leaky/light.svg", "/maps/leaky/page.json", "/embed/leaky")


def without_dice(body: bytes) -> bytes:
    """A body without the number that Dash throws for each page that it gives."""
    return re.sub(rb'"end_id":"[^"]*"', b"", body)


def test_what_a_withheld_drawn_map_shows_changes_no_byte(both: tuple[str, Outputs, Outputs]) -> None:
    release, one, other = both
    assert one.keys() == other.keys()
    unlike = {name for name, body in one.items() if without_dice(body) != without_dice(other[name])}
    if release == "public":
        assert unlike == set()
        return
    public = {"GET /embed/leaky", "export data history.csv"}
    alike = {name for name in one.keys() - unlike if "printed" not in name}
    assert alike == public, "an embed is public, whatever the rest shows; no place stands on what differs"


def test_what_all_may_see_of_it_is_there(both: tuple[str, Outputs, Outputs]) -> None:
    """Two maps count for all, four for the editors."""
    release, one, _ = both
    days = set(re.findall(rb"2024-12-0[2-9]", one["export data areas.csv"]))
    seen = {b"2024-12-02", b"2024-12-05"}
    assert seen <= days
    assert (days & {b"2024-12-03", b"2024-12-09"} == set()) == (release == "public")


def test_what_was_kept_of_internal_work_is_in_no_public_map(ledgers: tuple[str, str]) -> None:
    """A composite that was prepared of all maps, withheld ones among them, is not gone on from."""
    for release in ("internal", "public"):
        with client_of(ledgers[0], release) as client:
            told = client.get("/maps/leaky/document.json").json()
        assert len(unpacked(told)["observations"]) == (4 if release == "internal" else 2)
