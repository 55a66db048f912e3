"""A method: a named, versioned way from claims to holds, with parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from claims.claim import Claim
from claims.control import Hold, Remark
from claims.map_record import MapRecord

Values = Mapping[str, float]
"""The parameters of a method by name."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number that a method can be told: its default, and from where to where it may go."""

    default: float
    least: float
    most: float
    whole: bool = False


@dataclass(frozen=True)
class Told:
    """What a method concludes from: a record as known, and the claims of any kind about each of its places.

    A claim about a unit or an area stands under every place within.
    """

    record: MapRecord
    about: Mapping[str, Sequence[Claim]]


Conclusion = tuple[Mapping[str, Sequence[Hold]], list[Remark]]
"""Holds of every place of the record, gap-free and ordered; and what moved nothing."""


@dataclass(frozen=True)
class Method:
    """A method as the registry has it. ``version`` changes when the same claims may give other holds."""

    name: str
    version: str
    parameters: Mapping[str, Parameter]
    conclude: Callable[[Told, Values], Conclusion]
