"""A map document at an instant becomes one SVG: one ground for two frames, each with its own names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from figures.dots import dotted
from figures.frames import Frame, Projected, narrow_frame, wide_frame
from figures.labels import Box, Label, second_size
from figures.map_names import Chip, DayNames, Names, River, names_on
from figures.map_sources import changed_today, line_of, ring_of, states_at
from figures.outlines import lines_of, outlines
from figures.page_ground import page_ground, px_per_step
from figures.party_names import ActorName
from figures.paths import Rectangle, bounds, cut_line, cut_polygon, d_of, grown, meets, simplified, union
from figures.sentences import Teller, alt_text, description
from figures.svg_style import dot_radius, patterns
from figures.text import esc, width

Document = Mapping[str, Any]
Point = tuple[float, float]

_MARGIN_PX = 12.0
_WHOLE_DOT_PX = 5.0
STAMP_HEIGHT = 25.0
STAMP_AT = (10.0, 11.0)
STAMP_SIZE = 13.0
_SCALE_STEPS_KM = (1, 2, 5, 10, 20, 50, 100, 200, 500)


def svg_map(
    document: Document,
    at: int,
    lang: str = "en",
    *,
    frames: Sequence[Frame] | None = None,
    still: bool = False,
    style: str = "",
    burned_in: str = "",
    margins: tuple[float, float] = (0.0, 0.0),
    stamped: bool = True,
    ground: Document | None = None,
) -> str:
    """Draw the map as SVG.

    Parameters
    ----------
    document
        A map document (docs/map-document.md).
    at
        The instant drawn, seconds since 1970; every other one is prepared as docs/light-page.md says.
    lang
        ``en`` or ``ar``.
    frames
        The frames to draw names for; the geometry is in the pixels of the first. Default: wide and narrow.
    still
        Whether only ``at`` will ever be shown: names of other days are left out, and so is every index mark.
    style
        CSS that the SVG carries itself; a page brings its own.
    burned_in
        SVG that is drawn above everything, as a picture's title and source line.
    margins
        Room above and below the first frame for that, px.
    stamped
        Whether names leave room for the date stamp in the corner.
    ground
        The ground as the script of the page will know it, of ``page_ground``. Default: as in the document.

    Returns
    -------
    str
        One ``<svg>`` element. All strings of the document are text in it, whatever they hold.
    """
    shown = tuple(frames) if frames else page_frames(document)
    drawn = ground or page_ground(document, shown[0], extent_of(shown))
    known = ground or document
    return _Drawer(document, at, Teller.of(document, lang), shown, still, stamped, drawn, known).svg(
        style, burned_in, margins
    )


def page_frames(document: Document) -> tuple[Frame, Frame]:
    """The frames of a page: wide and narrow."""
    return wide_frame(document), narrow_frame(document)


def extent_of(frames: Sequence[Frame]) -> Rectangle:
    """All ground that one of the frames shows, and a little more, in px of the first."""
    return grown(union(frame.box_in(frames[0]) for frame in frames), _MARGIN_PX)


def stamp_width(text: str) -> float:
    """How wide the date stamp is, in px."""
    return width(text, STAMP_SIZE, bold=True) + 2 * 9


@dataclass
class _Drawer:
    document: Document
    at: int
    teller: Teller
    frames: tuple[Frame, ...]
    still: bool
    stamped: bool
    ground: Document
    known_ground: Document
    """The ground as it is drawn here, and as the page's script knows it."""

    def svg(self, style: str, burned_in: str, margins: tuple[float, float]) -> str:
        frame = self.frames[0]
        above, below = margins
        box = f"0 {-above:g} {frame.width:g} {frame.height + above + below:g}"
        language = self.teller.lang
        title, desc = alt_text(self.teller, self.at), description(self.teller, self.at, self.states["places"])
        sheet = f"<style>{style}</style>" if style else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="fl" lang="{language}" role="img"'
            f' viewBox="{box}" aria-labelledby="fl-title fl-desc">'
            f'<title id="fl-title">{esc(title)}</title>'
            f'<desc id="fl-desc" data-frontline="desc">{esc(desc)}</desc>{sheet}'
            f"<defs>{patterns(self.document)}</defs>{self._ground()}{self._names()}{burned_in}</svg>"
        )

    # The ground, in the pixels of the first frame

    @cached_property
    def states(self) -> dict[str, list[int]]:
        return states_at({**self.document, **self.ground}, self.at)

    @cached_property
    def projected(self) -> Projected:
        return Projected(self.document, self.frames[0])

    @cached_property
    def extent(self) -> Rectangle:
        return extent_of(self.frames)

    @cached_property
    def arcs(self) -> list[list[Point]]:
        return Projected(self.ground, self.frames[0]).lines(self.ground["arcs"])

    def _ground(self) -> str:
        ground = self.document["ground"]
        left, top, right, bottom = self.extent
        page = f"M{left:g} {top:g}H{right:g}V{bottom:g}H{left:g}z"
        region = "".join(self._polygons(ground["region"]))
        veil = f'<path class="veil" d="{page}{region}"/>' if region else ""
        return (
            f'<g class="g"><path class="paper" d="{page}"/>'
            f"{_path('neighbour', ''.join(self._polygons(ground['neighbours'])))}{_path('region', region)}"
            f'<g class="f"{self._played("faces")}>{"".join(self._faces())}</g>{veil}'
            f'<g class="w">{self._lines()}{self._rings()}</g>'
            f"{self._fronts()}"
            f'<g class="p">{"".join(self._dots())}</g></g>'
        )

    def _polygons(self, rings: Iterable[Sequence[int]]) -> Iterable[str]:
        for ring in rings:
            cut = cut_polygon(self.projected.line(ring), self.extent)
            if len(cut) > 2:
                yield d_of(simplified([*cut, cut[0]]), closed=True)

    def _played(self, name: str) -> str:
        """The mark by which the script finds what it is to draw itself, and where the ground's grid lies."""
        if self.still:
            return ""
        scale = " ".join(f"{number:.9g}" for number in px_per_step(self.known_ground, self.frames[0]))
        return f' data-frontline="{name}" data-grid="{scale}"'

    def _faces(self) -> Iterable[str]:
        """The ground of the drawn instant: one outline for each state."""
        states = self.states["faces"]
        looks = ((states[i], rings) for i, (_, _, rings) in enumerate(self.ground["faces"]))
        for state, rings in sorted(outlines(looks, self._ends).items()):
            d = "".join(d_of(ring_of(self._thin, ring), closed=True) for ring in rings)  # type: ignore[arg-type]
            yield _path(f"s{state}", d)

    @cached_property
    def _ends(self) -> list[tuple[Point, Point]]:
        return [(arc[0], arc[-1]) for arc in self.arcs]

    @cached_property
    def _thin(self) -> _Thin:
        return _Thin(self.arcs)

    def _mark(self, kind: str, index: int) -> str:
        return "" if self.still else f' data-{kind}="{index}"'

    def _lines(self) -> str:
        ground = self.document["ground"]
        rivers = [line for river in ground["rivers"] for line in river["lines"]]
        return "".join(
            _path(name, "".join(self._cut(lines)))
            for name, lines in (
                ("coast", ground["land"]),
                ("river", rivers),
                ("unit", ground["unit_lines"]),
                ("country", ground["country_lines"]),
            )
        )

    def _cut(self, lines: Iterable[Sequence[int]]) -> Iterable[str]:
        for line in lines:
            for stretch in cut_line(self.projected.line(line), self.extent):
                yield d_of(simplified(stretch))

    def _rings(self) -> str:
        lines = [ring["line"] for ring in self.document["reference"]["rings"]]
        d = "".join(self._cut(lines))
        return _path("ring-halo", d) + _path("ring", d)

    def _fronts(self) -> str:
        """The front of the drawn instant, one path for each of its styles."""
        found: dict[int, list[int]] = {}
        for (arc, _, _), style in zip(self.ground["edges"], self.states["edges"], strict=True):
            if style and meets(bounds(self.arcs[arc]), self.extent):
                found.setdefault(style, []).append(arc)
        paths = "".join(_path(f"e{style}", self._joined(found[style])) for style in sorted(found))
        casing, front = self._played("casing"), self._played("front")
        return f'<g class="w casing"{casing}>{paths}</g><g class="w front"{front}>{paths}</g>'

    def _joined(self, arcs: Sequence[int]) -> str:
        """Of a picture that stays one line; a script draws each arc for itself, and nothing may jump then."""
        lines = lines_of(arcs, self._ends) if self.still else [[arc] for arc in arcs]
        return "".join(d_of(line_of(self._thin, line)) for line in lines)  # type: ignore[arg-type]

    def _dots(self) -> Iterable[str]:
        fresh = self.fresh
        city = self.document["reference"]["place"]
        for index in self.dotted:
            place = self.document["places"][index]
            x, y = self.projected.place(index)
            if index == city or not meets((x, y, x, y), self.extent):
                continue
            if self.still and not self.frames[0].holds((x, y), _WHOLE_DOT_PX):
                continue  # a picture cuts no dot in half
            state, town = self.states["places"][index], place["rank"] == 1
            names = " ".join(
                name
                for name in (f"s{state}", "town" if town else "", "fresh" if index in fresh else "")
                if name
            )
            radius = dot_radius(self.document, state, town=town)
            ring = "" if self.still and index not in fresh else '<circle class="o" r="6.2"/>'
            yield (
                f'<g{self._mark("p", index)} class="{names}" transform="translate({x:g} {y:g})">{ring}'
                f'<circle class="d" r="{radius:g}"/></g>'
            )

    @cached_property
    def dotted(self) -> list[int]:
        return dotted(self.document, self.frames[0])

    @cached_property
    def fresh(self) -> set[int]:
        """Places with a reported change since the local midnight."""
        return changed_today(self.document, self.at)

    # The names, in the pixels of each frame

    def _names(self) -> str:
        return "".join(self._frame_names(frame) for frame in self.frames)

    def _frame_names(self, frame: Frame) -> str:
        only = self.at if self.still else None
        scale_box, scale = self._scale_bar(frame)
        blocked = [scale_box, *([self._stamp_box(frame)] if self.stamped else [])]
        names = names_on(self.document, frame, self.teller.lang, blocked, only_day=only, dotted=self.dotted)
        pen = _NamePen(frame, self.at, self.still)
        city = self._city(frame) + pen.city(names)
        mark = "" if self.still else ' data-frontline="names"'
        return f'<g class="{frame.name}"{self._moved(frame)}><g{mark}>{pen.all(names)}{city}</g>{scale}</g>'

    def _moved(self, frame: Frame) -> str:
        first = self.frames[0]
        if frame is first:
            return ""
        left, top, _, _ = frame.box_in(first)
        k = first.px_per_km / frame.px_per_km
        return f' transform="translate({left:.2f} {top:.2f}) scale({k:.5f})"'

    def _stamp_box(self, frame: Frame) -> Box:
        """Room for the widest date of the story; at the inline start."""
        start, end = self.document["span"]
        days = [self.at] if self.still else [*range(start, end, 86_400)]
        wide = max(stamp_width(self.teller.say.stamp(t)) for t in days)
        x, y = STAMP_AT
        left = x if self.teller.lang != "ar" else frame.width - x - wide
        return Box(left - 3, y - 3, left + wide + 3, y + STAMP_HEIGHT + 3)

    def _scale_bar(self, frame: Frame) -> tuple[Box, str]:
        """A bar of a round length between an eighth and a fifth of the width; right at the city."""
        fits = [km for km in _SCALE_STEPS_KM if km * frame.px_per_km <= frame.width * 0.25]
        km = fits[-1] if fits else _SCALE_STEPS_KM[0]
        long, size = km * frame.px_per_km, frame.font - 1.5
        left = frame.width - 14 - long if self.teller.lang != "ar" else 14.0
        y = frame.height - 10
        svg = f'<path class="bar" d="M{left:.1f} {y - 5:g}v5h{long:.1f}v-5"/>' + _text(
            self.teller.round_km(km), round(left + long / 2, 1), y - 5, size, "middle", "n"
        )
        if not self.still:
            end = left if self.teller.lang == "ar" else left + long
            measures = f"{frame.px_per_km:.5g} {frame.width:g} {end:g} {y:g}"
            svg = f'<g data-frontline="scale" data-scale="{measures}">{svg}</g>'
        return Box(left - 4, y - 20, left + long + 4, y + 4), svg

    def _city(self, frame: Frame) -> str:
        """The square of the reference city."""
        if self.document["reference"]["place"] < 0:
            return ""
        x, y = Projected(self.document, frame).place(self.document["reference"]["place"])
        mark = (
            f'<rect class="hqh" x="{x - 6.5:g}" y="{y - 6.5:g}" width="13" height="13"/>'
            f'<rect class="hq" x="{x - 4:g}" y="{y - 4:g}" width="8" height="8"/>'
        )
        return _at((x, y), mark, still=self.still)


