"""The HTML around the page: what stands there before, or without, any script."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from urllib.parse import quote

from dash.development.base_component import Component

from dashboard import fragments
from dashboard.static_html import static_html
from dashboard.view import View
from figures.map_figure import SERVED
from figures.palette import PALETTES, THEMES, palette
from figures.svg_style import declarations

_PAGE = """<!DOCTYPE html>
<html lang="{lang}" dir="{dir}" data-theme="{theme}" data-palette="{palette}">
<head>
{metas}
<title>{title}</title>
<meta name="description" content="{description}">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:image/svg+xml,{icon}">
<script src="{remember}"></script>
<script async id="plotly-script" src="{plotly}"></script>
<style>{colours}</style>
{css}
<style id="drawing-rules">{drawing}</style>
{preloads}
</head>
<body>
<noscript><p class="notice no-script">{no_script}</p></noscript>
<div id="first-paint">{first_paint}</div>
{app_entry}
<script id="frontline-page" type="application/json">{settings}</script>
<footer>{config}{scripts}{renderer}</footer>
</body>
</html>"""

_ICON = (
    "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Cpath fill='%23A1302A' d='M0 0h7L3 16H0z'/%3E"
    "%3Cpath fill='%230F6A66' d='M9 0h7v16H5z'/%3E%3C/svg%3E"
)

ENTRY = '<div id="react-entry-point"></div>'


def index_page(view: View, layout: Component, parts: Mapping[str, str]) -> str:
    """Write the page for one reader.

    Parameters
    ----------
    layout
        The tree that Dash will build: it is written as HTML too, so that the page looks the same before
        and after.
    parts
        What Dash gives: ``metas``, ``css``, ``config``, ``scripts`` and ``renderer``.
    """
    state = view.state
    values = {
        **{name: parts[name] for name in ("metas", "css", "config", "scripts", "renderer")},
        "app_entry": ENTRY,
        "lang": state.lang,
        "dir": view.words.dir,
        "theme": state.theme,
        "palette": state.palette,
        "title": escape(view.say("page.title", title=view.of(view.document["title"]))),
        "description": escape(view.say("page.description", city=view.teller.city)),
        "icon": _ICON,
        "plotly": escape(parts["plotly"]),
        "remember": escape(f"{view.prefix}/assets/remember.js"),
        "colours": colour_sheet(),
        "drawing": fragments.drawing_rules(view),
        "preloads": _preloads(view),
        "no_script": escape(view.say("page.no_script", date=view.teller.say.long(view.at))),
        "first_paint": static_html(layout, fragments.first_drawn(view)),
        "settings": script_json(_settings(view)),
    }
    return _PAGE.format_map(values)


def colour_sheet() -> str:
    """Every palette in every theme, as custom properties of the root."""
    rules = []
    for theme in THEMES:
        for name in PALETTES:
            where = f':root[data-theme="{theme}"][data-palette="{name}"]'
            rules.append(
                f"{where}{{color-scheme:{theme};{declarations(palette(name, theme).custom_properties())}}}"
            )
    return "".join(rules)


def script_json(value: object) -> str:
    """JSON that may stand inside a ``<script>``: no text in it can end the element."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return written.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _preloads(view: View) -> str:
    return "".join(
        f'<link rel="preload" as="fetch" crossorigin href="{escape(address)}">'
        for address in (view.address("document.json", v=view.version), page_address(view))
    )


def page_address(view: View) -> str:
    """Where the texts and sentences of this page are."""
    state = view.state
    query = {"lang": state.lang, "v": view.version}
    if state.city:
        query["city"] = state.city
    if state.rings:
        query["rings"] = state.rings
    return view.address("page.json", **query)


def _settings(view: View) -> dict[str, object]:
    state = view.state
    return {
        "map": state.map_id,
        "lang": state.lang,
        "theme": state.theme,
        "palette": state.palette,
        "at": view.at,
        "known": state.known,
        "city": state.city,
        "rings": state.rings,
        "base": f"{view.prefix}/maps/{quote(state.map_id)}/",
        "document": view.address("document.json", v=view.version),
        "page": page_address(view),
        "sources": [view.address(f"sources/{name}.json", v=view.version) for name in SERVED],
        "version": view.version,
    }
