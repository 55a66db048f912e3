"""A map's folder may draw: a series of days in areas/, and where the line ran at the start."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from test_claims_import_areas import collection, feature

from claims.drawn_series import Seen
from claims.drawn_settings import AreaSettings, Meaning, body_of, settings_of
from claims.ledger import Ledger
from claims.log import changes_of
from claims.map_folder import read_map_folder
from claims.new_map import write_new_map
from claims.observations import DrawnStatus
from gazetteer.errors import BadFiles
from layers.repaired import repairs_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "map"
    write_new_map(made)
    return made


def with_areas(folder: Path, *lines: str) -> None:
    text = (folder / "map.toml").read_text(encoding="utf-8")
    (folder / "map.toml").write_text("\n".join([text, "[areas]", *lines, ""]), encoding="utf-8")


def faults_of(folder: Path) -> str:
    with pytest.raises(BadFiles) as caught:
        read_map_folder(folder)
    return str(caught.value)


def ground(lon: float) -> str:
    """A square in the window of the map that ``frontline new`` makes."""
    south, north, east = 64.9, 65.0, round(lon + 0.2, 6)
    ring = [[lon, south], [east, south], [east, north], [lon, north], [lon, south]]
    return f'{{"type":"Polygon","coordinates":[{ring}]}}'


def test_a_folder_is_loaded_with_what_it_draws(folder: Path, tmp_path: Path) -> None:
    with_areas(
        folder,
        'series = "example-agency"',
        'property = "who"',
        'elsewhere = "blue"',
        'order = ["contested"]',
        "[areas.values]",
        '"grey zone" = { holder = "green", status = "contested" }',
        "water = false",
        'enemy = "green"',
    )
    days = folder / "areas"
    days.mkdir()
    content = collection(feature(ground(-19.0), who="Enemy"), feature(ground(-18.5), who="grey zone"))
    (days / "2024-03-02.geojson").write_text(content, encoding="utf-8")
    start = collection(feature(ground(-18.0), who="blue"))
    (folder / "baseline.geojson").write_text(start, encoding="utf-8")
    seen = Seen()
    record = read_map_folder(folder, repairs=repairs_of, seen=seen)
    assert [(one.id, one.series) for one in record.observations] == [
        ("baseline", "baseline"),
        ("example-agency-2024-03-02", "example-agency"),
    ]
    assert record.observations[0].at == record.settings.span[0]
    assert record.settings.elsewhere == "blue"
    with Ledger(f"sqlite:///{tmp_path / 'ledger.db'}") as book:
        book.load(record, record.settings.span[1])
        read = book.read()
        assert read.settings == record.settings
        assert read.observations == record.observations
        assert read.drawn is not None
        drawn = read.drawn.shapes(record.observations[1].sha256)
        assert [(s.holder, s.status) for s in drawn] == [
            ("green", DrawnStatus.CONTESTED),
            ("green", DrawnStatus.HELD),
        ]
        with_areas_of_nobody = replace(record, settings=replace(record.settings, areas=AreaSettings()))
        book.load(with_areas_of_nobody, record.settings.span[1])
        (correction,) = book.read().corrections
        changed = {change.field for change in changes_of(correction)}
        assert {"areas.series", "areas.values", "areas.order"} <= changed
    assert seen.files == 1


def test_settings_of_areas_are_told_with_their_line_where_they_are_wrong(folder: Path) -> None:
    with_areas(
        folder,
        'series = "agency"',
        'holder = "red"',
        'status = "lost"',
        "order = 3",
        'date = "day"',
        'to = "end"',
        'colour = "red"',
        "[areas.values]",
        "a = true",
        'b = { side = "x" }',
        'c = "red"',
    )
    said = faults_of(folder)
    for part in (
        "areas.series: 'agency' is not known; did you mean 'example-agency'?",
        "areas.holder: 'red' is not known",
        "areas.status: 'lost' is not known; known are claimed, contested, held, unknown",
        "areas.order: is not a list of texts",
        "areas.date: says the day of a shape, and from and to",
        "areas.to: needs from beside it",
        "areas.colour: is not a key of [areas]",
        "areas.values.a: is neither an actor",
        "areas.values.b: is neither an actor",
        "areas.values.c: 'red' is not known",
    ):
        assert part in said
    assert "map.toml, line " in said


def test_what_is_wrong_with_a_drawn_file_is_told_with_its_folder(folder: Path) -> None:
    (folder / "areas").mkdir()
    (folder / "areas" / "2024-03-02.geojson").write_text("{", encoding="utf-8")
    assert "map.toml: areas: does not say who draws what is in areas/" in faults_of(folder)
    with_areas(folder, 'series = "example-agency"')
    (folder / "baseline.geojson").write_text(collection(feature(ground(-18.0))), encoding="utf-8")
    said = faults_of(folder)
    assert "areas/2024-03-02.geojson, line 1: cannot be read as JSON" in said
    assert "baseline.geojson, line 1: feature 1: nobody says who holds it" in said


def test_values_of_areas_come_back_out_of_the_ledger() -> None:
    values = {"x": Meaning("green", DrawnStatus.CLAIMED), "y": Meaning(left_out=True)}
    settings = AreaSettings("agency", "blue", first="from", last="to", values=values, order=("x", "held"))
    assert settings_of(body_of(settings)) == settings
