"""The command line: load claims, serve the map, send it out; and the figure for a notebook."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer

if TYPE_CHECKING:
    from socket import socket
    from zoneinfo import ZoneInfo

    import plotly.graph_objects as go
    from fastapi import FastAPI
    from rich.progress import Progress, TaskID

    from claims.by_hand import Hand
    from claims.drawn_series import Seen
    from claims.formats.tally import Tally
    from claims.ledger import Ledger
    from claims.log import Told
    from claims.map_record import MapRecord
    from claims.report_draft import ReportDraft
    from claims.report_text import Reading
    from claims.verify import Verification
    from dashboard.editors import Editors
    from exports.data_rows import Table
    from figures.drawing import Drawing
    from figures.drawn_maps import Shown
    from gazetteer.errors import AmbiguousPlace, UnknownPlace
    from gazetteer.index import Answer, Candidate, Gazetteer
    from gazetteer.place import Place

DEFAULT_LEDGER = "sqlite:///frontline.db"
DEFAULT_CATALOGUE = Path("frontline-places")
DEFAULT_RELEASE = "public"
FOUND_A_PROBLEM = 1
USED_WRONGLY = 2

app = typer.Typer(
    help="Frontline maps: who held which ground, when, and who says so.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
export = typer.Typer(help="Send the map out: a page, a picture, a figure.", no_args_is_help=True)
app.add_typer(export, name="export")
gazetteer = typer.Typer(help="Keep tables of places and look names up in them.", no_args_is_help=True)
app.add_typer(gazetteer, name="gazetteer")
evaluate = typer.Typer(help="Measure a method against what is known to be right.", no_args_is_help=True)
app.add_typer(evaluate, name="evaluate")

LedgerOption = Annotated[
    str, typer.Option("--ledger", envvar="FRONTLINE_LEDGER", help="Database URL of the ledger.")
]
MapOption = Annotated[str | None, typer.Option("--map", help="Map id; may be left out while there is one.")]
AtOption = Annotated[
    str | None, typer.Option("--at", help="Instant to show: 2024-12-04 or 2024-12-04T23:59 (the map's zone).")
]
KnownAtOption = Annotated[
    str | None,
    typer.Option("--known-at", help="Only what was reported by then: 2024-12-04 or 2024-12-04T23:59."),
]
HeadOption = Annotated[
    str | None, typer.Option("--head", help="The ledger as it stood at the entry of this hash.")
]
FromOption = Annotated[str | None, typer.Option("--from", help="First day or instant (the map's zone).")]
ToOption = Annotated[str | None, typer.Option("--to", help="Last day or instant (the map's zone).")]
CityOption = Annotated[str | None, typer.Option("--city", help="Place that distances and rings refer to.")]
RingsOption = Annotated[str | None, typer.Option("--rings", help="Rings in km: 10,20,30; or none.")]
LangOption = Annotated[Literal["en", "ar"], typer.Option("--lang", help="Language of the words.")]
PaletteOption = Annotated[
    Literal["conventional", "safe"], typer.Option("--palette", help="'safe' suits colour-blind readers.")
]
ThemeOption = Annotated[Literal["auto", "light", "dark"], typer.Option("--theme", help="Light or dark.")]
MethodOption = Annotated[
    str | None,
    typer.Option(
        "--method",
        help="assessed-first, latest-report or single-source:ID (sources.csv); the map's own by default.",
    ),
]
ReleaseOption = Annotated[
    str, typer.Option("--release", help="Whose rules hold: public, internal, or one of release.toml.")
]
CatalogueOption = Annotated[
    Path,
    typer.Option(
        "--folder", envvar="FRONTLINE_GAZETTEER", help="Where tables of places, indexes and answers are kept."
    ),
]
ByOption = Annotated[
    str, typer.Option("--by", envvar="FRONTLINE_BY", help="Who does it; the name of this login by default.")
]
FrameAncestorsOption = Annotated[
    str,
    typer.Option(
        "--frame-ancestors",
        envvar="FRONTLINE_FRAME_ANCESTORS",
        help="Sites that may show the embed in an iframe, separated by spaces; * for any.",
    ),
]
EditorsOption = Annotated[
    Path | None,
    typer.Option(
        "--editors",
        envvar="FRONTLINE_EDITORS",
        help='Who may write: a TOML file, [editors] name = "hash"; or FRONTLINE_EDITOR=name:hash.',
    ),
]
EditorHeaderOption = Annotated[
    str,
    typer.Option(
        "--editor-header",
        envvar="FRONTLINE_EDITOR_HEADER",
        help="The header in which a proxy names the editor: X-Forwarded-User; with --trusted-proxy.",
    ),
]
TrustedProxyOption = Annotated[
    str,
    typer.Option(
        "--trusted-proxy",
        envvar="FRONTLINE_TRUSTED_PROXY",
        help="Addresses that the header is taken from, and from nobody else: 127.0.0.1,10.0.0.0/24",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON value and nothing else.")]


@app.command()
def load(
    path: Annotated[
        Path, typer.Argument(help="A map's folder, one file of claims, or files of drawn areas.")
    ],
    form: Annotated[
        Literal[
            "auto", "folder", "csv", "jsonl", "acled", "ucdp", "viina", "timemap", "geojson", "xlsx", "areas"
        ],
        typer.Option("--format", help="What PATH is; told by its name and first line by default."),
    ] = "auto",
    map_id: Annotated[
        str | None, typer.Option("--map", help="Map that a file's claims go into; one that is there.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    tz: Annotated[
        str | None, typer.Option("--tz", help="Zone of clock times that state none: Asia/Damascus.")
    ] = None,
    why: Annotated[str, typer.Option("--why", help="Why it is loaded, for the log.")] = "",
    series: Annotated[
        str, typer.Option("--series", help="With --format areas: who draws them, an id of sources.csv.")
    ] = "",
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Load a map's folder, a file of claims, or a series of drawn areas (--format areas).

    A bad file changes nothing and is told line by line.
    """
    if series and form != "areas":
        _wrong_use("--series says who draws areas; it goes with --format areas")
    if form == "areas":
        with _told_plainly():
            _load_areas(path, ledger, tz, why, series=series, map_id=map_id, dry_run=dry_run)
    elif form == "folder" or (form == "auto" and not path.is_file()):
        with _told_plainly():
            _load_folder(path, ledger, tz, why, map_id=map_id, dry_run=dry_run)
    else:
        with _told_plainly():
            _load_file(path, ledger, tz, why, form=form, map_id=map_id, dry_run=dry_run)


def _load_folder(
    path: Path, ledger: str, tz: str | None, why: str, *, map_id: str | None, dry_run: bool
) -> None:
    from claims.drawn_series import Seen
    from claims.formats.tally import Tally
    from claims.import_areas import said_of_seen
    from claims.import_file import said_of

    now, tally, seen = datetime.now(UTC), Tally(), Seen()
    with _bar_when_slow(f"Reading {path.name}") as progress:
        record = _map_of_folder(path, tz, now, tally, seen, progress)
    if map_id is not None and map_id != record.settings.id:
        raise ValueError(f"{path} is the folder of the map {record.settings.id}, not of {map_id}")
    with _opened(ledger) as book, _bar_when_slow(f"Loading {record.settings.id}") as progress:
        result = book.load(record, now, progress, why=why, dry_run=dry_run)
    drawn = said_of_seen(record.settings.areas.series, seen, record.settings.zone)
    print("\n".join([*said_of(result, tally, dry_run=dry_run), *drawn]))


def _load_file(
    path: Path, ledger: str, tz: str | None, why: str, *, form: str, map_id: str | None, dry_run: bool
) -> None:
    from claims.import_file import import_file, said_of

    if not path.is_file():
        raise FileNotFoundError(f"There is no file {path}")
    with _opened(ledger) as book, _bar_when_slow(f"Loading {path.name}") as progress:
        done = import_file(
            book,
            path,
            map_id,
            datetime.now(UTC),
            form=form,
            tz=tz,
            why=why,
            progress=progress,
            dry_run=dry_run,
        )
    print("\n".join(said_of(done.result, done.tally, done.came, dry_run=dry_run)))


def _load_areas(
    path: Path, ledger: str, tz: str | None, why: str, *, series: str, map_id: str | None, dry_run: bool
) -> None:
    from claims.import_areas import import_areas, said_of_areas
    from layers.repaired import repairs_of

    with _opened(ledger) as book, _bar_when_slow(f"Loading {path.name}") as progress:
        done = import_areas(
            book,
            path,
            map_id,
            datetime.now(UTC),
            series=series,
            tz=tz,
            repairs=repairs_of,
            why=why,
            progress=progress,
            dry_run=dry_run,
        )
    print("\n".join(said_of_areas(done, dry_run=dry_run)))


