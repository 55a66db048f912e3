"""Nothing that a release keeps back is in any byte of anything that goes out.

A map is planted with canaries, everything is exported and every address asked, all of it is unpacked, and
no canary may be found in any form. Under ``internal`` every canary must be found: so the search is known to
work.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import struct
import warnings
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import brotli
import pytest
from leak_story import (
    CORRECTED_AT,
    HIDDEN_AT,
    MOMENTS,
    NEVER,
    NOW,
    OLD_SPOT,
    SHAPE,
    TEXTS,
    VISIBLE,
    leak_record,
    plant,
)
from typer.testing import CliRunner

import frontline
from claims.ledger import Ledger
from figures.map_figure import SERVED

Outputs = Mapping[str, bytes]
Form = bytes | re.Pattern[bytes]

# What goes out


EXPORTS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "html": (
        ("en.html",),
        ("ar.html", "--lang", "ar", "--theme", "dark", "--public-url", "https://maps.example"),
        ("known.html", "--known-at", "2024-12-05", "--city", "visible"),
    ),
    "picture": (("en.svg",), ("ar.svg", "--lang", "ar"), ("en.png", "--width", "900")),
    "figure": (("en.json",), ("ar.json", "--lang", "ar"), ("gains.json", "--what", "gains")),
    "data": (
        *(
            (f"{what}.{kind}", "--what", what)
            for what in ("claims", "history", "places")
            for kind in ("csv", "jsonl")
        ),
        *((f"{what}.geojson", "--what", what) for what in ("claims", "history", "places")),
        *((f"{what}.csv", "--what", what) for what in ("areas", "gains", "front")),
        ("all.gpkg",),
    ),
}
"""How each command of ``frontline export`` is asked; a new one is to be added here."""

TABLES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "distance": ((), ("--json",), ("visible", "--json")),
    "area": (("--json",), ("--daily",)),
    "front": (("--json",),),
    "locate": (("Kanaribasenam", "--json"), ("Kanari", "--json")),
}
"""How each other command that tells of a map is asked; a new one is to be added here, or to ``RAW``."""

RAW = {
    *("load", "new", "verify", "serve", "backup", "restore", "log", "editor", "import"),
    *("correct", "retract", "merge", "reinstate"),
    *("read", "drafts", "accept", "reject"),
}
"""Commands that are the editors' own, and those that only write."""


def command_outputs(
    ledger: str,
    release: str,
    folder: Path,
    exports: Mapping[str, tuple[tuple[str, ...], ...]] = EXPORTS,
    tables: Mapping[str, tuple[tuple[str, ...], ...]] = TABLES,
) -> Outputs:
    """Whatever the command line writes and prints."""
    found: dict[str, bytes] = {}
    said = ("--ledger", ledger, "--release", release)
    for command, ways in exports.items():
        for name, *options in ways:
            printed = run("export", command, str(folder / name), *options, *said)
            found[f"export {command} {name}"] = (folder / name).read_bytes()
            found[f"export {command} {name}: printed"] = printed.replace(str(folder), "").encode()
    for command, ways in tables.items():
        for options in ways:
            found[f"{command} {' '.join(options)}"] = run(command, *options, *said).encode()
    figure = frontline.figure(ledger=ledger, release=release)
    return found | {"figure in a notebook": json.dumps(figure.to_plotly_json(), default=str).encode()}


def run(*words: str) -> str:
    """What a command prints; ``locate`` may well find nothing."""
    result = CliRunner().invoke(frontline.app, list(words))
    assert result.exit_code in ((0, 1) if words[0] == "locate" else (0,)), result.output
    return result.output


QUERIES = (
    "",
    "?lang=ar&theme=dark&palette=safe",
    "?t=2024-12-04T23:59%2B03:00&city=visible&rings=5,15",
    "?known=2024-12-05T23:59%2B03:00",
)
ENCODINGS = ("identity", "gzip", "br")
PARTS = {"map_id": ("leaky",), "name": SERVED, "claim_id": ("seen-1", "seen-3")}
"""What stands for the parts of a route's path; a route with another part is to be added here."""
THE_SAME_FOR_ALL = ("/assets", "/_dash-component-suites/{package_name}/{fingerprinted_path:path}")
"""Addresses that give files of the program."""


