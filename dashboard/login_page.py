"""The page on which an editor logs in."""

from __future__ import annotations

from urllib.parse import urlsplit

from dashboard.paper import Paper
from dashboard.sessions import Editor
from figures.text import esc

LONGEST_NEXT = 1_000


def login_page(paper: Paper, back: str, told: str = "", name: str = "") -> str:
    """Write the page; ``back`` is the path to go on to, ``told`` why the last attempt was not taken."""
    words = paper.words
    notice = f'<p class="notice" role="alert">{esc(told)}</p>' if told else ""
    body = (
        f'<h1>{esc(words["login.title"])}</h1>{notice}<p class="lead">{esc(words["login.lead"])}</p>'
        f'<form class="edit" method="post" action="{paper.address("login")}" accept-charset="utf-8">'
        f'<input type="hidden" name="next" value="{esc(back)}">'
        f'<p><label for="name">{esc(words["login.name"])}</label><input id="name" name="name" required'
        f' autocomplete="username" dir="auto" maxlength="80" value="{esc(name)}"></p>'
        f'<p><label for="password">{esc(words["login.password"])}</label><input id="password" name="password"'
        ' type="password" required autocomplete="current-password" maxlength="1000"></p>'
        f'<p><button type="submit">{esc(words["login.enter"])}</button></p></form>'
    )
    return paper.html(words["login.title"], body)


def login_link(paper: Paper, back: str) -> str:
    """A link to the page, which comes back to where it stands."""
    return f'<a href="{paper.address("login", next=back)}">{esc(paper.words["login.title"])}</a>'


def logout_form(paper: Paper, editor: Editor, token: str) -> str:
    """Who writes, and a button that ends it; a name that a proxy vouches for ends there."""
    name = f"<bdi>{esc(editor.name)}</bdi>"
    if not editor.session:
        return f"<span>{name}</span>"
    return (
        f'<form method="post" action="{paper.address("logout")}"><span>{name}</span>'
        f'<input type="hidden" name="token" value="{esc(token)}">'
        f'<button type="submit">{esc(paper.words["login.leave"])}</button></form>'
    )


def own_path(text: str, prefix: str) -> str:
    """A path of this very server to go on to; the first page where the text is anything else.

    Browsers take two slashes, a slash and a backslash, and slashes with a tab between for another server.
    """
    first = f"{prefix}/"
    plain = text.startswith(first) and not text.startswith("//") and len(text) <= LONGEST_NEXT
    if not plain or "\\" in text or any(letter <= " " or letter == "\x7f" for letter in text):
        return first
    try:
        parts = urlsplit(text)
    except ValueError:
        return first
    return (
        first if parts.scheme or parts.netloc or "//" in parts.path or ".." in parts.path.split("/") else text
    )
