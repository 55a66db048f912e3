"""Asking a geocoding service: an error is never "not found", and nobody waits beyond the deadline."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from gazetteer.errors import GeocodingFailed
from gazetteer.kept_answers import KeptAnswers
from gazetteer.online import LICENCE, OnlineGazetteer, Pauses, Service
from gazetteer.place import Place

HAMA = Place(id="hama", name="Hama", lat=35.1318, lon=36.7578, kind="city", precision_m=500, source="test")
NOMINATIM_ANSWER = [
    {
        "osm_type": "node",
        "osm_id": 2,
        "lat": "36.2",
        "lon": "37.1",
        "display_name": "Far Suran, Aleppo",
        "type": "village",
    },
    {
        "osm_type": "relation",
        "osm_id": 1,
        "lat": "35.2877",
        "lon": "36.7440",
        "name": "Suran",
        "display_name": "Suran, Hama, Syria",
        "type": "town",
        "boundingbox": ["35.27", "35.30", "36.73", "36.76"],
    },
]
PHOTON_ANSWER = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [36.744, 35.2877]},
            "properties": {
                "osm_type": "N",
                "osm_id": 7,
                "name": "Suran",
                "osm_value": "town",
                "state": "Hama",
            },
        }
    ],
}


class Server(ThreadingHTTPServer):
    """A geocoding service of our own: ``answer(handler)`` says what it does, ``asked`` what it was asked."""

    daemon_threads = True

    def __init__(self, answer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer, self.asked, self.agents = answer, [], []
        self.finished = threading.Event()

    def handle_error(self, request, client_address) -> None:
        """Say nothing of clients that went away: that is what some tests are about."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        self.server.agents.append(self.headers["User-Agent"])
        self.server.answer(self)

    def log_message(self, *args):
        pass


