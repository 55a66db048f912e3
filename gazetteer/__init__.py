"""A name becomes a place."""

from gazetteer.index import Gazetteer, locate

__all__ = ["Gazetteer", "locate"]
