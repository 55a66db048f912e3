// A day and a zoom become the place names of the large map: which stand out, and on which side of their dots.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));

(function () {
  const EM_PX = 12;
  const OFF_EM = 0.62;
  const CORNER_EM = OFF_EM / Math.SQRT2;
  const STEP_PX = 6;
  const CELL_PX = 24;
  const LINE_PX = 15;
  const CHANGED_ZOOM = 0.5;
  /** How many days' names are kept: a story of years has a thousand. */
  const KEPT = 64;
  /** Where a name may stand, best first: MapLibre's anchor, and which way the text lies from its dot. @type {[string, number, number][]} */
  const SIDES = [
    ["left", 1, 0],
    ["right", -1, 0],
    ["top", 0, 1],
    ["bottom", 0, -1],
    ["top-left", 1, 1],
    ["top-right", -1, 1],
    ["bottom-left", 1, -1],
    ["bottom-right", -1, -1],
  ];

  /** A place on the whole world's map in px. @param {number} lon @param {number} lat @param {number} world its side in px */
  function pixel(lon, lat, world) {
    const north = Math.asinh(Math.tan((lat * Math.PI) / 180));
    return [(lon / 360 + 0.5) * world, (0.5 - north / (2 * Math.PI)) * world];
  }

  /** Longitude and latitude of the points of a line on the document's grid. @param {{lon: number, lat: number, step: number}} grid @param {number[]} line */
  function pointsOf({ lon, lat, step }, line) {
    const points = [];
    let [x, y] = [0, 0];
    for (let i = 0; i < line.length; i += 2) {
      x += line[i];
      y += line[i + 1];
      points.push([lon + x * step, lat + y * step]);
    }
    return points;
  }

  /**
   * Every edge that is a front now or becomes one before an instant.
   * @param {any} doc @param {ArrayLike<number>} now @param {number} t @param {number} until @returns {number[]}
   */
  function frontsUntil(doc, now, t, until) {
    const shown = new Set(Array.from(doc.edges.keys()).filter((/** @type {any} */ edge) => now[edge]));
    for (const [at, , pairs] of doc.changes) {
      if (at <= t || at >= until) continue;
      for (let i = 0; i < pairs.length; i += 2) if (pairs[i + 1]) shown.add(pairs[i]);
    }
    return /** @type {number[]} */ ([...shown]);
  }

  /** Points along some edges, findable by where they are. @param {any} doc @param {number[]} edges @param {number} world */
  function scattered(doc, edges, world) {
    /** @type {Map<string, number[][]>} */
    const cells = new Map();
    const put = (/** @type {number} */ x, /** @type {number} */ y) => {
      const key = `${Math.floor(x / CELL_PX)} ${Math.floor(y / CELL_PX)}`;
      const cell = cells.get(key);
      if (cell) cell.push([x, y]);
      else cells.set(key, [[x, y]]);
    };
    for (const edge of edges) {
      const line = pointsOf(doc.grid, doc.arcs[doc.edges[edge][0]]).map(([lon, lat]) => pixel(lon, lat, world));
      for (let i = 1; i < line.length; i++) {
        const [[ax, ay], [bx, by]] = [line[i - 1], line[i]];
        const pieces = Math.ceil(Math.hypot(bx - ax, by - ay) / STEP_PX);
        for (let k = 0; k <= pieces; k++) put(ax + ((bx - ax) * k) / (pieces || 1), ay + ((by - ay) * k) / (pieces || 1));
      }
    }

    /** How many of them lie in a box. @param {number} left @param {number} top @param {number} right @param {number} bottom */
    return function within(left, top, right, bottom) {
      let found = 0;
      for (let i = Math.floor(left / CELL_PX); i <= Math.floor(right / CELL_PX); i++) {
        for (let j = Math.floor(top / CELL_PX); j <= Math.floor(bottom / CELL_PX); j++) {
          for (const [x, y] of cells.get(`${i} ${j}`) || []) if (x >= left && x <= right && y >= top && y <= bottom) found++;
        }
      }
      return found;
    };
  }

  /** Sides as MapLibre's text-variable-anchor-offset wants them. @param {[string, number, number][]} sides */
  const written = (sides) =>
    sides.flatMap(([anchor, x, y]) => {
      const off = x && y ? CORNER_EM : OFF_EM;
      return [anchor, [x * off, y * off]];
    });

  /**
   * The sides of a dot, those first on which a text lies on no front.
   * @param {number[]} dot in px @param {number} wide @param {number} tall @param {ReturnType<typeof scattered>} fronts
   */
  function sidesOf([x, y], wide, tall, fronts) {
    const costs = SIDES.map(([, right, down], index) => {
      const off = (right && down ? CORNER_EM : OFF_EM) * EM_PX;
      const left = right > 0 ? x + off : right < 0 ? x - off - wide : x - wide / 2;
      const top = down > 0 ? y + off : down < 0 ? y - off - tall : y - tall / 2;
      return { index, cost: fronts(left, top, left + wide, top + tall) };
    });
    return written(costs.sort((a, b) => a.cost - b.cost || a.index - b.index).map(({ index }) => SIDES[index]));
  }

  /** How wide a text is drawn, in px. */
  function ruler() {
    const context = document.createElement("canvas").getContext("2d");
    if (context) context.font = `${EM_PX}px "Segoe UI", "Noto Sans", Arial, "Noto Sans Arabic", sans-serif`;
    return (/** @type {string} */ text) => (context ? context.measureText(text).width : text.length * 7);
  }

  /**
   * The names of the large map.
   * @param {any} doc @param {string} lang
   * @param {{listed: number[], near: number[], short: Record<number, Record<string, string>>, stops: [number, number][], days: [number, [number, number, number, string][]][]}} told
   */
  function createNames(doc, told, lang) {
    const measure = ruler();
    const usual = written(SIDES);
    /** @type {[number, ...any][] | any} */
    let shown;
    let shownZoom = NaN;
    let shownNear = NaN;
    const since = told.days.map(([t]) => t);
    /** What was found at this zoom, by row. @type {Map<any, any>} */
    const known = new Map();

    /** How near one looks at a zoom. @param {number} zoom */
    const nearAt = (zoom) => told.stops.reduce((near, [from, then]) => (zoom >= from ? then : near), 1);

    /** The name in the k-th place of the list, as it is without news. @param {number} k */
    function usualName(k) {
      const id = told.listed[k];
      const { name, lon, lat, rank } = doc.places[id];
      const properties = { ...name, ...told.short[id], rank: Math.max(1, rank), near: told.near[k], order: 1000 + k, note: "" };
      return { type: "Feature", id, geometry: { type: "Point", coordinates: [lon, lat] }, properties };
    }

    /** @param {any} name @param {number} world @param {ReturnType<typeof scattered>} fronts */
    function anchorsOf(name, world, fronts) {
      const { note, near } = name.properties;
      if (near > 3) return usual;
      const text = name.properties[lang] || name.properties.en || "";
      const [lon, lat] = name.geometry.coordinates;
      const wide = Math.max(measure(text), note ? measure(note) * 0.85 : 0);
      return sidesOf(pixel(lon, lat, world), wide, note ? 2 * LINE_PX : LINE_PX, fronts);
    }

    /**
     * The names at an instant and a zoom; nothing while they are the same as before.
     * @param {number} t @param {ArrayLike<number>} fronts the style of every edge @param {number} zoom
     */
    return function at(t, fronts, zoom) {
      const index = frontlineParts.countUpTo(since, t);
      const row = told.days[index - 1] || null;
      const most = nearAt(zoom);
      const same = Math.abs(zoom - shownZoom) < CHANGED_ZOOM && most === shownNear;
      if (row === shown && same) return null;
      if (!same) {
        known.clear();
        [shownZoom, shownNear] = [zoom, most];
      }
      shown = row;
      const before = known.get(row);
      if (before) return before;
      const world = 512 * 2 ** zoom;
      const until = index < told.days.length ? told.days[index][0] : Infinity;
      const within = scattered(doc, frontsUntil(doc, fronts, t, until), world);
      const today = new Map((row ? row[1] : []).map(([place, near, order, note]) => [place, { near, order, note }]));
      /** @type {any[]} what one does not look near enough for stays out: a country has tens of thousands of names */
      const features = [];
      told.listed.forEach((id, k) => {
        const news = today.get(id);
        if ((news ? news.near : told.near[k]) > most && !(news && news.order === 0)) return;
        const now = usualName(k);
        Object.assign(now.properties, news);
        now.properties.anchors = anchorsOf(now, world, within);
        features.push(now);
      });
      const named = { type: "FeatureCollection", features };
      known.set(row, named);
      if (known.size > KEPT) known.delete(known.keys().next().value);
      return named;
    };
  }

  frontlineParts.analyst = Object.assign(frontlineParts.analyst || {}, { createNames });
})();