class _Thin(Sequence[Any]):
    """Arcs without the points that nobody sees; each is looked at when it is first drawn."""

    def __init__(self, arcs: Sequence[list[Point]]) -> None:
        self._arcs = arcs
        self._thin: dict[int, list[Point]] = {}

    def __len__(self) -> int:
        return len(self._arcs)

    def __getitem__(self, arc: Any) -> Any:  # noqa: ANN401 - one arc; nobody asks for a slice
        if arc not in self._thin:
            self._thin[arc] = simplified(self._arcs[arc])
        return self._thin[arc]


@dataclass(frozen=True)
class _NamePen:
    """Writes the names of one frame as SVG."""

    frame: Frame
    at: int
    still: bool

    def all(self, names: Names) -> str:
        return (
            "".join(self._river(river) for river in names.rivers)
            + "".join(
                self._label(label, "un" + (" sp" if label.wanted.text.isascii() else ""))
                for label in names.units
            )
            + "".join(self._label(label, "rl") for label in names.rings)
            + self._cues("chip", [(chip.since, self._line(chip)) for chip in names.chips])
            + "".join(self._label(label) for label in names.towns)
            + self._cues("day", [(day.since, self._day(day)) for day in names.days])
            + self._cues("pill", [(chip.since, self._pill(chip)) for chip in names.chips])
        )

    def city(self, names: Names) -> str:
        return self._label(names.city) if names.city else ""

    def _cues(self, name: str, prepared: Sequence[tuple[int, str]]) -> str:
        """Groups for one name of cue, the one of the drawn instant shown."""
        prepared = [piece for k, piece in enumerate(prepared) if k == 0 or piece[1] != prepared[k - 1][1]]
        current = max((since for since, _ in prepared if since <= self.at), default=None)
        if self.still:
            return "".join(svg for since, svg in prepared if since == current)
        return "".join(
            f'<g data-cue="{name}-{self.frame.name}" data-from="{since}"{_on(since == current)}>{svg}</g>'
            for since, svg in prepared
        )

    def _label(self, label: Label, kind: str = "") -> str:
        return self._at(label.wanted.point, self._written(label, kind))

    def _at(self, point: Point, svg: str) -> str:
        return _at(point, svg, still=self.still)

    def _written(self, label: Label, kind: str = "") -> str:
        wanted = label.wanted
        lead = ""
        if label.leader:
            (ax, ay), (bx, by) = label.leader
            lead = f'<path class="lead" d="M{ax:g} {ay:g}L{bx:g} {by:g}"/>'
        names = " ".join(name for name in (kind, "b" if wanted.bold and not kind else "") if name)
        return lead + _text(wanted.text, label.x, label.y, wanted.size, label.anchor, names)

    def _day(self, day: DayNames) -> str:
        actors = "".join(self._actor(name) for name in day.actors)
        return actors + "".join(self._day_label(label, day) for label in day.labels)

    def _day_label(self, label: Label, day: DayNames) -> str:
        """A name; where the first report about its place came during the day, from then on."""
        written = self._at(label.wanted.point, self._written(label) + self._note(label, day))
        told = day.told.get(label.wanted.key)
        return (
            written if told is None else self._cues(f"told-{day.since}-{label.wanted.key}", [(told, written)])
        )

    def _note(self, label: Label, day: DayNames) -> str:
        """The second line, from the moment on that it is true."""
        if not label.wanted.second:
            return ""
        size = second_size(label.wanted.size)
        y = round(label.y + size * 1.16, 1)
        notes = [
            (since, _text(text, label.x, y, size, label.anchor, "n"))
            for since, text in day.notes.get(label.wanted.key, ())
        ]
        return self._cues(f"note-{day.since}-{label.wanted.key}", notes)

    def _actor(self, name: ActorName) -> str:
        line_height = name.size * 1.22
        first = name.y - line_height * (len(name.lines) - 1) / 2 + name.size * 0.35
        lines = "".join(
            _text(
                line,
                round(name.x, 1),
                round(first + line_height * index, 1),
                name.size,
                "middle",
                f"b t-{name.role}",
            )
            for index, line in enumerate(name.lines)
        )
        return self._at((name.x, name.y), lines)

    def _river(self, river: River) -> str:
        size = self.frame.font - 1
        written = (
            f'<text class="rv" font-size="{size:g}" text-anchor="middle"'
            f' transform="translate({river.x:g} {river.y:g}) rotate({river.turn:g})" y="{size * 0.35:.1f}">'
            f"{esc_isolated(river.text)}</text>"
        )
        return self._at((river.x, river.y), written)

    def _line(self, chip: Chip) -> str:
        if chip.pill is None:
            return ""
        (ax, ay), (bx, by) = chip.start, chip.end
        d = f"M{ax:g} {ay:g}L{bx:g} {by:g}"
        return f'<path class="dlh" d="{d}"/><path class="dl" d="{d}"/>'

    def _pill(self, chip: Chip) -> str:
        if chip.pill is None:
            return ""
        left, top, right, bottom = chip.pill
        size = self.frame.font + 0.5
        pill = (
            f'<rect class="pill" x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}"'
            f' height="{bottom - top:.1f}" rx="{(bottom - top) / 2:g}"/>'
            + _text(
                chip.text,
                round((left + right) / 2, 1),
                round((top + bottom) / 2 + size * 0.36, 1),
                size,
                "middle",
                "b on-pill",
            )
        )
        return self._at(((left + right) / 2, (top + bottom) / 2), pill)


def _at(point: Point, svg: str, *, still: bool) -> str:
    """What keeps its size and its distance from a point while the map is enlarged."""
    return svg if still or not svg else f'<g data-at="{point[0]:.4g} {point[1]:.4g}">{svg}</g>'


def _on(on: bool) -> str:
    return ' class="on"' if on else ""


def _path(name: str, d: str) -> str:
    return f'<path class="{name}" d="{d}"/>' if d else ""


def _text(text: str, x: float, y: float, size: float, anchor: str, names: str = "") -> str:
    kind = f' class="{names}"' if names else ""
    where = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text{kind} x="{x:g}" y="{y:g}" font-size="{size:g}"{where}>{esc_isolated(text)}</text>'


def esc_isolated(text: str) -> str:
    """An escaped text that keeps the isolation that we gave it ourselves, and no other."""
    inside = esc(text)
    ours = text[:1] == "\u2067" and text[-1:] == "\u2069"
    return f"\u2067{inside}\u2069" if ours else inside
