"""Every colour can be read, and the two parties of the front differ for every reader."""

from __future__ import annotations

import math

import pytest

from figures.palette import PALETTES, ROLES, THEMES, channels, contrast, mix, palette

EVERY = [(name, theme) for name in PALETTES for theme in THEMES]

# Machado, Oliveira & Fernandes 2009, severity 1.0, on linear RGB.
MACHADO = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def _linear(colour):
    for value in channels(colour):
        c = value / 255
        yield c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4


def _seen(colour, sight):
    rgb = list(_linear(colour))
    return [min(1.0, max(0.0, sum(m * c for m, c in zip(row, rgb, strict=True)))) for row in MACHADO[sight]]


def _lab(rgb):
    r, g, b = rgb
    x = (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047
    y = 0.2126729 * r + 0.7151522 * g + 0.0721750 * b
    z = (0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def ciede2000(lab1, lab2):
    """Sharma, Wu & Dalal 2005."""
    (l1, a1, b1), (l2, a2, b2) = lab1, lab2
    mean_c = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(mean_c**7 / (mean_c**7 + 25**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = (math.degrees(math.atan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    dl, dc = l2 - l1, c2 - c1
    dh = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    big_dh = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(dh) / 2)
    ml, mc = (l1 + l2) / 2, (c1 + c2) / 2
    if c1 * c2 == 0:
        mh = h1 + h2
    else:
        mh = (h1 + h2) / 2 if abs(h1 - h2) <= 180 else (h1 + h2 + (360 if h1 + h2 < 360 else -360)) / 2
    t = (
        1
        - 0.17 * math.cos(math.radians(mh - 30))
        + 0.24 * math.cos(math.radians(2 * mh))
        + 0.32 * math.cos(math.radians(3 * mh + 6))
        - 0.20 * math.cos(math.radians(4 * mh - 63))
    )
    sl = 1 + 0.015 * (ml - 50) ** 2 / math.sqrt(20 + (ml - 50) ** 2)
    sc, sh = 1 + 0.045 * mc, 1 + 0.015 * mc * t
    turn = 30 * math.exp(-(((mh - 275) / 25) ** 2))
    rt = -2 * math.sqrt(mc**7 / (mc**7 + 25**7)) * math.sin(math.radians(2 * turn))
    return math.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (big_dh / sh) ** 2 + rt * (dc / sc) * (big_dh / sh))


def difference(one, other, sight="normal"):
    return ciede2000(_lab(_seen(one, sight)), _lab(_seen(other, sight)))


@pytest.mark.parametrize(
    ("one", "other", "published"),
    [  # pairs 1, 7, 17 and 25 of the test data of Sharma, Wu & Dalal
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ],
)
def test_the_colour_difference_is_the_published_one(one, other, published):
    assert ciede2000(one, other) == pytest.approx(published, abs=1e-4)


@pytest.mark.parametrize(("name", "theme"), EVERY)
@pytest.mark.parametrize("sight", MACHADO)
def test_the_two_parties_of_the_front_differ_for_every_reader(name, theme, sight):
    colours = palette(name, theme)
    for kind in ("ink", "fill"):
        pair = [getattr(colours.role(role), kind) for role in ("government", "opposition")]
        assert difference(*pair, sight) >= 12, (kind, sight)


@pytest.mark.parametrize(("name", "theme"), EVERY)
def test_unreported_ground_of_the_two_parties_can_be_told_apart(name, theme):
    colours = palette(name, theme)
    assert difference(colours.stale("government"), colours.stale("opposition")) >= 9
    for role in ("government", "opposition"):
        assert difference(colours.stale(role), colours.fill(role)) >= 6


@pytest.mark.parametrize(("name", "theme"), EVERY)
def test_all_text_can_be_read(name, theme):
    colours = palette(name, theme)
    token = colours.tokens
    for text in ("ink", "ink-2", "ink-3", "accent"):
        for ground in ("panel", "bg", "sunk"):
            assert contrast(token[text], token[ground]) >= 4.5, (text, ground)
    assert contrast(token["warn"], token["warn-bg"]) >= 4.5
    assert contrast(token["river-label"], token["halo"]) >= 4.5
    for role in ROLES:
        assert contrast(token["ink"], colours.fill(role)) >= 4.5, role
        assert contrast(colours.ink(role), token["panel"]) >= 4.5, role
        for ground in (colours.fill(role), colours.stale(role), colours.inferred(role)):
            assert contrast(colours.role(role).text, ground) >= 4.5, (role, ground)


@pytest.mark.parametrize(("name", "theme"), EVERY)
def test_lines_and_dots_stand_out_from_their_ground(name, theme):
    colours = palette(name, theme)
    for role in ROLES:
        for ground in (colours.fill(role), colours.stale(role), colours.inferred(role)):
            assert contrast(colours.tokens["front"], ground) >= 3
            assert contrast(colours.ink(role), ground) >= 3
            assert contrast(colours.tokens["ring"], ground) >= 3


def test_names_nobody_knows_fall_back_and_never_to_unknown():
    assert palette("rainbow", "sepia") == palette("conventional", "light")
    assert palette().role("martians") == palette().role("foreign")


def test_a_mix_is_what_a_layer_of_that_opacity_looks_like():
    assert mix("#000000", "#FFFFFF", 0.35) == "#A6A6A6"
    assert palette().stale("government") == mix("#E9C0AE", "#E9E6DF", 0.35)


def test_every_palette_says_the_same_things():
    assert len({tuple(palette(name, theme).custom_properties()) for name, theme in EVERY}) == 1
