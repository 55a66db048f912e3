"""What playback.js tells a surface and its listeners."""

from __future__ import annotations

import random
import sys
from typing import Any

import pytest
from assets_page import load_scripts, record, replay, seen, seen_at
from tiny_document import START, at, big_document, tiny_document

pytestmark = pytest.mark.browser


@pytest.fixture
def blank(chromium: Any, watched_page: Any) -> Any:
    page = watched_page(chromium).page
    load_scripts(page)
    return page


@pytest.fixture
def tiny(blank: Any) -> Any:
    record(blank, tiny_document())
    return blank


def test_first_paint_is_the_whole_state_of_the_first_instant(tiny):
    (first,) = tiny.evaluate("paints")
    assert first["full"] is True
    assert first["t"] == START
    assert seen(tiny) == replay(tiny_document(), START)
    assert tiny.evaluate("playback.time()") == "2024-12-01T00:00+03:00"


def test_first_instant_can_be_chosen(blank):
    record(blank, {**tiny_document(), "at": at(2, 15)})
    assert blank.evaluate("playback.time()") == "2024-12-02T15:00+03:00"
    assert seen(blank) == replay(tiny_document(), at(2, 15))


def test_hand_over_is_half_open(tiny):
    tiny.evaluate("t => playback.seek(t)", at(2, 14) - 1)
    assert seen(tiny)["faces"][2] == 2
    tiny.evaluate("t => playback.seek(t)", at(2, 14))
    assert seen(tiny)["faces"][2] == 1


def test_a_step_tells_only_what_differs(tiny):
    tiny.evaluate("t => playback.seek(t)", at(2, 14))
    tiny.evaluate("playback.step(1)")
    last = tiny.evaluate("paints.at(-1)")
    assert last["t"] == at(3, 23, 40)
    assert not last["full"]
    assert last["faces"] == [[1, 1]]
    assert sorted(last["fronts"]) == [[1, 3], [2, 0]]
    assert last["places"] == [[1, 1]]
    tiny.evaluate("t => playback.seek(t)", at(3, 23, 50))
    nothing = tiny.evaluate("paints.at(-1)")
    assert [nothing[part] for part in ("faces", "fronts", "places")] == [[], [], []]


def test_taken_and_retaken_within_the_hour_shows_both(tiny):
    tiny.evaluate("t => playback.seek(t)", at(3, 20))
    states = []
    for _ in range(2):
        tiny.evaluate("playback.step(1)")
        states.append((tiny.evaluate("playback.time()"), seen(tiny)["places"][1]))
    assert states == [("2024-12-03T23:40+03:00", 1), ("2024-12-04T00:20+03:00", 3)]


def test_a_jump_over_a_change_and_its_undoing_tells_what_is_true_now(tiny):
    tiny.evaluate("t => playback.seek(t)", at(3, 23, 45))
    tiny.evaluate("t => playback.seek(t)", at(4, 1))
    assert seen(tiny) == replay(tiny_document(), at(4, 1))
    tiny.evaluate("t => playback.seek(t)", at(3, 23, 45))
    assert seen(tiny) == replay(tiny_document(), at(3, 23, 45))


def test_forward_and_backward_pass_the_same_states(tiny):
    forward, backward = [], []
    for _ in range(7):
        tiny.evaluate("playback.step(1)")
        forward.append((tiny.evaluate("playback.seconds()"), seen(tiny)))
    for _ in range(7):
        backward.append((tiny.evaluate("playback.seconds()"), seen(tiny)))
        tiny.evaluate("playback.step(-1)")
    assert forward == backward[::-1]
    assert [t for t, _ in forward] == [
        *(change[0] for change in tiny_document()["changes"]),
        at(4, 23, 59),
    ]
    assert tiny.evaluate("playback.seconds()") == START


@pytest.mark.parametrize("seed", range(6))
def test_any_walk_equals_a_replay_from_scratch(blank, seed):
    chance = random.Random(seed)
    document = big_document(
        faces=chance.randrange(1, 60), changes=chance.choice([0, 1, 40, 900]) + seed, seed=seed
    )
    record(blank, document)
    first, end = document["span"]
    instants = [change[0] for change in document["changes"]] or [first]
    wanted = [
        chance.choice([chance.randrange(first, end), chance.choice(instants), chance.choice(instants) - 1])
        for _ in range(60)
    ]
    states = blank.evaluate(
        """async (wanted) => {
          const states = [];
          for (const t of wanted) {
            playback.seek(t);
            states.push([playback.seconds(), structuredClone(seen)]);
          }
          for (let i = 0; i < 90; i++) {
            playback.step(i % 3 ? -1 : 1, ["change", "6h", "day"][i % 5 % 3]);
            states.push([playback.seconds(), structuredClone(seen)]);
          }
          return states;
        }""",
        wanted,
    )
    for t, found in states:
        expected = replay(document, t)
        assert {part: list(values.values()) for part, values in found.items()} == expected
    assert seen(blank) == {
        part: list(values)
        for part, values in blank.evaluate(
            "Object.fromEntries(Object.entries(playback.state()).map(([k, v]) => [k, [...v]]))"
        ).items()
    }


