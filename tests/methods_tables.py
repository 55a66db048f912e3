"""What each method concludes from the conflicts of the first story, as the tables of docs/methods.md.

``python tests/methods_tables.py`` writes them there anew; the test beside it says when they are out of date.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from claims.control import ControlHistory, Hold, Remark  # noqa: E402 - the script finds the house first
from claims.history import control_history  # noqa: E402
from claims.map_folder import read_map_folder  # noqa: E402
from claims.map_record import MapRecord  # noqa: E402

DOCUMENT = ROOT / "docs" / "methods.md"
DAMASCUS = ZoneInfo("Asia/Damascus")
METHODS = ("assessed-first", "latest-report", "single-source:sohr")
NAMES = {"syrian_government": "government", "hts_led_opposition": "opposition", "unknown": "unknown"}
_QUALIFIERS = {"up_to": "up to ", "about": "about ", "more_than": "more than "}

Row = tuple[str, ...]


def tables(record: MapRecord) -> dict[str, str]:
    """The table of each case by its name, as Markdown."""
    without_copy = replace(record, claims=tuple(c for c in record.claims if c.id != "X034"))
    return {
        "qalaat-al-madiq": _place_table(record, "qalaat-al-madiq"),
        "suruj": _place_table(record, "suruj"),
        "brigade-87": _place_table(record, "brigade-87", trusting=True),
        "kafraa": _place_table(record, "kafraa"),
        "kafraa-before": _place_table(without_copy, "kafraa"),
        "jabal-zayn-al-abidin": _place_table(record, "jabal-zayn-al-abidin"),
        "distances": _distances(record),
    }


def _place_table(record: MapRecord, place_id: str, *, trusting: bool = False) -> str:
    """The holds of one place under each method, and what moved nothing.

    ``trusting`` adds ``latest-report`` with no claim set aside as improbable.
    """
    made = {f"`{method}`": control_history(record, method=method) for method in METHODS}
    if trusting:
        told = control_history(record, None, "latest-report", {"improbable_credibility": 0})
        made["`latest-report`, `improbable_credibility` 0"] = told
    rows = (row for name, history in made.items() for row in _place_rows(name, history, place_id))
    return _markdown(("method", "from", "holder", "how sure", "rests on"), rows)


def _place_rows(name: str, history: ControlHistory, place_id: str) -> Iterator[Row]:
    for hold in history.holds[place_id]:
        yield name, _when(hold.start), *_shown(hold), ", ".join(hold.claims)
        name = ""
    silent = [remark for remark in history.remarks if remark.place_id == place_id]
    if silent:
        yield "", "", "", "moved nothing", ", ".join(_reasons(silent))


def _shown(hold: Hold) -> tuple[str, str]:
    sure = str(hold.certainty).replace("_", " ")
    rival = f" by {NAMES[hold.rival]}" if hold.rival else ""
    return NAMES[hold.holder], sure + (rival if sure == "claimed" else rival.replace(" by ", " with "))


def _reasons(remarks: Iterable[Remark]) -> Iterator[str]:
    return (f"{remark.claim_id} `{remark.reason}`" for remark in remarks)


def _when(instant: datetime | None) -> str:
    if instant is None:
        return "baseline"
    local = instant.astimezone(DAMASCUS)
    return f"{local.day} {local:%b %H:%M}"


def _distances(record: MapRecord) -> str:
    """Three distances as they were said, and what each method computes at the end of their windows."""
    from figures.drawing import draw
    from layers.distance import distances

    said = [claim for claim in record.claims if claim.id in ("T151", "T169", "T170a")]
    series = {}
    for method in METHODS:
        drawing = draw(record, method=method)
        city = record.places[record.settings.city]
        series[method] = distances(drawing.composite, drawing.record, drawing.history, city)
    rows = []
    for claim in said:
        words = f"{_QUALIFIERS[claim.qualifier]}{claim.value:g} km"
        end = claim.happened.end
        computed = (_computed([row for row in series[method] if row.at <= end][-1]) for method in METHODS)
        rows.append(
            (claim.id, record.sources[claim.claimant].name.partition(" (")[0], words, _when(end), *computed)
        )
    return _markdown(("claim", "who says so", "said", "until", *(f"`{m}`" for m in METHODS)), rows)


def _computed(row: object) -> str:
    centre_km, edge_km = row.centre_km, row.edge_km  # type: ignore[attr-defined]
    reported_km = row.nearest_reported_km  # type: ignore[attr-defined]
    return " / ".join("–" if km is None else f"{km:.1f}" for km in (centre_km, edge_km, reported_km))


def _markdown(head: Row, rows: Iterable[Row]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(
        f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |") for cells in lines
    )


def written(text: str, made: Mapping[str, str]) -> str:
    """The document with these tables between its marks."""

    def table(found: re.Match[str]) -> str:
        return f"{found[1]}\n{made[found[2]]}\n{found[4]}"

    return re.sub(r"(<!-- table: ([a-z0-9-]+) -->)\n(.*?)(<!-- end -->)", table, text, flags=re.DOTALL)


if __name__ == "__main__":
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(
        written(text, tables(read_map_folder(ROOT / "examples" / "hama-2024"))), encoding="utf-8"
    )
