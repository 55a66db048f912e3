"""A page of text around a map: its head, language and theme; for reading, printing and plain forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse

from dashboard.index_page import colour_sheet
from dashboard.words import page_words
from figures.palette import PALETTES, THEMES
from figures.text import esc
from figures.words import Words, language

_CHOICES = ("lang", "theme", "palette")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
"""The content-security policy of these pages: they send forms to this very server and ask nobody."""


class Paper:
    """What such a page looks like for one reader.

    Parameters
    ----------
    query
        The address's ``lang``, ``theme`` and ``palette``; whatever is wrong in them counts as not said.
    prefix
        The path that everything lives under.
    """

    def __init__(self, query: Mapping[str, str], prefix: str) -> None:
        self.lang = language(query.get("lang"))
        self.prefix = prefix
        self._asked = {
            name: value
            for name, known in (("theme", THEMES), ("palette", PALETTES))
            if (value := query.get(name, "")) in known
        }

    @property
    def words(self) -> Words:
        """The page's texts."""
        return page_words(self.lang)

    def path(self, path: str, **query: str) -> str:
        """A path of this server with what the reader chose."""
        told = {**({"lang": self.lang} if self.lang != "en" else {}), **self._asked, **query}
        return f"{self.prefix}/{path}" + (f"?{urlencode(told)}" if told else "")

    def address(self, path: str, **query: str) -> str:
        """Such a path as it stands in an attribute."""
        return esc(self.path(path, **query))

    def html(
        self, title: str, body: str, *, top: str = "", here: str = "", kind: str = "", script: str = ""
    ) -> str:
        """The whole page.

        Parameters
        ----------
        title
            As text.
        body, top
            As HTML: what the page says, and what stands at the end of its head.
        here
            The path of this very page, for the links to it in the other language.
        kind, script
            The class of its body, and a script of ours under assets/.
        """
        words = self.words
        theme, palette = self._asked.get("theme", THEMES[0]), self._asked.get("palette", PALETTES[0])
        return (
            f'<!DOCTYPE html>\n<html lang="{words.lang}" dir="{words.dir}" data-theme="{theme}"'
            f' data-palette="{palette}">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f'<title>{esc(title)} – {esc(words["page.brand"])}</title>\n<link rel="icon" href="data:,">\n'
            f'<script src="{esc(self.prefix)}/assets/remember.js"></script>\n'
            f"<style>{colour_sheet()}</style>\n"
            f'<link rel="stylesheet" href="{esc(self.prefix)}/assets/paper.css">\n'
            f"{self._script(script)}</head>\n"
            f'<body class="{kind}">\n'
            f'<header class="top"><a class="brand" href="{self.address("")}">{esc(words["page.brand"])}</a>'
            f"{self._languages(here)}{top}</header>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
        )

    def _script(self, name: str) -> str:
        return f'<script defer src="{esc(self.prefix)}/assets/{name}"></script>\n' if name else ""

    def _languages(self, here: str) -> str:
        """Each other language in its own letters."""
        if not here:
            return ""
        path, _, query = here.partition("?")
        other, name = ("ar", "العربية") if self.lang == "en" else ("en", "English")
        told = "&".join(part for part in (query, urlencode({"lang": other, **self._asked})) if part)
        return (
            f'<a class="language" lang="{other}" hreflang="{other}"'
            f' href="{esc(f"{self.prefix}/{path}?{told}")}">{name}</a>'
        )


def page(html: str, status: int = 200, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """Answer with a page that nobody keeps unasked."""
    told = {"content-security-policy": POLICY, "cache-control": "no-cache", **(headers or {})}
    return HTMLResponse(html, status, told)


def choices(query: Mapping[str, str]) -> Mapping[str, str]:
    """What a query says of language and looks."""
    return {name: query[name] for name in _CHOICES if name in query}


def described(rows: Sequence[tuple[str, str]]) -> str:
    """A list of names and what stands behind them; both as HTML."""
    return f"<dl>{''.join(f'<div><dt>{name}</dt><dd>{told}</dd></div>' for name, told in rows)}</dl>"