def test_seek_outside_the_range_clamps(tiny):
    assert tiny.evaluate("playback.range()") == ["2024-12-01T00:00+03:00", "2024-12-04T23:59+03:00"]
    assert tiny.evaluate("playback.seek('1999-01-01')") == "2024-12-01T00:00+03:00"
    assert tiny.evaluate("playback.seek(4e9)") == "2024-12-04T23:59+03:00"
    assert seen(tiny) == replay(tiny_document(), at(4, 23, 59))


def test_range_ends_where_knowledge_ends(blank):
    record(blank, {**tiny_document(), "known_at": at(3, 12)})
    assert blank.evaluate("playback.range()[1]") == "2024-12-03T12:00+03:00"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-12-03T23:40+03:00", at(3, 23, 40)),
        ("2024-12-03T20:40Z", at(3, 23, 40)),
        ("2024-12-03T20:40:00.000Z", at(3, 23, 40)),
        ("2024-12-03 23:40", at(3, 23, 40)),
        ("2024-12-03T23:40 03:00", at(3, 23, 40)),
        ("2024-12-03T18:40-0200", at(3, 23, 40)),
        ("2024-12-03", at(3, 23, 59)),
        (at(3, 23, 40), at(3, 23, 40)),
        (at(3, 23, 40) + 0.7, at(3, 23, 40)),
    ],
)
def test_an_instant_can_be_written_in_several_ways(tiny, written, meant):
    tiny.evaluate("when => playback.seek(when)", written)
    assert tiny.evaluate("playback.seconds()") == meant


@pytest.mark.parametrize(
    "nonsense",
    ["'yesterday'", "'2024-02-30'", "'2024-12-03T25:00'", "''", "NaN", "Infinity", "null", "undefined", "{}"],
)
def test_what_is_no_instant_is_refused_by_name_and_moves_nothing(tiny, nonsense):
    tiny.evaluate("t => playback.seek(t)", at(2, 14))
    name, message = tiny.evaluate(
        f"playback.seek({nonsense}).then(() => ['moved', ''], (fault) => [fault.name, fault.message])"
    )
    assert name == "TypeError"
    assert "is not an instant; give a date such as" in message
    assert tiny.evaluate("playback.seconds()") == at(2, 14)


def test_steps_by_hours_and_days_land_on_the_clock_of_the_map(tiny):
    tiny.evaluate("t => playback.seek(t)", at(2, 14))
    landed = [
        tiny.evaluate(f"playback.step({way}, '{kind}')") for way, kind in [(1, "6h"), (1, "6h"), (-1, "6h")]
    ]
    assert [iso[5:16] for iso in landed] == ["12-02T18:00", "12-03T00:00", "12-02T18:00"]
    landed = [tiny.evaluate(f"playback.step({way}, 'day')") for way in (1, 1, -1, -1, -1, -1)]
    assert [iso[5:16] for iso in landed] == [
        "12-02T23:59", "12-03T23:59", "12-02T23:59", "12-01T23:59", "12-01T00:00", "12-01T00:00",
    ]  # fmt: skip


def _walk(page: Any, direction: int, kind: str) -> list[int]:
    return page.evaluate(
        """async ([direction, kind]) => {
          const passed = [];
          do {
            passed.push(playback.seconds());
            playback.step(direction, kind);
          } while (playback.seconds() !== passed.at(-1));
          return passed;
        }""",
        [direction, kind],
    )


@pytest.mark.parametrize(("before", "after"), [(180, 120), (120, 180)])
def test_steps_keep_to_the_clock_when_it_is_put_back_or_forward(blank, before, after):
    document = tiny_document()
    document["clock"]["offsets"] = [[START - 86400, before], [at(3, 1), after]]
    record(blank, document)
    skipped = {"01:00"} if after > before else set()  # that night has no midnight
    for kind, wanted in [("6h", {"00:00", "06:00", "12:00", "18:00"} | skipped), ("day", {"23:59"})]:
        blank.evaluate("playback.seek(0)")
        there = _walk(blank, 1, kind)
        inner = there[1:-1]
        clocks = blank.evaluate("list => list.map((t) => playback.clock.iso(t))", inner)
        assert {iso[11:16] for iso in clocks} <= wanted
        assert {iso[-6:] for iso in clocks} == {f"+{before // 60:02d}:00", f"+{after // 60:02d}:00"}
        assert there == sorted(set(there))
        back = _walk(blank, -1, kind)
        assert back[::-1] == there


