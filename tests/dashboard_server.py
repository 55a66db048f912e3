"""A dashboard over one drawing, served on a free port for as long as a test needs it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from dashboard.page import build_app


class OneMap:
    """What the door hands in: the drawing of each map, and the ids."""

    def __init__(self, *drawings: Any) -> None:
        self._drawings = {drawing.document["id"]: drawing for drawing in drawings}

    def map_ids(self) -> Sequence[str]:
        return list(self._drawings)

    def __call__(self, map_id: str, known: str = "") -> Any:
        return self._drawings[map_id]

    def steps(self, map_id: str) -> tuple[int, ...]:
        return tuple(sorted({claim["reported"] for claim in self(map_id).document["claims"]}))


def drawing_of(document: dict[str, Any]) -> Any:
    """A drawing with a document and the settings that go with it; its distances cannot be measured anew."""
    number = document["reference"]["place"]
    place = document["places"][number]["id"] if number >= 0 else ""
    rings = tuple(ring["km"] for ring in document["reference"]["rings"])
    settings = SimpleNamespace(id=document["id"], city=place, rings_km=rings)
    record = SimpleNamespace(settings=settings, places={p["id"]: p for p in document["places"]}, head="")
    return SimpleNamespace(document=document, record=record)


def pasted(document: Any, public_url: str, **asked: str) -> str:
    """A snippet, as the exports would write it."""
    return f'<iframe src="{public_url}/embed/{document["id"]}" data-asked="{sorted(asked)}"></iframe>'


@contextmanager
def served(*drawings: Any, prefix: str = "") -> Iterator[str]:
    """Serve the dashboard; gives its address."""
    import uvicorn

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}{prefix}"
    app = build_app(OneMap(*drawings), prefix=prefix, public_url=address, snippet=pasted)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield address
    server.should_exit = True
    thread.join(10)
    listener.close()
