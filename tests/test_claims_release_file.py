"""A release.toml: what it may say, and how everything wrong with it is told at once, with lines."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from claims.ledger import Ledger
from claims.map_folder import read_map_folder
from claims.new_map import write_new_map
from claims.release_rules import Measure, ReleaseRules, Rule
from gazetteer.errors import BadFiles

FULL = """
[public]
notes = false

[[public.rules]]
measure = "delay"
hours = 24
events = ["captured", "recaptured"]
window = [-19.0, 64.9, -18.0, 65.2]
reason = { en = "a day", ar = "يوم" }

[[public.rules]]
measure = "grid"
degrees = 0.05
kinds = ["village"]
reason = "not exact"

[partners]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "my-map"
    write_new_map(made)
    return made


def with_rules(folder: Path, text: str) -> Path:
    (folder / "release.toml").write_text(text, encoding="utf-8")
    return folder


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(BadFiles) as caught:
        read_map_folder(with_rules(folder, text))
    return [str(fault) for fault in caught.value.faults]


def test_every_key_is_read(folder: Path) -> None:
    releases = read_map_folder(with_rules(folder, FULL)).releases
    assert releases == {
        "public": ReleaseRules(
            "public",
            (
                Rule(
                    Measure.DELAY,
                    events=("captured", "recaptured"),
                    window=(-19.0, 64.9, -18.0, 65.2),
                    hours=24.0,
                    reason={"en": "a day", "ar": "يوم"},
                ),
                Rule(Measure.GRID, kinds=("village",), degrees=0.05, reason={"en": "not exact"}),
            ),
            notes=False,
        ),
        "partners": ReleaseRules("partners"),
    }


def test_a_new_map_has_rules_to_start_from_and_none_that_hold(folder: Path) -> None:
    assert (folder / "release.toml").read_text(encoding="utf-8").count("[[public.rules]]") == 3
    assert read_map_folder(folder).releases == {}


def test_the_rules_of_a_new_map_hold_once_their_remark_signs_are_gone(folder: Path) -> None:
    lines = (folder / "release.toml").read_text(encoding="utf-8").splitlines()
    said = [line.removeprefix("# ") for line in lines if "=" in line or line.startswith("# [")]
    record = read_map_folder(with_rules(folder, "\n".join(line for line in said if "--release" not in line)))
    assert len(record.releases["public"].rules) == 3
    assert set(record.releases) == {"public", "partners"}


def test_rules_are_kept_in_the_ledger_and_come_back(folder: Path) -> None:
    record = read_map_folder(with_rules(folder, FULL))
    with Ledger("sqlite://") as ledger:
        ledger.load(record, datetime(2024, 3, 9, tzinfo=UTC))
        assert ledger.read().releases == record.releases


def test_all_faults_are_told_together_with_their_lines(folder: Path) -> None:
    text = FULL.replace("hours = 24", "hours = 0").replace('"recaptured"', '"recapturd"')
    text = text.replace("degrees = 0.05", "degres = 0.05").replace('"village"', '"vilage"')
    assert faults(folder, text) == [
        "release.toml, line 7: public.hours: '0' is not a number of hours from 0.01 to 87840",
        "release.toml, line 8: public.events: 'recapturd' is not known; did you mean 'recaptured'?",
        "release.toml, line 14: public.degres: is not a key of a rule; did you mean 'degrees'?",
        "release.toml, line 15: public.kinds: 'vilage' is not known; did you mean 'village'?",
    ]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('measure = "delay"\nreason = "r"', "hours: is missing; a delay needs it"),
        ('measure = "grid"\nreason = "r"\nkinds = ["village"]', "degrees: is missing; a grid needs it"),
        ('measure = "withhold"\nevents = ["strike"]', "reason: is missing"),
        (
            'measure = "withhold"\nreason = "r"\nhours = 3\nevents = ["strike"]',
            "hours: belongs to the",
        ),
        ('measure = "hide"\nreason = "r"', "measure: 'hide' is not known"),
        ('reason = "r"', "measure: is missing; write one of delay, grid, withhold"),
        (
            'measure = "withhold"\nreason = "r"\nplaces = []',
            "is an empty list",
        ),
        ('measure = "withhold"\nreason = "r"\nplaces = ["nowhere"]', "places: 'nowhere' is not known"),
        ('measure = "withhold"\nreason = { ar = "x" }\nplaces = ["north-village"]', "has no English text"),
        (
            'measure = "delay"\nhours = 1\nreason = "r"\nwindow = [64.9, -19.0, 65.2, -18.0]',
            "lies wholly",
        ),
        ('measure = "delay"\nhours = 1\nreason = "r"\nwindow = [3, 2, 1, 0]', "west must be less than east"),
        ('measure = "grid"\ndegrees = 0.1\nreason = "r"\nevents = ["strike"]', "says nothing to a grid"),
        (
            'measure = "withhold"\nreason = "r"\nplaces = ["middle-city"]',
            "the map's city",
        ),
        ('measure = "grid"\ndegrees = 0.1\nreason = "r"', "it can neither be withheld nor put on a grid"),
        ('measure = "withhold"\nreason = "r"\nwindow = [-19.6, 64.6, -17.4, 65.3]', "window: speaks of"),
    ],
)
def test_a_rule_that_makes_no_sense_is_a_fault(folder: Path, rule: str, said: str) -> None:
    (told,) = faults(folder, f"[[public.rules]]\n{rule}\n")
    assert told.startswith("release.toml, line ")
    assert said in told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[internal]", "line 1: internal: is the name for everything and can have no rules"),
        ("[Press]", "line 1: Press: cannot be the name of a release"),
        ("public = 3", "line 1: public: is no release; write [public]"),
        ("[public]\nnote = true", "line 2: public.note: is not a key of a release; did you mean 'notes'?"),
        ("[public]\nrules = 3", "line 2: public.rules: is not a list of rules"),
        ("[public\n", "line 1: cannot be read as TOML"),
        ("[public]\nnotes = 'yes'", "line 2: public.notes: is neither true nor false"),
    ],
)
def test_a_release_that_makes_no_sense_is_a_fault(folder: Path, text: str, said: str) -> None:
    (told,) = faults(folder, text)
    assert said in told