@pytest.mark.parametrize(("minutes", "suffix"), [(0, "+00:00"), (-210, "-03:30"), (345, "+05:45")])
def test_iso_times_carry_the_offset_of_the_map(blank, minutes, suffix):
    record(blank, {**tiny_document(), "clock": {"zone": "X", "offsets": [[0, minutes]]}})
    iso = blank.evaluate("t => playback.seek(t)", at(2, 14))
    assert iso.endswith(suffix)
    assert blank.evaluate("iso => playback.clock.parse(iso)", iso) == at(2, 14)


def test_fresh_places_are_those_that_changed_since_the_local_midnight(tiny):
    for t, fresh in [
        (at(1, 5), []),
        (at(1, 6), [2]),
        (at(1, 23, 59), [2]),
        (at(3, 23, 40), [1]),
        (at(4, 0, 0), []),
        (at(4, 0, 20), [1]),
        (at(4, 23, 59), [1, 3, 0]),
    ]:
        tiny.evaluate("t => playback.seek(t)", t)
        assert tiny.evaluate("paints.at(-1).fresh") == fresh


def test_listeners_hear_time_with_the_number_of_changes_passed(tiny):
    tiny.evaluate("heard.length = 0")
    tiny.evaluate("t => playback.seek(t)", at(3, 13))
    tiny.evaluate("playback.step(1)")
    tiny.evaluate("t => playback.seek(t)", START)
    told = [event for name, event in tiny.evaluate("heard") if name == "time"]
    assert [(event["changed"], event["cause"]) for event in told] == [(2, "seek"), (1, "step"), (3, "seek")]
    assert told[1]["iso"] == "2024-12-03T23:40+03:00"
    assert told[1]["previous"] == at(3, 13)


def test_play_runs_through_every_change_and_stops_at_the_end(blank):
    blank.clock.install()
    record(blank, tiny_document())
    blank.clock.run_for(500)
    blank.evaluate("playback.play()")
    for _ in range(12):
        blank.clock.run_for(950)
    shown = blank.evaluate("paints.map((delta) => delta.t)")
    assert shown == [START, *(change[0] for change in tiny_document()["changes"]), at(4, 23, 59)]
    assert blank.evaluate("playback.playing()") is False
    assert [name for name, _ in blank.evaluate("heard") if name != "time"] == ["play", "pause", "end"]


def test_nothing_plays_by_itself(blank):
    blank.clock.install()
    record(blank, tiny_document())
    blank.clock.run_for(10_000)
    assert blank.evaluate("paints.length") == 1


def test_play_at_the_end_begins_again(blank):
    blank.clock.install()
    record(blank, tiny_document(), at=at(4, 23, 59))
    blank.evaluate("playback.play()")
    assert blank.evaluate("playback.seconds()") == START
    blank.clock.run_for(1_000)
    assert blank.evaluate("playback.seconds()") == at(1, 6)
    blank.evaluate("playback.pause()")
    blank.clock.run_for(5_000)
    assert blank.evaluate("playback.seconds()") == at(1, 6)


def test_speed_and_step_change_while_it_plays(blank):
    blank.clock.install()
    record(blank, big_document(faces=4, changes=2000, seed=3), stepKind="6h")
    blank.clock.pause_at(blank.evaluate("Date.now() + 60000"))

    def steps_in(milliseconds: int) -> int:
        before = blank.evaluate("paints.length")
        blank.clock.run_for(milliseconds)
        return blank.evaluate("paints.length") - before

    blank.evaluate("playback.play()")
    assert steps_in(9_000) in (9, 10)
    blank.evaluate("playback.setSpeed(4)")
    assert steps_in(9_000) in (39, 40, 41)
    blank.evaluate("playback.setSpeed(0.5)")
    assert steps_in(9_000) in (4, 5, 6)
    blank.evaluate("playback.setStepKind('day')")
    assert steps_in(9_000) in (4, 5)
    assert blank.evaluate("playback.time()")[11:16] == "23:59"