@contextmanager
def serving(answer) -> Iterator[Server]:
    with Server(answer) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def says(body, status=200, **headers):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()

    def answer(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def asking(*services: Service, deadline_s=5.0) -> OnlineGazetteer:
    return OnlineGazetteer("frontline-tests/1 (maps@example.org)", services, deadline_s, proxies={})


def nominatim(server: Server) -> Service:
    return Service("nominatim", server.url)


def test_nominatim_places_carry_source_licence_and_precision():
    with serving(says(NOMINATIM_ANSWER)) as server:
        found = asking(nominatim(server)).search("Suran", near=HAMA)
        assert server.agents == ["frontline-tests/1 (maps@example.org)"]
    assert [p.name for p in found] == ["Suran", "Far Suran"]
    suran = found[0]
    assert (suran.id, suran.lat, suran.lon, suran.kind) == ("nominatim-relation-1", 35.2877, 36.744, "town")
    assert suran.source.endswith(LICENCE)
    assert 1500 < suran.precision_m < 3000
    assert found[1].precision_m == 2000


def test_photon_places_are_read_and_a_path_in_the_endpoint_is_kept():
    with serving(says(PHOTON_ANSWER)) as server:
        (suran,) = asking(Service("photon", server.url + "/geo/")).search("صوران", language="en")
        path = urlsplit(server.asked[0])
    assert (suran.id, suran.name, suran.lat, suran.admin1) == ("photon-N-7", "Suran", 35.2877, "Hama")
    assert path.path == "/geo/api"
    assert parse_qs(path.query)["q"] == ["صوران"]


@pytest.mark.parametrize(
    ("kind", "answer"), [("nominatim", []), ("photon", {"type": "FeatureCollection", "features": []})]
)
def test_not_found_is_an_empty_answer(kind, answer):
    with serving(says(answer)) as server:
        assert asking(Service(kind, server.url)).search("Bayoud") == ()


@pytest.mark.parametrize(
    "answer",
    [
        says(b"broken", 500),
        says([], 503),
        says(b"no", 404),
        says(b"slow down", 429, Retry_After="7"),
        says(b"<html>sign in</html>"),
        says(b""),
        says({"error": "no"}),
        says(None),
        says([1, 2]),
        says([{"lat": "north", "lon": "36"}]),
        says([{"lat": "NaN", "lon": "36", "display_name": "x"}]),
        says([{"lat": "95", "lon": "36", "display_name": "x"}]),
        says(b"[" * 100_000),
    ],
    ids=[
        "500",
        "503",
        "404",
        "429",
        "html",
        "empty",
        "object",
        "null",
        "numbers",
        "words",
        "nan",
        "95",
        "deep",
    ],
)
@pytest.mark.parametrize("kind", ["nominatim", "photon"])
def test_an_error_is_never_not_found(kind, answer):
    with serving(answer) as server:
        with pytest.raises(GeocodingFailed, match=r"127\.0\.0\.1") as caught:
            asking(Service(kind, server.url)).search("Suran")
        assert len(server.asked) == 1, "it was asked again"
    assert isinstance(caught.value, ConnectionError)


def drips(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b" ")
        time.sleep(0.05)
    handler.server.finished.set()


def drips_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n")
    for n in range(200):
        handler.wfile.write(b"X-%d: 1\r\n" % n)
        time.sleep(0.05)
    handler.server.finished.set()


def hangs(handler: Handler) -> None:
    time.sleep(10)
    handler.server.finished.set()


@pytest.mark.parametrize("answer", [drips, drips_headers, hangs])
def test_one_deadline_covers_all_services_and_every_byte(answer):
    with serving(answer) as one, serving(answer) as other:
        with pytest.raises(GeocodingFailed, match=r"within 0\.4 s"):
            asking(nominatim(one), Service("photon", other.url), deadline_s=0.4).search("Suran")
        assert not one.finished.is_set(), "the caller was held until the slow answer had ended"
        assert other.asked == [], "no time was left for the second service"


def test_no_redirect_leads_to_another_host():
    with serving(says(NOMINATIM_ANSWER)) as other:
        onward = says(b"", 302, Location=other.url + "/search")
        with serving(onward) as server, pytest.raises(GeocodingFailed, match="another host"):
            asking(nominatim(server)).search("Suran")
        assert other.asked == []


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/x", "//example.org/x"])
def test_no_redirect_leads_to_another_scheme(location):
    with serving(says(b"", 302, Location=location)) as server, pytest.raises(GeocodingFailed):
        asking(nominatim(server)).search("Suran")


def test_a_redirect_within_the_host_is_followed():
    def answer(handler: Handler) -> None:
        moved = not handler.path.startswith("/new")
        (says(b"", 301, Location="/new?q=Suran") if moved else says(NOMINATIM_ANSWER))(handler)

    with serving(answer) as server:
        assert len(asking(nominatim(server)).search("Suran")) == 2


def test_a_redirect_in_circles_ends():
    with serving(says(b"", 302, Location="/search")) as server:
        with pytest.raises(GeocodingFailed):
            asking(nominatim(server)).search("Suran")
        assert len(server.asked) < 10


def test_five_megabytes_are_refused():
    long = says(b"[" + b" " * 5_000_000 + b"]")
    with serving(long) as server, pytest.raises(GeocodingFailed, match="1,000,000 bytes"):
        asking(nominatim(server)).search("Suran")


def test_a_server_that_is_not_there_is_a_failure():
    with serving(says([])) as server:
        gone = server.url
    with pytest.raises(GeocodingFailed, match="ConnectionRefused"):
        asking(Service("nominatim", gone)).search("Suran")


def test_the_second_service_is_asked_when_the_first_fails():
    with serving(says(b"", 500)) as broken, serving(says(PHOTON_ANSWER)) as good:
        found = asking(nominatim(broken), Service("photon", good.url)).search("Suran")
    assert [p.name for p in found] == ["Suran"]


def test_a_failure_and_an_empty_answer_are_a_failure():
    with serving(says(b"", 500)) as broken, serving(says({"features": []})) as empty:
        both = asking(nominatim(broken), Service("photon", empty.url))
        with pytest.raises(GeocodingFailed, match="500"):
            both.search("Suran")


@pytest.mark.parametrize(
    "endpoint",
    ["file:///etc/passwd", "localhost:8080", "http://", "http://a b", "http://u:p@h", "http://h:x", ""],
)
def test_what_is_no_endpoint_is_refused_before_anything_is_asked(endpoint):
    with pytest.raises(ValueError, match="is no endpoint"):
        asking(Service("nominatim", endpoint))


@pytest.mark.parametrize("agent", ["", "  ", "two\nlines"])
def test_a_caller_must_say_who_it_is(agent):
    with pytest.raises(ValueError, match="who asks"):
        OnlineGazetteer(agent)


@pytest.mark.parametrize("name", ["", "  ", "x" * 10_000])
def test_what_is_no_name_is_not_asked(name):
    with pytest.raises(ValueError, match="a name has 1 to 200"):
        asking(Service("nominatim", "http://127.0.0.1:9")).search(name)


NOW = datetime(2024, 12, 4, tzinfo=UTC)


def keeping(folder, *services: Service, now=NOW) -> OnlineGazetteer:
    cache = KeptAnswers(folder)
    return OnlineGazetteer(
        "frontline-tests/1 (maps@example.org)", services, 5.0, proxies={}, cache=cache, now=lambda: now
    )


def quick(server: Server, kind="nominatim") -> Service:
    return Service(kind, server.url, interval_s=0.0)


def test_the_three_outcomes_are_told_apart():
    with (
        serving(says(NOMINATIM_ANSWER)) as full,
        serving(says([])) as empty,
        serving(says(b"", 500)) as broken,
    ):
        outcomes = [asking(quick(server)).look_up("Suran") for server in (full, empty, broken)]
    assert [looked.outcome for looked in outcomes] == ["found", "not found", "not answered"]
    assert [len(looked.places) for looked in outcomes] == [2, 0, 0]
    assert "500" in outcomes[2].why


def test_an_answer_is_kept_with_its_date_and_asked_once(tmp_path):
    with serving(says(NOMINATIM_ANSWER)) as server:
        first = keeping(tmp_path, quick(server)).look_up("Suran")
        again = keeping(tmp_path, quick(server), now=NOW + timedelta(days=3)).look_up("Suran", near=HAMA)
        assert len(server.asked) == 1
    assert again.answered_at == first.answered_at == NOW
    assert {p.id: p for p in again.places} == {p.id: p for p in first.places}
    assert again.places[0].name == "Suran", "the nearer one comes first, though it was kept in another order"


def test_that_nobody_knows_a_name_is_kept_too(tmp_path):
    with serving(says([])) as server:
        outcomes = [keeping(tmp_path, quick(server)).look_up("Bayoud").outcome for _ in range(2)]
        assert (outcomes, len(server.asked)) == (["not found"] * 2, 1)


def test_a_failure_is_never_kept(tmp_path):
    with serving(says(b"", 500)) as server:
        assert [keeping(tmp_path, quick(server)).look_up("Suran").outcome for _ in range(2)] == [
            "not answered"
        ] * 2
        assert len(server.asked) == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "then", [NOW + timedelta(days=31), NOW - timedelta(days=1)], ids=["old", "of the future"]
)
def test_an_answer_that_is_too_old_is_asked_again(tmp_path, then):
    with serving(says(NOMINATIM_ANSWER)) as server:
        keeping(tmp_path, quick(server)).look_up("Suran")
        keeping(tmp_path, quick(server), now=then).look_up("Suran")
        assert len(server.asked) == 2