def routes_of(app: Any) -> Iterator[tuple[str, frozenset[str]]]:
    """Every path of an application with its methods, those of included routers too."""
    for route in app.routes:
        inside = getattr(route, "original_router", None)
        if inside is not None:
            yield from routes_of(inside)
        elif route.path not in THE_SAME_FOR_ALL:
            yield route.path, frozenset(getattr(route, "methods", None) or ())


def addresses(path: str) -> list[str]:
    """Every address that a route's path stands for."""
    found = [path]
    for part in re.findall(r"{(\w+)(?::\w+)?}", path):
        assert part in PARTS, f"the route {path} has a part '{part}': say in PARTS what can stand for it"
        found = [re.sub(rf"{{{part}(?::\w+)?}}", value, known) for known in found for value in PARTS[part]]
    return found


def server_outputs(
    ledger: str, release: str, queries: Sequence[str] = QUERIES, encodings: Sequence[str] = ENCODINGS
) -> Outputs:
    """Whatever any address of the server answers."""
    found: dict[str, bytes] = {}
    with client_of(ledger, release) as client:
        for path, methods in routes_of(client.app):
            for address in addresses(path):
                if "GET" in methods:
                    found |= asked(client, address, queries, encodings)
                elif path == "/_dash-update-component":
                    found |= called_back(client)
                else:
                    answer = client.post(address, json={})
                    found[f"{sorted(methods)} {address}"] = answer.content
    return found


def client_of(ledger: str, release: str) -> Any:
    """A browser without a network before the server."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the test client warns of its own future
        from starlette.testclient import TestClient
    server = frontline.build_server(ledger, public_url="http://maps.example", release=release)
    return TestClient(server, base_url="http://maps.example")


def asked(client: Any, address: str, queries: Sequence[str], encodings: Sequence[str]) -> Outputs:
    found: dict[str, bytes] = {}
    for query in queries:
        for encoding in encodings if not query else encodings[:1]:
            with client.stream("GET", address + query, headers={"accept-encoding": encoding}) as answer:
                raw = b"".join(answer.iter_raw())
            found[f"GET {address}{query} {encoding}"] = raw
            found[f"GET {address}{query} {encoding}: headers"] = repr(answer.headers).encode()
    return found


def called_back(client: Any) -> Outputs:
    """The answers of every callback that the server itself runs."""
    waiting = {
        one["output"] for one in client.get("/_dash-dependencies").json() if not one["clientside_function"]
    }
    known = {"built.data": page_call(), "..distance-figure.figure...area-figure.figure..": chart_call()}
    assert waiting == set(known), "a callback is new: say here how the page calls it"
    answers = {output: client.post("/_dash-update-component", json=body) for output, body in known.items()}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {f"callback {output}": answer.content for output, answer in answers.items()}


def page_call() -> dict[str, Any]:
    return {
        "output": "built.data",
        "outputs": {"id": "built", "property": "data"},
        "inputs": [
            {"id": "client", "property": "data", "value": {"search": "", "webgl": True, "width": 420}}
        ],
        "changedPropIds": ["client.data"],
    }


def chart_call() -> dict[str, Any]:
    outputs = [{"id": f"{name}-figure", "property": "figure"} for name in ("distance", "area")]
    return {
        "output": "..distance-figure.figure...area-figure.figure..",
        "outputs": outputs,
        "inputs": [
            {"id": "choice", "property": "data", "value": {"search": "", "theme": "dark", "width": 420}}
        ],
        "changedPropIds": ["choice.data"],
    }


# Unpacking


def layers(body: bytes) -> Iterator[bytes]:
    """A body, and everything that is packed in it: compressed, drawn as a picture, written as base64."""
    yield body
    for unpack in (gzip.decompress, brotli.decompress):
        try:
            inside = unpack(body)
        except (OSError, EOFError, zlib.error, brotli.error):
            continue
        yield from layers(inside)
        return
    yield from png_parts(body)
    for written in set(re.findall(rb"[A-Za-z0-9+/\\]{16,}={0,2}", body)):
        try:
            yield base64.b64decode(written.replace(b"\\u002b", b"+").replace(b"\\/", b"/") + b"==")
        except ValueError:
            continue


def png_parts(body: bytes) -> Iterator[bytes]:
    start = body.find(b"\x89PNG\r\n\x1a\n")
    pixels = b""
    position = start + 8
    while start >= 0 and position + 8 <= len(body):
        length, kind = struct.unpack(">I4s", body[position : position + 8])
        part = body[position + 8 : position + 8 + length]
        pixels += part if kind == b"IDAT" else b""
        yield part
        if kind == b"IEND":
            yield zlib.decompress(pixels)
            return
        position += length + 12


# Canaries, in every form


def text_forms(text: str) -> set[bytes]:
    """A text as it may stand in a file, in small letters."""
    plain = text.lower()
    forms = {
        plain.encode("utf-8"),
        plain.encode("utf-16-le"),
        plain.encode("utf-16-be"),
        json.dumps(plain)[1:-1].encode(),
        quote(plain).lower().encode(),
        "".join(f"&#{ord(letter)};" for letter in plain).encode(),
        "".join(f"&#x{ord(letter):x};" for letter in plain).encode(),
        plain.encode("utf-8").hex().encode(),
    }
    return {form for form in forms if form}


def base64_forms(text: str) -> set[bytes]:
    """The middle of a text in base64, at each of the three places in a group where it can begin."""
    found = set()
    for lead in range(3):
        written = base64.b64encode(b"\0" * lead + text.encode("utf-8"))
        found.add(written[4 if lead else 0 : len(written) // 4 * 4 - 4])
    return {form for form in found if len(form) >= 8}  # a shorter one stands somewhere by chance


def spot_forms(lat: float, lon: float) -> set[Form]:
    """A spot as numbers, on the document's grid, as the bytes of numbers; rounded, both numbers together."""
    found: set[Form] = set()
    for degrees in (lat, lon):
        found |= {f"{degrees:.{decimals}f}".encode() for decimals in (6, 5)}
        found |= {struct.pack(form, degrees) for form in ("<d", ">d", "<f", ">f")}
    west, south = leak_record().settings.window[:2]
    x, y = round((lon - west) / 1e-4), round((lat - south) / 1e-4)
    found |= {f"[{x},{y}".encode(), f"[{x}, {y}".encode()}
    rounded = [rb"(?<![\d.])(?:%b)\d*" % b"|".join(map(re.escape, thousandths(d))) for d in (lat, lon)]
    return found | {re.compile(rb"%b[^\d]{1,40}%b" % pair) for pair in (tuple(rounded), tuple(rounded[::-1]))}


