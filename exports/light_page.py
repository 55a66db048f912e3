"""A map document becomes one HTML page around its SVG: nothing to fetch, and complete without a script."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from exports import corrections
from exports.change_table import change_table, leaves_out
from exports.legend import legend
from figures.document_columns import steps
from figures.document_file import packed
from figures.drawn_sentences import maker, state_sentence
from figures.frames import narrow_frame, wide_frame
from figures.method_words import method_name, method_sentence, modelled_note
from figures.page_ground import page_ground
from figures.palette import ROLES
from figures.palette import palette as colours_of
from figures.sentences import (
    Teller,
    credits_of,
    deck,
    deck_instants,
    known_at,
    source_names,
)
from figures.sides import is_drawn
from figures.svg_map import extent_of, page_frames, svg_map
from figures.svg_style import declarations, style_of
from figures.text import ARABIC, SANS, esc, plain
from figures.through_time import place_states
from figures.timeline import NARROW, WIDE, timeline_rules, timeline_svg
from figures.withheld import withheld_lines
from figures.words import language

Document = Mapping[str, Any]

ASSETS = Path(__file__).resolve().parent.parent / "assets"
SCRIPTS = (
    *("written_time.js", "document.js", "playback.js", "ground.js", "surface_svg.js"),
    *("timeline.js", "controls.js", "zoom.js", "light_ground.js", "light_start.js"),
)
PIXELS = ("ground_canvas.js", "front_canvas.js")
ASKING = "light_corrections.js"
_MANY_FACES = 1_000  # as in assets/ground.js
_MANY_EVENTS = 2_000
_MONO = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace'


def light_page(
    document: Document,
    *,
    at: int | None = None,
    lang: str = "en",
    theme: str = "auto",
    palette: str = "conventional",
    title: str | None = None,
    full_map_url: str | None = None,
    corrections_url: str | None = None,
    corrections_page: str | None = None,
    served: bool = False,
) -> str:
    """Write the page that newsrooms publish and iframes show.

    Parameters
    ----------
    document
        A map document (docs/map-document.md); its ``reference`` says the city and its rings.
    at
        The instant shown first, seconds since 1970; clamped to the story. Its end by default.
    theme
        ``light``, ``dark``, or ``auto``: as the reader's system has it.
    palette
        ``conventional`` or ``safe``.
    title
        An editor's headline; without one it is written from the data, for each day.
    full_map_url
        Where the *Full map* link leads; no link without an address of http or https.
    corrections_url
        The one address that the page asks whether it has been corrected since; none by default.
    corrections_page
        Where the *Corrections* link leads.
    served
        Whether a server gave the page: it says then when it has been open for long.

    Raises
    ------
    ValueError
        ``corrections_url`` is no address that a page can ask.
    """
    shown = clamped(document, at)
    return _Page(
        document,
        shown,
        Teller.of(document, language(lang)),
        theme,
        palette,
        title,
        full_map_url,
        corrections_url,
        corrections_page,
        served,
    ).html()


def clamped(document: Document, at: int | None) -> int:
    """The instant within the story, and no later than what was known; its end where none is given."""
    start = document["span"][0]
    last = last_instant(document)
    return last if at is None else max(start, min(at, last))


def last_instant(document: Document) -> int:
    """A second before the end of the span, or ``known_at`` where that is earlier."""
    start, end = document["span"]
    return int(max(start, min(end - 1, document["known_at"])))


@dataclass(frozen=True)
class _Page:
    document: Document
    at: int
    teller: Teller
    theme: str
    palette: str
    title: str | None
    full_map_url: str | None
    corrections_url: str | None
    corrections_page: str | None
    served: bool

    def html(self) -> str:
        words = self.teller.say.words
        return (
            f'<!DOCTYPE html>\n<html lang="{words.lang}" dir="{words.dir}">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{self._policy()}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="referrer" content="no-referrer">\n<link rel="icon" href="data:,">\n'
            f'<meta name="description" content="{esc(self._deck_now())}">\n'
            f"<title>{esc(self._headline(self.at))}</title>\n<style>{self._style()}</style>\n</head>\n"
            f'<body class="fl-page" lang="{words.lang}" dir="{words.dir}">\n<main>\n'
            f"{self._head()}\n{self._map()}\n{self._player()}\n{legend(self.teller, self._cues)}\n"
            f"{self._notes()}\n{change_table(self.teller, self.at)}\n"
            f"{corrections.every_one(self.teller)}\n</main>\n"
            f'<p class="vh" data-frontline="live" aria-live="polite"></p>\n'
            '<script type="application/json" id="frontline-document">'
            f"{json_in_html(self._time_part())}</script>\n"
            f"<script>{scripts(self._asks, self._in_pixels)}</script>\n</body>\n</html>\n"
        )

    @property
    def _asks(self) -> bool:
        """Whether the page has the script that looks for corrections, or for its own age."""
        return self.served or self.corrections_url is not None

    @property
    def _in_pixels(self) -> bool:
        """Whether so many faces change that the page draws its ground as pixels."""
        changing = {face for _, faces, *_ in self._ground["changes"] for face in faces[::2]}
        return len(changing) > _MANY_FACES

    def _policy(self) -> str:
        origin = corrections.asked_origin(self.corrections_url) if self.corrections_url else ""
        return policy(asks=self._asks, connect=origin)

    # Head

    def _headline(self, t: int) -> str:
        return self.title if self.title is not None else self.teller.headline(t)

    def _head(self) -> str:
        if self.title is not None:
            headline = esc(self.title)
        else:
            headline = self._cues(
                "title", [(day, esc(self._headline(day))) for day in self._days], tag="span"
            )
        return (
            f'<header class="head">{self._notices()}<div class="first"><p class="kicker">'
            f"{esc(self.teller.title())}</p>{corrections.badge(self.teller)}</div><h1>{headline}</h1>"
            f'<div class="deck" data-frontline="deck">{self._decks()}</div></header>'
        )

    def _notices(self) -> str:
        since = corrections.since_exported(self.teller) if self.corrections_url else ""
        return since + (corrections.grown_old(self.teller) if self.served else "")

    @cached_property
    def _days(self) -> list[int]:
        return self.teller.say.clock.days(*self.document["span"])

    def _deck_now(self) -> str:
        return "".join(text for text, _ in deck(self.teller, self.at))

    def _decks(self) -> str:
        """One sentence for every instant at which it reads differently."""
        found: list[tuple[int, str]] = []
        for t, states in place_states(
            self.document, deck_instants(self.document, self.document["reference"])
        ):
            parts = deck(self.teller, t, states)
            html = "".join(f"<b>{esc_part(text)}</b>" if bold else esc_part(text) for text, bold in parts)
            if not found or found[-1][1] != html:
                found.append((t, html))
        return self._cues("deck", found, tag="p")

    def _cues(self, name: str, prepared: Iterable[tuple[int, str]], *, tag: str) -> str:
        """Prepared pieces of HTML for one name of cue; the one of the shown instant is on."""
        pieces = list(prepared)
        current = max((since for since, _ in pieces if since <= self.at), default=None)
        on = {current: " class=on"}
        return "".join(
            f'<{tag} data-cue="{name}" data-from="{since}"{on.get(since, "")}>{html}</{tag}>'
            for since, html in pieces
        )

    # Map and player

    def _map(self) -> str:
        clock = self.teller.say.clock
        stamp = (
            f'<time class="stamp" data-frontline="date" data-form="stamp" datetime="{clock.iso(self.at)}">'
            f"{esc(self.teller.say.stamp(self.at))}</time>"
        )
        drawing = svg_map(self.document, self.at, self.teller.lang, ground=self._ground)
        words = self.teller.say.words
        tip = '<p class="ground" data-frontline="ground" hidden></p>' if self._tells_ground else ""
        hint = f'<p class="hint" data-frontline="zoom-hint" hidden>{self._by_wheel()}</p>'
        return (
            f'<div class="map" data-frontline="map" role="group" aria-label="{esc(words["zoom.map"])}">'
            f"{drawing}{stamp}{tip}{hint}</div>{self._zoom()}"
        )

    def _zoom(self) -> str:
        """The buttons that enlarge the map, below it: nothing of it is hidden."""
        words = self.teller.say.words
        buttons = "".join(
            f'<button type="button" data-zoom="{name}" aria-label="{esc(words[f"zoom.{name}"])}"'
            f' title="{esc(words[f"zoom.{name}"])}">{_icon("", d)}</button>'
            for name, d in (("in", _PLUS), ("out", _MINUS), ("home", _HOME))
        )
        return (
            f'<div class="zoom" data-frontline="zoom" role="group" aria-label="{esc(words["zoom.group"])}">'
            f'{buttons}<p aria-hidden="true">{self._by_wheel()}</p>'
            '<p class="vh" role="status" data-frontline="zoom-said"></p></div>'
        )

    def _by_wheel(self) -> str:
        """How a wheel enlarges the map; the key is called in every language what stands on it."""
        return esc(self.teller.say.words["zoom.wheel"]).replace("Ctrl", '<bdi lang="en">Ctrl</bdi>')

    @property
    def _tells_ground(self) -> bool:
        """Whether a piece of ground has more to say than its place and its colour do."""
        return bool(self.document["ground_from"]["kind"] != "cells")

    @cached_property
    def _ground(self) -> Mapping[str, Any]:
        """The ground as fine as this page can show it: what is drawn here, and what its script draws."""
        frames = page_frames(self.document)
        return page_ground(self.document, frames[0], extent_of(frames))

    def _player(self) -> str:
        words = self.teller.say.words
        start, end = self.document["span"]
        share = 100 * (self.at - start) / (end - start)
        slider = (
            f'<div class="axis" data-frontline="slider" role="slider" tabindex="0"'
            f' aria-label="{esc(words["control.slider"])}" aria-valuemin="{start}"'
            f' aria-valuemax="{last_instant(self.document)}" aria-valuenow="{self.at}"'
            f' aria-valuetext="{esc(self.teller.say.long(self.at))}">'
            f"{timeline_svg(self.document, self.teller.lang, WIDE, at=self.at)}"
            f"{timeline_svg(self.document, self.teller.lang, NARROW, at=self.at)}"
            '<div class="playhead" data-frontline="playhead"'
            f' style="inset-inline-start:{share:.3f}%"></div></div>'
        )
        told = "control.no_script_part" if leaves_out(self.teller) else "control.no_script"
        no_script = esc(words.fill(told, date=self.teller.say.long(self.at)))
        hidden = ".fl-page .buttons{display:none}.fl-page tbody[data-cue]:not(.on){display:table-row-group}"
        return (
            f'<div class="player" role="group" aria-label="{esc(words["control.group"])}">'
            f"{self._buttons()}{slider}</div>"
            f'<noscript><style>{hidden}</style><p class="notes">{no_script}</p></noscript>'
        )

    def _buttons(self) -> str:
        words = self.teller.say.words
        play, pause = esc(words["control.play"]), esc(words["control.pause"])
        return (
            '<div class="buttons">'
            f'<button type="button" class="play" data-frontline="play" aria-label="{play}"'
            f' data-label-play="{play}" data-label-pause="{pause}">'
            f"{_icon('start', _PLAY)}{_icon('pause', _PAUSE)}</button>"
            f"{self._step('back', _BACK)}{self._step('forward', _FORWARD)}</div>"
        )

    def _step(self, name: str, d: str) -> str:
        label = esc(self.teller.say.words[f"control.{name}"])
        return (
            f'<button type="button" class="step" data-frontline="{name}" aria-label="{label}">'
            f"{_icon('', d)}</button>"
        )

    # Notes

    def _notes(self) -> str:
        words = self.teller.say.words
        sources = esc(words.join(source_names(self.teller)))
        known = esc(known_at(self.teller))
        outside = (
            words.fill("note.outside", region=self.teller.region())
            if self.document["ground"]["region"] and self.teller.region()
            else ""
        )
        return (
            f'<div class="notes">{corrections.newest(self.teller)}{self._withheld()}'
            f"<p><b>{esc(words['note.sources'])}</b> {sources}. "
            f"<b>{esc(words['note.known'])}</b> {known}. {esc(modelled_note(self.teller))} {esc(outside)}</p>"
            f'<p><b>{esc(words["method.title"])}</b> <bdi lang="en">{esc(method_name(self.document))}</bdi>. '
            f"{esc(method_sentence(self.teller))}</p>"
            f'<p class="credit">{esc(words["note.map_by"])} <bdi>{esc(credits_of(self.teller))}</bdi></p>'
            f"{self._links()}</div>"
        )

    def _withheld(self) -> str:
        lines = withheld_lines(self.teller)
        if not lines:
            return ""
        title = esc(self.teller.say.words["withheld.title"])
        items = "".join(f"<li>{esc_part(line)}</li>" for line in lines)
        return f'<ul class="withheld" aria-label="{title}">{items}</ul>'

    def _links(self) -> str:
        words = self.teller.say.words
        name = f"{_file_name(str(self.document['id']))}-changes.csv"
        links = [
            f'<a href="#table">{esc(words["link.table"])}</a>',
            # No download attribute here: without a script, it would save the page itself under that name.
            f'<a href="#table" data-frontline="data" data-file="{name}">{esc(words["link.data"])}</a>',
        ]
        elsewhere = {
            "link.full_map": self.full_map_url,
            "correction.title": self.corrections_page or corrections.page_beside(self.corrections_url),
        }
        links += [
            f'<a href="{esc(address)}" target="_blank" rel="noopener">{esc(words[name])}&nbsp;↗</a>'
            for name, told in elsewhere.items()
            if (address := web_address(told))
        ]
        return f'<nav class="links" aria-label="{esc(words["link.nav"])}">{"".join(links)}</nav>'

    # Style and time part

    def _style(self) -> str:
        light = declarations(colours_of(self.palette, "light").custom_properties())
        dark = declarations(colours_of(self.palette, "dark").custom_properties())
        fonts = f"--sans:{SANS};--arabic:{ARABIC};--mono:{_MONO};"
        themes = {
            "light": f":root{{color-scheme:light;{fonts}{light}}}",
            "dark": f":root{{{fonts}{light}}}@media screen{{:root{{color-scheme:dark;{dark}}}}}",
        }
        both = (
            f":root{{color-scheme:light dark;{fonts}{light}}}"
            f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
        )
        return (
            themes.get(self.theme, both)
            + sheet()
            + style_of(self.document)
            + timeline_rules(ROLES)
            + crop_rules(self.document)
        )

    def _time_part(self) -> dict[str, Any]:
        document = self.document
        kept = {key: document[key] for key in ("format", "id", "span", "known_at")}
        events = [
            {key: event[key] for key in ("t", "place", "kind", "after")} for event in document["events"]
        ]
        return packed({**kept, **self._ground, "events": events}) | {
            "clock": {key: document["clock"][key] for key in ("zone", "offsets")},
            "at": self.at,
            "lang": self.teller.lang,
            "days": self._days,
            "last": last_instant(document),
            "words": script_words(self.teller),
            **({"ground_texts": ground_texts(self.teller)} if self._tells_ground else {}),
            **corrections.script_part(self.teller, self.corrections_url, served=self.served),
        }


def script_words(teller: Teller) -> dict[str, Any]:
    """What a script prints, in the page's language (docs/light-page.md)."""
    words = teller.say.words
    names = ("weekdays", "weekdays_short", "months", "months_short")
    return {name: list(words.list(f"calendar.{name}")) for name in names} | {
        "date_forms": {form: words[f"calendar.{form}"] for form in ("long", "stamp")}
        | {"drawn": words["calendar.short_year"]},
        "place": teller.say.place,
        "live": words["drawn.live" if is_drawn(teller.document) else "live.sentence"],
        "changes": {kind: words[f"live.{kind}"] for kind in ("zero", "one", "two", "few", "many", "other")},
        "km": words["units.km"],
        "enlarged": words["zoom.said"],
    }