def test_steps_wait_for_a_slow_surface_and_never_queue_up(blank):
    blank.clock.install()
    record(blank, big_document(faces=4, changes=200, seed=3), speed=4)
    blank.evaluate("window.slowly = 2000")
    blank.clock.run_for(500)
    blank.evaluate("playback.play()")
    blank.clock.run_for(9_000)
    assert blank.evaluate("paints.length") in (5, 6)


def test_pause_and_play_in_haste_leave_one_play_running(blank):
    blank.clock.install()
    record(blank, big_document(faces=4, changes=400, seed=3))
    blank.evaluate("window.slowly = 300")
    blank.evaluate("for (let i = 0; i < 5; i++) { playback.play(); playback.pause(); } playback.play();")
    blank.clock.run_for(100)
    before = blank.evaluate("paints.length")
    blank.clock.run_for(9_000)
    assert blank.evaluate("paints.length") - before in (9, 10)


def test_a_surface_that_fails_stops_the_play(chromium):
    context = chromium.new_context()
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    load_scripts(page)
    record(page, tiny_document())
    page.evaluate("void (recorder.paint = () => { throw new Error('no canvas'); })")
    page.evaluate("playback.play()")
    page.wait_for_function("!playback.playing()")
    page.evaluate("new Promise((resolve) => setTimeout(resolve, 50))")
    context.close()
    assert any("no canvas" in fault for fault in faults)


def test_unknown_steps_and_speeds_are_refused(tiny):
    for call in ("setStepKind('week')", "setSpeed(3)"):
        assert (
            tiny.evaluate(f"(() => {{ try {{ playback.{call}; }} catch (f) {{ return f.name; }} }})()")
            == "TypeError"
        )


def test_another_surface_gets_the_whole_state(tiny):
    tiny.evaluate("t => playback.seek(t)", at(4, 9))
    whole = tiny.evaluate(
        """(() => { let got; playback.setSurface({paint: (delta) => { got = {full: delta.full};
          for (const part of ["faces", "fronts", "places"]) got[part] = [...delta[part].value]; }});
          return got; })()"""
    )
    expected = replay(tiny_document(), at(4, 9))
    assert whole["full"]
    assert whole["faces"] == expected["faces"]
    assert whole["fronts"] == expected["fronts"]
    assert whole["places"] == expected["places"]


def test_while_it_plays_a_surface_is_told_the_next_step_ahead_of_time(blank):
    record(blank, tiny_document())
    blank.evaluate("playback.seek(playback.bounds()[0])")
    blank.evaluate("window.ahead = []")
    blank.evaluate(
        """void (recorder.prepare = ({t, faces}) =>
          ahead.push([t, ...["index", "value"].map((of) => [...faces[of].subarray(0, faces.count)])]))"""
    )
    blank.evaluate("playback.setSpeed(4); playback.play()")
    blank.wait_for_function("!playback.playing() && ahead.length === 7")
    painted = blank.evaluate("paints.slice(-7).map(({t, faces}) => [t, faces])")
    told = [
        [t, [list(pair) for pair in zip(index, value, strict=True)]]
        for t, index, value in blank.evaluate("ahead")
    ]
    assert told == [*painted[1:], [painted[-1][0], []]]  # after the end comes nothing


def test_after_a_step_a_surface_is_told_of_one_more_in_the_same_direction(blank):
    record(blank, tiny_document())
    blank.evaluate("window.ahead = []; void (recorder.prepare = ({t}) => ahead.push(t))")
    for move in ("step(1)", "step(1)", "step(-1)", f"seek({at(2, 0)})", f"seek({at(3, 0)})"):
        blank.evaluate(f"playback.{move}")
    first, second, *_ = painted = blank.evaluate("paints.slice(1).map(({t}) => t)")
    assert painted[2] == first
    told = blank.evaluate("ahead")
    assert told[0] == second and told[2] == blank.evaluate("playback.bounds()[0]") and told[4] == at(4, 0)


def test_a_play_can_be_left_for_another_instant_at_any_time(blank):
    document = big_document(faces=20, changes=60, seed=3)
    record(blank, document)
    blank.evaluate("playback.setSpeed(4); playback.play()")
    for to in document["changes"][3][0], document["span"][0], document["changes"][-1][0]:
        blank.wait_for_timeout(30)
        blank.evaluate("t => playback.seek(t)", to)
        at_once, state = seen_at(blank)
        assert state == replay(document, at_once)
    blank.evaluate("playback.pause()")