def thousandths(degrees: float) -> set[bytes]:
    """A number to three decimals, cut and rounded: 110 m, or less."""
    return {f"{int(degrees * 1000) / 1000:.3f}".encode(), f"{degrees:.3f}".encode()}


def moment_forms(moment: datetime) -> set[bytes]:
    """An instant in seconds, on clocks, and as the bytes of numbers."""
    seconds = int(moment.timestamp())
    local = moment.astimezone(ZoneInfo("Asia/Damascus"))
    clocks = {f"{at:%H:%M}".encode() for at in (moment, local)}
    packed = {struct.pack("<i", seconds), struct.pack("<d", seconds), struct.pack("<d", seconds * 1000.0)}
    return {str(seconds).encode(), *clocks, *packed}


def found_in(forms: Iterable[Form], layer: bytes) -> bool:
    """Whether any form stands in a layer, a number as a number of its own."""
    for form in forms:
        if isinstance(form, re.Pattern):
            if form.search(layer):
                return True
            continue
        at = layer.find(form)
        while at >= 0:
            numeric = re.fullmatch(rb"[\d.:]+", form) is not None
            around = layer[max(0, at - 1) : at], layer[at + len(form) : at + len(form) + 1]
            if not numeric or not any(side.isdigit() for side in around):
                return True
            at = layer.find(form, at + 1)
    return False


