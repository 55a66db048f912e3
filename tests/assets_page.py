"""A blank page with the scripts of assets/ in it, for tests of the browser's side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

ASSETS = Path(__file__).resolve().parent.parent / "assets"
SCRIPTS = ("changes.js", "controls.js", "playback.js", "surface_svg.js", "timeline.js")

# A surface that only remembers: `paints` are the deltas, `seen` the state as far as the deltas told it.
RECORDER = """
([doc, options]) => {
  window.paints = [];
  window.seen = {faces: {}, fronts: {}, places: {}};
  window.heard = [];
  window.recorder = {
    paint(delta) {
      paints.push(structuredClone(delta));
      for (const part of ["faces", "fronts", "places"]) for (const [i, v] of delta[part]) seen[part][i] = v;
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
    found = page.evaluate("seen")
    return {part: [values[key] for key in sorted(values, key=int)] for part, values in found.items()}