def test_ten_times_through_the_story_take_no_more_memory_than_one(chromium, watched_page):
    page = watched_page(chromium).page
    load_scripts(page)
    record(page, big_document(faces=2000, changes=3000, seed=2))
    page.evaluate("playback.setSurface({paint() {}})")
    chrome = page.context.new_cdp_session(page)

    def once() -> int:
        page.evaluate(
            """(async () => { await playback.seek(playback.bounds()[0]);
              for (let i = 0; i < 400; i++) void playback.step(1);
              heard.length = paints.length = 0;
              await new Promise((resolve) => setTimeout(resolve, 300)); })()"""
        )
        chrome.send("HeapProfiler.collectGarbage")
        return int(chrome.send("Runtime.getHeapUsage")["usedSize"])

    first = [once(), once()][-1]
    assert [once() for _ in range(9)][-1] - first < 100_000


def test_the_public_object_has_seven_parts_and_seek_resolves_when_drawn(tiny):
    tiny.evaluate("frontlineParts.installPublicObject(playback)")
    assert sorted(tiny.evaluate("Object.keys(frontline)")) == [
        "pause", "play", "range", "ready", "seek", "stats", "time",
    ]  # fmt: skip
    assert tiny.evaluate("frontline.ready.then(() => 'drawn')") == "drawn"
    assert tiny.evaluate(
        """(async () => {
          let frames = 0;
          requestAnimationFrame(function count() { frames += 1; requestAnimationFrame(count); });
          await frontline.seek("2024-12-04");
          return frames > 0;
        })()"""
    )
    assert tiny.evaluate("frontline.time()") == "2024-12-04T23:59+03:00"
    stats = tiny.evaluate("frontline.stats()")
    assert stats["faces"] == 4
    assert stats["changes"] == 6
    assert stats["stepMs"]["median"] <= stats["stepMs"]["p95"]


def test_no_steps_no_step_times(tiny):
    assert tiny.evaluate("playback.stats().stepMs") == {"median": None, "p95": None}


def test_dates_are_printed_in_the_words_of_the_document(blank):
    document = tiny_document()
    arabic = {
        "weekdays": ["الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"],
        "weekdays_short": ["الأحد"] * 7,
        "months": ["-"] * 11 + ["كانون الأول"],
        "months_short": ["-"] * 11 + ["كانون الأول"],
        "date_forms": {"long": "{weekday} {day} {month} {year}، {time}", "stamp": "{day} {place}"},
        "place": "دمشق",
    }
    record(blank, {**document, "words": arabic})
    assert (
        blank.evaluate("t => playback.clock.text(t, 'long')", at(4, 23, 59))
        == "الأربعاء 4 كانون الأول 2024، 23:59"
    )
    assert blank.evaluate("t => playback.clock.text(t, 'stamp')", at(4, 23, 59)) == "4 دمشق"
    record(blank, document)
    assert (
        blank.evaluate("t => playback.clock.text(t, 'long')", at(4, 23, 59))
        == "Wednesday 4 December 2024, 23:59"
    )
    assert (
        blank.evaluate("t => playback.clock.text(t, 'stamp')", at(4, 23, 59))
        == "Wed 4 Dec 2024, 23:59 Damascus"
    )


def test_words_are_made_of_the_flat_texts_of_figures(blank):
    from figures.words import words

    for lang, month in [("en", "December"), ("ar", "كانون الأول")]:
        texts = {
            key: list(text) if isinstance(text, tuple) else text for key, text in words(lang).texts.items()
        }
        made = blank.evaluate("texts => frontlineParts.wordsFrom(texts, 'X')", texts)
        assert made["months"][11] == month
        assert made["date_forms"]["short_time"] == texts["calendar.short_time"]
        assert made["changes"]["few"] == texts["live.few"]
        assert made["live"] == texts["live.sentence"]
        assert made["place"] == "X"


def test_a_large_map_steps_and_jumps_truly(blank):
    document = big_document()
    record(blank, document)
    for t in blank.evaluate(
        """(() => {
          for (let i = 0; i < 400; i++) playback.step(1);
          return [playback.seconds()];
        })()"""
    ):
        assert seen(blank) == replay(document, t)
    steps = blank.evaluate("playback.stats().stepMs")
    jumps = blank.evaluate(
        """(() => {
          const [first, last] = playback.bounds();
          const took = [];
          for (let i = 0; i < 200; i++) {
            const began = performance.now();
            playback.seek(first + ((i * 7919) % 200) / 200 * (last - first));
            took.push(performance.now() - began);
          }
          return took.sort((a, b) => a - b)[100];
        })()"""
    )
    assert seen(blank) == replay(document, blank.evaluate("playback.seconds()"))
    # Reported (pytest -s), not asserted: how long it takes depends on the machine.
    sys.stdout.write(f"\nscript per step {steps} ms, median jump {jumps:.2f} ms\n")
