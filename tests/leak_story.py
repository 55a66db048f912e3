"""A map full of canaries: things that a strict release keeps back, each findable by a text of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from claims.actors import Actor
from claims.areas import DrawnArea
from claims.claim import Claim, Event, Precision, Window
from claims.ledger import Ledger
from claims.map_record import BaselineHolder, MapRecord, MapSettings, Unlocated
from claims.release_rules import Measure, ReleaseRules, Rule
from claims.report import Quote, Report, hash_of_words
from claims.sources import Source
from gazetteer.place import Place

NOW = datetime(2024, 12, 9, 12, tzinfo=UTC)
"""The clock of every test of leaks."""
LOADED = datetime(2024, 12, 8, 6, tzinfo=UTC)
WHY = {"en": "for the safety of people there", "ar": "حفاظًا على سلامة الناس هناك"}
VISIBLE = "Qasr Visible"

HIDDEN_AT = {
    "secretplace": (35.273941, 36.618273),
    "secretbase": (35.318467, 36.907316),
    "vainplace": (35.187913, 36.531847),
    "coarsehill": (35.086127, 36.948352),
}
"""Latitude and longitude of what is withheld, or only shown by its cell."""

OLD_SPOT = (35.261753, 36.607419)
"""Where a withheld place stood before it was corrected."""

SHAPE = [[36.551937, 35.441873], [36.583719, 35.442918], [36.566128, 35.469137], [36.551937, 35.441873]]


def _at(day: int, hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2024, 12, day, hour, minute, second, tzinfo=UTC)


MOMENTS = {
    "reported": _at(4, 13, 43, 21),
    "started": _at(4, 9, 37, 13),
    "ended": _at(4, 11, 47, 53),
    "delayed": _at(9, 8, 53, 29),
    "published": _at(4, 12, 41, 17),
    "retrieved": _at(5, 3, 34, 51),
}
"""Instants that only withheld claims have, to the second."""
CORRECTED_AT = _at(8, 7, 26, 39)
DELAY_H = 24.0

PUBLIC_QUOTE = "kanaripublicquote may be kept"
QUOTED = "kanariquotedwords were said"

TEXTS = {
    "place id": "kanariplaceid",
    "place name": "Kanariplacename",
    "place name in Arabic": "كناريالمكان",
    "spelling": "Kanarispelling",
    "place source": "kanariplacesource",
    "admin unit": "Kanariadminunit",
    "base id": "kanaribaseid",
    "base name": "Kanaribasename",
    "base name in Arabic": "كناريالقاعدة",
    "place added for a claim": "kanarivainid",
    "its name": "Kanarivainname",
    "its name in Arabic": "كناريالعبث",
    "claim id": "kanariclaimid",
    "strike id": "kanaristrikeid",
    "delayed id": "kanaridelayedid",
    "note": "kanarinotewords",
    "note of a public claim": "kanaripublicnote",
    "written": "Kanariwrittenas",
    "url": "kanari-report-address",
    "archived url": "kanari-archived-address",
    "publisher": "Kanaripublisher",
    "licence": "kanarilicence",
    "quote": "kanariquotedwords",
    "quote of a public claim": "kanaripublicquote",
    "hint on a spelling": "kanarihintonspelling",
    "quote hash": hash_of_words(QUOTED),
    "report hash": "c0ffee" * 10 + "abcd",
    "source id": "kanarisourceid",
    "source name": "Kanarisourcename",
    "source address": "kanari-source-address",
    "actor id": "kanariactorid",
    "actor name": "Kanariactorname",
    "actor name in Arabic": "كناريالطرف",
    "side": "kanarisidename",
    "unlocated name": "Kanariunlocatedname",
    "unlocated name in Arabic": "كناريالتائه",
    "unlocated reason": "kanariunlocatedreason",
    "unlocated hint": "kanariunlocatedhint",
    "unlocated written": "Kanarilostvillage",
    "analyst": "Kanarianalystname",
    "retracted id": "kanariretractedid",
    "reason of a correction": "kanaricorrectionwhy",
    "coarse source": "kanaricoarsesource",
    "value": "777.125",
    "number in GeoNames": "918273645",
    "area name": "Kanariareaname",
    "area id": "kanariareaid",
}
"""What must be found in nothing that goes out under strict rules, and in something under ``internal``."""

NEVER = {
    "who corrected": "Kanaricorrectorname",
    "area source": "kanariareasource",
    "baseline source": "kanaribaselinesource",
    "rule": "kanarirulename",
}
"""What goes out under no release at all; that it is in the ledger is what shows that it was planted."""


def leak_record() -> MapRecord:
    """The map: a city, places that all may see, and canaries."""
    return MapRecord(
        settings=_settings(),
        places={place.id: place for place in _places()},
        actors={actor.id: actor for actor in _actors()},
        sources={source.id: source for source in _sources()},
        baseline={held.place_id: held for held in _baseline()},
        claims=tuple(_claims()),
        unlocated=tuple(_unlocated()),
        credits="Points: by hand",
        areas={TEXTS["area id"]: _area()},
        releases={"public": strict_rules(), NEVER["rule"]: ReleaseRules(NEVER["rule"])},
    )


def strict_rules() -> ReleaseRules:
    """One rule of every measure, and no notes."""
    rules = (
        Rule(Measure.WITHHOLD, places=(TEXTS["place id"],), reason=WHY),
        Rule(Measure.WITHHOLD, kinds=("military_site",), reason=WHY),
        Rule(Measure.WITHHOLD, events=("strike", "count"), reason=WHY),
        Rule(Measure.DELAY, hours=DELAY_H, reason=WHY),
        Rule(Measure.GRID, degrees=0.05, kinds=("hill",), reason=WHY),
    )
    return ReleaseRules("public", rules, notes=False)


def plant(ledger: Ledger) -> None:
    """Load the map, and correct what is withheld, so that corrections could tell of it."""
    record = leak_record()
    map_id = record.settings.id
    ledger.load(record, LOADED)
    said = {"recorded_at": CORRECTED_AT, "by": NEVER["who corrected"], "why": TEXTS["reason of a correction"]}
    place = record.places[TEXTS["place id"]]
    lat, lon = HIDDEN_AT["secretplace"]
    ledger.correct(map_id, "place", place.id, replace(place, lat=lat, lon=lon), **said)
    claim = next(one for one in record.claims if one.id == TEXTS["claim id"])
    ledger.correct(map_id, "claim", claim.id, replace(claim, holder="opposition"), **said)
    ledger.retract(map_id, "claim", TEXTS["retracted id"], **said)
    hill = record.places["coarsehill"]
    ledger.correct(map_id, "place", hill.id, replace(hill, lat=HIDDEN_AT["coarsehill"][0]), **said)


def _settings() -> MapSettings:
    zone = ZoneInfo("Asia/Damascus")
    return MapSettings(
        id="leaky",
        title={"en": "Leaky map", "ar": "خريطة التسريب"},
        zone=zone,
        span=(datetime(2024, 12, 1, tzinfo=zone), datetime(2024, 12, 10, tzinfo=zone)),
        window=(36.3, 34.9, 37.2, 35.6),
        region="SY-HM",
        city="hama",
        edge_km=4.0,
        rings_km=(10.0, 20.0),
        reach_km=7.0,
        border_view="UN",
        roles={
            "government": "government",
            "opposition": "opposition",
            TEXTS["actor id"]: "foreign",
            "unknown": "unknown",
        },
    )


def _places() -> list[Place]:
    spots = {
        "hama": ("Hama", "حماة", 35.1318, 36.7578, "city"),
        "visible": (VISIBLE, "قصر ظاهر", 35.2, 36.76, "village"),
        "north": ("Tell North", "تل الشمال", 35.26, 36.8, "village"),
        "west": ("Kafr West", "كفر الغرب", 35.14, 36.6, "village"),
        "east": ("Ayn East", "عين الشرق", 35.12, 36.9, "town"),
    }
    seen = [
        Place(key, en, lat, lon, kind, 500, "by hand", {"ar": ar})
        for key, (en, ar, lat, lon, kind) in spots.items()
    ]
    secret = Place(
        id=TEXTS["place id"],
        name=TEXTS["place name"],
        lat=OLD_SPOT[0],
        lon=OLD_SPOT[1],
        kind="village",
        precision_m=500,
        source=TEXTS["place source"],
        names={"ar": TEXTS["place name in Arabic"]},
        variants=(TEXTS["spelling"],),
        admin1=TEXTS["admin unit"],
    )
    base = Place(
        TEXTS["base id"],
        TEXTS["base name"],
        *HIDDEN_AT["secretbase"],
        "military_site",
        500,
        "by hand",
        {"ar": TEXTS["base name in Arabic"]},
    )
    vain = Place(
        TEXTS["place added for a claim"],
        TEXTS["its name"],
        *HIDDEN_AT["vainplace"],
        "village",
        500,
        "by hand",
        {"ar": TEXTS["its name in Arabic"]},
    )
    hill = Place(
        "coarsehill",
        "Coarse Hill",
        HIDDEN_AT["coarsehill"][0] - 0.000011,
        HIDDEN_AT["coarsehill"][1],
        "hill",
        137,
        TEXTS["coarse source"],
        {"ar": "تل خشن"},
        geonames_id=918273645,
    )
    return [*seen, secret, base, vain, hill]


def _actors() -> list[Actor]:
    return [
        Actor("government", "Government", "الحكومة", "government"),
        Actor("opposition", "Opposition", "المعارضة", "opposition"),
        Actor(TEXTS["actor id"], TEXTS["actor name"], TEXTS["actor name in Arabic"], TEXTS["side"]),
        Actor("unknown", "Unknown", "غير معروف", "unknown"),
    ]


def _sources() -> list[Source]:
    sides = frozenset({"government", "opposition", TEXTS["side"]})
    address = f"https://{TEXTS['source address']}.example"
    return [
        Source("monitor", "Monitor", "monitor", "B", "https://monitor.example", sides),
        Source(TEXTS["source id"], TEXTS["source name"], "other", "A", address, frozenset()),
    ]


def _baseline() -> list[BaselineHolder]:
    seen = [
        BaselineHolder(key, "government", "by hand") for key in ("hama", "visible", "north", "west", "east")
    ]
    return [
        *seen,
        BaselineHolder("coarsehill", "government", "by hand"),
        BaselineHolder(TEXTS["place id"], TEXTS["actor id"], NEVER["baseline source"]),
        BaselineHolder(TEXTS["base id"], "government", "by hand"),
    ]


def _claims() -> list[Claim]:
    seen = [
        _claim(
            "seen-1",
            "visible",
            _at(3, 20, 59),
            note=TEXTS["note of a public claim"],
            analyst=TEXTS["analyst"],
            report=Report(licence="CC BY 4.0"),
            quote=Quote(3, 3 + len(PUBLIC_QUOTE), hash_of_words(PUBLIC_QUOTE), PUBLIC_QUOTE),
        ),
        _claim("seen-2", "north", _at(4, 20, 59)),
        _claim("seen-3", "coarsehill", _at(5, 20, 59)),
        _claim(
            "seen-4",
            None,
            _at(4, 20, 59),
            event=Event.DISTANCE,
            holder=None,
            value=9.0,
            reference_place_id="hama",
        ),
    ]
    secret = _claim(
        TEXTS["claim id"],
        TEXTS["place id"],
        MOMENTS["reported"],
        window=Window(MOMENTS["started"], MOMENTS["ended"], Precision.MINUTE),
        day=False,
        holder=TEXTS["actor id"],
        claimant=TEXTS["source id"],
        written=TEXTS["written"],
        note=TEXTS["note"],
        report=_report(),
        quote=Quote(3, 3 + len(QUOTED), hash_of_words(QUOTED), QUOTED),
    )
    strike = _claim(
        TEXTS["strike id"], "visible", _at(4, 20, 59), event=Event.STRIKE, holder=None, value=777.125
    )
    on_base = _claim("on-base", TEXTS["base id"], _at(4, 20, 59))
    delayed = _claim(
        TEXTS["delayed id"],
        TEXTS["place added for a claim"],
        MOMENTS["delayed"],
        window=Window(MOMENTS["delayed"] - timedelta(hours=1), MOMENTS["delayed"], Precision.MINUTE),
        day=False,
    )
    lost = _claim(
        "lost", None, _at(4, 20, 59), event=Event.COUNT, value=4.0, written=TEXTS["unlocated written"]
    )
    retracted = _claim(TEXTS["retracted id"], TEXTS["place id"], _at(4, 20, 59))
    area = _claim(
        "of-area", None, _at(9, 7, 1), day=False, area_id=TEXTS["area id"], written=TEXTS["area name"]
    )
    return [*seen, secret, strike, on_base, delayed, lost, retracted, area]


def _claim(
    claim_id: str,
    place_id: str | None,
    reported_at: datetime,
    *,
    window: Window | None = None,
    day: bool = True,
    event: Event = Event.CAPTURED,
    holder: str | None = "opposition",
    claimant: str = "monitor",
    written: str = "as written",
    **more: object,
) -> Claim:
    opens = reported_at.replace(hour=21, minute=0, second=0) - timedelta(days=1)
    return Claim(
        claim_id,
        written,
        place_id,
        event,
        holder,
        None,
        claimant,
        claimant,
        window or Window(opens, opens + timedelta(hours=23, minutes=59), Precision.DAY),
        reported_at,
        day,
        "claimed",
        "B",
        2,
        **more,  # type: ignore[arg-type]
    )


def _report() -> Report:
    return Report(
        url=f"https://news.example/{TEXTS['url']}",
        archived_url=f"https://archive.example/{TEXTS['archived url']}",
        publisher=TEXTS["publisher"],
        published_at=MOMENTS["published"],
        retrieved_at=MOMENTS["retrieved"],
        sha256=TEXTS["report hash"],
        language="en",
        licence=f"CC0 {TEXTS['licence']}",
    )


def _unlocated() -> list[Unlocated]:
    return [
        Unlocated(f"near {TEXTS['spelling']}", "", "village", "", TEXTS["hint on a spelling"], ()),
        Unlocated("Far village", "قرية بعيدة", "village", "no map has it", "", ("seen-2",)),
        Unlocated(
            TEXTS["unlocated name"],
            TEXTS["unlocated name in Arabic"],
            "village",
            TEXTS["unlocated reason"],
            TEXTS["unlocated hint"],
            ("lost",),
        ),
    ]


def _area() -> DrawnArea:
    geometry = json.dumps({"type": "Polygon", "coordinates": [SHAPE]})
    return DrawnArea(
        TEXTS["area id"], TEXTS["area name"], geometry, hash_of_words(geometry), NEVER["area source"]
    )