def ground_texts(teller: Teller) -> dict[str, Any]:
    """What a script says of a piece of drawn ground (docs/light-page.md)."""
    words, document = teller.say.words, teller.document
    drawn = document["observations"] if is_drawn(document) else []
    makers = list(dict.fromkeys(maker(teller, one) for one in drawn))
    return {
        "states": [plain(state_sentence(teller, state)) for state in range(len(document["states"]))],
        "by": words["drawn.by"] if drawn else "",
        "makers": makers,
        "maps": steps([one["t"] for one in drawn]),
        "made": [makers.index(maker(teller, one)) for one in drawn] if len(makers) > 1 else [],
    }


def crop_rules(document: Document, query: str = "@media (max-width: 519.98px)") -> str:
    """How the one SVG is cropped to the narrow frame, as a part of the box it stands in."""
    wide, narrow = wide_frame(document), narrow_frame(document)
    left, top, _, _ = narrow.box_in(wide)
    k = narrow.px_per_km / wide.px_per_km
    return (
        f".fl-page .map{{aspect-ratio:{wide.width:g}/{wide.height:g}}}"
        f"{query}{{.fl-page .map{{aspect-ratio:{narrow.width:g}/{narrow.height:g}}}.fl-page .map>svg{{"
        f"width:{100 * wide.width * k / narrow.width:.3f}%;left:{-100 * left * k / narrow.width:.3f}%;"
        f"inset-block-start:{-100 * top * k / narrow.height:.3f}%}}}}"
    )


