"""A page of HTML: the article is read, the menu, the scripts and the other headlines are not."""

from __future__ import annotations

from datetime import date

from reading_score import REPORTS, read_file

from claims.reading.page import page_of

PAGE = (REPORTS / "development" / "sudan_html_10.html").read_bytes()


def test_the_article_is_the_text() -> None:
    page = page_of(PAGE)
    assert page.text.startswith("Sudan's army recaptures presidential palace in Khartoum\n")
    assert "ministries’ quarter" in page.text
    for other in ("RSF captures Omdurman", "RSF seizes El Obeid", "Rebels seize Nyala", "color:red", "Home"):
        assert other not in page.text


def test_the_date_that_a_page_states_is_found() -> None:
    assert page_of(PAGE).published == date(2025, 3, 21)
    assert page_of(b"<html><body><p>No date</p></body></html>").published is None


def test_the_title_is_the_headline_without_the_name_of_the_paper() -> None:
    reading = read_file(REPORTS / "development" / "sudan_html_10.html", "2025-03-21", "Africa/Khartoum")
    assert reading.title == "Sudan's army recaptures presidential palace in Khartoum"


def test_text_that_is_no_html_stays_as_it_came() -> None:
    for raw in (b"a < b and c > d\r\n", b"\xef\xbb\xbfHama fell.", "Grüße".encode("cp1252")):
        page = page_of(raw)
        assert not page.html
    assert page_of(b"a\r\nb").text == "a\r\nb"
    assert page_of("Grüße".encode("cp1252")).text == "Grüße"


def test_an_empty_page_is_no_error() -> None:
    assert page_of(b"<html></html>").text == ""
    assert page_of(b"<!doctype html>").text == ""
