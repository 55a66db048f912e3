"""The ids that callbacks and scripts meet at."""

from __future__ import annotations

CLIENT = "client"
"""What the browser told of itself when it loaded: its address, its width, whether it draws WebGL."""

BUILT = "built"
"""What the server built for it, until the browser has read plotly.js."""

CHOICE = "choice"
"""What the reader chose since: city, rings, theme, palette, and the width of the charts."""

PAGE = "page"
MAP = "map-figure"
DISTANCE = "distance-figure"
AREA = "area-figure"
CHANGES = "changes"
CREDITS = "credits"
