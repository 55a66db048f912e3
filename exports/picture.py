"""A map document at one instant becomes a picture, as SVG or PNG, that says what it shows and who says so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any, Literal

from exports.legend import legend_entries
from exports.light_page import clamped
from exports.mixed_line import is_mixed, runs_of
from figures.frames import framed
from figures.method_words import by_report, method_name, method_sentence, modelled_note
from figures.palette import ROLES, Palette
from figures.palette import palette as colours_of
from figures.sentences import Teller, credits_of, known_at, source_names
from figures.svg_map import STAMP_HEIGHT, STAMP_SIZE, stamp_width, svg_map
from figures.svg_style import fixed, style_of
from figures.text import SANS, esc, isolated
from figures.text import width as text_width
from figures.timeline import timeline_rules
from figures.withheld import withheld_lines
from figures.words import language, words

Document = Mapping[str, Any]
Kind = Literal["svg", "png"]

LANDSCAPE, PORTRAIT = (800.0, 420.0), (400.0, 520.0)
"""Logical sizes; the first is the 1200 × 630 of share cards."""
_PORTRAIT_BELOW_PX = 600
_PAD = 14.0
_PACKAGE = "fonts-noto-core"


class MissingFontError(RuntimeError):
    """No font on this machine draws a script that the picture needs."""


def picture(
    document: Document,
    at: int | None = None,
    lang: str = "en",
    palette: str = "conventional",
    theme: str = "light",
    width: int = 1200,
    kind: str = "png",
    title: str | None = None,
) -> bytes:
    """Draw the map at one instant.

    Parameters
    ----------
    at
        Seconds since 1970, clamped to the story; its end by default.
    width
        In px. From 600 px on the picture is landscape (1200 × 630), below portrait.
    kind
        ``svg`` (UTF-8, its style inside, text as text) or ``png``.
    title
        An editor's headline; without one it is written from the data.

    Raises
    ------
    MissingFontError
        For PNG, where no font draws the language's letters; names the package to install.
    ValueError
        For another kind of file.
    """
    if kind not in ("svg", "png"):
        raise ValueError(f"'{kind}' is no kind of picture; ask for svg or png")
    shown = clamped(document, at)
    colours = colours_of(palette, theme)
    sheet = _Sheet(document, shown, Teller.of(document, language(lang)), colours, title, _logical(width))
    svg = sheet.svg(width)
    return svg.encode("utf-8") if kind == "svg" else _png(svg, width, sheet.teller.lang, colours)


def _logical(width: int) -> tuple[float, float]:
    return LANDSCAPE if width >= _PORTRAIT_BELOW_PX else PORTRAIT


@dataclass(frozen=True)
class _Sheet:
    document: Document
    at: int
    teller: Teller
    palette: Palette
    title: str | None
    size: tuple[float, float]

    def svg(self, width: int) -> str:
        above, head = self._head()
        below, foot = self._foot()
        wide, tall = self.size
        map_height = tall - above - below
        frame = framed(self.document, "still", wide, map_height, font=12.0, rank_limit=3, zoom=self._zoom)
        style = fixed(style_of(self.document) + timeline_rules(ROLES) + _RULES, self.palette)
        burned = f'{head}<g transform="translate(0 {map_height:g})">{foot}</g>'
        drawn = svg_map(
            self.document,
            self.at,
            self.teller.lang,
            frames=[frame],
            still=True,
            style=style,
            burned_in=burned,
            margins=(above, below),
            stamped=False,
        )
        height = round(width * tall / wide)
        drawn = _MIXED_TEXT.sub(r'<text font-family="Noto Sans, sans-serif" ', drawn)
        return drawn.replace("<svg ", f'<svg width="{width}" height="{height}" ', 1)

    @property
    def _zoom(self) -> float:
        """A picture is not as high as a page's map: it shows less ground rather than smaller."""
        return 1.3 if self.size == LANDSCAPE else 0.9

    @property
    def _rtl(self) -> bool:
        return self.teller.say.words.dir == "rtl"

    def _start(self, inset: float) -> float:
        """A distance from the inline start as a distance from the left."""
        return self.size[0] - inset if self._rtl else inset

    def _write(self, text: str, inset: float, y: float, size: float, names: str) -> str:
        """A line of text that starts at a distance from the inline start."""
        if self._rtl and is_mixed(text):
            return self._write_runs(text, inset, y, size, names)
        anchor = ' text-anchor="end"' if self._rtl else ""
        inside = isolated(esc(text), self.teller.lang)
        where = f'x="{self._start(inset):g}" y="{y:g}" font-size="{size:g}"{anchor}'
        return f'<text class="{names}" {where}>{inside}</text>'

    def _write_runs(self, text: str, inset: float, y: float, size: float, names: str) -> str:
        runs = runs_of(text, self._start(inset), size, bold=names.startswith("b "))
        return "".join(
            f'<text class="{names}" x="{run.right:g}" y="{y:g}" font-size="{size:g}" text-anchor="end"'
            f"{_LATIN_FONT if run.latin else ''}>{escape(run.text)}</text>"
            for run in runs
        )

    def _head(self) -> tuple[float, str]:
        """Title and date stamp, above the map; in one row where there is room."""
        wide = self.size[0]
        stamp, title = self.teller.say.stamp(self.at), self.title or self.teller.headline(self.at)
        one_row = self.size == LANDSCAPE
        room = wide - 2 * _PAD - (stamp_width(stamp) + 16 if one_row else 0)
        size, lines = _fitted(title, room, 20.0, 13.0, 1 if one_row else 2)
        title_height = len(lines) * size * 1.25
        height = 12 + title_height + 10 if one_row else 10 + title_height + STAMP_HEIGHT + 16
        rows = "".join(
            self._write(line, _PAD, -height + 10 + size * (0.95 + 1.25 * index), size, "b pl")
            for index, line in enumerate(lines)
        )
        top = -height + (height - STAMP_HEIGHT) / 2 if one_row else -STAMP_HEIGHT - 9
        inset = wide - _PAD - stamp_width(stamp) if one_row else _PAD
        return height, (
            f'<rect class="sheet" x="-20" y="{-height - 20:g}" width="{wide + 40:g}"'
            f' height="{height + 20:g}"/>{rows}{self._stamp(stamp, inset, top)}'
        )

    def _stamp(self, stamp: str, inset: float, top: float) -> str:
        long = stamp_width(stamp)
        left = self._start(inset + long) if self._rtl else inset
        text = isolated(esc(stamp), self.teller.lang)
        return (
            f'<rect class="pill" x="{left:g}" y="{top:g}" width="{long:g}"'
            f' height="{STAMP_HEIGHT:g}" rx="3"/>'
            f'<text class="b on-pill" x="{left + long / 2:g}" y="{top + STAMP_HEIGHT * 0.67:g}"'
            f' font-size="{STAMP_SIZE:g}" text-anchor="middle">{text}</text>'
        )

    def _foot(self) -> tuple[float, str]:
        """The key, the sources, as known at, the modelled line, the credits: under the map."""
        wide = self.size[0]
        key_height, key = self._key()
        say = self.teller.say.words
        sources = say.fill("picture.source_line", sources=say.join(source_names(self.teller, most=5)))
        told = f"{sources} {say['note.known']} {known_at(self.teller)}. {modelled_note(self.teller)}"
        if by_report(self.document):
            told += f" {say['method.title']}: {method_name(self.document)}. {method_sentence(self.teller)}"
        credit = f"{say['note.map_by']} {credits_of(self.teller)}"
        parts = [say["withheld.separator"].join(withheld_lines(self.teller)), told, credit]
        lines = [line for text in parts if text for line in _rows(text, wide - 2 * _PAD, 10.5, bold=False)]
        text = "".join(
            self._write(line, _PAD, key_height + 13 + 14 * index, 10.5, "pl n")
            for index, line in enumerate(lines)
        )
        height = key_height + 14 * len(lines) + 8
        sheet = f'<rect class="sheet" x="-20" y="0" width="{wide + 40:g}" height="{height + 20:g}"/>'
        return height, f"{sheet}{key}{text}"

    def _key(self) -> tuple[float, str]:
        """Swatches with their names, in as many rows as they need."""
        found, inset, y = [], _PAD, 8.0
        for swatch, term in legend_entries(self.teller, self.at):
            long = 31 + 6 + text_width(term, 11.0)
            if inset + long > self.size[0] - _PAD and inset > _PAD:
                inset, y = _PAD, y + 20
            left = self._start(inset + 31) if self._rtl else inset
            found.append(f'<svg x="{left:g}" y="{y:g}" width="31" height="17">{swatch}</svg>')
            found.append(self._write(term, inset + 37, y + 12.5, 11.0, "pl"))
            inset += long + 16
        return y + 20, "".join(found)


