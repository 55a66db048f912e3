"""A name becomes places by asking a geocoding service: the only file of the house that uses the network.

Nothing here runs unless somebody makes an ``OnlineGazetteer`` and asks it. "The service did not answer" and
"there is no such place" are never mixed up: the first is a ``GeocodingFailed``, the second an empty tuple.
No host is asked more often than its interval allows, nor before the time that it named itself.
"""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http.client import HTTPException, HTTPMessage
from typing import IO, Any, Literal, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import SplitResult, urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.exc import (
    GeocoderParseError,
    GeocoderRateLimited,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
    GeopyError,
)

from gazetteer.distance import geodesic_km
from gazetteer.errors import GeocodingFailed, shown
from gazetteer.place import Place
from gazetteer.spelling import LONGEST_NAME

MOST_BYTES = 1_000_000
"""An answer longer than this is refused."""

LICENCE = "© OpenStreetMap contributors, ODbL 1.0"
"""What both services' data must be credited with."""

LONGEST_PAUSE_S = 3_600.0
"""A host that asks for a longer pause than this is asked again after it all the same."""

UNSTATED_PAUSE_S = 60.0
"""How long a host is left alone that says "too many requests" without saying until when."""

_UNSTATED_PRECISION_M = 2_000
_FARTHEST_PRECISION_M = 1_000_000


@dataclass(frozen=True, slots=True)
class Service:
    """One geocoding service: which protocol it speaks, and where, as an http or https URL.

    ``interval_s`` is how many seconds lie at least between two questions to its host; the public services
    allow one a second, a service of one's own may allow more.
    """

    kind: Literal["nominatim", "photon"]
    endpoint: str
    interval_s: float = 1.0


NOMINATIM = Service("nominatim", "https://nominatim.openstreetmap.org")
PHOTON = Service("photon", "https://photon.komoot.io")


def _utc_now() -> datetime:
    return datetime.now(UTC)


class AnswerCache(Protocol):
    """Where answers are kept, by the question: handed in by whoever knows the place for it."""

    def get(self, key: str) -> str | None:
        """Give what was kept under a key."""

    def put(self, key: str, value: str) -> None:
        """Keep a text under a key."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of one question.

    ``outcome`` is *found*, *not found* (every service answered and none knows the name) or *not answered*,
    with ``why``. ``answered_at`` is when the services said so: earlier than now where the answer was kept.
    """

    outcome: Literal["found", "not found", "not answered"]
    places: tuple[Place, ...]
    answered_at: datetime
    why: str = ""


class Pauses:
    """When each host may be asked again; one for the whole process, whoever asks."""

    def __init__(self) -> None:
        self._free_at: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait_turn(self, host: str, interval_s: float, ends_at: float) -> None:
        """Take the next turn at a host and wait for it.

        Raises
        ------
        GeocodingFailed
            The turn comes only after the deadline: nothing is asked and no turn is taken.
        """
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._free_at.get(host, now))
            if turn > ends_at:
                raise GeocodingFailed(f"{host} may be asked again only in {turn - now:.0f} s")
            self._free_at[host] = turn + interval_s
        time.sleep(turn - now)

    def leave_alone(self, host: str, seconds: float) -> None:
        """Ask a host nothing for some seconds, as it wanted."""
        until = time.monotonic() + min(max(seconds, 0.0), LONGEST_PAUSE_S)
        with self._lock:
            self._free_at[host] = max(until, self._free_at.get(host, until))


_PAUSES = Pauses()


