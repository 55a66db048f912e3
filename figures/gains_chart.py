"""What each party gained and lost, day by day, as bars above and below a line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from figures.charts import View, layout_of
from figures.map_figure import shown
from figures.map_sources import Document
from figures.tables import daily_gains
from layers.area import Counted, CountedAs
from layers.composite import Composite
from layers.gains import PeriodGains, balances

if TYPE_CHECKING:
    import plotly.graph_objects as go

_DAY = 86_400


def gains_chart(whole: Composite, document: Document, view: View | None = None) -> go.Figure:
    """Draw each actor's net gain of undisputed ground on each day, in km²; losses point downwards.

    Parameters
    ----------
    whole
        The composite that the document was made of.
    """
    import plotly.graph_objects as go

    view = view or View()
    span = (int(document["span"][0]), int(document["span"][1]))
    days = list(daily_gains(whole, document))
    bars = [
        go.Bar(
            x=[_middle(day.start) for day in days],
            y=net,
            width=0.8 * _DAY,
            name=shown(view.words.of(actor["short"])),
            marker={"color": view.colours.ink(str(actor["role"])), "line": {"width": 0}},
            hovertemplate="%{fullData.name} %{y:+,.1f} km²<extra></extra>",
        )
        for actor in document["actors"]
        if any(net := _net(days, actor["id"]))
    ]
    layout = layout_of(document, span, view)
    layout["yaxis"] |= {"zeroline": True, "zerolinecolor": view.colours.tokens["ink-3"]}
    return go.Figure(data=bars, layout={**layout, "barmode": "relative", "showlegend": True})


def _net(days: Sequence[PeriodGains], actor: str) -> list[float]:
    """The actor's net gain on each of these days; 0 where it neither gained nor lost."""
    held = Counted(CountedAs.HELD, actor)
    found = (balances(day.passed).get(held) for day in days)
    return [0.0 if one is None else round(one.net_km2, 3) for one in found]


def _middle(start: datetime) -> int:
    return int(start.timestamp()) + _DAY // 2