@lru_cache(maxsize=4)
def scripts(asks: bool, pixels: bool) -> str:
    """The scripts of the page, in one piece.

    ``asks`` with the one that looks for corrections, ``pixels`` with those that draw much ground.
    """
    names = (*(PIXELS if pixels else ()), *SCRIPTS, *((ASKING,) if asks else ()))
    joined = "\n".join(_bare((ASSETS / name).read_text(encoding="utf-8")) for name in names)
    if "</script" in joined.lower() or "<!--" in joined:
        raise ValueError("a script in assets/ holds the end of a script element; write it in two pieces")
    return f"\n{joined}\n"


_NOTE = re.compile(
    r"""^[ \t]*//[^\n]*$|/\*\*(?:(?!\*/).)*\*/|(?<=[;,{]) // [^\n"'`]*$""", re.DOTALL | re.MULTILINE
)


def _bare(script: str) -> str:
    """A script without its comments, as far as they can be told from a text, and without indents."""
    lines = (line.strip() for line in _NOTE.sub("", script).splitlines())
    return "\n".join(line for line in lines if line)


@lru_cache(maxsize=1)
def sheet() -> str:
    """The style sheet of the page."""
    lines = (ASSETS / "light.css").read_text(encoding="utf-8").splitlines()
    return "".join(line.strip() for line in lines if not line.startswith("/*"))


