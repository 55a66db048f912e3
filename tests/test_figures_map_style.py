from __future__ import annotations

import json
import re
from itertools import product
from typing import Any

import pytest
from tiny_document import at, big_document, tiny_document

from figures.map_sources import (
    changed_today,
    ever,
    reference_sources,
    ring_of,
    series_row,
    sources,
    states_at,
)
from figures.map_style import Look, image_recipes, patterns, style
from figures.palette import PALETTES, THEMES, palette


def made(document: dict[str, Any], **look: Any) -> dict[str, Any]:
    return style(document, sources(document, None), Look(palette(), **look))


@pytest.mark.parametrize("images", [True, False])
def test_style_fetches_nothing(images: bool) -> None:
    written = made(tiny_document(), images=images)
    text = json.dumps(written)
    assert "glyphs" not in written and "sprite" not in written
    assert "http" not in text and "//" not in text
    assert all(source["tolerance"] == 0 for source in written["sources"].values())


def test_every_layer_has_its_source_and_a_name_of_its_own() -> None:
    for images in (True, False):
        document = tiny_document()
        data = dict(sources(document, None)) | ({} if images else {"hatch": {}, "hatch_paper": {}})
        written = style(document, data, Look(palette(), images=images))
        names = [layer["id"] for layer in written["layers"]]
        assert len(names) == len(set(names))
        assert {layer["source"] for layer in written["layers"] if "source" in layer} <= set(
            written["sources"]
        )


def test_images_have_an_underscore_so_that_plotly_asks_no_other_host_for_them() -> None:
    written = made(tiny_document(), images=True)
    recipes = written["metadata"]["frontline:images"]
    used = {
        value
        for layer in written["layers"]
        for part in (layer.get("paint", {}), layer.get("layout", {}))
        for name, value in part.items()
        if name in ("fill-pattern", "icon-image")
    }
    assert used <= set(recipes)
    assert all(name.startswith("_") for name in recipes)


def test_ground_is_opaque_and_without_edges_so_that_no_seam_shows() -> None:
    [faces] = [layer for layer in made(tiny_document())["layers"] if layer["id"] == "faces"]
    assert "fill-opacity" not in faces["paint"] and faces["paint"]["fill-antialias"] is False


def test_states_come_from_the_page_or_else_from_the_source() -> None:
    text = json.dumps(made(tiny_document(), images=True)["layers"])
    assert '["coalesce", ["feature-state", "s"], ["get", "s"]]' in text
    assert '["coalesce", ["feature-state", "f"], ["get", "f"]]' in text
    patterned = [
        layer for layer in made(tiny_document(), images=True)["layers"] if layer["id"].startswith("pattern")
    ]
    assert patterned and all(isinstance(layer["paint"]["fill-pattern"], str) for layer in patterned)


def test_every_uncertain_state_has_its_stripes() -> None:
    covered = patterns(tiny_document())
    assert covered == {"_claimed-2": [2], "_contested-2-1": [4]}


@pytest.mark.parametrize(("name", "theme"), list(product(PALETTES, THEMES)))
def test_every_palette_draws_the_same_layers(name: str, theme: str) -> None:
    document = tiny_document()
    one = style(document, sources(document, None), Look(palette(name, theme), images=True))
    other = made(document, images=True)
    assert [layer["id"] for layer in one["layers"]] == [layer["id"] for layer in other["layers"]]
    assert set(image_recipes(document, palette(name, theme))) == set(other["metadata"]["frontline:images"])


def test_states_are_half_open_and_play_forward() -> None:
    document = tiny_document()
    assert states_at(document, at(3, 23, 39))["faces"][1] == 0
    assert states_at(document, at(3, 23, 40))["faces"][1] == 1
    assert states_at(document, at(4, 0, 20))["faces"][1] == 3
    assert states_at(document, None) == states_at(document, document["span"][1])


def test_faces_are_closed_rings_in_degrees() -> None:
    document = tiny_document()
    faces = sources(document, None)["faces"]["features"]
    [ring] = faces[0]["geometry"]["coordinates"]
    assert ring[0] == ring[-1] and len(ring) == 5
    assert sorted({tuple(point) for point in ring}) == [
        (36.0, 35.0),
        (36.0, 35.1),
        (36.1, 35.0),
        (36.1, 35.1),
    ]
    assert [face["id"] for face in faces] == [0, 1, 2, 3]


def test_a_reference_with_a_tilde_walks_backwards() -> None:
    arcs = [[[0.0, 0.0], [1.0, 0.0]], [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0]]]
    assert ring_of(arcs, [0, ~1]) == [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]


def test_only_what_is_ever_shown_is_cut_up() -> None:
    document = tiny_document()
    for source, key in (("faces", "faces"), ("places", "places"), ("edges", "edges")):
        for state in range(len(document["states"])):
            seen = {
                index
                for t in [None, document["span"][0], *(change[0] for change in document["changes"])]
                for index, now in enumerate(states_at(document, t)[key])
                if now == state
            }
            assert {i for i, text in enumerate(ever(document, source)) if f",{state}," in text} == seen


def test_changed_places_are_those_of_the_local_day() -> None:
    document = tiny_document()
    assert changed_today(document, at(3, 23, 50)) == {1}
    assert changed_today(document, at(4, 0, 10)) == set()
    assert changed_today(document, at(4, 10)) == {1, 3}


def test_rings_are_labelled_at_their_south() -> None:
    document = tiny_document()
    data = reference_sources(document, document["reference"], "{n} كم")
    [label] = data["ring_labels"]["features"]
    assert label["properties"]["text"] == "10 كم"
    lats = [point[1] for point in data["rings"]["features"][0]["geometry"]["coordinates"]]
    assert label["geometry"]["coordinates"][1] == min(lats)


def test_series_row_holds_until_the_next() -> None:
    series = [[10, "a"], [20, "b"]]
    found = [series_row(series, t) for t in (9, 10, 19, 20, None)]
    assert [row and row[1] for row in found] == [None, "a", "a", "b", "b"]


def test_a_large_map_is_written_whole() -> None:
    document = big_document(600, 400)
    data = sources(document, None)
    assert len(data["faces"]["features"]) == 600
    assert len(data["edges"]["features"]) == len(document["edges"])


@pytest.mark.parametrize(("name", "theme"), list(product(PALETTES, THEMES)))
def test_nothing_under_the_faces_has_so_little_blue_that_it_could_be_the_number_of_one(
    name: str, theme: Any
) -> None:
    """What ``assets/map_ground.js`` takes for a face: less than 4 of 255 of blue."""
    document = tiny_document()
    layers = style(document, sources(document, None), Look(palette(name, theme), images=True))["layers"]
    below = layers[: [layer["id"] for layer in layers].index("faces")]
    colours = re.findall(r"#[0-9a-fA-F]{4}([0-9a-fA-F]{2})\b", json.dumps(below))
    assert colours and all(int(blue, 16) > 3 for blue in colours)
