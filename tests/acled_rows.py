"""Rows in the shape of an ACLED export, all invented: towns, parties and events that never were."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path
from typing import IO

ROW = {
    "event_id_cnty": "INV1",
    "event_date": "03 March 2024",
    "year": "2024",
    "time_precision": "1",
    "disorder_type": "Political violence",
    "event_type": "Battles",
    "sub_event_type": "Armed clash",
    "actor1": "Blue Front",
    "assoc_actor_1": "",
    "inter1": "2",
    "actor2": "Military Forces of Inventia",
    "assoc_actor_2": "",
    "inter2": "1",
    "interaction": "12",
    "civilian_targeting": "",
    "iso": "999",
    "region": "Nowhere",
    "country": "Inventia",
    "admin1": "North",
    "admin2": "Upper North",
    "admin3": "",
    "location": "Lower Fell",
    "latitude": "65.01",
    "longitude": "-18.5",
    "geo_precision": "1",
    "source": "Inventia Gazette",
    "source_scale": "National",
    "notes": "On 3 March 2024, Blue Front and the army fought at Lower Fell.",
    "fatalities": "2",
    "tags": "",
    "timestamp": "1709800000",
}
"""One row, with all 31 columns in the order of the export."""

COLUMNS = tuple(ROW)

KINDS = (
    ("Battles", "Armed clash", 30),
    ("Battles", "Government regains territory", 3),
    ("Battles", "Non-state actor overtakes territory", 3),
    ("Explosions/Remote violence", "Shelling/artillery/missile attack", 30),
    ("Explosions/Remote violence", "Air/drone strike", 20),
    ("Violence against civilians", "Attack", 8),
    ("Strategic developments", "Non-violent transfer of territory", 2),
    ("Strategic developments", "Headquarters or base established", 1),
    ("Protests", "Peaceful protest", 3),
)


def rows(number: int, places: int = 5_000, seed: int = 1) -> Iterator[dict[str, str]]:
    """Invented rows, the same for the same numbers: a map of Iceland's highlands is where they lie."""
    luck = random.Random(seed)
    towns = [
        (f"Town {i}", f"{luck.uniform(64.61, 65.29):.4f}", f"{luck.uniform(-19.59, -17.41):.4f}")
        for i in range(places)
    ]
    kinds = [kind[:2] for kind in KINDS]
    weights = [weight for *_, weight in KINDS]
    for i in range(number):
        event, sub_event = luck.choices(kinds, weights)[0]
        name, lat, lon = luck.choice(towns)
        day = luck.randrange(1, 29)
        month = luck.choice(("January", "February", "March", "April"))
        papers = luck.choice(("Inventia Gazette", "Fell Post; Inventia Gazette", "Radio Highland"))
        army, front = "Military Forces of Inventia (2011-)", luck.choice(("Blue Front", "Green Army"))
        first, second = luck.sample(((army, "1"), (front, "2")), 2)
        yield {
            **ROW,
            "event_id_cnty": f"{luck.choice(('INV', 'FEL', 'HIL'))}{i}",
            "event_date": f"{day:02d} {month} 2024",
            "time_precision": luck.choice("1111111123"),
            "geo_precision": luck.choice("1111111123"),
            "event_type": event,
            "sub_event_type": sub_event,
            "actor1": first[0],
            "inter1": first[1],
            "actor2": second[0],
            "inter2": second[1],
            "location": name,
            "latitude": lat,
            "longitude": lon,
            "source": papers,
            "notes": f"On {day:02d} {month} 2024, {first[0]} and {second[0]} fought at {name}; shells hit "
            "the edge of the town, and two houses burned. Nobody was seen to advance. Two people died.",
            "fatalities": str(luck.choice((0, 0, 0, 1, 2, 5))),
            "timestamp": str(1_716_000_000 + i),
        }


def write_rows(path: Path, number: int) -> None:
    """Write an export of so many invented rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        write(file, rows(number))


def write(file: IO[str], many: Iterator[dict[str, str]]) -> None:
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    writer.writerows(many)
