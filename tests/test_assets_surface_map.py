"""The large surface in a real Chromium: no seams, stripes of both sides, graphics that came back."""

from __future__ import annotations

from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import wait_until_drawn
from dashboard_server import drawing_of, served
from pixels import pixels
from tiny_document import at, tiny_document

pytestmark = pytest.mark.browser

MAP = "frontlineParts.nativeMap(document.querySelector('.map-figure .js-plotly-plot'))"
DRAWN = f"""() => new Promise((drawn) => {{
  (function look() {{
    if ({MAP}.loaded() && {MAP}.areTilesLoaded()) {MAP}.once("render", drawn).triggerRepaint();
    else setTimeout(look, 30);
  }})();
}})"""
ONLY = f"""(keep) => {{
  for (const {{id}} of {MAP}.getStyle().layers) {{
    const shown = id === "paper" || keep.some((part) => id.startsWith(part));
    {MAP}.setLayoutProperty(id, "visibility", shown ? "visible" : "none");
  }}
}}"""
PICTURE = f"""() => new Promise((give) => {{
  {MAP}.once("render", () => give({MAP}.getCanvas().toDataURL().split(",")[1])).triggerRepaint();
}})"""


@pytest.fixture(scope="module")
def page(chromium_gl: Any) -> Iterator[Any]:
    yield from _opened(chromium_gl, tiny_document())


def _opened(chromium_gl: Any, document: Any) -> Iterator[Any]:
    with served(drawing_of(document)) as url:
        context = chromium_gl.new_context(viewport={"width": 800, "height": 600})
        page = context.new_page()
        page.goto(f"{url}/?t=2024-12-04T23:59%2B03:00")
        wait_until_drawn(page, 90)
        page.evaluate(DRAWN)
        yield page
        context.close()


@pytest.fixture
def page_of_many(chromium_gl: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The same map as if it had many faces: its ground and front are drawn by assets/map_ground.js."""
    monkeypatch.setattr("figures.map_style._MANY", 0)
    document = tiny_document()
    document["title"]["en"] += " of many faces"  # the server keeps the style of the other one
    yield from _opened(chromium_gl, document)


def _picture(page: Any, chromium_gl: Any) -> Any:
    page.evaluate(DRAWN)
    return pixels(chromium_gl, b64decode(page.evaluate(PICTURE)))


def _colours(picture: Any) -> set[tuple[int, ...]]:
    return {tuple(colour) for colour in picture.reshape(-1, 3)[::7].tolist()}


def test_many_faces_have_the_colours_and_stripes_that_few_have(
    page: Any, page_of_many: Any, chromium_gl: Any
) -> None:
    few, many = (_patches(one, chromium_gl) for one in (page, page_of_many))
    # MapLibre's own stripes are a picture, whose soft edges are colours too.
    assert all(ours <= theirs for ours, theirs in zip(many, few, strict=True))
    # A holder each; a claim has ground and ink, a contest two inks, and soft-edged paper between.
    assert [len(colours) for colours in many] == [1, 1, 2, 2]
    _survives_lost_graphics(page_of_many, chromium_gl)


def _patches(page: Any, chromium_gl: Any) -> list[set[tuple[int, ...]]]:
    """The colours of more than a few pixels in the middle of each face, and no line of the front."""
    page.evaluate(ONLY, ["faces", "pattern"])
    found = []
    for middle in [36.05, 35.15], [36.15, 35.05], [36.05, 35.05], [36.15, 35.15]:
        page.evaluate(f"(center) => {MAP}.jumpTo({{center, zoom: 12}})", middle)
        picture = _picture(page, chromium_gl)
        tall, wide, _ = picture.shape
        patch = picture[tall // 2 - 60 : tall // 2 + 60, wide // 2 - 60 : wide // 2 + 60].reshape(-1, 3)
        counts = Counter(map(tuple, patch.tolist()))
        found.append({colour for colour, count in counts.items() if count > 0.08 * len(patch)})
    return found


def test_faces_meet_without_a_seam_at_any_zoom(page: Any, chromium_gl: Any) -> None:
    page.evaluate(ONLY, ["faces"])
    page.evaluate(
        f"""() => {{ {MAP}.setPaintProperty("faces", "fill-color", "#0000ff");
        {MAP}.setPaintProperty("paper", "background-color", "#ffff00"); }}"""
    )
    # The corner at which all four faces meet, in the middle of the map.
    for zoom in (9.0, 10.37, 12.6):
        page.evaluate(f"(zoom) => {MAP}.jumpTo({{center: [36.1, 35.1], zoom}})", zoom)
        picture = _picture(page, chromium_gl)
        tall, wide, _ = picture.shape
        middle = picture[tall // 2 - 60 : tall // 2 + 60, wide // 2 - 60 : wide // 2 + 60]
        assert (middle == (0, 0, 255)).all(), f"a seam at zoom {zoom}"


def test_claimed_and_contested_ground_is_striped_in_the_colours_of_both(page: Any, chromium_gl: Any) -> None:
    page.evaluate(ONLY, ["faces", "pattern"])
    for middle, kind in ([36.05, 35.05], "claimed"), ([36.15, 35.15], "contested"):
        page.evaluate(f"(center) => {MAP}.jumpTo({{center, zoom: 12}})", middle)
        picture = _picture(page, chromium_gl)
        tall, wide, _ = picture.shape
        inside = picture[tall // 2 - 60 : tall // 2 + 60, wide // 2 - 60 : wide // 2 + 60]
        assert len(_colours(inside)) > 3, kind  # two colours at least, and the soft edges between them


def test_graphics_that_come_back_draw_what_they_drew(page: Any, chromium_gl: Any) -> None:
    _survives_lost_graphics(page, chromium_gl)


def _survives_lost_graphics(page: Any, chromium_gl: Any) -> None:
    page.evaluate(ONLY, ["faces", "pattern", "front", "casing"])
    page.evaluate(f"() => {MAP}.jumpTo({{center: [36.1, 35.1], zoom: 10}})")
    before = _picture(page, chromium_gl)
    page.evaluate(
        f"""() => {{ window.lost = {MAP}.getCanvas().getContext("webgl2").getExtension("WEBGL_lose_context");
        window.lost.loseContext(); }}"""
    )
    page.wait_for_timeout(200)
    page.evaluate("() => window.lost.restoreContext()")
    page.wait_for_timeout(200)
    page.evaluate(DRAWN)
    page.evaluate(ONLY, ["faces", "pattern", "front", "casing"])
    after = _picture(page, chromium_gl)
    assert page.locator(".map-area").get_attribute("data-surface") == "map"
    assert (abs(after - before).max(axis=2) > 30).mean() < 0.002
    page.evaluate("(t) => frontline.seek(new Date(1000 * t).toISOString())", at(1, 0))
    earlier = _picture(page, chromium_gl)
    assert (abs(earlier - before).max(axis=2) > 30).mean() > 0.02
