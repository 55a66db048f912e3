"""The two charts: distance to the city, and share of the ground."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dash import Dash, Input, Output, dcc, html

from dashboard import ids
from dashboard.marks import marks
from dashboard.view import View
from figures.charts import CONFIG, MARGIN, area_chart, distance_chart, distance_span, front_chart
from figures.charts import View as ChartView
from figures.sides import hostile_role

if TYPE_CHECKING:
    from collections.abc import Callable

NARROWEST, USUAL, WIDEST = 240, 420, 900
"""Widths in px that a chart may be asked for."""
DISTANCE_HEIGHT, AREA_HEIGHT = 246, 108
AREA_READOUT_PX = 118


def layout(view: View, width: int) -> html.Div:
    """Build both charts with their titles; ``width`` is the px that a chart has."""
    distance, area = figures(view, width)
    return html.Div(className="charts", children=[_tabs(view), _distance(view, distance), _area(view, area)])


def register(app: Dash, view_of: Callable[[Mapping[str, Any]], View | None]) -> None:
    """Draw the charts again when the reader chooses a city, rings, a theme, a palette or a width."""

    @app.callback(
        Output(ids.DISTANCE, "figure"),
        Output(ids.AREA, "figure"),
        Input(ids.CHOICE, "data"),
        prevent_initial_call=True,
    )
    def redraw(choice: Any) -> tuple[Any, Any]:  # noqa: ANN401
        from dash import no_update

        view = view_of(choice) if isinstance(choice, dict) else None
        if view is None:
            return no_update, no_update
        return figures(view, fitting(choice.get("width")))


def figures(view: View, width: int) -> tuple[Any, Any]:
    """Draw the distance chart and the area chart."""
    shared = {"lang": view.state.lang, "theme": view.state.theme, "palette": view.state.palette}
    distance = ChartView(**shared, width=width, height=DISTANCE_HEIGHT)
    area = ChartView(**shared, width=width - AREA_READOUT_PX, height=AREA_HEIGHT)
    if view.reference["place"] < 0:
        return front_chart(view.document, distance), area_chart(view.document, area)
    return distance_chart(view.document, view.reference, distance), area_chart(view.document, area)


def fitting(width: Any) -> int:  # noqa: ANN401
    """The width in px that a browser told of, within reason."""
    told = int(width) if isinstance(width, int | float) and width == width else USUAL
    return max(NARROWEST, min(told, WIDEST))


def _tabs(view: View) -> html.Div:
    """Shown where the panel has no room for both charts."""
    tabs = [
        html.Button(
            view.say(f"charts.{'front' if name == 'distance' and view.reference['place'] < 0 else name}_tab"),
            type="button",
            role="tab",
            **marks({"data-tab": name, "aria-selected": str(name == "distance").lower()}),
        )
        for name in ("distance", "area")
    ]
    return html.Div(
        tabs, className="tabs chart-tabs", role="tablist", **marks({"aria-label": view.say("charts.tabs")})
    )


def _distance(view: View, figure: Any) -> html.Section:  # noqa: ANN401
    span = distance_span(view.document, view.reference)
    whole = view.reference["place"] < 0
    title = view.say("charts.front") if whole else view.say("charts.distance", city=view.teller.city)
    return html.Section(
        className=f"chart chart-distance role-{hostile_role(view.document, view.reference)}",
        **marks({"data-tab-of": "distance"}),
        children=[
            html.Div(
                [
                    html.H2(title, **marks({"data-part": "distance-title"})),
                    html.P(className="readout", **marks({"data-part": "distance-readout"})),
                ],
                className="chart-head",
            ),
            html.P(
                view.say("charts.front_note" if whole else "charts.distance_note"), className="chart-note"
            ),
            _plot(ids.DISTANCE, figure, DISTANCE_HEIGHT, span, "distance"),
        ],
    )


def _area(view: View, figure: Any) -> html.Section:  # noqa: ANN401
    area = view.document["area"]
    region = view.of(area["region"]["name"])
    total = view.words.fill("units.km2", n=f"{area['total_km2']:,.0f}")
    span = (int(view.document["span"][0]), int(view.document["span"][1]))
    return html.Section(
        className="chart chart-area",
        **marks({"data-tab-of": "area"}),
        children=[
            html.Div(
                [
                    html.H2(view.say("charts.area" if region else "charts.area_land", region=region)),
                    html.P(view.say("charts.area_note", total=total), className="chart-note"),
                ],
                className="chart-head",
            ),
            html.Div(
                [
                    _plot(ids.AREA, figure, AREA_HEIGHT, span, "area"),
                    html.Ul(className="area-readout", **marks({"data-part": "area-readout"})),
                ],
                className="chart-beside",
            ),
        ],
    )


def _config() -> Any:  # noqa: ANN401
    return dict(CONFIG)


def _plot(name: str, figure: Any, height: int, span: tuple[int, int], part: str) -> html.Div:  # noqa: ANN401
    graph = dcc.Graph(
        id=name, figure=figure, config=_config(), className="plot-figure", style={"height": f"{height}px"}
    )
    playhead = html.Span(
        className="chart-playhead",
        **marks({"data-playhead": part, "data-from": span[0], "data-to": span[1], "aria-hidden": "true"}),
    )
    # The layer has the plot's margins, so that the playhead's place is a share of its width.
    layer = html.Div(
        playhead,
        className="plot-layer",
        style={
            "insetInlineStart": f"{MARGIN['axis']}px",
            "insetInlineEnd": f"{MARGIN['far']}px",
            "insetBlockStart": f"{MARGIN['top']}px",
            "insetBlockEnd": f"{MARGIN['bottom']}px",
        },
    )
    return html.Div([graph, layer], className="plot", style={"blockSize": f"{height}px"})
