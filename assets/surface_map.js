// The large surface paints a step on the MapLibre map inside the Plotly figure, by feature-state.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));

(function () {
  const SLOW_MS = 60;
  const LOST_MS = 4000;
  const LATE_MS = 120;
  const NEAR_PX = 8;
  const DOTS = ["dots", "towns", "city"];
  /** What the reader may hide, and the layers that go with it. @type {Record<string, string[]>} */
  const LAYERS = {
    labels: ["labels", "first_label", "actor_names", "unit_names", "dot_spots"],
    places: ["dots", "towns", "changed", "half"],
    rings: ["rings", "rings_halo", "ring_labels"],
    rivers: ["rivers", "river_names"],
    boundaries: ["unit_lines", "country_lines", "unit_names"],
  };

  /**
   * The MapLibre map inside a Plotly figure. plotly.js has no public way to it: this is the only place that knows the private one.
   * @param {any} graph @returns {any} null until it is there
   */
  function nativeMap(graph) {
    const layout = graph && graph._fullLayout;
    const subplot = layout && layout.map && layout.map._subplot;
    return (subplot && subplot.map) || null;
  }

  /** Resolves with the native map once its style is there. @param {() => any} findGraph @returns {Promise<any>} */
  function mapOf(findGraph) {
    return new Promise((resolve) => {
      (function look() {
        const map = nativeMap(findGraph());
        if (map && map.style && map.style._loaded) resolve(map);
        else setTimeout(look, 16);
      })();
    });
  }

  /** @param {number} size @returns {CanvasRenderingContext2D & {canvas: HTMLCanvasElement}} */
  function paper(size) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("this browser gives no 2d canvas");
    return /** @type {any} */ (context);
  }

  const RATIO = 2;

  /**
   * Painters by the kind of a recipe of figures/map_style.py. Every image is drawn at twice its size.
   * @type {Record<string, (recipe: any) => {data: ImageData, options?: object}>}
   */
  const painters = {
    /** Stripes at 45 degrees: a tile whose side is the stripes' period along the axis. */
    stripes({ inks, paper: ground, angle, period, stripe }) {
      const side = Math.round(period * Math.SQRT2 * inks.length * RATIO);
      const context = paper(side);
      const pixels = context.createImageData(side, side);
      const colours = inks.map(rgb);
      const under = ground ? [...rgb(ground), 255] : [0, 0, 0, 0];
      const share = stripe / period;
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) {
          const at = (((angle > 0 ? x + y : x - y + side) % side) / side) * colours.length;
          const ink = colours[Math.floor(at)];
          const cover = coverage(at % 1, share, colours.length / side);
          for (let c = 0; c < 3; c++) {
            pixels.data[4 * (y * side + x) + c] = Math.round(ink[c] * cover + under[c] * (1 - cover) * (under[3] ? 1 : 0));
          }
          const alpha = under[3] ? 255 : Math.round(255 * cover);
          pixels.data[4 * (y * side + x) + 3] = alpha;
          if (!under[3] && alpha) for (let c = 0; c < 3; c++) pixels.data[4 * (y * side + x) + c] = ink[c];
        }
      }
      return { data: pixels };
    },
    /** Two dots a tile, so that their rows are turned. */
    dots({ inks, period, dot }) {
      const side = Math.round(period * Math.SQRT2 * RATIO);
      const context = paper(side);
      for (const at of [side / 4, (3 * side) / 4]) disc(context, at, dot * RATIO, inks[0]);
      return taken(context);
    },
    half({ inks, halo }) {
      const context = paper(10 * RATIO);
      context.scale(RATIO, RATIO);
      disc(context, 5, 4.6, halo);
      context.beginPath();
      context.arc(5, 5, 3.6, Math.PI, 0);
      context.fillStyle = inks[0];
      context.fill();
      context.beginPath();
      context.arc(5, 5, 3.6, 0, Math.PI);
      context.fillStyle = inks[1] || inks[0];
      context.fill();
      return taken(context);
    },
    dashed({ ink, paper: ground }) {
      const context = paper(10 * RATIO);
      context.scale(RATIO, RATIO);
      disc(context, 5, 3.4, ground);
      context.strokeStyle = ink;
      context.lineWidth = 1.2;
      context.setLineDash([1.8, 1.5]);
      context.beginPath();
      context.arc(5, 5, 3, 0, 2 * Math.PI);
      context.stroke();
      return taken(context);
    },
    square({ ink, paper: ground }) {
      const context = paper(14 * RATIO);
      context.scale(RATIO, RATIO);
      context.fillStyle = ground;
      context.fillRect(0.5, 0.5, 13, 13);
      context.fillStyle = ink;
      context.fillRect(2, 2, 10, 10);
      context.fillStyle = ground;
      context.fillRect(5, 5, 4, 4);
      return taken(context);
    },
    chip({ ink }) {
      const context = paper(20 * RATIO);
      context.scale(RATIO, RATIO);
      context.fillStyle = ink;
      context.beginPath();
      context.roundRect(0, 0, 20, 20, 8);
      context.fill();
      const middle = [[9 * RATIO, 11 * RATIO]];
      return taken(context, { stretchX: middle, stretchY: middle, content: [4 * RATIO, 3 * RATIO, 16 * RATIO, 17 * RATIO] });
    },
  };

  /** How much of a pixel lies on the stripe that takes the first `share` of its period. @param {number} at @param {number} share @param {number} pixel */
  function coverage(at, share, pixel) {
    const soft = pixel * 0.7;
    const inside = Math.min(at, share - at) / soft + 0.5;
    const next = (at - 1) / soft + 0.5;
    return Math.max(0, Math.min(1, Math.max(inside, next)));
  }

  /** @param {CanvasRenderingContext2D} context @param {number} middle @param {number} radius @param {string} colour */
  function disc(context, middle, radius, colour) {
    context.fillStyle = colour;
    context.beginPath();
    context.arc(middle, middle, radius, 0, 2 * Math.PI);
    context.fill();
  }

  /** @param {CanvasRenderingContext2D} context @param {object} [options] */
  const taken = (context, options) => ({
    data: context.getImageData(0, 0, context.canvas.width, context.canvas.height),
    options,
  });

  /** @param {string} hex */
  const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

  /** @param {any} map @param {Record<string, any>} recipes @param {boolean} [again] whether colours may have changed */
  function addImages(map, recipes, again = false) {
    for (const [name, recipe] of Object.entries(recipes)) {
      const known = map.hasImage(name);
      if (known && !again) continue;
      const { data, options } = painters[recipe.kind](recipe);
      if (known) map.updateImage(name, data);
      else map.addImage(name, data, { pixelRatio: RATIO, ...options });
    }
  }

  /** Takes over what differs between two styles, without a new style being set. @param {any} map @param {any} before @param {any} after */
  function takeOver(map, before, after) {
    const old = new Map(before.layers.map((/** @type {any} */ layer) => [layer.id, layer]));
    for (const layer of after.layers) {
      if (!map.getLayer(layer.id)) continue;
      const was = old.get(layer.id) || {};
      each(was.paint, layer.paint, (name, value) => map.setPaintProperty(layer.id, name, value));
      each(was.layout, layer.layout, (name, value) => map.setLayoutProperty(layer.id, name, value));
      if (JSON.stringify(was.filter) !== JSON.stringify(layer.filter)) map.setFilter(layer.id, layer.filter);
    }
  }

  /** Takes away the layers that a style has no more, and puts in those that are new, each in its place. @param {any} map @param {any} before @param {any} after */
  function changeLayers(map, before, after) {
    const wanted = new Set(after.layers.map((/** @type {any} */ layer) => layer.id));
    for (const { id } of before.layers) if (!wanted.has(id) && map.getLayer(id)) map.removeLayer(id);
    [...after.layers].reverse().forEach((layer, k, layers) => {
      if (map.getLayer(layer.id)) return;
      const above = k > 0 && map.getLayer(layers[k - 1].id) ? layers[k - 1].id : undefined;
      map.addLayer(layer, above);
    });
  }

  /** @param {any} before @param {any} after @param {(name: string, value: unknown) => void} set */
  function each(before = {}, after = {}, set) {
    for (const [name, value] of Object.entries(after)) {
      if (JSON.stringify(before[name]) !== JSON.stringify(value)) set(name, value);
    }
  }

  /** The last of these durations, and whether the map is too slow for a fine picture. @param {any} map */
  function createPace(map) {
    /** @type {number[]} */
    const samples = [];
    return function note(/** @type {number} */ ms) {
      samples.push(ms);
      if (samples.length < 6 || map.getPixelRatio() < 1) return;
      const median = [...samples].sort((a, b) => a - b)[3];
      samples.length = 0;
      // A phone's screen asks for nine times the pixels; a picture a little softer that follows beats a sharp one that stutters.
      if (median > SLOW_MS && map.getPixelRatio() > 1) map.setPixelRatio(1);
    };
  }

  /** Resolves when the map has drawn. Where no frame comes soon, as in a hidden page or behind slow graphics, it draws without. @param {any} map */
  function drawnOn(map) {
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        map.redraw();
        done();
      }, LATE_MS);
      function done() {
        clearTimeout(late);
        map.off("render", done);
        resolve(undefined);
      }
      map.on("render", done);
      map.triggerRepaint();
    });
  }

  /** What every feature is, so that it can be said again after the style was replaced. @param {any} map */
  function createStates(map) {
    /** @type {Map<string, {source: string, name: string, values: Int32Array}>} */
    const lists = new Map();
    const target = { source: "", id: 0 };

    /** The values of one property by feature; -1 is what nobody has said yet. @param {string} source @param {string} name @param {number} id */
    function listFor(source, name, id) {
      const key = `${source}.${name}`;
      const known = lists.get(key);
      if (known && id < known.values.length) return known;
      const values = new Int32Array(Math.max(64, 2 * id)).fill(-1);
      if (known) values.set(known.values);
      const list = { source, name, values };
      lists.set(key, list);
      return list;
    }

    /** @param {{source: string, name: string, values: Int32Array}} list @param {number} id */
    function tell({ source, name, values }, id) {
      target.source = source;
      target.id = id;
      map.setFeatureState(target, { [name]: values[id] });
    }

    return {
      /** @param {string} source @param {string} name @param {Changed} changed */
      setAll(source, name, { count, index, value }) {
        if (!count) return;
        let most = 0;
        for (let k = 0; k < count; k++) if (index[k] > most) most = index[k];
        const list = listFor(source, name, most);
        const there = map.getSource(source);
        for (let k = 0; k < count; k++) {
          list.values[index[k]] = value[k];
          if (there) tell(list, index[k]);
        }
      },
      /** @param {string} source @param {string} name @param {number} id @param {number} value */
      set(source, name, id, value) {
        const list = listFor(source, name, id);
        list.values[id] = value;
        if (map.getSource(source)) tell(list, id);
      },
      forget() {
        for (const { source } of lists.values()) if (map.getSource(source)) map.removeFeatureState({ source });
        lists.clear();
      },
      again() {
        for (const list of lists.values()) {
          if (!map.getSource(list.source)) continue;
          for (let id = 0; id < list.values.length; id++) if (list.values[id] >= 0) tell(list, id);
        }
      },
    };
  }

  /** Sources that hang on the city or the instant, kept for a style that was replaced. @param {any} map */
  function createData(map) {
    /** @type {Map<string, unknown>} */
    const given = new Map();
    /** @param {string} name @param {unknown} data */
    function set(name, data) {
      given.set(name, data);
      const source = map.getSource(name);
      if (source) source.setData(data);
    }
    return {
      set,
      again() {
        for (const [name, data] of given) {
          const source = map.getSource(name);
          if (source) source.setData(data);
        }
      },
    };
  }

  /**
   * The surface of a map that is drawn; of `options.doc`, where its style leaves ground and front to `createMapGround`.
   * @type {FrontlineParts["createMapSurface"]}
   */
  function createMapSurface(map, style, options = {}) {
    const states = createStates(map);
    const data = createData(map);
    const pace = createPace(map);
    let now = style;
    /** @type {Set<string>} */
    let hidden = new Set();
    /** @type {Set<number>} */
    let fresh = new Set();
    const recipes = () => (now.metadata && now.metadata["frontline:images"]) || {};

    /** Of a map of many faces, which draws ground and front itself. @type {any} */
    let ground = groundOf(style);

    /** @param {any} of a style */
    function groundOf(of) {
      return of.metadata && of.metadata["frontline:ground"] ? frontlineParts.createMapGround(map, options.doc, of) : null;
    }

    /** The style that has everything of ours. After plotly.js has set one anew, or lost graphics have come back, it is another. */
    let attached = map.style;

    function attach() {
      if (ground) ground.attach();
      if (map.style === attached || !map.getSource("faces")) return;
      attached = map.style;
      addImages(map, recipes());
      states.again();
      data.again();
      showLayers();
    }

    function showLayers() {
      for (const { id } of now.layers) {
        const parts = Object.entries(LAYERS).filter(([, ids]) => ids.some((part) => id === part || (part === "half" && id.startsWith("half"))));
        if (!parts.length || !map.getLayer(id)) continue;
        const visibility = parts.some(([name]) => hidden.has(name)) ? "none" : "visible";
        if ((map.getLayoutProperty(id, "visibility") || "visible") !== visibility) map.setLayoutProperty(id, "visibility", visibility);
      }
    }

    /** @param {Delta} delta */
    function paint(delta) {
      const began = performance.now();
      if (ground) {
        ground.faces(delta.faces);
        ground.fronts(delta.fronts);
      } else {
        states.setAll("faces", "s", delta.faces);
        states.setAll("edges", "f", delta.fronts);
      }
      states.setAll("places", "s", delta.places);
      const next = new Set(delta.fresh);
      const before = delta.full ? delta.places.index : fresh;
      for (const id of before) if (!next.has(id)) states.set("places", "changed", id, 0);
      for (const id of next) if (delta.full || !fresh.has(id)) states.set("places", "changed", id, 1);
      fresh = next;
      if (options.onPaint) options.onPaint(delta);
      return drawnOn(map).then(() => pace(performance.now() - began));
    }

    addImages(map, recipes());
    map.on("styledata", attach);

    return {
      map,
      paint,
      setData: data.set,
      style: () => now,
      restyle(after) {
        const before = now;
        now = after;
        takeOver(map, before, after);
        addImages(map, recipes(), true);
        if (ground) ground.restyle(after);
        showLayers();
      },
      /** The features of another document of the same map; what each of them is has to be painted anew. */
      exchange(after, sources) {
        states.forget();
        fresh = new Set();
        addImages(map, after.metadata["frontline:images"], true);
        if (ground) ground.remove();
        changeLayers(map, now, after);
        ground = groundOf(after);
        this.restyle(after);
        for (const name of sources) data.set(name, after.sources[name].data);
      },
      hide(names) {
        hidden = new Set(names);
        showLayers();
      },
      remove: () => map.off("styledata", attach),
    };
  }

  /**
   * The place nearest to a pointer among the drawn dots, or the one whose ground lies under it.
   * @param {any} map @param {{x: number, y: number}} point @param {boolean} ground
   * @returns {{place: number, exact: boolean, face?: number, at?: {lng: number, lat: number}} | null}
   */
  function placeAt(map, point, ground) {
    const box = [
      [point.x - NEAR_PX, point.y - NEAR_PX],
      [point.x + NEAR_PX, point.y + NEAR_PX],
    ];
    const layers = DOTS.slice(0, 2).filter((id) => map.getLayer(id));
    const found = map.queryRenderedFeatures(box, { layers });
    let best = null;
    let least = Infinity;
    for (const feature of found) {
      const at = map.project(feature.geometry.coordinates);
      const away = Math.hypot(at.x - point.x, at.y - point.y);
      if (away < least) [best, least] = [feature, away];
    }
    if (best) return { place: Number(best.id), exact: true };
    if (!ground) return null;
    const [face] = map.queryRenderedFeatures([point.x, point.y], { layers: ["faces"].filter((id) => map.getLayer(id)) });
    if (!face) return null;
    // Drawn ground belongs to no place: it is told by its face, at the spot that was picked.
    if (face.properties.place < 0) return { place: -1, face: Number(face.id), at: map.unproject([point.x, point.y]), exact: false };
    return { place: face.properties.place, exact: false };
  }

  /**
   * Calls back with what lies under the pointer: `hover` while it moves over a dot, `pick` when something is clicked.
   * @type {FrontlineParts["watchPointer"]}
   */
  function watchPointer(map, { hover, pick }) {
    let asked = 0;
    map.on("mousemove", (/** @type {any} */ event) => {
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(() => {
        const found = map.isMoving() ? null : placeAt(map, event.point, false);
        map.getCanvas().style.cursor = found ? "pointer" : "";
        hover(found && found.place);
      });
    });
    map.on("mouseout", () => {
      cancelAnimationFrame(asked);
      hover(null);
    });
    map.on("click", (/** @type {any} */ event) => pick(placeAt(map, event.point, true)));
  }

  /** Calls back when the graphics stop and do not come back. @param {any} map @param {() => void} lost */
  function watchContext(map, lost) {
    map.on("webglcontextlost", () => {
      const late = setTimeout(lost, LOST_MS);
      map.once("webglcontextrestored", () => clearTimeout(late));
    });
  }

  /** Whether this browser draws WebGL. */
  function drawsWebgl() {
    try {
      const canvas = document.createElement("canvas");
      const context = canvas.getContext("webgl2");
      const loss = context && context.getExtension("WEBGL_lose_context");
      if (loss) loss.loseContext();
      return !!context;
    } catch {
      return false;
    }
  }

  frontlineParts.nativeMap = nativeMap;
  frontlineParts.mapOf = mapOf;
  frontlineParts.createMapSurface = createMapSurface;
  frontlineParts.watchPointer = watchPointer;
  frontlineParts.watchContext = watchContext;
  frontlineParts.drawsWebgl = drawsWebgl;
})();