class OnlineGazetteer:
    """Asks one or more services, one after the other, until one knows the name.

    Parameters
    ----------
    user_agent
        Who asks, with a way to reach them: ``"hama-desk/1.0 (maps@example.org)"``. The public services refuse
        callers that do not say.
    services
        In the order in which they are asked. The public Nominatim allows one request a second: larger work
        needs an endpoint of one's own.
    deadline_s
        Seconds for everything together: every service, redirect and byte of one ``search``.
    proxies
        By scheme, as urllib takes them; None for those of the system, ``{}`` for none.
    cache, keep_days
        Where answers are kept with their date, and how many days they hold; without one nothing is kept.
        Failures never are.
    now
        The clock, with a zone.

    Raises
    ------
    ValueError
        A blank user agent, an endpoint that is no http(s) URL, or a deadline that is not positive.
    """

    def __init__(
        self,
        user_agent: str,
        services: Sequence[Service] = (NOMINATIM,),
        deadline_s: float = 8.0,
        proxies: Mapping[str, str] | None = None,
        cache: AnswerCache | None = None,
        keep_days: float = 30.0,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._cache, self._keep, self._now = cache, timedelta(days=keep_days), now
        if not user_agent.strip() or not user_agent.isprintable() or not user_agent.isascii():
            raise ValueError("user_agent must say, on one line, who asks and how to reach them")
        if not services:
            raise ValueError("at least one service is needed")
        if not (math.isfinite(deadline_s) and deadline_s > 0):
            raise ValueError(f"deadline_s must be a positive number of seconds, not {deadline_s}")
        self.user_agent, self.services, self.deadline_s = user_agent.strip(), tuple(services), deadline_s
        self.proxies = None if proxies is None else dict(proxies)
        for service in self.services:
            _checked_url(service.endpoint)

    def search(
        self, name: str, near: Place | None = None, limit: int = 5, language: str = "en"
    ) -> tuple[Place, ...]:
        """Ask for a name; an empty tuple means that every service answered and none knows it.

        The places come in the services' order, or by distance from ``near`` where it is given. Their
        ``source`` names the service and the licence; their ids start with the service's name.

        Raises
        ------
        GeocodingFailed
            Every service failed, or some failed and the others know nothing: "not found" would be a guess.
        ValueError
            The name is blank or over 200 characters.
        """
        looked = self.look_up(name, near, limit, language)
        if looked.outcome == "not answered":
            raise GeocodingFailed(looked.why)
        return looked.places

    def look_up(self, name: str, near: Place | None = None, limit: int = 5, language: str = "en") -> Looked:
        """Do as ``search`` does, and say which of the three outcomes it was, and as of when.

        Raises
        ------
        ValueError
            The name is blank or over 200 characters.
        """
        if not name.strip() or len(name) > LONGEST_NAME:
            raise ValueError(f"a name has 1 to {LONGEST_NAME} characters, not {len(name.strip())}")
        key = json.dumps([[s.kind, s.endpoint] for s in self.services] + [name.strip(), limit, language])
        looked = self._kept(key)
        if looked is None:
            looked = self._asked_all(name, limit, language)
            if self._cache is not None and looked.outcome != "not answered":
                self._cache.put(key, _looked_json(looked))
        return replace(looked, places=_by_distance(looked.places, near))

    def _asked_all(self, name: str, limit: int, language: str) -> Looked:
        ends_at, failures = time.monotonic() + self.deadline_s, []
        for service in self.services:
            try:
                found = self._ask(service, name, limit, language, ends_at)
            except GeocodingFailed as failure:
                failures.append(str(failure))
                continue
            if found:
                return Looked("found", found, self._now())
        if failures:
            return Looked("not answered", (), self._now(), "; ".join(failures))
        return Looked("not found", (), self._now())

    def _kept(self, key: str) -> Looked | None:
        """Give the answer that was kept; None where there is none, it is too old, or makes no sense."""
        kept = self._cache.get(key) if self._cache is not None else None
        looked = _looked_of(kept) if kept else None
        fresh = looked is not None and timedelta(0) <= self._now() - looked.answered_at <= self._keep
        return looked if fresh else None

    def _ask(
        self, service: Service, name: str, limit: int, language: str, ends_at: float
    ) -> tuple[Place, ...]:
        host = urlsplit(service.endpoint).netloc
        _PAUSES.wait_turn(host, service.interval_s, ends_at)
        try:
            geocoder = self._geocoder(service, ends_at)
            found = geocoder.geocode(name, exactly_one=False, limit=limit, language=language)
            return tuple(_place(location.raw, service) for location in found or ())
        except GeocoderTimedOut:
            raise GeocodingFailed(
                f"{host} did not answer {shown(name)} within {self.deadline_s:g} s"
            ) from None
        except GeocoderRateLimited as error:
            pause_s = UNSTATED_PAUSE_S if error.retry_after is None else float(error.retry_after)
            _PAUSES.leave_alone(host, pause_s)
            raise GeocodingFailed(f"{host} wants to be left alone for {pause_s:.0f} s (HTTP 429)") from None
        except GeopyError as error:
            raise GeocodingFailed(
                f"{host} could not look up {shown(name)}: {shown(str(error), 200)}"
            ) from error
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise GeocodingFailed(f"{host} sent an answer for {shown(name)} that makes no sense") from error

    def _geocoder(self, service: Service, ends_at: float) -> Any:  # noqa: ANN401 - geopy has no types
        from geopy.geocoders import Nominatim, Photon

        url = _checked_url(service.endpoint)
        make = Nominatim if service.kind == "nominatim" else Photon
        proxies = {} if self.proxies is None else {"proxies": self.proxies}
        return make(
            scheme=url.scheme,
            domain=url.netloc + url.path.rstrip("/"),
            user_agent=self.user_agent,
            timeout=self.deadline_s,
            adapter_factory=partial(_Adapter, ends_at=ends_at, check=partial(_makes_sense, service=service)),
            **proxies,
        )


class _Adapter(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no types
    """Fetches one answer for geopy: until a deadline, up to a size, from one host.

    The fetching runs in a thread of its own that nobody waits for beyond the deadline: a resolver that hangs
    or a server that drips a byte a second cannot hold the caller.
    """

    def __init__(
        self,
        *,
        proxies: Mapping[str, str] | None,
        ssl_context: Any,  # noqa: ANN401 - handed through from geopy
        ends_at: float,
        check: Callable[[object], bool],
    ) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._ends_at, self._check = ends_at, check
        self._opener = OpenerDirector()
        self._opener.addheaders = []
        for handler in (
            ProxyHandler(None if proxies is None else dict(proxies)),
            HTTPHandler(),
            HTTPSHandler(context=ssl_context),
            HTTPErrorProcessor(),
            HTTPDefaultErrorHandler(),
            _SameHostOnly(),
        ):
            self._opener.add_handler(handler)

    def get_json(self, url: str, *, timeout: float, headers: dict[str, str]) -> object:
        """Fetch an answer and take it apart; one of another shape than the service's is a parse error."""
        text = self.get_text(url, timeout=timeout, headers=headers)
        try:
            answer = json.loads(text)
        except (ValueError, RecursionError):
            raise GeocoderParseError("the answer is not JSON") from None
        if not self._check(answer):
            raise GeocoderParseError("the answer is no list of places")
        return answer

    def get_text(self, url: str, *, timeout: float, headers: dict[str, str]) -> str:  # noqa: ARG002 - geopy's
        """Fetch an answer as text. The deadline is the whole search's, whatever ``timeout`` says."""
        outcome: list[bytes | BaseException] = []
        worker = threading.Thread(target=self._into, args=(outcome, url, headers), daemon=True)
        worker.start()
        worker.join(max(0.0, self._ends_at - time.monotonic()))
        if not outcome:
            raise GeocoderTimedOut("no answer in time")
        if isinstance(outcome[0], BaseException):
            raise outcome[0]
        return outcome[0].decode("utf-8", errors="replace")

    def _into(self, outcome: list[bytes | BaseException], url: str, headers: dict[str, str]) -> None:
        try:
            outcome.append(self._fetched(url, headers))
        except (GeopyError, AdapterHTTPError) as error:
            outcome.append(error)
        except (TimeoutError, URLError, HTTPException, OSError, ValueError) as error:
            outcome.append(_translated(error))

    def _fetched(self, url: str, headers: dict[str, str]) -> bytes:
        left_s = self._ends_at - time.monotonic()
        if left_s <= 0:
            raise GeocoderTimedOut("no time left")
        # The scheme is http or https: _checked_url saw to it, and the opener has no handler for any other.
        with self._opener.open(Request(url, headers=headers), timeout=left_s) as answer:  # noqa: S310
            return self._body(answer)

    def _body(self, answer: Any) -> bytes:  # noqa: ANN401 - urllib's answers have no common type
        parts: list[bytes] = []
        size = 0
        while part := answer.read1(65_536):
            size += len(part)
            parts.append(part)
            if size > MOST_BYTES:
                raise GeocoderServiceError(f"the answer is over {MOST_BYTES:,} bytes long")
            if time.monotonic() > self._ends_at:
                raise GeocoderTimedOut("the answer came too slowly")
        return b"".join(parts)


class _SameHostOnly(HTTPRedirectHandler):
    """Follows a redirect within one host, never to another one and never from https back to http."""

    max_redirections = 3

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        """Make the next request, or refuse."""
        before, after = urlsplit(req.full_url), urlsplit(newurl)
        if _origin(after) != _origin(before) and not _is_upgrade(before, after):
            fp.close()
            raise GeocoderServiceError(f"it sends the question on to another host, {after.netloc[:100]}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _origin(url: SplitResult) -> tuple[str, str, int]:
    return url.scheme, url.hostname or "", url.port or (443 if url.scheme == "https" else 80)


def _is_upgrade(before: SplitResult, after: SplitResult) -> bool:
    return _origin(before) == ("http", after.hostname or "", 80) and _origin(after)[::2] == ("https", 443)


def _translated(error: Exception) -> Exception:
    """Say a network error in geopy's words."""
    said: Exception
    reason = getattr(error, "reason", error)
    if isinstance(error, HTTPError):
        error.close()
        pause = (error.headers.get("Retry-After") or "")[:40] if error.headers else ""
        headers = {"retry-after": pause} if pause else {}
        said = AdapterHTTPError(f"HTTP {error.code}", status_code=error.code, headers=headers, text="")
    elif isinstance(error, TimeoutError) or isinstance(reason, TimeoutError):
        said = GeocoderTimedOut("no answer in time")
    else:
        said = GeocoderUnavailable(f"{type(reason).__name__}: {reason}")
    return said


def _checked_url(endpoint: str) -> SplitResult:
    try:
        url = urlsplit(endpoint)
        good = url.scheme in ("http", "https") and url.hostname and not url.query and not url.fragment
        _ = url.port
    except ValueError:
        good = False
    if (
        not good
        or "@" in url.netloc
        or not endpoint.isascii()
        or not endpoint.isprintable()
        or " " in endpoint
    ):
        raise ValueError(
            f"{shown(endpoint)} is no endpoint; write it as https://host or http://localhost:8080/path"
        )
    return url


def _makes_sense(answer: object, service: Service) -> bool:
    """Whether an answer is a list of places; asked before geopy turns a latitude of 95 into one of 85."""
    if service.kind == "photon":
        answer = answer.get("features") if isinstance(answer, dict) else None
    try:
        return isinstance(answer, list) and all(_place(raw, service) for raw in answer)
    except (LookupError, TypeError, ValueError, AttributeError):
        return False


def _looked_json(looked: Looked) -> str:
    """Write an answer down, with its date."""
    places = [asdict(replace(place, names={})) for place in looked.places]  # services give one name each
    return json.dumps({"answered_at": looked.answered_at.isoformat(), "places": places})


def _looked_of(text: str) -> Looked | None:
    """Read an answer again; None for what is none."""
    try:
        said = json.loads(text)
        places = tuple(Place(**{**one, "variants": tuple(one["variants"])}) for one in said["places"])
        answered_at = datetime.fromisoformat(said["answered_at"])
        if answered_at.tzinfo is None or not all(math.isfinite(p.lat + p.lon) for p in places):
            return None
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return Looked("found" if places else "not found", places, answered_at)


def _by_distance(found: tuple[Place, ...], near: Place | None) -> tuple[Place, ...]:
    if near is None:
        return found
    return tuple(sorted(found, key=lambda p: geodesic_km(near.lat, near.lon, p.lat, p.lon)))


def _place(raw: Mapping[str, Any], service: Service) -> Place:
    """Make a place of one answer. Raises KeyError, TypeError or ValueError for one that makes no sense."""
    photon = service.kind == "photon"
    said = raw["properties"] if photon else raw
    lon, lat = raw["geometry"]["coordinates"][:2] if photon else (raw["lon"], raw["lat"])
    lat, lon = float(lat), float(lon)
    if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        raise ValueError(f"no coordinates: {lat}, {lon}")
    number = f"{_word(said.get('osm_type')) or 'x'}-{_word(said.get('osm_id'))}"
    return Place(
        id=f"{service.kind}-{number}",
        name=_word(said.get("name")) or _word(said.get("display_name")).split(",")[0],
        lat=lat,
        lon=lon,
        kind=_word(said.get("osm_value" if photon else "type")) or "place",
        precision_m=_precision_m(lat, lon, *_outline(raw, photon)),
        source=f"{service.kind.capitalize()} at {urlsplit(service.endpoint).netloc}, {LICENCE}",
        admin1=_word(said.get("state")),
    )


def _word(value: object) -> str:
    return str(value)[:LONGEST_NAME] if isinstance(value, str | int) else ""


def _outline(raw: Mapping[str, Any], photon: bool) -> tuple[Sequence[Any], Sequence[Any]]:
    """Give the latitudes and the longitudes of an answer's outline; empty where it has none."""
    box = raw["properties"].get("extent") if photon else raw.get("boundingbox")
    if not isinstance(box, list) or len(box) != 4:
        return (), ()
    return (box[1::2], box[::2]) if photon else (box[:2], box[2:])


def _precision_m(lat: float, lon: float, lats: Sequence[Any], lons: Sequence[Any]) -> int:
    """How far the answer's outline reaches from its point, in metres; 2 km where there is no outline."""
    if not lats or not lons:
        return _UNSTATED_PRECISION_M
    reach_km = max(geodesic_km(lat, lon, float(a), float(o)) for a in lats for o in lons)
    return min(_FARTHEST_PRECISION_M, max(10, round(reach_km * 1000)))