_LATIN_FONT = ' font-family="Noto Sans, sans-serif"'
_RULES = ".fl .pl{stroke:none}.fl .sw{stroke:var(--rule-2);stroke-width:1px}"


_MIXED_TEXT = re.compile(r"<text (?=[^>]*>[^<]*[A-Za-z()][^<]*</text>)(?=[^>]*>[^<]*[\u0620-\u06ff])")
"""A text of both kinds: the rasteriser adds Arabic letters to a Latin font, but not the other way round."""


def _fitted(text: str, room: float, largest: float, smallest: float, rows: int) -> tuple[float, list[str]]:
    """The largest size at which a bold text fits into some rows; cut with an ellipsis where none does."""
    size = largest
    while size > smallest and len(_rows(text, room, size, bold=True)) > rows:
        size -= 0.5
    return size, _cut(_rows(text, room, size, bold=True), rows)


def _rows(text: str, room: float, size: float, *, bold: bool) -> list[str]:
    """A text broken at spaces into rows of some px."""
    rows: list[str] = []
    for word in text.split(" "):
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and text_width(longer, size, bold=bold) <= room:
            rows[-1] = longer
        else:
            rows.append(word)
    return rows


def _cut(rows: Sequence[str], most: int) -> list[str]:
    return list(rows) if len(rows) <= most else [*rows[: most - 1], f"{rows[most - 1]}…"]


