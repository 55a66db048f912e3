"""How silence is read: how much of what happens is reported, and which silent places went along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import shapely

from layers.territory.scene import Flags, Floats, Numbers, Scene

_LINK_KM = 3.0
_LONGEST_LINK_KM = 30.0
_DEEPER_KM = 1.0
_PRIOR_TOLD, _PRIOR_SEEN = 1, 2
_KM = 1000.0


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of every place at one instant.

    ``holder`` is the number of the reported holder, or of the line's; ``told`` says of which places there
    was a report at all, and ``weighed`` of which it was weighed against others. ``claims`` are those of the
    places that were reported.
    """

    holder: Numbers
    told: Flags
    weighed: Flags
    claims: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class Reading:
    """The holder of every place once silence is read, and how sure that is.

    ``inferred`` are the silent places that went along, with the claims that this rests on; ``unconfirmed``
    are those whose reported capture is held back. ``told_share`` is the estimated share of what changes that
    is reported.
    """

    holder: Numbers
    inferred: Mapping[int, tuple[str, ...]]
    unconfirmed: tuple[int, ...]
    told_share: float


@dataclass(eq=False)
class Links:
    """The straight links from places to the line as it was, each looked for once."""

    scene: Scene
    _beside: dict[int, tuple[Numbers, Floats]] = field(default_factory=dict)

    def beside(self, place: int, holder: int, km: float) -> Numbers:
        """The places within km of the link from a place to the nearest ground that the holder had."""
        key = place * len(self.scene.holders) + holder
        if key not in self._beside:
            self._beside[key] = self._look(place, holder)
        others, away = self._beside[key]
        return np.asarray(others[away <= km])

    def _look(self, place: int, holder: int) -> tuple[Numbers, Floats]:
        spot, region = shapely.Point(self.scene.xy[place]), self.scene.regions[holder]
        if region.is_empty:
            return np.empty(0, dtype=np.int64), np.empty(0)
        link = shapely.shortest_line(spot, region)
        if link.length > _LONGEST_LINK_KM * _KM:
            return np.empty(0, dtype=np.int64), np.empty(0)
        near = np.sort(self.scene.place_tree.query(link, "dwithin", distance=2 * _LINK_KM * _KM))
        near = near[near != place]
        return near, np.asarray(shapely.distance(link, shapely.points(self.scene.xy[near])) / _KM)


def told_share(scene: Scene, known: Known, links: Links) -> float:
    """The share of what changed hands that somebody reported.

    The places that lie between a reported capture and the line must have changed hands too: of those of each
    capture, the share that was reported. The mean over all captures, with one more that is a half weighing
    as much as two: a half where nothing is known yet. (A capture that is false lies alone among many places
    that did not change; counted by capture it weighs no more than a true one.)
    """
    shares = []
    for place in np.flatnonzero(known.holder != scene.start).tolist():
        others = links.beside(place, int(known.holder[place]), _LINK_KM)
        same = scene.start[others] == scene.start[place]
        between = others[same & (scene.old_km[others] < scene.old_km[place])]
        if len(between):
            shares.append(float((known.holder[between] != scene.start[between]).mean()))
    return (sum(shares) + _PRIOR_TOLD) / (len(shares) + _PRIOR_SEEN)


def read_silence(scene: Scene, known: Known, links: Links, values: Mapping[str, float]) -> Reading:
    """Which silent places changed hands too, by the share of changes that is reported."""
    share = told_share(scene, known, links)
    holder = known.holder.copy()
    if share >= values["told_share"]:
        unconfirmed = _pockets(scene, known)
        holder[list(unconfirmed)] = scene.start[list(unconfirmed)]
        inferred = _along(scene, holder, known, {}, 1.0, int(values["rounds"]))
        return Reading(holder, inferred, unconfirmed, share)
    km = min(values["corridor_km"], values["corridor_share"] * (1 - share) * scene.spacing_km)
    inferred = _corridors(scene, holder, known, links, km)
    least = values["flip_share"] + values["flip_slope"] * share
    inferred = _along(scene, holder, known, inferred, least, int(values["rounds"]))
    return Reading(holder, inferred, (), share)


def _pockets(scene: Scene, known: Known) -> tuple[int, ...]:
    """Reported captures that nobody weighed, without any neighbour in the same hands."""
    return tuple(
        place
        for place in np.flatnonzero((known.holder != scene.start) & ~known.weighed).tolist()
        if not (known.holder[scene.neighbours(place)] == known.holder[place]).any()
    )


def _corridors(
    scene: Scene, holder: Numbers, known: Known, links: Links, km: float
) -> dict[int, tuple[str, ...]]:
    """Who took a place came to it: the silent places beside the way went along."""
    found: dict[int, tuple[str, ...]] = {}
    for place in np.flatnonzero(known.holder != scene.start).tolist():
        others = links.beside(place, int(known.holder[place]), km)
        passed = ~known.told[others] & (scene.start[others] == scene.start[place])
        passed &= scene.old_km[others] < scene.old_km[place] + _DEEPER_KM
        for other in others[passed].tolist():
            found[other] = _joined(found.get(other, ()), known.claims.get(place, ()))
            holder[other] = known.holder[place]
    return found


def _along(
    scene: Scene,
    holder: Numbers,
    known: Known,
    inferred: Mapping[int, tuple[str, ...]],
    least: float,
    rounds: int,
) -> dict[int, tuple[str, ...]]:
    """A silent place goes along with its neighbours where enough of them are in the same other hands."""
    found = dict(inferred)
    fresh: Iterable[int] = np.flatnonzero(holder != scene.start).tolist()
    for _ in range(rounds):
        asked = {n for place in fresh for n in scene.neighbours(place).tolist()}
        turned = {
            place: taken
            for place in sorted(asked)
            if not known.told[place]
            and holder[place] == scene.start[place]
            and (taken := _taken_by(scene, holder, place, least)) is not None
        }
        if not turned:
            break
        for place in turned:
            around = [n for n in scene.neighbours(place).tolist() if holder[n] == turned[place]]
            changed = [n for n in around if holder[n] != scene.start[n]]
            found[place] = _joined(*(found.get(n) or known.claims.get(n, ()) for n in changed))
        for place, taken in turned.items():
            holder[place] = taken
        fresh = turned
    return found


def _taken_by(scene: Scene, holder: Numbers, place: int, least: float) -> int | None:
    """Who holds at least this share of a place's neighbours, one of them newly; None where nobody does."""
    around = scene.neighbours(place)
    if not len(around):
        return None
    votes = np.bincount(holder[around], minlength=len(scene.holders))
    votes[[scene.start[place], scene.unknown]] = 0
    most = int(votes.argmax())
    newly = (holder[around] == most) & (scene.start[around] != most)
    return most if votes[most] >= least * len(around) and newly.any() else None


def _joined(*claims: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({claim for own in claims for claim in own}))