def canaries() -> dict[str, set[Form]]:
    """Every canary under its name, in all its forms."""
    spots = {**HIDDEN_AT, "old spot": OLD_SPOT}
    delayed = {"due": MOMENTS["delayed"].replace(day=10)}
    return {
        **{f"text: {name}": text_forms(text) | base64_forms(text) for name, text in TEXTS.items()},
        **{f"spot: {name}": spot_forms(lat, lon) for name, (lat, lon) in spots.items()},
        **{
            f"instant: {name}": moment_forms(at)
            for name, at in {**MOMENTS, "corrected": CORRECTED_AT}.items()
        },
        **{f"instant: {name}": moment_forms(at) for name, at in delayed.items()},
    }


def seen(outputs: Outputs, forms: Mapping[str, Iterable[Form]]) -> dict[str, set[str]]:
    """In which outputs each canary is seen."""
    where: dict[bytes, set[str]] = {}
    for output, body in outputs.items():
        for whole in layers(body):
            for layer in (whole, whole.lower(), unescaped(whole)):
                where.setdefault(layer, set()).add(output)
    found: dict[str, set[str]] = {name: set() for name in forms}
    for layer, told in where.items():
        for name, looks_like in forms.items():
            if not told <= found[name] and found_in(looks_like, layer):
                found[name] |= told
    return found


def unescaped(layer: bytes) -> bytes:
    return unescape(layer.decode("utf-8", "replace")).encode("utf-8", "replace").lower()


# The tests


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    url = f"sqlite:///{tmp_path_factory.mktemp('leaks') / 'leaks.db'}"
    with Ledger(url) as book:
        plant(book)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frontline, "_now", lambda: NOW)
        yield url


