"""Ground of many faces is put as pixels: each shows its own state, and nothing shows between two of them."""

from __future__ import annotations

import pytest
from assets_page import load_scripts

pytestmark = pytest.mark.browser

SIDE = 34
PAGE = """<!doctype html><html lang="en"><style>
  body { margin: 0 } #box { position: relative; width: 301px; height: 301px }
  svg { position: absolute; width: 100% }
  .s0 { fill: #ff0000 } .s1 { fill: #0000ff } .s2 { fill: url(#stripes) } .paper { fill: #00ff00 }
  .casing path { fill: none; stroke: #ffffff; stroke-width: 4px; stroke-linecap: round }
  .front path { fill: none; stroke: #000000; stroke-width: 2px } .front .e3 { stroke-dasharray: 6 14 }
</style><body><div id="box"><svg viewBox="0 0 340 340"><defs>
  <pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
  <path d="M-1-1h8v8h-8z" fill="#ffffff"/><path d="M2-1h2v8h-2z" fill="#000000"/></pattern></defs>
  <g class="g"><path class="paper" d="M0 0h340v340H0z"/>
  <g class="f" data-frontline="faces" data-grid="0 0 1 1"></g>
  <g class="casing" data-frontline="casing" data-grid="0 0 1 1"></g>
  <g class="front" data-frontline="front" data-grid="0 0 1 1"></g></g>
  </svg></div></body>"""

DRAWN = """([states, side]) => {
  const canvas = document.querySelector("canvas"), at = canvas.getContext("2d");
  const cell = canvas.width / side, colours = [[255, 0, 0], [0, 0, 255]];
  const all = at.getImageData(0, 0, canvas.width, canvas.height).data;
  let paper = 0, wrong = 0;
  for (let i = 0; i < all.length; i += 4) paper += all[i] === 0 && all[i + 1] === 255 && all[i + 2] === 0;
  states.forEach((state, face) => {
    const x = Math.floor((face % side + 0.5) * cell), y = Math.floor((Math.floor(face / side) + 0.5) * cell);
    const seen = all.subarray(4 * (y * canvas.width + x));
    const grey = seen[0] === seen[1] && seen[1] === seen[2];
    wrong += state < 2 ? colours[state].some((part, c) => part !== seen[c]) : !grey;
  });
  return {paper, wrong, width: canvas.width};
}"""


