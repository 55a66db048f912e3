"""A name and some numbers become a method and its parameters; what is not known is refused."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from types import MappingProxyType

from claims.methods.assessed_first import ASSESSED_FIRST
from claims.methods.ground_methods import CELLS, GROUND_METHODS, GroundMethod
from claims.methods.latest_report import LATEST_REPORT
from claims.methods.method import Method, Parameter, Values
from claims.methods.single_source import PREFIX, single_source
from gazetteer.errors import shown
from gazetteer.rows import nearest_hint

USUAL = ASSESSED_FIRST.name
"""The method of a map that names none."""

METHODS: Mapping[str, Method] = MappingProxyType({m.name: m for m in (ASSESSED_FIRST, LATEST_REPORT)})
"""The methods by name; ``single-source:ID`` is one for each source."""


DRAWN = "drawn:"
"""Begins the name of a method that draws the ground as one source did (``layers.series``)."""

NAMES = (*METHODS, f"{PREFIX}ID", CELLS, *GROUND_METHODS, f"{DRAWN}ID")
"""What a method can be called, to print."""


class UnknownMethod(LookupError):  # noqa: N818 - a reporter reads "unknown method"
    """No method of making a history has that name."""


class BadParameter(ValueError):  # noqa: N818 - a reporter reads "bad parameter"
    """A method has no such parameter, or not that value for it. ``parameter`` is its name."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter

    def __str__(self) -> str:
        return f"{self.parameter}: {self.args[0]}"


def method_named(name: str, sources: Collection[str] | None) -> Method:
    """The method of a name.

    Parameters
    ----------
    sources
        The ids of the map's sources, one of which ``single-source:ID`` or ``drawn:ID`` must name; None where
        nobody knows them.

    Raises
    ------
    UnknownMethod
        No method has that name, or no source that id; the message says what is near.
    """
    prefix, _, source_id = name.partition(":")
    if f"{prefix}:" in (PREFIX, DRAWN):
        if sources is not None and source_id not in sources:
            raise UnknownMethod(f"No source has the id {shown(source_id)}{nearest_hint(source_id, sources)}")
        return single_source(source_id) if f"{prefix}:" == PREFIX else METHODS[USUAL]
    found = METHODS[USUAL] if draws_ground(name) else METHODS.get(name)
    if found is None:
        raise UnknownMethod(f"No method is named {shown(name)}{nearest_hint(name, NAMES)}")
    return found


def draws_ground(name: str) -> bool:
    """Whether a method's name says how ground is drawn; claims are then weighed by the usual one."""
    return name.startswith(DRAWN) or name == CELLS or name in GROUND_METHODS


def ground_method_named(name: str) -> GroundMethod:
    """The way from places to ground of a name.

    Raises
    ------
    UnknownMethod
        There is none; the message says what is near.
    """
    found = GROUND_METHODS.get(name)
    if found is None:
        raise UnknownMethod(f"No ground method is named {shown(name)}{nearest_hint(name, GROUND_METHODS)}")
    return found


def values_of(method: Method | GroundMethod, given: Values) -> dict[str, float]:
    """All parameters of a method: those given, and the defaults of the others.

    Raises
    ------
    BadParameter
        The method has no such parameter, or the value lies outside what it may be.
    """
    for name, value in given.items():
        if name not in method.parameters:
            near = nearest_hint(name, method.parameters)
            raise BadParameter(name, f"is not a parameter of {method.name}{near}")
        _check(name, value, method.parameters[name])
    return {name: _plain(given.get(name, one.default)) for name, one in method.parameters.items()}


def _check(name: str, value: object, allowed: Parameter) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadParameter(name, f"{shown(str(value))} is not a number")
    if not allowed.least <= value <= allowed.most:
        raise BadParameter(name, f"{value:g} is not between {allowed.least:g} and {allowed.most:g}")
    if allowed.whole and value != int(value):
        raise BadParameter(name, f"{value:g} is not a whole number")


def _plain(value: float) -> float:
    """7 and 7.0 are one number, and are to be printed as one."""
    return int(value) if value == int(value) else value
