"""A blank page with the scripts of assets/ in it, for tests of the browser's side."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).resolve().parent.parent / "assets"
SCRIPTS = (
    *(
        "changes.js",
        "controls.js",
        "document.js",
        "front_canvas.js",
        "ground.js",
        "ground_canvas.js",
        "light_ground.js",
        "playback.js",
        "surface_svg.js",
        "timeline.js",
    ),
    "written_time.js",
)

# A surface that only remembers: `paints` are the deltas, `seen` the state as far as the deltas told it.
RECORDER = """
([doc, options]) => {
  window.paints = [];
  window.seen = {faces: {}, fronts: {}, places: {}};
  window.heard = [];
  window.recorder = {
    paint(delta) {
      const told = {...delta};
      for (const part of ["faces", "fronts", "places"]) {
        const {count, index, value} = delta[part];
        told[part] = [...index.subarray(0, count)].map((i, k) => [i, value[k]]);
        for (const [i, v] of told[part]) seen[part][i] = v;
      }
      paints.push(told);
      return window.slowly ? new Promise((resolve) => setTimeout(resolve, window.slowly)) : undefined;
    },
  };
  window.playback = frontlineParts.createPlayback(doc, recorder, options);
  for (const name of ["time", "play", "pause", "end", "settings"]) {
    playback.on(name, (event) => heard.push([name, event]));
  }
  return playback.ready;
}
"""


def load_scripts(page: Any, html: str = "<!doctype html><html lang='en'><body></body></html>") -> None:
    """Show ``html`` and run the scripts in it, in the order in which Dash serves them."""
    page.set_content(html)
    for name in SCRIPTS:
        page.add_script_tag(path=str(ASSETS / name))


def record(page: Any, document: dict[str, Any], **options: Any) -> None:
    """Start ``window.playback`` of a document on a surface that remembers what it was told to paint."""
    page.evaluate(RECORDER, [document, options])


def replay(document: dict[str, Any], t: int) -> dict[str, list[int]]:
    """The state at an instant, from scratch: the start, and every change up to and including that instant."""
    state = {part: list(document["start"][part]) for part in ("faces", "fronts", "places")}
    for change in document["changes"]:
        if change[0] > t:
            break
        for part, flat in zip(("faces", "fronts", "places"), change[1:], strict=True):
            for index, value in zip(flat[::2], flat[1::2], strict=True):
                state[part][index] = value
    return state


def seen(page: Any) -> dict[str, list[int]]:
    """The state that the remembering surface has put together from what it was told."""
    return seen_at(page)[1]


def seen_at(page: Any) -> tuple[int, dict[str, list[int]]]:
    """The instant and its state, both asked at once: a play goes on between two questions."""
    t, found = page.evaluate("[playback.seconds(), seen]")
    return t, {part: [values[key] for key in sorted(values, key=int)] for part, values in found.items()}


WORDS = {
    "weekdays": ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
    "weekdays_short": ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
    "months": [*"JFMAMJJASON", "December"],
    "months_short": [*"JFMAMJJASON", "Dec"],
    "date_forms": {
        "long": "{weekday} {day} {month} {year}, {time}",
        "stamp": "{weekday_short} {day} {month_short} {year}, {time} {place}",
    },
    "place": "Damascus",
    "live": "{date}. {changes}",
    "changes": {
        "zero": "no place changed",
        "one": "{n} place changed",
        "two": "{n} places changed (two)",
        "few": "{n} places changed (few)",
        "other": "{n} places changed",
    },
}


def _rows(document: dict[str, Any], days: Iterable[int]) -> str:
    def row(event: dict[str, Any]) -> str:
        return (
            f'<tr data-t="{event["t"]}"><td data-csv="{event["t"]}">at</td>'
            f'<td>={document["places"][event["place"]]["name"]["en"]}, "now"</td></tr>'
        )

    return "".join(
        f'<tbody data-cue="table" data-from="{day}">'
        + "".join(row(event) for event in document["events"] if day <= event["t"] < day + 86400)
        + "</tbody>"
        for day in days
    )


def light_page(document: dict[str, Any], *, lang: str = "en") -> str:
    """A page with the marks of docs/light-page.md, as bare as possible, drawn for ``document["at"]``."""
    shown = replay(document, document["at"])
    days = range(document["span"][0], document["span"][1], 86400)
    part = {**document, "lang": lang, "words": WORDS, "days": list(days)}
    # Face 3 lies outside every frame: it has no rings.
    part["faces"] = [
        [place, inside, rings if i != 3 else []] for i, (place, inside, rings) in enumerate(part["faces"])
    ]
    ground = "".join(
        f'<g data-frontline="{name}" data-grid="0 200 0.1 -0.1"><path class="s0" d="M0 0h9v9z"/></g>'
        for name in ("faces", "casing", "front")
    )
    places = "".join(f'<g data-p="{i}" class="town s{s} fresh"></g>' for i, s in enumerate(shown["places"]))
    cues = "".join(f'<g data-cue="day" data-from="{t}" id="day-{i}"></g>' for i, t in enumerate(days))
    time_part = json.dumps(part).replace("<", r"\u003c")
    return f"""<!doctype html><html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}">
      <meta charset="utf-8"><link rel="icon" href="data:,">
      <style>
        html, body {{ margin: 0 }}
        [data-frontline=live] {{ position: absolute; left: 500px }}
        [role=slider] {{ width: 400px; height: 50px; position: relative; margin: 20px }}
        [data-frontline=playhead] {{ position: absolute; inline-size: 0; block-size: 50px }}
        #tall {{ height: 300px }}
      </style>
      <body>
      <p data-frontline="deck"><span data-cue="deck" data-from="{days[0]}">First day.</span>
        <span data-cue="deck" data-from="{days[1]}" class="on">Second day.</span></p>
      <div data-frontline="map"><svg><desc data-frontline="desc"></desc>
        {ground}{places}{cues}<text data-frontline="date" data-form="stamp"></text></svg></div>
      <time data-frontline="date" data-form="long"></time>
      <button data-frontline="back">back</button>
      <button data-frontline="play" data-label-play="Play" data-label-pause="Pause">play</button>
      <button data-frontline="forward">forward</button>
      <button data-frontline="speed" data-value="4">4</button>
      <button data-frontline="speed" data-value="1">1</button>
      <button data-frontline="step" data-value="change">c</button>
      <button data-frontline="step" data-value="day">d</button>
      <div data-frontline="slider" role="slider" tabindex="0"><i data-frontline="playhead"></i></div>
      <p data-frontline="live"></p>
      <input id="field"><div id="tall"></div>
      <a data-frontline="data" data-file="tiny.csv" href="#table">Data</a>
      <details><summary>Table</summary>
      <table id="table" data-frontline="table">
        <thead><tr><th>Time</th><th>Place, written</th></tr></thead>{_rows(document, days)}</table>
      </details>
      <script type="application/json" id="frontline-document">{time_part}</script>
      </body></html>"""


def with_scripts(html: str, *names: str) -> str:
    """The page with the files of assets/ in one inline script, under the policy of the light page."""
    script = "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in names)
    digest = b64encode(sha256(script.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:"
    head, body = html.split("<style>", 1)
    guarded = f'{head}<meta http-equiv="Content-Security-Policy" content="{policy}"><style>{body}'
    return guarded.replace("</body>", f"<script>{script}</script></body>")
