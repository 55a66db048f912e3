"""A release: what goes out of a map, what does not, and that nothing that does tells of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from claims_story import BLUE, GREEN, SOURCES, at, claim, place, story
from hypothesis import given
from hypothesis import strategies as st

from claims.actors import Actor
from claims.areas import DrawnArea
from claims.claim import Claim
from claims.corrections import Action, Correction, as_known, latest_known
from claims.entries import entries_of, entry, value_of
from claims.errors import UnknownRelease
from claims.history import control_history
from claims.map_record import MapRecord, Unlocated
from claims.release import next_due, released
from claims.release_rules import Measure, ReleaseRules, Rule
from claims.report import Quote, Report
from claims.sources import Source
from gazetteer.distance import geodesic_km
from gazetteer.place import Place

WHY = {"en": "for their safety", "ar": "حفاظًا على سلامتهم"}
LATER = at(200)
CITY, NEAR, HIDDEN = place("city", 50.0, 30.0), place("near", 50.2, 30.1), place("hidden", 50.4, 30.3)
PLACES = (CITY, NEAR, HIDDEN)


def rule(measure: Measure, **said: Any) -> Rule:
    return Rule(measure, reason=WHY, **said)


def withhold(**said: Any) -> Rule:
    return rule(Measure.WITHHOLD, **said)


def delay(hours: float, **said: Any) -> Rule:
    return rule(Measure.DELAY, hours=hours, **said)


def grid(degrees: float, **said: Any) -> Rule:
    return rule(Measure.GRID, degrees=degrees, **said)


def ruled(record: MapRecord, *rules: Rule, notes: bool = True) -> MapRecord:
    return replace(record, head="f" * 64, releases={"public": ReleaseRules("public", rules, notes)})


def out(record: MapRecord, *rules: Rule, now: datetime = LATER, notes: bool = True) -> MapRecord:
    return released(ruled(record, *rules, notes=notes), "public", now)


def ids(claims: Iterable[Claim]) -> list[str]:
    return [one.id for one in claims]


def taken(claim_id: str, where: str | None, by: str = "monitor", **more: Any) -> Claim:
    return claim(claim_id, "captured", GREEN, by, (1, 2), where=where, **more)


# Who may see what


def test_without_rules_everything_but_the_analyst_goes_out() -> None:
    record = replace(story([taken("a", "near", note="seen", analyst="Huda")], PLACES), head="e" * 64)
    public = released(record, "public", LATER)
    assert public.claims == (replace(record.claims[0], analyst=""),)
    assert public.release == "public"
    assert not public.withheld


def test_all_of_a_record_keeps_the_ledgers_head() -> None:
    record = replace(story([taken("a", "near")], PLACES), head="e" * 64)
    assert released(record, "public", LATER).head == "e" * 64


def test_internal_is_everything() -> None:
    record = ruled(story([taken("a", "hidden", analyst="Huda")], PLACES), withhold(places=("hidden",)))
    internal = released(record, "internal", LATER)
    assert internal == replace(record, release="internal")


def test_a_release_that_nobody_made_is_named_with_those_there_are() -> None:
    record = replace(story([], PLACES), releases={"partners": ReleaseRules("partners")})
    with pytest.raises(UnknownRelease, match="no release 'press'; it has public, internal, partners"):
        released(record, "press", LATER)


def test_a_record_goes_through_one_release_only() -> None:
    record = released(story([], PLACES), "internal", LATER)
    assert released(record, "internal", LATER) is record
    with pytest.raises(ValueError, match="has been through the release 'internal'"):
        released(record, "public", LATER)


def test_a_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        released(story([], PLACES), "public", datetime(2024, 3, 1))  # noqa: DTZ001


# Places withheld


def test_a_withheld_place_goes_with_all_that_speaks_of_it() -> None:
    claims = [
        taken("about", "hidden"),
        claim(
            "from", "distance", None, "monitor", (1, 2), where="near", reference_place_id="hidden", value=5.0
        ),
        taken("other", "near"),
    ]
    claims.append(replace(taken("named", None), place_as_written="village of Hidden"))
    listed = (
        Unlocated("Hidden", "", "village", "no point", "", ("named",)),
        Unlocated("Far", "", "village", "", "north of Hidden", ("other", "about")),
    )
    public = out(replace(story(claims, PLACES), unlocated=listed), withhold(places=("hidden",)))
    assert ids(public.claims) == ["other"]
    assert set(public.places) == set(public.baseline) == {"city", "near"}
    assert public.unlocated == (Unlocated("Far", "", "village", "", "", ("other",)),)
    (told,) = public.withheld
    assert (told.measure, told.places, told.claims, told.reason, told.until) == (
        Measure.WITHHOLD,
        1,
        3,
        WHY,
        None,
    )


def test_words_that_name_a_withheld_place_do_not_go_out() -> None:
    words = "seen on the road to HIDDEN"
    quote = Quote(0, len(words), "0" * 64, words)
    named = replace(
        taken("a", "near", note=words, quote=quote, report=Report(licence="CC BY 4.0")),
        place_as_written="near, by Hidden",
    )
    (public,) = out(story([named], PLACES), withhold(places=("hidden",))).claims
    assert (public.note, public.place_as_written) == ("", "Near")
    assert public.quote == replace(quote, text="")


def test_a_map_keeps_its_city_whatever_its_rules_say() -> None:
    public = out(story([], PLACES), withhold(window=(29.0, 49.0, 31.0, 50.1)), grid(0.5))
    assert public.places["city"] == CITY


def test_sources_actors_and_areas_that_only_withheld_claims_name_stay_behind() -> None:
    record = story([taken("a", "hidden", by="mole", area_id="ring"), taken("b", "near")], PLACES)
    record = replace(
        record,
        sources={
            **SOURCES,
            "mole": Source("mole", "Mole", "other", "A", "", frozenset()),
            "unused": Source("unused", "Unused", "other", "A", "", frozenset({"ghost", "blue"})),
        },
        actors={**record.actors, "ghosts": Actor("ghosts", "Ghosts", "", "ghost")},
        baseline={**record.baseline, "hidden": replace(record.baseline["hidden"], holder="ghosts")},
        settings=replace(record.settings, roles={**record.settings.roles, "ghosts": "foreign"}),
        areas={"ring": DrawnArea("ring", "Ring", '{"type":"Polygon","coordinates":[]}', "0" * 64)},
    )
    public = out(record, withhold(places=("hidden",)))
    assert "mole" not in public.sources
    assert public.sources["unused"].independent_of == {"blue"}
    assert "ghosts" not in public.actors
    assert "ghosts" not in public.settings.roles
    assert public.areas == {}


def test_a_map_that_listens_to_a_withheld_source_alone_listens_to_all() -> None:
    record = story([taken("a", "hidden", by="rumour"), taken("b", "near")], PLACES)
    record = replace(record, settings=replace(record.settings, method="single-source:rumour"))
    assert out(record, withhold(places=("hidden",))).settings.method == ""
    assert out(record, withhold(events=("strike",))).settings.method == "single-source:rumour"


def test_a_drawn_area_in_withheld_ground_is_withheld_with_its_claims() -> None:
    shape = '{"type":"Polygon","coordinates":[[[30.2,50.3],[30.4,50.3],[30.4,50.5],[30.2,50.3]]]}'
    far = shape.replace("50.", "49.")
    areas = {key: DrawnArea(key, key, text, "0" * 64) for key, text in (("in", shape), ("far", far))}
    claims = [taken("a", None, area_id="in"), taken("b", None, area_id="far")]
    public = out(replace(story(claims, PLACES), areas=areas), withhold(window=(30.35, 50.35, 30.6, 50.6)))
    assert set(public.areas) == {"far"}
    assert ids(public.claims) == ["b"]


# Kinds of events, delays


def test_events_are_withheld_and_their_places_stay() -> None:
    claims = [claim("s", "strike", None, "monitor", (1, 2), where="near"), taken("c", "near")]
    public = out(story(claims, PLACES), withhold(events=("strike",)))
    assert ids(public.claims) == ["c"]
    assert set(public.places) == {"city", "near", "hidden"}


def test_a_place_added_for_a_withheld_claim_waits_with_it() -> None:
    record = story([taken("a", "hidden", reported=3)], PLACES, baseline={"city": BLUE, "near": BLUE})
    assert "hidden" not in out(record, delay(24), now=at(20)).places
    assert "hidden" in out(record, delay(24), now=at(27)).places


def test_a_delay_counts_from_the_report_and_ends_to_the_second() -> None:
    record = story([taken("a", "near", reported=3)], PLACES)
    due = at(27)
    assert ids(out(record, delay(24), now=due - timedelta(seconds=1)).claims) == []
    assert ids(out(record, delay(24), now=due).claims) == ["a"]
    assert next_due(ruled(record, delay(24)), "public", at(20)) == due
    assert next_due(ruled(record, delay(24)), "public", due) is None
    assert next_due(record, "internal", at(0)) is None


def test_of_two_delays_the_longer_counts() -> None:
    record = story([taken("a", "near", reported=3)], PLACES)
    rules = (delay(24), delay(48, events=("captured",)))
    (told,) = out(record, *rules, now=at(30)).withheld
    assert (told.hours, told.until) == (48, at(72))


def test_a_delay_tells_the_day_it_ends_and_no_more() -> None:
    record = story([taken("a", "near", reported=3.71), taken("b", "hidden", reported=4)], PLACES)
    (told,) = out(record, delay(24), now=at(5)).withheld
    assert told.until == at(48)
    assert (told.places, told.claims) == (2, 2)


def test_a_delay_for_an_area_holds_for_places_in_it_and_what_is_named_like_them() -> None:
    claims = [
        taken("in", "hidden"),
        taken("out", "near"),
        replace(taken("named", None), place_as_written="hidden"),
    ]
    public = out(story(claims, PLACES), delay(500, window=(30.2, 50.3, 30.5, 50.6)), now=at(5))
    assert ids(public.claims) == ["out"]


# Words


def test_without_notes_neither_notes_nor_quoted_words_go_out() -> None:
    quote = Quote(3, 6, "0" * 64, "ran")
    said = taken("a", "near", note="free", quote=quote, report=Report(licence="CC0"))
    (public,) = out(story([said], PLACES), notes=False).claims
    assert (public.note, public.quote) == ("", replace(quote, text=""))


@pytest.mark.parametrize(
    ("licence", "text"), [("CC BY 4.0", "ran"), ("CC BY-NC 4.0", ""), ("", ""), ("all rights reserved", "")]
)
def test_quoted_words_go_out_only_where_their_licence_allows(licence: str, text: str) -> None:
    said = taken("a", "near", quote=Quote(3, 6, "0" * 64, "ran"), report=Report(licence=licence))
    (public,) = released(story([said], PLACES), "public", LATER).claims
    assert public.quote is not None
    assert public.quote.text == text


# Positions


def test_a_place_on_a_grid_stands_in_the_middle_of_its_cell_and_says_how_vague_that_is() -> None:
    exact = replace(NEAR, geonames_id=7, source="GeoNames 7", lat=50.213, lon=30.137)
    public = out(story([], (CITY, exact)), grid(0.05, kinds=("village",))).places["near"]
    assert (public.lat, public.lon) == (50.225, 30.125)
    assert (public.name, public.geonames_id, public.source) == ("Near", None, "")
    assert public.precision_m >= 500 + 1000 * geodesic_km(50.225, 30.125, 50.2, 30.1)


@given(
    points=st.lists(
        st.tuples(st.floats(49.5, 50.5), st.floats(29.5, 30.5), st.sampled_from(["base", "site", "village"])),
        max_size=25,
    )
)
def test_no_two_places_on_grids_stand_on_one_spot_or_closer_than_drawing_allows(
    points: list[tuple[float, float, str]],
) -> None:
    record = _scattered(points)
    public = out(record, grid(0.25, kinds=("base",)), grid(0.05, kinds=("site",)))
    assert set(public.places) == set(record.places)
    coarse = [p for p in public.places.values() if p.kind in ("base", "site")]
    for one in coarse:
        true = record.places[one.id]
        assert 1000 * geodesic_km(one.lat, one.lon, true.lat, true.lon) <= one.precision_m
    for one, other in combinations(public.places.values(), 2):
        if one in coarse or other in coarse:
            assert 1000 * geodesic_km(one.lat, one.lon, other.lat, other.lon) > 3


@given(
    points=st.lists(
        st.tuples(st.floats(49.5, 50.5), st.floats(29.5, 30.5), st.sampled_from(["base", "village"])),
        max_size=12,
    ),
    shift=st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)),
)
def test_where_in_its_cell_a_place_lies_moves_nothing(
    points: list[tuple[float, float, str]], shift: tuple[float, float]
) -> None:
    rules = (grid(0.25, kinds=("base",)),)
    moved = [
        (_in_cell(lat, shift[0]), _in_cell(lon, shift[1]), kind) if kind == "base" else (lat, lon, kind)
        for lat, lon, kind in points
    ]
    assert out(_scattered(points), *rules) == out(_scattered(moved), *rules)


def _in_cell(degrees: float, share: float) -> float:
    row = degrees // 0.25
    return min(row * 0.25 + share * 0.25, (row + 1) * 0.25 - 1e-9)


def _scattered(points: list[tuple[float, float, str]]) -> MapRecord:
    made = [replace(place(f"p{i}", lat, lon), kind=kind) for i, (lat, lon, kind) in enumerate(points)]
    return story([], (replace(CITY, kind="city"), *made))


# Corrections


def corrected(kind: str, key: str, before: Any, after: Any, hour: float = 100, **more: Any) -> Correction:
    action = Action.CORRECTED if after is not None else Action.RETRACTED
    kept = {"why": "checked again", "by": "Huda", "entry": "a" * 64, "replaces": "b" * 64, **more}
    return Correction(at(hour), kind, key, action, before, after, **kept)


def with_corrections(record: MapRecord, *corrections: Correction) -> MapRecord:
    return replace(record, corrections=corrections)


def test_a_correction_goes_out_with_its_reason_and_without_who_made_it() -> None:
    new = taken("a", "near")
    record = with_corrections(story([new], PLACES), corrected("claim", "a", replace(new, holder=BLUE), new))
    (public,) = released(record, "public", LATER).corrections
    assert (public.why, public.by) == ("checked again", "")
    assert public.before == replace(new, holder=BLUE)


def test_corrections_of_withheld_things_and_of_the_rules_stay_behind() -> None:
    new = taken("a", "hidden")
    rules = ReleaseRules("public", (withhold(places=("hidden",)),))
    record = with_corrections(
        story([new], PLACES),
        corrected("claim", "a", replace(new, holder=BLUE), new),
        corrected("place", "hidden", replace(HIDDEN, lat=50.41), HIDDEN),
        corrected("claim", "gone", taken("gone", "hidden"), None),
        corrected("release", "public", rules, rules),
    )
    assert out(record, withhold(places=("hidden",))).corrections == ()


def test_a_claim_corrected_from_a_withheld_place_appears_with_the_correction() -> None:
    new = taken("a", "near")
    record = with_corrections(story([new], PLACES), corrected("claim", "a", taken("a", "hidden"), new))
    public = out(record, withhold(places=("hidden",)))
    assert [c.before for c in public.corrections] == [None]
    assert ids(as_known(public, at(99)).claims) == []
    assert ids(as_known(public, at(101)).claims) == ["a"]


def test_a_claim_corrected_to_a_withheld_place_was_never_there() -> None:
    new = taken("a", "hidden")
    record = with_corrections(story([new], PLACES), corrected("claim", "a", taken("a", "near"), new))
    public = out(record, withhold(places=("hidden",)))
    assert public.corrections == ()
    assert ids(as_known(public, at(99)).claims) == []


def test_a_retraction_of_a_public_claim_goes_out_and_can_be_undone() -> None:
    gone = taken("a", "near", by="rumour")
    record = with_corrections(story([], PLACES), corrected("claim", "a", gone, None))
    public = out(record, withhold(places=("hidden",)))
    assert ids(as_known(public, at(99)).claims) == ["a"]
    assert "rumour" in public.sources


def test_a_rule_follows_its_place_into_the_one_that_it_was_merged_into() -> None:
    twin = place("twin", 50.41, 30.31)
    merge = replace(corrected("place", "hidden", HIDDEN, None), action=Action.MERGED, into="twin")
    moved = corrected("claim", "a", taken("a", "hidden"), taken("a", "twin"))
    record = with_corrections(story([taken("a", "twin")], (CITY, NEAR, twin)), merge, moved)
    public = out(record, withhold(places=("hidden",)))
    assert set(public.places) == {"city", "near"}
    assert (public.claims, public.corrections) == ((), ())


def test_what_was_retracted_is_not_counted_as_withheld() -> None:
    record = with_corrections(
        story([], PLACES), corrected("claim", "a", taken("a", "near", reported=3), None)
    )
    assert out(record, delay(500), now=at(110)).withheld == ()


def test_a_retraction_of_a_delayed_claim_waits_as_the_claim_would() -> None:
    gone = taken("a", "near", reported=3)
    record = with_corrections(story([], PLACES), corrected("claim", "a", gone, None, hour=4))
    assert out(record, delay(24), now=at(20)).corrections == ()
    assert len(out(record, delay(24), now=at(28)).corrections) == 1


def test_a_place_moved_within_its_cell_has_not_moved_and_one_moved_beyond_has() -> None:
    within, beyond = replace(NEAR, lat=50.21), replace(NEAR, lat=50.11)
    record = with_corrections(
        story([], (CITY, NEAR)),
        corrected("place", "near", beyond, within, hour=100),
        corrected("place", "near", within, NEAR, hour=101),
    )
    public = out(record, grid(0.05, kinds=("village",), places=("near",)))
    (told,) = public.corrections
    assert (told.before.lat, told.after.lat) == (50.125, 50.225)
    assert as_known(public, at(99)).places["near"].lat == 50.125


def test_the_clock_of_what_is_known_tells_nothing_of_what_is_withheld() -> None:
    late = taken("late", "hidden", reported=150)
    record = with_corrections(
        story([late, taken("b", "near", reported=3)], PLACES),
        corrected("claim", "late", replace(late, holder=BLUE), late, hour=160),
    )
    public = out(record, withhold(places=("hidden",)))
    assert latest_known(public) == at(3)
    for hour in (1, 4, 140, 155, 199):
        assert as_known(public, at(hour)).withheld == public.withheld


# What is kept back moves nothing

EVENTS = ("captured", "holds", "strike", "withdrawn")


@st.composite
def stories(draw: st.DrawFn) -> list[Claim]:
    places, who = st.sampled_from(["city", "near", "hidden"]), st.sampled_from(sorted(SOURCES))
    made = []
    for number in range(draw(st.integers(0, 8))):
        hour = draw(st.integers(1, 60))
        event = draw(st.sampled_from(EVENTS))
        holder = draw(st.sampled_from([BLUE, GREEN])) if event != "strike" else None
        made.append(
            claim(
                f"c{number}",
                event,
                holder,
                draw(who),
                (hour, hour + 1),
                where=draw(places),
                reported=hour + 1,
            )
        )
    return made


@given(stories(), st.integers(0, 100))
def test_a_withheld_claim_moves_nothing_that_goes_out_not_even_the_head(
    claims: list[Claim], hour: int
) -> None:
    rules = (withhold(places=("hidden",)), withhold(events=("strike",)), delay(24))
    now = at(hour)
    kept_back = set(ids(claims)) - set(ids(out(story(claims, PLACES), *rules, now=now).claims))
    without = [one for one in claims if one.id not in kept_back]
    full, plain = (out(_sourced(c, claims), *rules, now=now) for c in (claims, without))
    assert _but_sources(full) == _but_sources(plain)
    # A party or source that only what is kept back names goes too; one that nobody names is still listed.
    if (full.sources, full.actors, full.settings) == (plain.sources, plain.actors, plain.settings):
        assert full.head == plain.head


def _sourced(claims: list[Claim], all_claims: list[Claim]) -> MapRecord:
    """A story whose sources are those that any of the claims names, so that none is unused by chance."""
    named = {one.claimant for one in all_claims}
    record = story(claims, PLACES)
    return replace(record, sources={key: source for key, source in SOURCES.items() if key in named})


def _but_sources(record: MapRecord) -> Mapping[str, Any]:
    fields = {name: getattr(record, name) for name in MapRecord.__dataclass_fields__}
    return {k: v for k, v in fields.items() if k not in ("withheld", "sources", "head", "actors", "settings")}


@given(stories(), st.integers(0, 100))
def test_the_history_of_a_release_rests_on_claims_that_went_out(claims: list[Claim], hour: int) -> None:
    public = out(story(claims, PLACES), withhold(places=("hidden",)), delay(12), now=at(hour))
    history = control_history(public, None)
    rests_on = {c for holds in history.holds.values() for hold in holds for c in hold.claims}
    assert rests_on <= set(ids(public.claims))
    assert set(history.holds) <= set(public.places)


@given(stories(), st.integers(0, 120), st.integers(0, 120))
def test_a_later_clock_never_takes_back_what_went_out(claims: list[Claim], first: int, second: int) -> None:
    record = ruled(story(claims, PLACES), withhold(events=("strike",)), delay(24))
    earlier, later = sorted((first, second))
    sooner = released(record, "public", at(earlier))
    assert set(ids(sooner.claims)) <= set(ids(released(record, "public", at(later)).claims))


def test_the_head_of_a_release_tells_two_releases_apart_and_not_what_they_lack() -> None:
    one = out(story([taken("a", "near"), taken("b", "hidden")], PLACES), withhold(places=("hidden",)))
    two = out(story([taken("a", "near"), taken("x", "hidden")], PLACES), withhold(places=("hidden",)))
    other = out(story([taken("c", "near"), taken("b", "hidden")], PLACES), withhold(places=("hidden",)))
    assert one.head == two.head != other.head
    assert "f" * 64 not in (one.head, other.head)


# The ledger


def test_rules_come_back_from_their_entry() -> None:
    rules = ReleaseRules(
        "public", (delay(24, window=(1.0, 2.0, 3.0, 4.0)), grid(0.05, kinds=("hill",))), False
    )
    stored = entry("release", "public", rules)
    assert value_of("release", stored.body) == rules
    record = ruled(story([], PLACES), delay(24))
    assert "release" in {one.kind for one in entries_of(record)}


def test_a_name_of_few_letters_is_found_as_a_word_only() -> None:
    tel = Place("tel", "Tel", 50.4, 30.3, "hill", 100, "")
    notes = ["at Tel, they said", "a hotel"]
    claims = [taken(f"c{i}", "near", note=note) for i, note in enumerate(notes)]
    public = out(story(claims, (CITY, NEAR, tel)), withhold(places=("tel",)))
    assert [one.note for one in public.claims] == ["", "a hotel"]