@lru_cache(maxsize=8)
def policy(*, asks: bool = False, connect: str = "") -> str:
    """The content-security policy of the page: its one inline script, in either form, and its styles.

    ``connect`` is the origin that the page may ask for corrections.
    """
    forms = (scripts(asks, pixels).encode("utf-8") for pixels in (False, True))
    ours = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(form).digest()).decode()}'" for form in forms)
    connects = f"connect-src {connect}; " if connect else ""
    return (
        f"default-src 'none'; script-src {ours}; style-src 'unsafe-inline'; img-src data:; "
        f"{connects}base-uri 'none'; form-action 'none'"
    )


def json_in_html(value: object) -> str:
    """JSON that no string in it can break out of a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    for letter, escaped in (
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("&", "\\u0026"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        text = text.replace(letter, escaped)
    return text


def web_address(address: str | None) -> str | None:
    """The address where it is one of the web, else None: no other scheme becomes a link."""
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.netloc else None


def esc_part(text: str) -> str:
    """A piece of a sentence of ours, which may hold our own isolates round numbers: they become elements."""
    return esc(text.replace("\u2067", "").replace("\u2069", ""))


def _file_name(text: str) -> str:
    return "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "-" for letter in text
    )


def _icon(name: str, d: str) -> str:
    kind = f' class="{name}"' if name else ""
    return f'<svg{kind} viewBox="0 0 16 16" aria-hidden="true"><path d="{d}"/></svg>'


_PLAY = "M4 2.5v11l9-5.5z"
_PAUSE = "M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z"
_BACK = "M2.5 2.5h2v11h-2zM13.5 2.5v11L5.5 8z"
_PLUS = "M7 2.5h2v4.5h4.5v2h-4.5v4.5h-2v-4.5h-4.5v-2h4.5z"
_MINUS = "M2.5 7h11v2h-11z"
_HOME = "M2 2h5v2h-3v3h-2zM9 2h5v5h-2v-3h-3zM2 9h2v3h3v2h-5zM12 9h2v5h-5v-2h3z"
_FORWARD = "M11.5 2.5h2v11h-2zM2.5 2.5v11l8-5.5z"
