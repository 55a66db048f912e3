"""Whatever is sent to the server, it answers; what its own page would not send is refused."""

from __future__ import annotations

import asyncio
import json
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from dashboard_server import OneMap, drawing_of, pasted
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_document import tiny_document

from dashboard.doorkeeper import MOST_BYTES, Doorkeeper, RefusedError, check_callback
from dashboard.page import build_app

CALLBACK = "/_dash-update-component"
JSON = {"content-type": "application/json"}
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def client() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the test client warns of its own future
        from starlette.testclient import TestClient
    app = build_app(OneMap(drawing_of(tiny_document())), public_url="http://maps.example", snippet=pasted)
    with TestClient(app, base_url="http://maps.example") as opened:
        yield opened


def own(**changes: Any) -> dict[str, Any]:
    """A body as the page's own script sends it, with some keys changed."""
    told = {"search": "", "webgl": True, "width": 420}
    return {
        "output": "built.data",
        "outputs": {"id": "built", "property": "data"},
        "inputs": [{"id": "client", "property": "data", "value": told}],
        "changedPropIds": ["client.data"],
        **changes,
    }


def answered(client: Any, body: Any) -> int:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return int(client.post(CALLBACK, content=raw, headers=JSON).status_code)


@MANY
@given(anything)
def test_any_json_at_all_is_answered_with_4xx(client: Any, body: Any) -> None:
    assert 400 <= answered(client, body) < 500


@MANY
@given(st.binary(max_size=200))
def test_any_bytes_are_answered_with_4xx(client: Any, body: bytes) -> None:
    assert 400 <= answered(client, body) < 500


@MANY
@given(st.sampled_from(["output", "outputs", "inputs", "state", "changedPropIds"]), anything)
def test_any_value_of_any_key_is_never_a_500(client: Any, key: str, value: Any) -> None:
    assert answered(client, own(**{key: value})) < 500


@MANY
@given(anything)
def test_whatever_the_browser_tells_of_itself_is_never_a_500(client: Any, value: Any) -> None:
    told = [{"id": "client", "property": "data", "value": value}]
    assert answered(client, own(inputs=told)) < 500
    keyed = [
        {
            "id": "client",
            "property": "data",
            "value": dict.fromkeys(("search", "theme", "width", "map"), value),
        }
    ]
    assert answered(client, own(inputs=keyed)) < 500


@MANY
@given(st.text(max_size=120))
def test_whatever_stands_in_the_address_is_never_a_500(client: Any, search: str) -> None:
    told = [{"id": "client", "property": "data", "value": {"search": f"?{search}"}}]
    assert answered(client, own(inputs=told)) < 500


@pytest.mark.parametrize(
    "body",
    [
        own(outputs=None),
        own(outputs={"id": {"x": 1}, "property": "data"}),
        own(outputs=[{"id": "built", "property": "data"}]),
        own(inputs=[[{"id": "client", "property": "data"}]]),
        own(state=[{"id": "client", "property": "data"}]),
        own(changedPropIds={"a": 1}),
        own(output="page.children"),  # runs in the browser alone
        own(output="..built.data.."),
        {**own(), "inputs": None},
        b"\xff\xfe{\x00}\x00",
        b'{"output": "built.data", "outputs": "\\ud800"}',
        b'{"output": NaN}',
        b"",
        json.dumps(own()).encode("utf-16"),
    ],
)
def test_calls_that_the_page_would_not_make_are_refused(client: Any, body: Any) -> None:
    assert 400 <= answered(client, body) < 500


def test_keys_that_nobody_asked_for_never_reach_dash() -> None:
    known = {"a.b": {"inputs": [{"id": "c", "property": "d"}], "state": [], "callback": print}}
    told = {"id": "c", "property": "d", "value": 1, "extra": 2}
    body = {"output": "a.b", "outputs": {"id": "a", "property": "b"}, "inputs": [told], "cancelJob": "x"}
    passed = json.loads(check_callback(json.dumps(body).encode(), known))
    assert set(passed) == {"output", "outputs", "inputs", "state", "changedPropIds"}
    assert passed["inputs"] == [{"id": "c", "property": "d", "value": 1}]


def test_deeply_nested_values_are_refused() -> None:
    deep = b'{"output":"a.b","x":' + b'{"y":' * 400 + b"1" + b"}" * 401
    with pytest.raises(RefusedError, match="nested deeper"):
        check_callback(deep, {})
    with pytest.raises(RefusedError, match="not JSON"):
        check_callback(b"[" * 200_000, {})


@pytest.mark.parametrize("kind", ["text/plain", "application/jsonp", "multipart/form-data; boundary=x", ""])
def test_another_kind_of_body_is_refused(client: Any, kind: str) -> None:
    answer = client.post(CALLBACK, content=json.dumps(own()), headers={"content-type": kind})
    assert answer.status_code == 415


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(client: Any, method: str) -> None:
    assert client.request(method, CALLBACK, headers=JSON).status_code in (403, 404, 405, 400)


@pytest.mark.parametrize("path", ["nopackage/x.js", "plotly/..%2f..%2fx.py", "dash/dash.py", "dash/%00.js"])
def test_a_script_that_is_not_there_is_a_404(client: Any, path: str) -> None:
    assert client.get(f"/_dash-component-suites/{path}").status_code == 404


# Bodies that never end, or never come


def asked(door: Doorkeeper, messages: Any, **headers: str) -> int:
    """The status of a request whose body comes as ``messages`` say."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    given = {"content-type": "application/json"} | {k.replace("_", "-"): v for k, v in headers.items()}
    scope = {
        "type": "http",
        "method": "POST",
        "path": CALLBACK,
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }
    with ThreadPoolExecutor(1) as elsewhere:  # a browser test before this one may have left its loop here
        elsewhere.submit(asyncio.run, door(scope, messages, send)).result()
    return int(sent[0]["status"])


def door() -> Doorkeeper:
    async def never(*_: Any) -> None:
        raise AssertionError("it got in")

    return Doorkeeper(
        never, callback_path=CALLBACK, callbacks=dict, policy=lambda: "default-src 'none'", patience_s=0.05
    )


def test_body_that_never_ends_is_refused_once_it_is_too_long() -> None:
    read = 0

    async def endless() -> Any:
        nonlocal read
        read += 100_000
        return {"type": "http.request", "body": b"x" * 100_000, "more_body": True}

    assert asked(door(), endless) == 413
    assert read <= MOST_BYTES + 100_000


def test_body_said_to_be_huge_is_refused_unread() -> None:
    async def unread() -> Any:
        raise AssertionError("it was read")

    assert asked(door(), unread, content_length="99999999999999999999999") == 413
    assert asked(door(), unread, content_length="-1") == 413


def test_body_that_comes_too_slowly_is_refused() -> None:
    async def slow() -> Any:
        await asyncio.sleep(0.03)
        return {"type": "http.request", "body": b"x", "more_body": True}

    assert asked(door(), slow) == 408


def test_body_of_a_caller_who_hung_up_is_refused() -> None:
    async def gone() -> Any:
        return {"type": "http.disconnect"}

    assert asked(door(), gone) == 400
