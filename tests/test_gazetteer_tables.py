"""The places table: what a map's folder keeps becomes Places, or every fault of it."""

import io
from pathlib import Path

import pytest

from gazetteer.errors import BadFiles
from gazetteer.tables import read_places

EXAMPLE = Path(__file__).parent.parent / "examples" / "hama-2024" / "places.csv"
HEADER = "id,name,name_ar,other_names,lat,lon,kind,admin1,population,geonames_id,precision_m,source,checked\n"


def faults_of(text: str | bytes) -> list[str]:
    stream = io.BytesIO(text.encode() if isinstance(text, str) else text)
    with pytest.raises(BadFiles) as caught:
        read_places(stream, name="places.csv")
    return str(caught.value).split("\n")


def test_the_example_is_read():
    places = {p.id: p for p in read_places(EXAMPLE)}
    assert len(places) == 430
    shahour = places["maar-shahour"]
    assert (shahour.name, shahour.names["ar"], shahour.kind) == ("Maar Shahour", "معر شحور", "village")
    assert "Maar Shahur" in shahour.variants
    assert (shahour.precision_m, shahour.admin1, shahour.population) == (500, "Hama", 5595)


def test_only_four_columns_are_needed():
    (place,) = read_places(io.StringIO("lon,lat,name,id\n36.7,35.1,Hama,hama\n"))
    assert (place.lat, place.lon, place.kind, place.precision_m, place.names) == (
        35.1,
        36.7,
        "place",
        2000,
        {},
    )


def test_all_faults_are_told_together():
    rows = [
        "hama,Hama,,,95,36.7,,,,,,,",
        "homs,,,,34.7,236.7,,,,,x,,",
        "hama,Hama again,,,35,36,,,many,,,,",
        "a b,Suran,,,35,36,,,,,-5,,",
        ",Nameless,,,35,36,,,,,,,",
    ]
    assert faults_of(HEADER + "\n".join(rows)) == [
        "places.csv, line 2: lat: '95' is not between -90 and 90",
        "places.csv, line 3: name: is empty",
        "places.csv, line 3: lon: '236.7' is not between -180 and 180",
        "places.csv, line 3: precision_m: 'x' is not a number",
        "places.csv, line 4: population: 'many' is not a number",
        "places.csv, line 4: id: 'hama' is already the id of line 2",
        "places.csv, line 5: id: 'a b' is no id; use up to 100 letters a-z, digits, '-', '_' and '.'",
        "places.csv, line 5: precision_m: '-5' is not between 0 and 1e+06",
        "places.csv, line 6: id: is empty",
    ]


def test_a_misnamed_column_is_told_with_the_nearest_known_one():
    said = faults_of("id,name,latitude,lon,colour\nhama,Hama,35,36,red\n")
    assert said[0] == "places.csv, line 1: column 'latitude' is not known; did you mean 'lat'?"
    assert "column 'lat' is missing" in said[-1]
    assert any("'colour' is not known" in line for line in said)


def test_hostile_text_in_a_name_stays_text():
    (place,) = read_places(io.StringIO('id,name,lat,lon\nx,"<a href=//evil>%{x}</script>",35,36\n'))
    assert place.name == "<a href=//evil>%{x}</script>"


def test_a_broken_encoding_is_told_by_line():
    said = faults_of(
        (HEADER + "hama,Hama,,,35,36,,,,,,,\n").encode() + "homs,حمص,,,34,36,,,,,,,\n".encode("cp1256")
    )
    assert said == ["places.csv, line 3: is not UTF-8 (byte 0xcd at 6); save the file as CSV UTF-8"]