def _squares():
    """Squares of slanted sides, each arc shared by the two beside it; all change twice, a few at a time."""
    shift = [3 * (k * 7 % 5) - 6 if 0 < k < SIDE else 0 for k in range(SIDE + 1)]
    across = [[10 * x, 10 * y, 10, 0] for y in range(SIDE + 1) for x in range(SIDE)]
    down = [[10 * x, 10 * y, shift[x] // 3 * (0 < x < SIDE), 5, -(shift[x] // 3) * (0 < x < SIDE), 5]
            for y in range(SIDE) for x in range(SIDE + 1)]  # fmt: skip
    base = len(across)
    faces = [
        [-1, 1, [[y * SIDE + x, base + y * (SIDE + 1) + x + 1, ~((y + 1) * SIDE + x),
                  ~(base + y * (SIDE + 1) + x)]]]
        for y in range(SIDE) for x in range(SIDE)
    ]  # fmt: skip
    edges = [
        [base + y * (SIDE + 1) + x, y * SIDE + x - 1, y * SIDE + x]
        for y in range(SIDE)
        for x in range(1, SIDE)
    ]
    count, fronts = len(faces), range(len(edges))
    first = [
        [
            k,
            [i for f in range(k, count, 100) for i in (f, 1)],
            [i for e in fronts[k::100] for i in (e, 1)],
            [],
        ]
        for k in range(100)
    ]
    again = [
        [
            100 + k,
            [i for f in range(k, count, 100) for i in (f, 2 * (f % 2))],
            [i for e in fronts[k::100] for i in (e, e % 2)],
            [],
        ]
        for k in range(100)
    ]
    dots = [250, [], [i for e in fronts for i in (e, 3 * (e % (SIDE - 1) == 9))], []]
    whole = [251, [], [i for e in fronts for i in (e, e % (SIDE - 1) == 9)], []]
    return {
        "clock": {"zone": "UTC", "offsets": [[0, 0]]}, "span": [0, 300], "events": [], "arcs": across + down,
        "faces": faces, "edges": edges, "changes": [*first, *again, dots, whole],
        "start": {"faces": [0] * count, "fronts": [0] * len(edges), "places": []},
    }  # fmt: skip


@pytest.fixture(params=[1, 3])
def page(request, watched_page, chromium):
    page = watched_page(chromium, device_scale_factor=request.param).page
    load_scripts(page, PAGE)
    page.evaluate(
        """async (doc) => {
          window.surface = frontlineParts.createSvgSurface(document, doc);
          window.playback = frontlineParts.createPlayback(doc, surface);
          await playback.ready;
        }""",
        _squares(),
    )
    return page


def _states(t):
    count = SIDE * SIDE
    return [2 * (f % 2) if f % 100 + 100 <= t else 1 if f % 100 <= t else 0 for f in range(count)]


def test_each_step_and_jump_leaves_each_face_in_its_colour_and_no_paper_between_two(page):
    for t in (0, 3, 4, 150, 120, 299):
        page.evaluate("(t) => playback.seek(t)", t)
        drawn = page.evaluate(DRAWN, [_states(t), SIDE])
        assert (drawn["paper"], drawn["wrong"]) == (0, 0), t
        assert drawn["width"] == 301 * page.evaluate("devicePixelRatio")


def test_the_face_under_a_point_is_told_also_when_the_map_is_enlarged(page):
    assert page.evaluate("surface.faceAt(4, 4)") == 0
    assert page.evaluate("surface.faceAt(13, 12)") == SIDE + 1
    assert page.evaluate("surface.faceAt(400, 12)") == -1
    page.evaluate("""() => {
      document.querySelector(".g").setAttribute("transform", "matrix(2 0 0 2 0 0)");
      surface.follow();
      surface.refine(2);
    }""")
    assert page.evaluate("surface.faceAt(13, 12)") == 0
    assert page.evaluate("document.querySelector('canvas').style.transform") == ""


def test_paper_gets_lines_and_the_screen_its_pixels_again(page):
    count = "[document.querySelectorAll('.f path').length, document.querySelector('canvas').hidden]"
    page.evaluate("playback.seek(299)")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(count) == [2, True]
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(count) == [0, False]


FRONT = """() => {
  const canvas = document.querySelectorAll("canvas")[1];
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return [...data.filter((_, i) => i % 4 === 3 && data[i] > 127 && data[i - 3] < 128)].length;
}"""
FRONT_PIXELS = """() => {
  const canvas = document.querySelectorAll("canvas")[1];
  window.before = window.now;
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  window.now = data.map((part, i) => (i % 4 === 3 ? part : (part * data[i | 3]) / 255));
  const apart = (most, one, i) => Math.max(most, Math.abs(one - window.before[i]));
  return window.before && window.now.reduce(apart, 0);
}"""


def test_a_front_drawn_step_by_step_is_the_one_that_is_drawn_at_once(page):
    for t in (*range(4, 30), 140, 139, 138):
        page.evaluate("(t) => playback.seek(t)", t)
    page.evaluate(FRONT_PIXELS)
    assert page.evaluate(FRONT) > 1000
    page.evaluate("document.querySelector('canvas').dispatchEvent(new Event('contextrestored'))")
    assert page.evaluate(FRONT_PIXELS) < 128  # edges of lines are smoothed a little otherwise


def test_dots_of_a_front_go_on_from_one_short_arc_to_the_next(page):
    page.evaluate("playback.seek(250)")
    dotted = page.evaluate(FRONT)
    page.evaluate("playback.seek(251)")
    assert dotted / page.evaluate(FRONT) == pytest.approx(0.3, abs=0.04)


def test_a_browser_that_has_lost_its_pixels_gets_lines_until_it_has_them_again(page):
    said = """() => [...[".f", ".front"].map((name) => document.querySelector(name).children.length),
      [...document.querySelectorAll('canvas')].every((canvas) => canvas.hidden)]"""
    page.evaluate("playback.seek(150)")
    lost, back = (f"document.querySelectorAll('canvas')[1].dispatchEvent(new Event('{e}'))"
                  for e in ("contextlost", "contextrestored"))  # fmt: skip
    page.evaluate(lost)
    assert page.evaluate(said) == [3, 1, True]
    page.evaluate("playback.seek(251)")
    page.evaluate(back)
    assert page.evaluate(said) == [0, 0, False]
    drawn = page.evaluate(DRAWN, [_states(251), SIDE])
    assert (drawn["paper"], drawn["wrong"]) == (0, 0)
