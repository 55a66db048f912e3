"""The web server's door for a process manager: ``uvicorn app:server``, settings from the environment."""

from __future__ import annotations

import os

from frontline import DEFAULT_LEDGER, DEFAULT_RELEASE, build_server, editors_of

server = build_server(
    os.environ.get("FRONTLINE_LEDGER", DEFAULT_LEDGER),
    prefix=os.environ.get("FRONTLINE_PREFIX", ""),
    public_url=os.environ.get("FRONTLINE_PUBLIC_URL", "http://127.0.0.1:8050"),
    frame_ancestors=os.environ.get("FRONTLINE_FRAME_ANCESTORS", "*"),
    release=os.environ.get("FRONTLINE_RELEASE", DEFAULT_RELEASE),
    editors=editors_of(os.environ),
    secret=os.environ.get("FRONTLINE_SECRET", ""),
)