@pytest.mark.parametrize(
    "damaged", [b"", b"\xff\xfe", b"{}", b"[" * 100_000, b'{"places": [1], "answered_at": "x"}']
)
def test_a_damaged_answer_is_asked_again(tmp_path, damaged):
    with serving(says(NOMINATIM_ANSWER)) as server:
        keeping(tmp_path, quick(server)).look_up("Suran")
        (kept,) = tmp_path.iterdir()
        question = kept.read_bytes().split(b"\n")[0]
        kept.write_bytes(question + b"\n" + damaged)
        assert keeping(tmp_path, quick(server)).look_up("Suran").outcome == "found"
        assert len(server.asked) == 2


def test_no_host_is_asked_more_often_than_its_interval_allows():
    with serving(says([])) as server:
        slow = asking(Service("nominatim", server.url, interval_s=30.0), deadline_s=2.0)
        assert slow.search("Suran") == ()
        with pytest.raises(GeocodingFailed, match=r"asked again only in (29|30) s"):
            slow.search("Tayyiba")
        assert len(server.asked) == 1


def test_a_host_that_says_too_many_is_left_alone_as_long_as_it_wants():
    with serving(says(b"slow down", 429, Retry_After="70")) as server:
        with pytest.raises(GeocodingFailed, match="left alone for 70 s"):
            asking(quick(server)).search("Suran")
        with pytest.raises(GeocodingFailed, match=r"asked again only in (69|70) s"):
            asking(quick(server)).search("Tayyiba")
        assert len(server.asked) == 1


@pytest.mark.parametrize("pause", ["-5", "soon", "9" * 300, "Fri, 31 Dec 1999 23:59:59 GMT", ""])
def test_a_pause_that_makes_no_sense_is_survived(pause):
    with (
        serving(says(b"", 429, Retry_After=pause)) as server,
        pytest.raises(GeocodingFailed, match="left alone"),
    ):
        asking(quick(server)).search("Suran")


def test_turns_at_a_host_are_waited_for():
    pauses, began = Pauses(), time.monotonic()
    for _ in range(3):
        pauses.wait_turn("host", 0.05, began + 10)
    assert time.monotonic() - began >= 0.1
    pauses.wait_turn("another host", 0.05, began + 10)
