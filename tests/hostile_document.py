"""A map document in which every string from outside tries to break out."""

from __future__ import annotations

from typing import Any

from tiny_document import tiny_document

HOSTILE = (
    "</title></script><script>document.title='broken'</script>"
    "<img src=//outside.example/x onerror=alert(1)>\u202e\"'><a href='javascript:1'>{evil} %{x}<!--"
)


def hostile_document() -> dict[str, Any]:
    document = tiny_document()
    both = {"en": HOSTILE, "ar": HOSTILE}
    for place in document["places"]:
        place["name"] = both
    for actor in document["actors"]:
        actor.update(name=both, short=both)
    for source in document["sources"]:
        source.update(name=HOSTILE, id=HOSTILE, url="javascript:alert(1)")
    for claim in document["claims"]:
        claim.update(url="javascript:alert(1)", code="<b>", note=HOSTILE, written=HOSTILE)
    document["title"] = both
    document["id"] = '"><script>'
    document["clock"] = {**document["clock"], "name": both}
    document["credits"] = [HOSTILE]
    document["unlocated"] = [{"name": both, "kind": "", "reason": HOSTILE, "hint": HOSTILE}]
    document["ground"]["units"] = [{"code": HOSTILE, "name": both, "at": [10, 10], "in_region": 0}]
    document["area"]["region"]["name"] = both
    return document