@pytest.fixture(scope="module", params=["public", "internal"])
def release(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def outputs(ledger: str, release: str, tmp_path_factory: pytest.TempPathFactory) -> Outputs:
    folder = tmp_path_factory.mktemp(release)
    return {**command_outputs(ledger, release, folder), **server_outputs(ledger, release)}


def test_every_command_is_asked_or_known_to_be_the_editors_own() -> None:
    exports = {command.name for command in frontline.export.registered_commands}
    assert exports == set(EXPORTS), "say in EXPORTS how a new export is asked, so that it is searched"
    others = {
        command.name or getattr(command.callback, "__name__", "")
        for command in frontline.app.registered_commands
    }
    assert others - RAW == set(TABLES), (
        "say in TABLES how a new command is asked, or in RAW that it is the editors'"
    )


def test_strict_release_leaks_nothing_and_internal_shows_every_canary(release: str, outputs: Outputs) -> None:
    found = seen(outputs, canaries())
    if release == "internal":
        embeds = {name for name in outputs if "/embed/" in name}
        assert [name for name, where in found.items() if not where] == [], "the search does not find these"
        assert {output for where in found.values() for output in where & embeds} == set()
    else:
        assert {name: sorted(where) for name, where in found.items() if where} == {}


def test_what_all_may_see_is_there(outputs: Outputs) -> None:
    found = seen(outputs, {"place": text_forms(VISIBLE)})["place"]
    kinds = ("html en", "picture en.svg", "figure en", "places.csv", "places.jsonl", "places.geojson", "gpkg")
    kinds = (*kinds, "/embed/", "document.json", "light.svg", "GET /?", "callback built")
    assert [
        kind for kind in kinds if not any(kind.replace("html en", "html en.html") in name for name in found)
    ] == []


def test_what_no_release_lets_out_is_in_nothing_and_in_the_ledger(ledger: str, outputs: Outputs) -> None:
    forms = {name: text_forms(text) | base64_forms(text) for name, text in NEVER.items()}
    assert {name: where for name, where in seen(outputs, forms).items() if where} == {}
    kept = Path(ledger.removeprefix("sqlite:///")).read_bytes()
    kept += b"".join(
        path.read_bytes() for path in Path(ledger.removeprefix("sqlite:///")).parent.glob("*-wal")
    )
    assert [name for name, text in NEVER.items() if text.encode() not in kept] == []


def test_no_hash_of_an_entry_goes_out_that_could_tell_guesses_apart(
    ledger: str, release: str, outputs: Outputs
) -> None:
    with Ledger(ledger) as book:
        hashes = {stored.hash: text_forms(stored.hash) for stored in book.stored("leaky")}
        head = book.head("leaky")
    found = {name for name, where in seen(outputs, hashes).items() if where}
    assert (head in found) if release == "internal" else (found == set())


def test_no_point_near_a_withheld_spot_is_drawn(release: str, outputs: Outputs) -> None:
    """All pairs of numbers in all JSON, and all lines of the document's grid, are compared with the spots."""
    spots = {**HIDDEN_AT, "area": (SHAPE[0][1], SHAPE[0][0])}
    near: dict[str, set[str]] = {name: set() for name in spots}
    for output, body in outputs.items():
        for lat, lon in points_in(body):
            for name, (hidden_lat, hidden_lon) in spots.items():
                if abs(lat - hidden_lat) < 2e-4 and abs(lon - hidden_lon) < 2e-4:
                    near[name].add(output)
    if release == "public":
        assert near == {name: set() for name in spots}
    else:
        assert [name for name in HIDDEN_AT if not near[name]] == []


def points_in(body: bytes) -> Iterator[tuple[float, float]]:
    """Every point, latitude and longitude, in a body that is JSON."""
    try:
        value = json.loads(body)
    except ValueError:
        return
    yield from pairs(value)
    if isinstance(value, dict) and "grid" in value:
        from figures.map_sources import points_of

        for line in lines_of(value):
            yield from ((lat, lon) for lon, lat in points_of(value, line))


def lines_of(value: Any) -> Iterator[list[int]]:
    even = isinstance(value, list) and len(value) >= 4 and len(value) % 2 == 0
    if even and all(isinstance(number, int) for number in value):
        yield value
        return
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        yield from lines_of(part)


def pairs(value: Any) -> Iterator[tuple[float, float]]:
    if isinstance(value, dict):
        if isinstance(value.get("lat"), float) and isinstance(value.get("lon"), float):
            yield value["lat"], value["lon"]
        for part in value.values():
            yield from pairs(part)
    elif isinstance(value, list):
        if len(value) == 2 and all(isinstance(number, float) for number in value):
            yield value[1], value[0]
            yield value[0], value[1]
        for part in value:
            yield from pairs(part)


def test_asking_for_a_withheld_place_is_like_asking_for_one_that_never_was(ledger: str) -> None:
    for release, same in (("public", True), ("internal", False)):
        answers = [told_of(ledger, release, city) for city in (TEXTS["place id"], "no-such-place")]
        assert (answers[0] == answers[1]) is same


def test_asking_for_a_withheld_claim_is_like_asking_for_one_that_never_was(ledger: str) -> None:
    for release, same in (("public", True), ("internal", False)):
        with client_of(ledger, release) as client:
            for path in ("/maps/leaky/claims/{}", "/maps/leaky/claims?id={}"):
                answers = [client.get(path.format(i)) for i in (TEXTS["claim id"], "never-was")]
                told = [(answer.status_code, answer.text) for answer in answers]
                assert (told[0] == told[1]) is same


def told_of(ledger: str, release: str, city: str) -> tuple[int, str, bytes]:
    """What the command line and the server say of distances from a place, but for its name."""
    words = ["distance", city, "--ledger", ledger, "--release", release]
    result = CliRunner().invoke(frontline.app, words)
    with client_of(ledger, release) as client:
        answer = client.get(f"/maps/leaky/page.json?city={city}").content.replace(city.encode(), b"")
    return result.exit_code, result.output.replace(city, ""), answer


def test_an_older_state_of_the_ledger_is_under_the_rules_of_today(ledger: str, tmp_path: Path) -> None:
    with Ledger(ledger) as book:
        stored = list(book.stored("leaky"))
    before_rules = next(one.hash for one in reversed(stored) if one.entry.kind == "unlocated")
    found = {}
    for release in ("public", "internal"):
        out = tmp_path / f"{release}.csv"
        for what in ("claims", "places"):
            run(
                "export",
                "data",
                str(out),
                "--what",
                what,
                "--head",
                before_rules,
                "--ledger",
                ledger,
                "--release",
                release,
            )
            found[f"{release} {what}"] = out.read_bytes()
    where = seen(found, canaries())
    assert {name: outs for name, outs in where.items() if any(one.startswith("public") for one in outs)} == {}
    assert where["text: place name"] == {"internal places"}