def _png(svg: str, width: int, lang: str, colours: Palette) -> bytes:
    fonts = font_options(svg)
    for script in ("latin", "arabic") if lang == "ar" else ("latin",):
        if not draws(_SAMPLES[script], **fonts):
            named = words("en")[f"script.{script}"]
            raise MissingFontError(words("en").fill("error.no_font", script=named, package=_PACKAGE))
    return _rasterised(svg, width=width, background=colours.tokens["panel"], **fonts)


_SAMPLES = {"latin": "Hamburg", "arabic": "حماة"}
_FONT_FILES = (
    "NotoSans-Regular.ttf",
    "NotoSans-Bold.ttf",
    "NotoSans-Italic.ttf",
    "NotoSansArabic-Regular.ttf",
    "NotoSansArabic-Bold.ttf",
)
_FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "~/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
_OTHER_SCRIPTS = re.compile(r"[^\u0000-\u06ff\u0750-\u077f\u1e00-\u22ff\ufb50-\ufdff\ufe70-\ufeff]")
"""Letters that are neither Latin, Greek, Cyrillic nor Arabic, nor signs."""


def font_options(svg: str) -> dict[str, Any]:
    """Which fonts the rasteriser may use: Noto Sans alone where that is enough, else all of the machine.

    Among all fonts it takes the letters that a font lacks from whichever comes first, a bold italic one as
    likely as not; and what it draws would differ from machine to machine.
    """
    files = noto_files()
    if len(files) < len(_FONT_FILES) or _OTHER_SCRIPTS.search(svg):
        return {"sans_serif_family": "DejaVu Sans"}
    return {"skip_system_fonts": True, "font_files": list(files), "sans_serif_family": "Noto Sans"}


@lru_cache(maxsize=1)
def noto_files() -> tuple[str, ...]:
    """The files of Noto Sans on this machine, in the order in which letters are looked for."""
    found: dict[str, str] = {}
    for folder in _FONT_FOLDERS:
        root = Path(folder).expanduser()
        for path in sorted(root.rglob("NotoSans*.ttf")) if root.is_dir() else ():
            found.setdefault(path.name, str(path))
    return tuple(found[name] for name in _FONT_FILES if name in found)


def draws(sample: str, **fonts: Any) -> bool:  # noqa: ANN401
    """Whether the rasteriser finds a font for every letter of a text; ``fonts`` are options of ``resvg_py``.

    Where it finds none it leaves a letter out, or draws the same box for each: then two texts look alike.
    """
    pictures = {_rasterised(_specimen(text), **fonts) for text in (sample, sample[::-1], "\U000f0000")}
    return len(pictures) == 3


def _specimen(text: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="30" viewBox="0 0 120 30">'
        f'<text x="4" y="20" font-size="16" font-family="{esc(SANS)}">{esc(text)}</text></svg>'
    )


def _rasterised(svg: str, **options: Any) -> bytes:  # noqa: ANN401
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_string=svg, **options))
