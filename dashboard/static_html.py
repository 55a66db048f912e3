"""A tree of Dash components becomes the HTML that a browser shows before, or without, any script."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from dash.development.base_component import Component

_VOID = ("br", "hr", "img", "col", "wbr")
_RENAMED = {
    "className": "class",
    "htmlFor": "for",
    "tabIndex": "tabindex",
    "colSpan": "colspan",
    "dateTime": "datetime",
}
_TAGS = {"mapel": "map", "objectel": "object"}
_IGNORED = ("children", "n_clicks", "n_clicks_timestamp", "disable_n_clicks", "loading_state", "key")


class Raw(str):
    """HTML that is inserted as it is: only what this house has written itself."""

    __slots__ = ()


def static_html(node: Any, fragments: Mapping[str, str] | None = None, *, ids: bool = False) -> str:  # noqa: ANN401
    """Write a component, a text, a number or a list of them as HTML; every text is escaped.

    Parameters
    ----------
    fragments
        What elements with a ``data-fragment`` of that name contain.
    ids
        Whether to keep ids: they are left out where the same tree stands on the page a second time.
    """
    if node is None:
        return ""
    if isinstance(node, Raw):
        return str(node)
    if isinstance(node, list | tuple):
        return "".join(static_html(child, fragments, ids=ids) for child in node)
    if not isinstance(node, Component):
        return escape(str(node), quote=False)
    return _element(node, fragments or {}, ids=ids)


def _element(node: Component, fragments: Mapping[str, str], *, ids: bool) -> str:
    if not type(node).__module__.startswith("dash.html"):
        return ""  # a figure or a store: nothing without a script
    tag = type(node).__name__.lower()
    tag = _TAGS.get(tag, tag)
    values = {name: value for name, value in _props(node).items() if name not in _IGNORED}
    written = "".join(_attribute(name, value) for name, value in values.items() if ids or name != "id")
    if tag in _VOID:
        return f"<{tag}{written}>"
    inside = fragments.get(values.get("data-fragment", ""), "")
    inside = inside or static_html(getattr(node, "children", None), fragments, ids=ids)
    return f"<{tag}{written}>{inside}</{tag}>"


def _props(node: Component) -> dict[str, Any]:
    written: dict[str, Any] = node.to_plotly_json()  # type: ignore[no-untyped-call]
    return dict(written["props"])


def _attribute(name: str, value: Any) -> str:  # noqa: ANN401
    if value is None or value is False:
        return ""
    if name == "style":
        value = "; ".join(f"{_dashed(key)}: {part}" for key, part in value.items())
    text = (
        "true"
        if value is True and name.startswith(("aria-", "data-"))
        else ""
        if value is True
        else str(value)
    )
    return f' {_RENAMED.get(name, name)}="{escape(text)}"'


def _dashed(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
