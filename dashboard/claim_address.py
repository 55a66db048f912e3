"""Where the page of a claim is: ids come from files, and may hold what no path can."""

from __future__ import annotations

from urllib.parse import quote, urlencode


def claim_address(map_id: str, claim_id: str) -> str:
    """The path of a claim's page, without the server's prefix: ``maps/hama-2024/claims/c12``.

    An id with a slash, or of dots alone, would be another path by the time it arrives; it is asked for by
    ``?id=``.
    """
    folder = f"maps/{quote(map_id, safe='')}/claims"
    if not claim_id.strip(".") or any(letter in "/\\" for letter in claim_id):
        return f"{folder}?{urlencode({'id': claim_id})}"
    return f"{folder}/{quote(claim_id, safe='')}"
