"""What can be wrong with the ground of a map, in words for the person who made the map."""

from __future__ import annotations


class GroundError(Exception):
    """Something about the ground of a map is wrong; the message names it and the next step."""


class UnknownRegion(GroundError, LookupError):  # noqa: N818 - it reads as what is wrong
    """The map's region is none of the bundled first-level units."""


class SharedPoint(GroundError, ValueError):  # noqa: N818 - it reads as what is wrong
    """Two places stand on the same spot, so no cell can belong to either."""


class NoPlaces(GroundError, ValueError):  # noqa: N818 - it reads as what is wrong
    """The map has no place at all, so there is nothing to draw cells round."""


class NoSuchSeries(GroundError, LookupError):  # noqa: N818 - it reads as what is wrong
    """The map has no such series of drawn maps, or several and nobody says which to draw."""


class UnknownCity(GroundError, LookupError):  # noqa: N818 - it reads as what is wrong
    """Distances were asked from a place that the map does not have."""


class OutOfOrder(GroundError, ValueError):  # noqa: N818 - it reads as what is wrong
    """A snapshot of the ground does not come after the one before it."""