@app.command()
def new(directory: Annotated[Path, typer.Argument(help="Folder to make; must be empty or absent.")]) -> None:
    """Start a map of your own: a commented map.toml and CSV files with one example row each."""
    from claims.new_map import write_new_map

    with _told_plainly():
        write_new_map(directory)
    print(f"Made {directory}. Next: frontline load {directory}")


@app.command()
def verify(
    head: Annotated[
        str | None, typer.Option("--head", help="A head noted or published earlier; it must still be there.")
    ] = None,
    map_id: MapOption = None,
    as_json: JsonOption = False,
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Check that every row of the ledger is as it was recorded; name each that is not (exit code 1)."""
    from claims.verify import verify as checked

    with _told_plainly(), _opened(ledger) as book, _bar_when_slow("Checking every row") as progress:
        found = checked(book.database, map_id, head, progress)
        found = _with_prepared(book, found) if found.well else found
    if as_json:
        _print_json(_verification_json(found))
    else:
        for problem in found.problems:
            print(problem.said)
        print(_verified(found, map_id))
    if not found.well:
        raise typer.Exit(FOUND_A_PROBLEM)


def _with_prepared(book: Ledger, found: Verification) -> Verification:
    """A check that also overlays drawn maps anew, and compares that with what was kept to go on from."""
    from dataclasses import replace

    from claims.verify import Problem
    from layers.basemap import basemap
    from layers.series import BASELINE
    from layers.series_overlay import unlike_its_maps

    problems = []
    for map_id in found.heads:
        record = book.read(map_id)
        for series in sorted({one.series for one in record.observations} - {BASELINE}):
            if unlike_its_maps(record, basemap(record.settings), series):
                said = (
                    f"What was kept of the drawn maps of {_shown(series)} ({map_id}) is not what they give; "
                    "empty the table 'prepared' (docs/ledger.md): it is made anew from them"
                )
                problems.append(Problem("file", "prepared", said, map_id=map_id))
    return replace(found, problems=tuple(problems))


WhyOption = Annotated[str, typer.Option("--why", help="The reason, as readers will see it.")]
ExpectOption = Annotated[
    str, typer.Option("--expect", help="Hash of the entry you looked at; refused where there is a newer one.")
]


@app.command()
def correct(
    claim_id: Annotated[str, typer.Argument(help="Id of a claim.")],
    fields: Annotated[
        list[str] | None,
        typer.Argument(help="FIELD=VALUE as in claims.csv: holder=sdf status=denied"),
    ] = None,
    why: WhyOption = "",
    by: ByOption = "",
    expect: ExpectOption = "",
    map_id: MapOption = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Correct fields of a claim; the old entry stays, and readers see what changed and why."""
    from claims.by_hand import correct_claim

    with _told_plainly(), _opened(ledger) as book:
        hand = _hand(by, why, expect)
        with _told_what_changed(book, map_id, "claim", claim_id, expect):
            own = correct_claim(book, map_id, claim_id, fields or (), hand)
        _print_done(book, map_id, own)


@app.command()
def retract(
    key: Annotated[str, typer.Argument(help="Id of a claim, or of what --kind says.")],
    why: WhyOption = "",
    by: ByOption = "",
    expect: ExpectOption = "",
    kind: Annotated[str, typer.Option("--kind", help="claim, place, area, baseline, unlocated, …")] = "claim",
    map_id: MapOption = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Take a claim back: it counts no more from now on; the entry stays."""
    from claims.by_hand import retract as retracted

    with _told_plainly(), _opened(ledger) as book:
        with _told_what_changed(book, map_id, kind, key, expect):
            own = retracted(book, book.outline(map_id).settings.id, kind, key, _hand(by, why, expect))
        _print_done(book, map_id, own)


@app.command()
def merge(
    key: Annotated[str, typer.Argument(help="Id of the claim (or place) that is another one.")],
    into: Annotated[str, typer.Argument(help="Id of the one that stands for both from now on.")],
    why: WhyOption = "",
    by: ByOption = "",
    expect: ExpectOption = "",
    kind: Annotated[Literal["claim", "place"], typer.Option("--kind", help="What the two are.")] = "claim",
    map_id: MapOption = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Say that two claims are one report, or two places one place; what names the old place moves along."""
    from claims.by_hand import merge as merged

    with _told_plainly(), _opened(ledger) as book:
        with _told_what_changed(book, map_id, kind, key, expect):
            own = merged(book, book.outline(map_id).settings.id, kind, key, into, _hand(by, why, expect))
        _print_done(book, map_id, own)


@app.command()
def log(
    claim: Annotated[str | None, typer.Option("--claim", help="Tell of this claim alone.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", help="From this day or instant on (the map's zone).")
    ] = None,
    lang: LangOption = "en",
    map_id: MapOption = None,
    as_json: JsonOption = False,
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Say in plain words what was added and corrected, when, by whom and why; the newest last."""
    from figures.log_lines import LogLines

    with _told_plainly(), _opened(ledger) as book, _bar_when_slow("Reading the ledger"):
        record, found = _log(book, map_id, claim, since)
        lines = LogLines(record, lang)
        if as_json:
            _print_json({"map": record.settings.id, "writes": [lines.row(one) for one in found]})
            return
        for one in found:
            print("\n".join(lines.lines(one)))
        if not found:
            print(lines.nothing())


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="File to write: ledger-2024-12-09.db; must not be there yet.")],
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Write the whole ledger, as it is now, into one file that is checked first; others may go on writing."""
    from claims.backup import backup as backed_up

    with _told_plainly(), _opened(ledger) as book, _bar_when_slow(f"Writing {file.name}") as progress:
        found = backed_up(book.database, file, progress)
    print(f"Wrote {file} ({file.stat().st_size / 1000:,.0f} KB). {_verified(found, None)}")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Fill an empty ledger from a backup, all of it or nothing; then check every row."""
    from claims.backup import restore as restored

    with _told_plainly(), _opened(ledger) as book, _bar_when_slow(f"Restoring {file.name}") as progress:
        found = restored(file, book.database, progress)
    for problem in found.problems:
        print(problem.said)
    print(f"Restored {book.database.address}. {_verified(found, None)}")
    if not found.well:
        raise typer.Exit(FOUND_A_PROBLEM)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")
    ] = 8050,
    prefix: Annotated[str, typer.Option(help="Path the map lives under, behind a proxy: /maps")] = "",
    public_url: Annotated[
        str | None, typer.Option("--public-url", envvar="FRONTLINE_PUBLIC_URL", help="Address readers use.")
    ] = None,
    frame_ancestors: FrameAncestorsOption = "*",
    folder: Annotated[
        Path | None, typer.Option("--load", help="Load this map's folder first, unless its map is there.")
    ] = None,
    release: Annotated[
        str,
        typer.Option(
            "--release",
            envvar="FRONTLINE_RELEASE",
            help="What the dashboard shows; the embeds always show the public release.",
        ),
    ] = DEFAULT_RELEASE,
    editors_file: EditorsOption = None,
    editor_header: EditorHeaderOption = "",
    trusted_proxy: TrustedProxyOption = "",
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Serve the dashboard, and the embeds, which show the public release whatever the dashboard shows."""
    with _told_plainly():
        if folder is not None:
            _load_once(folder, ledger)
        known = editors_of(os.environ, editors_file, editor_header, trusted_proxy)
        listener = _listening(host, port)
        address = f"http://{host}:{listener.getsockname()[1]}{_clean_prefix(prefix)}"
        server = build_server(
            ledger,
            prefix=prefix,
            public_url=public_url or address,
            frame_ancestors=frame_ancestors,
            release=release,
            editors=known,
            secret=os.environ.get("FRONTLINE_SECRET", ""),
            shown=lambda map_id: _bar_when_slow(f"Drawing {map_id}"),
        )
    print(f"Frontline is at {address}", flush=True)
    _warm_up(listener, _clean_prefix(prefix))
    _run(server, listener)


@app.command()
def editor(name: Annotated[str, typer.Argument(help="Name that stands beside the corrections.")]) -> None:
    """Print the line that lets somebody write: the name, and the password as a hash.

    The password is asked for twice and not shown, or read from the first line of what is piped in.
    """
    from dashboard.editors import editor_name
    from dashboard.passwords import hashed

    with _told_plainly():
        known = editor_name(name)
        print(f"{known}:{hashed(_new_password())}")


def _new_password() -> str:
    from getpass import getpass

    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass("Password: ")
    if getpass("The same again: ") != first:
        raise ValueError("The two are not the same; nothing was printed")
    return first


@app.command()
def locate(
    name: Annotated[str, typer.Argument(help="Name as a report writes it.")],
    near: Annotated[str | None, typer.Option(help="Prefer places near this one.")] = None,
    world: Annotated[
        str | None,
        typer.Option(
            "--world", help="Look among towns of these countries too: SY,LB or all; kept in a file."
        ),
    ] = None,
    online: Annotated[
        str | None,
        typer.Option("--online", help="Ask nominatim or photon, or your own: photon=http://localhost:2322"),
    ] = None,
    contact: Annotated[
        str, typer.Option(help="With --online: who asks, as the services want to know: maps@example.org")
    ] = "",
    folder: CatalogueOption = DEFAULT_CATALOGUE,
    release: ReleaseOption = DEFAULT_RELEASE,
    map_id: MapOption = None,
    as_json: JsonOption = False,
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Say which place a name means, or which it could mean."""
    from gazetteer.errors import AmbiguousPlace, UnknownPlace

    if online and not contact:
        _wrong_use("--online needs --contact: the services refuse callers that do not say who they are")
    with _told_plainly():
        with _bar_when_slow("Indexing the towns of the world"):
            index = _gazetteer(ledger, map_id, release, world, folder)
        try:
            around = index.locate(near) if near else None
            match = (
                _asked_online(name, around, online, contact, folder / "answers")
                if online
                else index.match(name, near=around)
            )
        except (UnknownPlace, AmbiguousPlace) as problem:
            if as_json:
                _print_json(_problem_json(problem))
            else:
                print(problem, file=sys.stderr)
            raise typer.Exit(FOUND_A_PROBLEM) from None
        beyond = _namesakes_beyond(name, match.place, folder)
    if as_json:
        _print_json({**_candidate_json(match), "namesakes_beyond": [place.id for place in beyond]})
    else:
        place = match.place
        where = f"{place.lat:.4f} N {place.lon:.4f} E, within {place.precision_m} m"
        print(f"{place.name} ({place.kind}) {where}; {place.source}")
        if beyond:
            print(_ambiguous_beyond(name, place, beyond, folder), file=sys.stderr)


@gazetteer.command("add")
def gazetteer_add(
    file: Annotated[Path, typer.Argument(help="Table of places; a GeoNames dump may be zipped.")],
    form: Annotated[
        Literal["geonames", "csv", "ocha", "geojson"],
        typer.Option("--format", help="What kind of table it is."),
    ],
    source: Annotated[str | None, typer.Option("--source", help="Its name: 'GeoNames SY'.")] = None,
    licence: Annotated[str, typer.Option("--licence", help="Its licence, as it must be credited.")] = "",
    folder: CatalogueOption = DEFAULT_CATALOGUE,
) -> None:
    """Add a table of places; one of the same name is replaced, places it shares with others are merged."""
    from gazetteer.catalogue import Catalogue
    from gazetteer.sources import LICENCES

    with _told_plainly(), _bar_when_slow(f"Reading {file.name}"):
        credit = licence or LICENCES.get(form, "")
        if not credit:
            _wrong_use("--licence is needed: every place must say under what licence it may be shown")
        catalogue = Catalogue(folder)
        added = catalogue.add(file, form, name=source or file.stem, licence=credit, now=datetime.now(UTC))
        whole = len(catalogue.gazetteer().places)
    print(f"{added.name}: {added.places:,} places ({added.licence}); {whole:,} places in {folder} in all")


@gazetteer.command("list")
def gazetteer_list(folder: CatalogueOption = DEFAULT_CATALOGUE, as_json: JsonOption = False) -> None:
    """List the tables of places that were added, with their licences."""
    from dataclasses import asdict

    from gazetteer.catalogue import Catalogue

    with _told_plainly():
        sources = Catalogue(folder).sources()
    if as_json:
        _print_json({"sources": [asdict(source) for source in sources]})
    elif not sources:
        print(f"No table of places in {folder}. Next: frontline gazetteer add FILE --format geonames")
    else:
        for source in sources:
            print(f"{source.name}: {source.places:,} places, {source.licence}, {source.form}, {source.added}")


@gazetteer.command("show")
def gazetteer_show(
    name: Annotated[str, typer.Argument(help="Name as a report writes it, or id:gn-170017.")],
    near: Annotated[str | None, typer.Option(help="A place in the region that the report speaks of.")] = None,
    beside: Annotated[
        list[str] | None,
        typer.Option("--beside", help="A place named beside it; may be given several times."),
    ] = None,
    region: Annotated[str, typer.Option(help="The unit that the report names.")] = "",
    kind: Annotated[str, typer.Option(help="The kind that the text says: village, mount, airport.")] = "",
    folder: CatalogueOption = DEFAULT_CATALOGUE,
    as_json: JsonOption = False,
) -> None:
    """Say what a name may mean: candidates with probabilities and reasons, or that it stays unresolved."""
    from gazetteer.catalogue import Catalogue
    from gazetteer.index import Context

    with _told_plainly():
        catalogue = Catalogue(folder)
        index = catalogue.gazetteer()
        asked = f"id:{catalogue.kept_by(name[3:])}" if name.startswith("id:") else name
        around = index.locate(near) if near else None
        others = tuple(index.locate(other, around) for other in beside or ())
        answer = index.answer(asked, Context(around, others, region, None, kind))
    if as_json:
        _print_json(_answer_json(answer))
    else:
        _print_answer(answer)
    if answer.settled is None:
        raise typer.Exit(FOUND_A_PROBLEM)


@gazetteer.command("export")
def gazetteer_export(
    out: Annotated[Path, typer.Argument(help="File to write: places.csv")],
    folder: CatalogueOption = DEFAULT_CATALOGUE,
) -> None:
    """Write all places, merged, as a places.csv that a map's folder takes."""
    from gazetteer.catalogue import Catalogue, write_places

    with _told_plainly(), _writing(out):
        places = Catalogue(folder).gazetteer().places
        with out.open("w", encoding="utf-8", newline="") as stream:
            write_places(places.values(), stream)
    print(f"Wrote {out} ({len(places):,} places)")


@app.command()
def read(
    path: Annotated[str, typer.Argument(metavar="FILE", help="The report: text or HTML; - reads stdin.")],
    published: Annotated[
        str, typer.Option("--published", help="When it was published: 2024-12-04 or 2024-12-04T18:00+03:00.")
    ],
    source: Annotated[str, typer.Option("--source", help="Who carries it: an id of sources.csv.")] = "",
    url: Annotated[str, typer.Option("--url", help="Where the report stands.")] = "",
    licence: Annotated[
        str,
        typer.Option(
            "--licence", help="Licence of its words; only an open one lets us keep them: CC BY 4.0."
        ),
    ] = "",
    tz: Annotated[
        str | None, typer.Option("--tz", help="Zone of its days: Asia/Damascus; the map's, else UTC.")
    ] = None,
    keep: Annotated[
        bool,
        typer.Option("--keep/--no-keep", help="Keep what was read as drafts of the map, or only print it."),
    ] = True,
    by: ByOption = "",
    map_id: MapOption = None,
    as_json: JsonOption = False,
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Read a report and propose claims, each tied to its words; only accepted ones reach a map."""
    from claims.report_text import as_json as json_of
    from claims.report_text import background_of, published_at, read_report
    from claims.times import zone_named

    with _told_plainly():
        record = _map_if_any(ledger, map_id)
        zone = zone_named(tz or (record.settings.zone.key if record else "UTC"))
        at, day_only = published_at(published, zone)
        if record and source and source not in record.sources:
            raise ValueError(
                f"{_shown(source)} is no source of the map {record.settings.id}; see sources.csv"
            )
        known = {"known": background_of(record)} if record else {}
        reading = read_report(_bytes_of(path), at, reporter=source, published_day_only=day_only, **known)
        added = _keep_drafts(ledger, record, reading, url, licence, by) if keep and record else None
    if as_json:
        _print_visibly(json_of(reading))
        return
    _print_reading(json_of(reading))
    if added is not None:
        print(
            f"{added} new drafts. Next: frontline drafts, frontline accept ID, frontline reject ID --why ..."
        )


@app.command()
def drafts(
    every: Annotated[bool, typer.Option("--all", help="Also those that were accepted or rejected.")] = False,
    map_id: MapOption = None,
    as_json: JsonOption = False,
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """List what was read in reports and waits for a decision."""
    from claims.drafts import all_drafts
    from claims.report_draft import State

    with _told_plainly(), _opened(ledger) as book:
        found = all_drafts(book, map_id)
        zone = book.outline(map_id).settings.zone
    rows = [_draft_row(one, zone) for one in found if every or one.state is State.PROPOSED]
    if as_json:
        _print_visibly({"drafts": rows})
        return
    print("\n".join(_draft_line(row) for row in rows) or "No draft waits. 'frontline read FILE' makes some.")


@app.command()
def accept(
    ids: Annotated[
        list[str], typer.Argument(metavar="ID...", help="Drafts, by their id in 'frontline drafts'.")
    ],
    place: Annotated[
        str | None, typer.Option("--place", help="Which place is meant; 'none' lists it without a point.")
    ] = None,
    holder: Annotated[str | None, typer.Option("--holder", help="Who holds it: an id of actors.csv.")] = None,
    claimant: Annotated[
        str | None, typer.Option("--claimant", help="Who says so: an id of sources.csv.")
    ] = None,
    reporter: Annotated[
        str | None, typer.Option("--reporter", help="Who carries it: an id of sources.csv.")
    ] = None,
    by: ByOption = "",
    map_id: MapOption = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Make claims of drafts: all that are named, or none."""
    from claims import drafts as waiting

    with _told_plainly(), _opened(ledger) as book:
        own = book.outline(map_id).settings.id
        changes = waiting.Changes(place, holder, claimant, reporter)
        claims = waiting.accept(book, own, ids, datetime.now(UTC), by=by, changes=changes)
    print(
        "\n".join(
            f"{claim.id}: {claim.event} {_shown(claim.place_as_written)} is a claim now" for claim in claims
        )
    )


@app.command()
def reject(
    ids: Annotated[
        list[str], typer.Argument(metavar="ID...", help="Drafts, by their id in 'frontline drafts'.")
    ],
    why: Annotated[str, typer.Option("--why", help="Why they are no claims.")],
    by: ByOption = "",
    map_id: MapOption = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Say of drafts that they are no claims; they stay in the ledger with the reason."""
    from claims import drafts as waiting

    with _told_plainly(), _opened(ledger) as book:
        own = book.outline(map_id).settings.id
        decided = waiting.reject(book, own, ids, datetime.now(UTC), why=why, by=by)
    print(f"{len(decided)} rejected")


@app.command()
def distance(
    city: Annotated[str | None, typer.Argument(help="Reference place; the map's city by default.")] = None,
    known_at: KnownAtOption = None,
    head: HeadOption = None,
    release: ReleaseOption = DEFAULT_RELEASE,
    map_id: MapOption = None,
    method: MethodOption = None,
    as_json: JsonOption = False,
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """How near hostile ground came to a city, beside what was claimed."""
    from figures.tables import distance_table

    with _told_plainly(), _bar_when_slow("Drawing the map") as progress:
        drawing = _drawing(ledger, map_id, release, known_at, head, method, progress)
        if not city and not drawing.record.settings.city:
            _wrong_use(
                "This map has no city; name the place that distances start from: frontline distance PLACE"
            )
        table = distance_table(_referred(drawing, city, None))
    if as_json:
        _print_json(table)
        return
    print(f"From {table['city']} to the nearest hostile ground in km: centre, edge; nearest reported place")
    for row in table["series"]:
        print(f"{row['at']}  {_km(row['centre_km'])} {_km(row['edge_km'])}  {_nearest(row)}")
    for claim in table["claims"]:
        print(f"{claim['at']}  {claim['claimant']} said {_said(claim)} km")


@app.command()
def area(
    from_: FromOption = None,
    to: ToOption = None,
    daily: Annotated[bool, typer.Option("--daily", help="Print what passed on each day instead.")] = False,
    known_at: KnownAtOption = None,
    head: HeadOption = None,
    release: ReleaseOption = DEFAULT_RELEASE,
    map_id: MapOption = None,
    method: MethodOption = None,
    as_json: JsonOption = False,
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """How much ground of the region each party held undisputed, in km², and what passed from whom to whom."""
    from figures.tables import area_table, gains_table

    with _told_plainly(), _bar_when_slow("Drawing the map") as progress:
        drawing = _drawing(ledger, map_id, release, known_at, head, method, progress)
        document = _document(drawing, city=None, rings=None, span=(from_, to))
        gains = gains_table(drawing.composite, document)
        table = {**area_table(document), "gains": gains}
    if as_json:
        _print_json(table)
        return
    if daily:
        for day in gains["days"]:
            print(day["day"], "; ".join(_passed(passage) for passage in day["passed"]))
    for row in () if daily else table["series"]:
        claimed = {f"claimed by {actor}": km2 for actor, km2 in row["claimed_km2"].items()}
        parts = {**row["km2"], **claimed, "contested": row["contested_km2"]}
        print(row["at"], ", ".join(f"{what} {km2:,.0f} km²" for what, km2 in parts.items()))
    print(f"What passed between {gains['from']} and {gains['to']}:")
    for passage in gains["passed"]:
        print(f"  {_passed(passage)}")
    for row in gains["balance"]:
        print(f"  {_ground_name(row)}: {row['net_km2']:+,.1f} km²")


@app.command()
def front(
    from_: FromOption = None,
    to: ToOption = None,
    known_at: KnownAtOption = None,
    head: HeadOption = None,
    release: ReleaseOption = DEFAULT_RELEASE,
    map_id: MapOption = None,
    method: MethodOption = None,
    as_json: JsonOption = False,
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """How long the front was, in km: certain on both sides, beside claimed ground, and otherwise."""
    from figures.tables import front_table

    with _told_plainly(), _bar_when_slow("Drawing the map") as progress:
        drawing = _drawing(ledger, map_id, release, known_at, head, method, progress)
        table = front_table(_document(drawing, city=None, rings=None, span=(from_, to)))
    if as_json:
        _print_json(table)
        return
    print(
        "Length of the front in km: all, solid (certain on both sides), dashed (disputed), dotted (the rest)"
    )
    for row in table["series"]:
        lengths = (row[name] for name in ("km", "solid_km", "dashed_km", "dotted_km"))
        print(row["at"], " ".join(f"{km:9,.1f}" for km in lengths))


@evaluate.command("territory")
def evaluate_territory(
    towns: Annotated[
        Path, typer.Option("--towns", help="CSV of towns: lat, lon, and population where known.")
    ],
    truth: Annotated[
        list[Path], typer.Option("--truth", help="Folder of drawn areas, one file a day; may be repeated.")
    ],
    method: Annotated[
        list[str] | None, typer.Option("--method", help="voronoi, half-way, line-shift or old-map; all.")
    ] = None,
    density: Annotated[
        Literal["dense", "sparse", "both"],
        typer.Option("--density", help="All towns, or those of 500 people and one per 116 km²."),
    ] = "both",
    reporting: Annotated[
        str, typer.Option("--reporting", help="Chances that a change is reported.")
    ] = "0.1,0.3,1",
    wrong: Annotated[
        float, typer.Option("--wrong", min=0, max=0.9, help="Share of reports that are false.")
    ] = 0.05,
    late: Annotated[int, typer.Option("--late", min=0, max=365, help="Most days a report is late.")] = 5,
    every_status: Annotated[
        bool, typer.Option("--every-status", help="The status of every town is known instead.")
    ] = False,
    days: Annotated[str, typer.Option("--days", help="How many days ahead of the first.")] = "90,300,700",
    seed: Annotated[str, typer.Option("--seed", help="Seeds of the news.")] = "1,2,3",
    start: Annotated[
        str | None, typer.Option("--from", help="Day of the map to begin with; the first by default.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """How much ground a method has right, by distance from the true front, when news are thin and wrong."""
    from datetime import date

    from layers.territory import evaluation
    from layers.territory.trial import News
    from layers.territory.truth import read_towns, read_truth

    with _told_plainly(), _bar_when_slow("Measuring the methods") as progress:
        shares = (1.0,) if every_status else _numbers(reporting, "--reporting")
        asked = evaluation.Asked(
            methods=tuple(evaluation.method_known(one) for one in method or evaluation.Asked.methods),
            densities=("dense", "sparse") if density == "both" else (density,),
            news=tuple(News(share, late, wrong, every_status=every_status) for share in shares),
            days=tuple(int(one) for one in _numbers(days, "--days")),
            seeds=(0,) if every_status else tuple(int(one) for one in _numbers(seed, "--seed")),
            start=date.fromisoformat(start) if start else None,
        )
        rows = list(evaluation.evaluated(read_truth(truth), read_towns(towns), asked, progress))
    means = evaluation.summary(rows)
    if as_json:
        _print_json({"means": means, "rows": [evaluation.row_json(row) for row in rows]})
        return
    print("\n".join(evaluation.table(means)))


def _numbers(text: str, option: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise ValueError(f"{option}: write numbers with commas between them, not {_shown(text)}") from None


@export.command("html")
def export_html(
    out: Annotated[Path, typer.Argument(help="File to write: map.html")],
    at: AtOption = None,
    from_: FromOption = None,
    to: ToOption = None,
    city: CityOption = None,
    rings: RingsOption = None,
    lang: LangOption = "en",
    palette: PaletteOption = "conventional",
    theme: ThemeOption = "auto",
    public_url: Annotated[
        str | None, typer.Option("--public-url", help="Address of the full map, for its link.")
    ] = None,
    corrections: Annotated[
        str | None,
        typer.Option(
            "--corrections",
            help="The one address the file asks whether it was corrected: …/maps/MAP/corrections.json",
        ),
    ] = None,
    known_at: KnownAtOption = None,
    head: HeadOption = None,
    release: ReleaseOption = DEFAULT_RELEASE,
    map_id: MapOption = None,
    method: MethodOption = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
    foreign: Annotated[
        Path | None,
        typer.Option("--document", help="A map document that somebody else wrote, instead of a map of ours."),
    ] = None,
) -> None:
    """Write the map as one HTML file that plays anywhere; it asks nobody, but for --corrections."""
    from exports.html import write_html

    drawing = None
    with _told_plainly(), _writing(out) as progress:
        if foreign is None:
            drawing = _drawing(ledger, map_id, release, known_at, head, method, progress)
            document = _document(drawing, city=city, rings=rings, span=(from_, to))
        else:
            document = _trimmed(_read_document(foreign), (from_, to))
        write_html(
            document,
            out,
            at=_instant(at, document),
            lang=lang,
            palette=palette,
            theme=theme,
            full_map_url=public_url,
            corrections_url=corrections,
        )
    print(f"Wrote {out} ({out.stat().st_size / 1000:.0f} KB)")
    if drawing:
        _print_withheld(drawing.record)


@export.command("picture")
def export_picture(
    out: Annotated[Path, typer.Argument(help="File to write: map.svg or map.png")],
    at: AtOption = None,
    city: CityOption = None,
    rings: RingsOption = None,
    lang: LangOption = "en",
    palette: PaletteOption = "conventional",
    theme: Annotated[Literal["light", "dark"], typer.Option("--theme")] = "light",
    width: Annotated[int, typer.Option(min=320, max=8000, help="Width in pixels.")] = 1200,
    known_at: KnownAtOption = None,
    head: HeadOption = None,
    release: ReleaseOption = DEFAULT_RELEASE,
    map_id: MapOption = None,
    method: MethodOption = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Draw the map at one instant as an SVG or PNG picture."""
    kind = out.suffix.lower().lstrip(".")
    if kind not in ("svg", "png"):
        _wrong_use(f"'{out.name}' is neither .svg nor .png")
    from exports.picture import picture

    with _told_plainly(), _writing(out) as progress:
        drawing = _drawing(ledger, map_id, release, known_at, head, method, progress)
        document = _document(drawing, city=city, rings=rings)
        drawn = picture(
            document,
            at=_instant(at, document),
            lang=lang,
            palette=palette,
            theme=theme,
            width=width,
            kind=kind,
        )
        out.write_bytes(drawn)
    print(f"Wrote {out} ({out.stat().st_size / 1000:.0f} KB)")
    _print_withheld(drawing.record)


@export.command("figure")
def export_figure(
    out: Annotated[Path, typer.Argument(help="File to write: map.json, a Plotly figure")],
    what: Annotated[
        Literal["map", "front", "areas", "gains"],
        typer.Option("--what", help="The map at one instant, or a measure through time as a chart."),
    ] = "map",
    at: AtOption = None,
    city: CityOption = None,
    rings: RingsOption = None,
    lang: LangOption = "en",
    palette: PaletteOption = "conventional",
    theme: Annotated[Literal["light", "dark"], typer.Option("--theme")] = "light",
    known_at: KnownAtOption = None,
    head: HeadOption = None,
    release: ReleaseOption = DEFAULT_RELEASE,
    map_id: MapOption = None,
    method: MethodOption = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Write the map at one instant, or a chart of a measure through time, as a Plotly figure in JSON."""
    with _told_plainly(), _writing(out) as progress:
        drawing = _drawing(ledger, map_id, release, known_at, head, method, progress)
        if what == "map":
            drawn = _figure(drawing, at, city, rings, lang=lang, theme=theme, palette=palette)
        else:
            drawn = _chart(what, drawing, lang=lang, theme=theme, palette=palette)
        out.write_text(drawn.to_json(), encoding="utf-8")
    print(f"Wrote {out} ({out.stat().st_size / 1000:.0f} KB)")


def _chart(what: str, drawing: Drawing, *, lang: str, theme: str, palette: str) -> go.Figure:
    from figures.charts import View, area_chart, front_chart
    from figures.gains_chart import gains_chart

    view = View(lang=lang, theme=theme, palette=palette, width=900, height=420)
    if what == "gains":
        return gains_chart(drawing.composite, drawing.document, view)
    return {"front": front_chart, "areas": area_chart}[what](drawing.document, view)


@export.command("data")
def export_data(
    out: Annotated[Path, typer.Argument(help="File to write: map.csv, .jsonl, .geojson or .gpkg")],
    what: Annotated[
        Literal["claims", "history", "places", "areas", "gains", "front"] | None,
        typer.Option("--what", help="Which table, claims by default; a .gpkg holds the first three."),
    ] = None,
    known_at: KnownAtOption = None,
    head: HeadOption = None,
    release: ReleaseOption = DEFAULT_RELEASE,
    method: MethodOption = None,
    map_id: MapOption = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Write claims, the history of control, places or a measure through time as a table, with its licence."""
    from exports.data import KINDS, write_data

    kind = out.suffix.lower().lstrip(".")
    if kind not in KINDS:
        _wrong_use(f"'{out.name}' ends in none of {', '.join(f'.{known}' for known in KINDS)}")
    if kind == "gpkg" and what is not None:
        _wrong_use("A .gpkg holds claims, history and places; leave out --what")
    with _told_plainly(), _writing(out):
        names = ("claims", "history", "places") if kind == "gpkg" else (what or "claims",)
        record = _record(ledger, map_id, release, head)
        rows = write_data(_tables(record, known_at, method, names), out)
    print(f"Wrote {out} ({rows:,} rows, {out.stat().st_size / 1000:.0f} KB)")
    _print_withheld(record)


def _print_withheld(record: MapRecord) -> None:
    """What the release kept back of what was written: how much, and why."""
    for told in record.withheld:
        until = f" until {told.until:%Y-%m-%d %H:%M}" if told.until else ""
        counts = f"{told.places:,} places, {told.claims:,} claims"
        print(f"Release {record.release}, {told.measure}: {counts}{until} ({told.reason.get('en', '')})")


def _tables(record: MapRecord, known_at: str | None, method: str | None, names: Sequence[str]) -> list[Table]:
    from claims.corrections import as_known
    from claims.history import control_history
    from exports.data_rows import claims_table, history_table, places_table
    from exports.measure_rows import area_rows, front_rows, gain_rows
    from layers.subjects import places_within

    measures = {"areas": area_rows, "front": front_rows, "gains": gain_rows}
    if names[0] in measures:
        return [measures[names[0]](_drawn(record, known_at, method))]
    instant = None if known_at is None else _known_at(known_at, record)
    known = as_known(record, instant)
    made: dict[str, Callable[[], Table]] = {
        "claims": lambda: claims_table(known),
        "history": lambda: history_table(
            known, control_history(known, instant, method, within=places_within(known))
        ),
        "places": lambda: places_table(known),
    }
    return [made[name]() for name in names]


def figure(
    source: str | Path | None = None,
    *,
    ledger: str = DEFAULT_LEDGER,
    at: str | None = None,
    known_at: str | None = None,
    head: str | None = None,
    release: str = DEFAULT_RELEASE,
    city: str | None = None,
    rings: str | None = None,
    method: str | None = None,
    lang: str = "en",
    palette: str = "conventional",
    theme: str = "light",
) -> go.Figure:
    """Draw the map as a Plotly figure, for a notebook.

    Parameters
    ----------
    source
        A map's folder, or the id of a map in the ledger; may be left out while the ledger has one map.
    at
        The instant to show, ISO 8601; a bare date means 23:59, a time without zone is read in the map's zone.
        The end of the story by default.
    known_at
        Only what was reported by this instant, written like ``at``; all that is known by default.
    head
        The hash of a ledger's entry: the map as the ledger had it then.
    release
        Whose rules hold: ``public``, ``internal`` for everything, or one of the map's own (docs/release.md).
    rings
        Radii in km, separated by commas; ``none`` for no ring.
    method
        How claims become control: ``assessed-first``, ``latest-report``, ``single-source:ID``; the map's own
        by default.

    Raises
    ------
    ValueError, LookupError
        With a sentence that names the value and the next step.
    """
    if source is not None and Path(source).is_dir():
        drawing = _drawn(_released(_map_of_folder(Path(source)), release), known_at, method)
    else:
        drawing = _drawing(ledger, None if source is None else str(source), release, known_at, head, method)
    return _figure(drawing, at, city, rings, lang=lang, theme=theme, palette=palette)


def _figure(
    drawing: Drawing,
    at: str | None,
    city: str | None,
    rings: str | None,
    *,
    lang: str,
    theme: str,
    palette: str,
) -> go.Figure:
    from figures.map_figure import map_figure

    document = _document(drawing, city=city, rings=rings)
    return map_figure(document, at=_instant(at, document), lang=lang, theme=theme, palette=palette)


def build_server(
    ledger: str,
    *,
    prefix: str = "",
    public_url: str,
    frame_ancestors: str = "*",
    release: str = DEFAULT_RELEASE,
    editors: Editors | None = None,
    secret: str = "",
    shown: Shown = lambda _: nullcontext(),
) -> FastAPI:
    """Make the web server: the dashboard and the embeds over one ledger, read-only without ``editors``.

    Parameters
    ----------
    ledger
        Database URL.
    prefix
        Path that everything lives under, for example ``/maps``; empty for the root.
    public_url
        The address that readers use, without a trailing slash; it stands in snippets and links.
    frame_ancestors
        Sites that may show the embed in an iframe, separated by spaces.
    release
        What the dashboard shows; the embeds show the public release in any case.
    editors
        Who may correct claims on the dashboard, see ``dashboard.editors.editors``; nobody by default.
    secret
        Signs their sessions; a fresh one for each start where it is empty.
    shown
        Asked with a map's id when it is drawn, see ``figures.drawn_maps.DrawnMaps``.
    """
    from claims.ledger import Ledger
    from claims.release import rules_of
    from dashboard.desk import Desk
    from dashboard.editor_door import EditorDoor
    from dashboard.page import build_app
    from exports import embed
    from figures.drawn_maps import DrawnMaps

    book = Ledger(ledger)
    for map_id in book.map_ids():
        if release not in ("public", "internal"):  # every map has these two
            rules_of(book.read(map_id), release)
    drawn = partial(DrawnMaps, book.read, book.head, book.map_ids, _now, shown=shown)
    public = drawn()
    maps = public if release == DEFAULT_RELEASE else drawn(release)
    clean = _clean_prefix(prefix)
    secure = public_url.startswith("https:")
    door = EditorDoor(editors, secret=secret, secure=secure, path=clean) if editors else None
    server = build_app(
        maps,
        prefix=clean,
        public_url=public_url.rstrip("/"),
        snippet=embed.snippet,
        public=public,
        desk=Desk(book, _now),
        door=door,
    )
    embed.register(server, public, prefix=clean, public_url=public_url, frame_ancestors=frame_ancestors)
    return server


def editors_of(
    environment: Mapping[str, str], file: Path | None = None, header: str = "", proxies: str = ""
) -> Editors:
    """Who may write: from FRONTLINE_EDITOR, _EDITORS, _EDITOR_HEADER and _TRUSTED_PROXY.

    What is given beside the environment counts before it. Raises as ``dashboard.editors.editors`` does.
    """
    from dashboard.editors import editors

    return editors(
        environment.get("FRONTLINE_EDITOR", ""),
        file or environment.get("FRONTLINE_EDITORS") or None,
        header or environment.get("FRONTLINE_EDITOR_HEADER", ""),
        proxies or environment.get("FRONTLINE_TRUSTED_PROXY", ""),
    )


def _now() -> datetime:
    return datetime.now(UTC)


def main() -> None:
    """Run the command line."""
    app()


def _load_once(folder: Path, ledger: str) -> None:
    import tomllib

    with _opened(ledger) as book:
        wanted = folder / "map.toml"
        known = (
            wanted.is_file() and tomllib.loads(wanted.read_text(encoding="utf-8")).get("id") in book.map_ids()
        )
    if not known:
        load(folder, ledger=ledger)


def _listening(host: str, port: int) -> socket:
    from socket import create_server

    try:
        return create_server((host, port))
    except (OSError, UnicodeError) as problem:
        why = getattr(problem, "strerror", None) or str(problem)
        said = why.partition(" (while attempting")[0]
        raise OSError(
            f"Cannot listen on {host}, port {port}: {said}. Try another --host or --port."
        ) from None


def _warm_up(listener: socket, prefix: str) -> None:
    """Ask the server for its first page and all that it names, so that no reader waits for what is kept."""
    from ipaddress import ip_address
    from threading import Thread

    host, port = listener.getsockname()[:2]
    here = "127.0.0.1" if ip_address(host).is_unspecified else host
    address = f"http://{f'[{here}]' if ':' in here else here}:{port}"
    Thread(target=_ask_for_everything, args=(address, f"{prefix}/"), daemon=True).start()


def _ask_for_everything(address: str, first: str) -> None:
    import re
    from contextlib import suppress
    from html import unescape
    from urllib.request import OpenerDirector, build_opener

    def asked(opener: OpenerDirector, path: str) -> str:
        with opener.open(address + path, timeout=60) as answer:
            return str(answer.read().decode("utf-8", "replace"))

    plain, packed = build_opener(), build_opener()
    packed.addheaders = [("Accept-Encoding", "br")]
    # Nobody waits for this: a server that stops meanwhile, or a ledger without a map, is no fault.
    with suppress(OSError):
        for named in dict.fromkeys(re.findall(r'(?:src=|href=|[\[,])"(/[^"]+)"', asked(plain, first))):
            with suppress(OSError):
                asked(packed, unescape(named))


def _run(server: FastAPI, listener: socket) -> None:
    import gc

    import uvicorn

    # Kept maps are hundreds of thousands of small values. To look through all of them whenever a few hundred
    # more were made held readers up for a tenth of a second now and then.
    gc.set_threshold(100_000, 50, 100)
    # Who calls must stay who calls: with uvicorn's own reading of X-Forwarded-For any caller of a proxy could
    # pass for a trusted one.
    config = uvicorn.Config(server, log_level="warning", server_header=False, proxy_headers=False)
    uvicorn.Server(config).run(sockets=[listener])


def _clean_prefix(prefix: str) -> str:
    trimmed = prefix.strip("/")
    return f"/{trimmed}" if trimmed else ""


@contextmanager
def _opened(ledger: str) -> Iterator[Ledger]:
    from claims.ledger import Ledger

    book = Ledger(ledger)
    try:
        yield book
    finally:
        book.close()


def _record(ledger: str, map_id: str | None, release: str, head: str | None = None) -> MapRecord:
    """What a release lets out of a map, as the ledger has it now or had it at an entry."""
    with _opened(ledger) as book:
        newest = book.read(map_id)
        return _released(newest if head is None else book.read(map_id, head), release, newest)


def _released(record: MapRecord, release: str, newest: MapRecord | None = None) -> MapRecord:
    from claims.release import released

    return released(record, release, _now(), newest=None if newest is record else newest)


def _drawing(
    ledger: str,
    map_id: str | None,
    release: str,
    known_at: str | None,
    head: str | None,
    method: str | None,
    progress: Callable[[int, int], None] | None = None,
) -> Drawing:
    return _drawn(_record(ledger, map_id, release, head), known_at, method, progress)


def _drawn(
    record: MapRecord,
    known_at: str | None,
    method: str | None,
    progress: Callable[[int, int], None] | None = None,
) -> Drawing:
    from figures.drawing import draw
    from layers.ground_source import slivers

    known = None if known_at is None else _known_at(known_at, record)
    drawing = draw(record, known, method, progress=progress)
    merged = slivers(drawing.source, drawing.record, drawing.ground)
    if merged:
        print(f"Pieces narrower than the grid of 10 m, merged into a neighbour: {merged:,}", file=sys.stderr)
    return drawing


def _known_at(text: str, record: MapRecord) -> datetime:
    """Read a known time in the map's zone: a bare date is known until its 23:59, the future is not known."""
    from claims.times import instant
    from gazetteer.errors import shown

    zone = record.settings.zone
    asked = instant(text, zone, closing=True, clock_zone=zone)
    if asked > datetime.now(UTC):
        raise ValueError(f"{shown(text)} is yet to come; --known-at asks what was known at a time gone by")
    return asked


def _map_of_folder(
    folder: Path,
    tz: str | None = None,
    now: datetime | None = None,
    tally: Tally | None = None,
    seen: Seen | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> MapRecord:
    from claims.map_folder import read_map_folder
    from layers.fit import ground_faults
    from layers.repaired import repairs_of

    return read_map_folder(
        folder,
        tz,
        ground_faults=ground_faults,
        now=now,
        tally=tally,
        repairs=repairs_of,
        seen=seen,
        progress=progress,
    )


def _document(
    drawing: Drawing,
    *,
    city: str | None,
    rings: str | None,
    span: tuple[str | None, str | None] = (None, None),
) -> dict[str, Any]:
    return _trimmed(_referred(drawing, city, rings), span)


def _read_document(path: Path) -> dict[str, Any]:
    from figures.read_document import MOST_BYTES, read_document

    with path.open("rb") as file:
        return read_document(file.read(MOST_BYTES + 1))


def _trimmed(document: dict[str, Any], span: tuple[str | None, str | None]) -> dict[str, Any]:
    from figures.trim import trimmed

    first, last = _instant(span[0], document, opening=True), _instant(span[1], document)
    # The last minute belongs to the story: a bare date closes at 23:59, when that day's changes take effect.
    return trimmed(document, first, None if last is None else last + 60)


def _referred(drawing: Drawing, city: str | None, rings: str | None) -> dict[str, Any]:
    from figures.drawing import reference

    if city is None and rings is None:
        return drawing.document
    radii = drawing.record.settings.rings_km if rings is None else _radii(rings)
    place_id = _place_id(drawing.record, city)
    return {**drawing.document, "reference": reference(drawing, place_id, radii)}


def _place_id(record: MapRecord, city: str | None) -> str:
    if city is None or city in record.places:
        return city or record.settings.city
    from gazetteer.index import Gazetteer

    return Gazetteer(record.places.values()).locate(city, near=record.places.get(record.settings.city)).id


def _radii(text: str) -> tuple[float, ...]:
    from claims.map_settings import ring_radii
    from gazetteer.errors import shown

    if text.strip().lower() == "none":
        return ()
    try:
        radii = [float(part) for part in text.split(",")]
    except ValueError:
        expected = "write radii in km like 10,20,30, or none"
        raise ValueError(f"{shown(text)} is not a list of rings; {expected}") from None
    return ring_radii(radii)


def _instant(text: str | None, document: dict[str, Any], *, opening: bool = False) -> int | None:
    """Read an instant in the map's zone as seconds since 1970; bare dates open at 00:00, close at 23:59."""
    if text is None:
        return None
    from zoneinfo import ZoneInfo

    from claims.times import instant

    zone = ZoneInfo(document["clock"]["zone"])
    return int(instant(text, zone, closing=not opening, clock_zone=zone).timestamp())


def _gazetteer(ledger: str, map_id: str | None, release: str, world: str | None, folder: Path) -> Gazetteer:
    from gazetteer.index import Gazetteer

    record = _record(ledger, map_id, release)
    if not world:
        return Gazetteer(record.places)
    from gazetteer import cache
    from gazetteer.world import world_places

    def places() -> list[Place]:
        countries = () if world.lower() == "all" else world.split(",")
        return [*record.places.values(), *world_places(countries)]

    stamp = f"{record.settings.id} {record.head} {release} {world}"
    return cache.opened(folder / "world.index", stamp, places)


def _namesakes_beyond(name: str, place: Place, folder: Path) -> tuple[Place, ...]:
    """Other places of that name in the tables that were added; a map's own table cannot know of them."""
    from gazetteer.catalogue import Catalogue

    catalogue = Catalogue(folder)
    if name.strip().startswith("id:") or not catalogue.sources():
        return ()
    return catalogue.gazetteer().namesakes(name, place)


def _ambiguous_beyond(name: str, place: Place, beyond: tuple[Place, ...], folder: Path) -> str:
    from gazetteer.distance import geodesic_km
    from gazetteer.errors import shown

    told = ", ".join(
        f"{shown(one.name)} {geodesic_km(place.lat, place.lon, one.lat, one.lon):.0f} km away, id:{one.id}"
        for one in beyond[:5]
    )
    rest = f" and {len(beyond) - 5} more" if len(beyond) > 5 else ""
    return (
        f"Ambiguous beyond this map's table: {folder} has {len(beyond)} other places called or sounding like "
        f"{shown(name)} ({told}{rest}). Say which is meant before you rely on it"
    )


def _asked_online(name: str, near: Place | None, online: str, contact: str, answers: Path) -> Candidate:
    """Ask an online service; the one place it knows, else what the index would raise for none or several."""
    from gazetteer.candidate import Candidate
    from gazetteer.errors import AmbiguousPlace, UnknownPlace
    from gazetteer.kept_answers import KeptAnswers
    from gazetteer.online import NOMINATIM, PHOTON, OnlineGazetteer, Service

    kind, _, endpoint = online.partition("=")
    public = {"nominatim": NOMINATIM, "photon": PHOTON}.get(kind)
    if public is None:
        raise ValueError(f"'{kind}' is no online service that we know; write nominatim or photon")
    service = Service(public.kind, endpoint) if endpoint else public
    asking = OnlineGazetteer(f"frontline-map ({contact})", [service], cache=KeptAnswers(answers))
    found = asking.search(name, near=near)
    candidates = tuple(Candidate(place, 100.0) for place in found)
    if not candidates:
        raise UnknownPlace(name, (), near)
    if len(candidates) > 1:
        raise AmbiguousPlace(name, candidates, near)
    return candidates[0]


def _answer_json(answer: Answer) -> dict[str, Any]:
    return {
        "name": answer.name,
        "settled": answer.settled.id if answer.settled else None,
        "unresolved": round(answer.unresolved, 4),
        "undecided": answer.undecided,
        "candidates": [
            {
                **_listed_json(c),
                "source": c.place.source,
                "probability": c.probability,
                "reasons": list(c.reasons),
            }
            for c in answer.candidates
        ],
    }


def _print_answer(answer: Answer) -> None:
    from gazetteer.errors import shown

    for c in (c for c in answer.candidates if (c.probability or 0) >= 0.01):
        place = c.place
        where = f"{place.lat:.4f} N {place.lon:.4f} E"
        print(f"{c.probability or 0:4.0%}  {shown(place.name)[1:-1]} ({place.kind}) {where}, id:{place.id}")
        print(f"      {shown('; '.join(c.reasons), 300)[1:-1]}. {shown(place.source, 300)[1:-1]}")
    print(f"{answer.unresolved:4.0%}  none of these. {answer.undecided}")


def _candidate_json(candidate: Candidate) -> dict[str, Any]:
    place = candidate.place
    return {
        "id": place.id,
        "name": place.name,
        "name_ar": place.names.get("ar", ""),
        "lat": place.lat,
        "lon": place.lon,
        "kind": place.kind,
        "precision_m": place.precision_m,
        "score": round(candidate.score, 3),
    }


def _problem_json(problem: UnknownPlace | AmbiguousPlace) -> dict[str, Any]:
    from gazetteer.errors import AmbiguousPlace

    if isinstance(problem, AmbiguousPlace):
        return {"error": "ambiguous", "candidates": [_listed_json(c) for c in problem.candidates]}
    return {"error": "unknown", "candidates": [_listed_json(c) for c in problem.suggestions]}


def _listed_json(candidate: Candidate) -> dict[str, Any]:
    return {**_candidate_json(candidate), "distance_km": candidate.distance_km}


def _log(
    book: Ledger, map_id: str | None, claim: str | None, since: str | None
) -> tuple[MapRecord, list[Told]]:
    """What was written to a map, of one claim alone or since an instant where that is asked."""
    from claims.entries import record_of
    from claims.errors import UnknownEntry
    from claims.log import told
    from claims.times import instant

    entries = list(book.stored(map_id))
    record = record_of(entries, entries[-1].hash)
    zone = record.settings.zone
    start = None if since is None else instant(since, zone, closing=False, clock_zone=zone)
    only = None if claim is None else ("claim", claim)
    found = list(told(entries, book.changesets(record.settings.id), record.corrections, only))
    if claim is not None and not found:
        raise UnknownEntry("claim", claim)
    return record, [one for one in found if start is None or one.write.recorded_at >= start]


def _hand(by: str, why: str, expect: str) -> Hand:
    """Who writes: as he says, else as he is logged in."""
    from getpass import getuser

    from claims.by_hand import Hand

    return Hand(by.strip() or getuser(), why, datetime.now(UTC), expect.strip())


@contextmanager
def _told_what_changed(book: Ledger, map_id: str | None, kind: str, key: str, seen: str) -> Iterator[None]:
    """Say of a stale correction not only that somebody was there before, but what he changed."""
    from dataclasses import replace

    from claims.by_hand import meanwhile
    from claims.errors import StaleCorrection
    from figures.corrections import as_plain, correction_rows, sentence
    from figures.words import words

    try:
        yield
    except StaleCorrection as problem:
        record = book.read(map_id)
        changed = meanwhile(book, record.settings.id, kind, key, seen)
        if changed is None:
            raise
        (row,) = correction_rows(replace(record, corrections=(changed,)))
        said = as_plain(sentence(row, words("en")))
        raise ValueError(f"{problem}\n{said}") from None


def _print_done(book: Ledger, map_id: str | None, own: str) -> None:
    """Say what was just written, as the log will."""
    from figures.log_lines import LogLines

    record, found = _log(book, map_id, None, None)
    (last,) = [one for one in found if any(correction.entry == own for correction in one.corrections)]
    print("\n".join(LogLines(record, "en").lines(last)))
    print(f"Entry {own}")


def _verified(found: Verification, map_id: str | None) -> str:
    """What a check of the ledger found, in one line."""
    if not found.well:
        many = len(found.problems)
        return f"{many} problem{'s' if many > 1 else ''} found; {found.entries:,} entries could be read"
    head = found.heads.get(map_id, found.head) if map_id else found.head
    writes = f"{found.changesets:,} change set{'' if found.changesets == 1 else 's'}"
    return f"{found.entries:,} entries in {writes}, all as they were recorded. Head: {head}"


def _verification_json(found: Verification) -> dict[str, Any]:
    from dataclasses import asdict

    return {"well": found.well, **asdict(found)}


def _km(value: float | None) -> str:
    return "    –" if value is None else f"{value:5.1f}"


_QUALIFIERS = {
    "about": "about {km:g}",
    "more_than": "more than {km:g}",
    "at_least": "at least {km:g}",
    "less_than": "less than {km:g}",
    "up_to": "up to {km:g}",
    "between": "{low:g} to {high:g}",
}


def _passed(passage: dict[str, Any]) -> str:
    return f"{passage['km2']:,.1f} km² {_ground_name(passage['from'])} became {_ground_name(passage['to'])}"


def _ground_name(counted: dict[str, Any]) -> str:
    """Ground by what it is counted as, in words: ``held by red``, ``unknown``."""
    return str(counted["kind"]) if counted["actor"] is None else f"{counted['kind']} by {counted['actor']}"


def _said(claim: dict[str, Any]) -> str:
    return _QUALIFIERS.get(claim["qualifier"], "{km:g}").format(**claim)


def _nearest(row: dict[str, Any]) -> str:
    place = row["nearest_reported_place"]
    return f"{place} {_km(row['nearest_reported_km']).strip()}" if place else ""


def _map_if_any(ledger: str, map_id: str | None) -> MapRecord | None:
    """The map that a report is read for; none where the ledger has no map, or several and none was named."""
    with _opened(ledger) as book:
        ids = book.map_ids()
        if map_id is None and len(ids) != 1:
            return None
        return book.outline(map_id)


def _bytes_of(path: str) -> bytes:
    return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()


def _keep_drafts(ledger: str, record: MapRecord, reading: Reading, url: str, licence: str, by: str) -> int:
    from claims.drafts import drafts_of, keep_drafts

    made = drafts_of(reading, url=url, licence=licence)
    with _opened(ledger) as book:
        return keep_drafts(book, record.settings.id, made, datetime.now(UTC), by=by).added


def _print_reading(read: dict[str, Any]) -> None:
    print(_plain(read["title"]))
    for claim in read["claims"]:
        who = f"{claim['actor'] or 'nobody named'}" + (f", from {claim['from']}" if claim["from"] else "")
        denied = "denied: " if claim["denied"] else ""
        where = f" ({claim['place_id']})" if claim["place_id"] else ""
        span = f"{claim['date_start']} to {claim['date_end']}"
        print(
            _plain(
                f"{claim['probability']:.2f}  {denied}{claim['event']} {claim['place']}{where}: {who}; {span}"
            )
        )
        print(_plain(f"      {claim['claimant'] or 'nobody named'} says: {claim['quote']}"))
    for count in read["counts"]:
        print(_plain(f"count  {count['quote']}: {len(count['named'])} named"))
    for distance in read["distances"]:
        print(_plain(f"distance  {distance['quote']}: {distance['claimant'] or 'nobody named'}"))


def _draft_row(draft: ReportDraft, zone: ZoneInfo) -> dict[str, Any]:
    from claims.report_text import dates_of

    claim = draft.claim
    start, end = dates_of(claim.happened, zone)
    return {
        "id": draft.id,
        "state": draft.state.value,
        "probability": draft.probability,
        "event": claim.event.value,
        "place": claim.place_as_written,
        "place_id": claim.place_id,
        "holder": claim.holder,
        "actor": draft.actor or None,
        "from": claim.from_holder,
        "date_start": start,
        "date_end": end,
        "claimant": claim.claimant,
        "reporter": claim.reporter,
        "denied": claim.status == "denied",
        "value": claim.value,
        "qualifier": claim.qualifier,
        "url": claim.report.url,
        "sha256": claim.report.sha256,
        "start": claim.quote.start if claim.quote else None,
        "end": claim.quote.end if claim.quote else None,
        "quote": claim.quote.text if claim.quote else "",
        "candidates": [
            {"id": one.place_id, "name": one.name, "probability": one.probability} for one in draft.possible
        ],
        "why": list(draft.why),
        "decided_by": draft.decided_by,
        "decided_why": draft.decided_why,
    }


def _draft_line(row: dict[str, Any]) -> str:
    state = "" if row["state"] == "proposed" else f" [{row['state']}]"
    where = row["place_id"] or "which place?"
    who = row["holder"] or row["actor"] or "nobody named"
    denied = "denied: " if row["denied"] else ""
    what = f"{denied}{row['event']} {row['place']} ({where}): {who}"
    first = f"{row['id']}{state}  {row['probability']:.2f}  {what}"
    said = f"{row['date_start']} to {row['date_end']}; {row['claimant'] or 'nobody named'} says so"
    return "\n".join(_plain(line) for line in (f"{first}; {said}", *(f"      {why}" for why in row["why"])))


def _plain(text: str) -> str:
    """A line for the terminal: nothing invisible in it, no character that could move the cursor."""
    from gazetteer.errors import shown

    return shown(text, most=400)[1:-1]


def _shown(text: str) -> str:
    from gazetteer.errors import shown

    return shown(text)


def _print_visibly(value: dict[str, Any]) -> None:
    """Print JSON whose strings come from outside: what cannot be seen stands as its code."""
    import re

    unseen = re.compile(
        "[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]"
    )
    text = json.dumps(value, ensure_ascii=False)
    print(unseen.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False))


def _wrong_use(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise typer.Exit(USED_WRONGLY)


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Turn a named problem in the data into its sentence and exit code 1, without a traceback."""
    try:
        yield
    except (LookupError, ValueError, OSError) as problem:
        print(_sentence(problem), file=sys.stderr)
        raise typer.Exit(FOUND_A_PROBLEM) from None


def _sentence(problem: BaseException) -> str:
    # KeyError puts its message in quotation marks; the message itself is the sentence.
    if isinstance(problem, KeyError) and problem.args:
        return str(problem.args[0])
    if isinstance(problem, OSError) and problem.strerror and problem.filename:
        return f"{problem.filename}: {problem.strerror}"
    return str(problem)


@contextmanager
def _writing(out: Path) -> Iterator[Callable[[int, int], None]]:
    """Say that a file cannot be written before any work is done for it; then show a bar if it takes long."""
    if out.is_dir():
        raise IsADirectoryError(f"'{out}' is a folder; name the file to write in it")
    if not out.parent.is_dir():
        raise FileNotFoundError(f"There is no folder '{out.parent}' to write {out.name} in; make it first")
    with _bar_when_slow(f"Writing {out.name}") as progress:
        yield progress


@contextmanager
def _bar_when_slow(label: str, patience_s: float = 1.0) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on a terminal's stderr once the work takes over a second.

    Gives a callable(done, total); work that cannot count need not call it. Once all that is counted is done,
    the bar moves to and fro until the rest is.
    """
    from threading import Timer

    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    bar = Progress(console=console, transient=True, disable=not console.is_terminal)
    task = bar.add_task(label, total=None)
    late = Timer(patience_s, bar.start)
    late.daemon = True
    late.start()
    try:
        yield lambda done, total: _counted(bar, task, done, total)
    finally:
        late.cancel()
        late.join()
        if bar.live.is_started:
            bar.stop()


def _counted(bar: Progress, task: TaskID, done: int, total: int) -> None:
    if done >= total:
        bar.reset(task, completed=done)
        bar.tasks[0].total = None
    else:
        bar.update(task, completed=done, total=total)


if __name__ == "__main__":
    main()
