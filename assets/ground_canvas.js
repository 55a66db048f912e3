// Ground of many changing faces is pixels in a canvas beneath the SVG: a step recolours what changed, and no seam can come between two faces.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));

(function () {
  const MOST_PX = 8e6; // beyond it the ground is a little softer than the lines above it
  const SHORT_PX = 24;
  const MARGIN_PX = 96; // of an enlarged map, drawn around the view: it is there when the map is moved
  const REST = 4; // times as long as it takes to draw the map that it then waits, while it is moved
  const FEW = 200; // so many changed faces are drawn run by run, more of them as the whole picture

  /** @typedef {{colour: number, sheet: Uint32Array | null, fill: string | CanvasPattern}} Ink one colour, or a picture as large as the canvas to be taken from; and how a canvas fills with it */

  /**
   * Where each arc crosses the middles of the canvas's rows: row · (width + 1) + column. Both faces of an arc take the very same
   * crossings, so that each pixel belongs to one of them.
   * @param {Float32Array[]} points @param {Scale} scale @param {number} width @param {number} height
   */
  function crossingsOf(points, { a, d, e, f }, width, height) {
    const first = new Uint32Array(points.length + 1);
    let keys = new Uint32Array(1 << 16);
    let count = 0;
    points.forEach((xy, arc) => {
      first[arc] = count;
      for (let k = 2; k < xy.length; k += 2) {
        const forward = xy[k + 1] > xy[k - 1] ? 0 : 2; // from above to below, whichever way the arc runs
        const [x0, y0] = [a * xy[k - 2 + forward] + e, d * xy[k - 1 + forward] + f];
        const [x1, y1] = [a * xy[k - forward] + e, d * xy[k + 1 - forward] + f];
        const last = Math.min(height, Math.ceil(y1 - 0.5));
        for (let row = Math.max(0, Math.ceil(y0 - 0.5)); row < last; row++) {
          const x = x0 + ((row + 0.5 - y0) * (x1 - x0)) / (y1 - y0);
          if (count === keys.length) keys = grown(keys);
          keys[count++] = row * (width + 1) + Math.max(0, Math.min(width, Math.ceil(x - 0.5)));
        }
      }
    });
    first[points.length] = count;
    return { first, keys };
  }

  /** @param {Uint32Array} array */
  function grown(array) {
    const longer = new Uint32Array(2 * array.length);
    longer.set(array);
    return longer;
  }

  /** Most faces have few crossings. @param {Uint32Array} keys @param {number} count */
  function sort(keys, count) {
    if (count > 40) return void keys.subarray(0, count).sort();
    for (let i = 1; i < count; i++) {
      const key = keys[i];
      let k = i - 1;
      for (; k >= 0 && keys[k] > key; k--) keys[k + 1] = keys[k];
      keys[k + 1] = key;
    }
  }

  /**
   * The pixels of each face, row by row: `runs` holds begin and end of each, `first` where those of a face begin.
   * @param {[number, number, number[][]][]} faces @param {Float32Array[]} points @param {Scale} scale @param {number} width @param {number} height
   */
  function runsOf(faces, points, scale, width, height) {
    const crossings = crossingsOf(points, scale, width, height);
    const first = new Uint32Array(faces.length + 1);
    let runs = new Uint32Array(1 << 16);
    let keys = new Uint32Array(1 << 10);
    let count = 0;
    faces.forEach(([, , rings], face) => {
      first[face] = count;
      let met = 0;
      for (const ring of rings) {
        for (const reference of ring) {
          const arc = reference >= 0 ? reference : ~reference;
          for (let k = crossings.first[arc]; k < crossings.first[arc + 1]; k++) {
            if (met === keys.length) keys = grown(keys);
            keys[met++] = crossings.keys[k];
          }
        }
      }
      sort(keys, met);
      for (let k = 0; k + 1 < met; k += 2) {
        const row = Math.floor(keys[k] / (width + 1));
        if (keys[k + 1] === keys[k]) continue;
        if (count + 2 > runs.length) runs = grown(runs);
        runs[count++] = keys[k] - row;
        runs[count++] = keys[k + 1] - row;
      }
    });
    first[faces.length] = count;
    return { first, runs };
  }

  /** @param {number} width @param {number} height @param {boolean} [read] whether its pixels are to be read */
  function paper(width, height, read = false) {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: read }));
  }

  /** @param {CanvasRenderingContext2D} context */
  const pixelsOf = (context) => new Uint32Array(context.getImageData(0, 0, context.canvas.width, context.canvas.height).data.buffer);

  /** A shape of the SVG on a canvas, in the colours it has there. @param {CanvasRenderingContext2D} context @param {Element} shape */
  function trace(context, shape) {
    const { fill, fillRule, fillOpacity, opacity } = getComputedStyle(shape);
    const number = (/** @type {string} */ name) => Number(shape.getAttribute(name));
    const path = new Path2D(shape.getAttribute("d") || "");
    if (shape.localName === "circle") path.arc(number("cx"), number("cy"), number("r"), 0, 2 * Math.PI);
    if (fill === "none") return;
    context.globalAlpha = Number(fillOpacity) * Number(opacity);
    context.fillStyle = fill;
    context.fill(path, /** @type {CanvasFillRule} */ (fillRule));
    context.globalAlpha = 1;
  }

  /** A pattern of the SVG as large as the canvas. @param {SVGPatternElement} pattern @param {Scale} scale @param {number} width @param {number} height */
  function hatch(pattern, { a, d, e, f }, width, height) {
    const turned = pattern.patternTransform.baseVal.consolidate();
    const across = new DOMMatrix([a, 0, 0, d, e, f]).multiply(turned ? turned.matrix : new DOMMatrix());
    const size = pattern.width.baseVal.value;
    const side = Math.max(1, Math.ceil(size * Math.hypot(across.a, across.b)));
    const tile = paper(side, side);
    tile.scale(side / size, side / size);
    for (const shape of pattern.children) trace(tile, shape);
    const sheet = paper(width, height, true);
    const repeated = /** @type {CanvasPattern} */ (sheet.createPattern(tile.canvas, "repeat"));
    repeated.setTransform(across.scale(size / side));
    sheet.fillStyle = repeated;
    sheet.fillRect(0, 0, width, height);
    return asInk(sheet);
  }

  /** A picture as large as the canvas. @param {CanvasRenderingContext2D} sheet @returns {Ink} */
  const asInk = (sheet) => ({ colour: 0, sheet: pixelsOf(sheet), fill: /** @type {CanvasPattern} */ (sheet.createPattern(sheet.canvas, "no-repeat")) });

  /** What each state looks like, as the page's style has it. @param {Element} host @param {Scale} scale @param {Ink} base what lies beneath @param {number} width @param {number} height */
  function createInks(host, scale, base, width, height) {
    const svg = /** @type {SVGSVGElement} */ (host.closest("svg"));
    const probe = document.createElementNS(svg.namespaceURI, "path");
    /** @type {Ink[]} */
    const known = [];
    const dot = paper(1, 1, true);

    /** @param {number} state @returns {Ink} */
    function made(state) {
      const fill = fillOf(host, probe, state);
      const [, id] = fill.match(/^url\(["']?#([^"')]+)/) || [];
      const pattern = id && svg.querySelector(`#${CSS.escape(id)}`);
      if (pattern) return hatch(/** @type {SVGPatternElement} */ (pattern), scale, width, height);
      if (fill === "none" || id) return base;
      dot.fillStyle = fill;
      dot.fillRect(0, 0, 1, 1);
      return { colour: pixelsOf(dot)[0], sheet: null, fill };
    }

    return (/** @type {number} */ state) => (known[state] = known[state] || made(state));
  }

  /** @param {Element} host @param {Element} probe @param {number} state */
  function fillOf(host, probe, state) {
    probe.setAttribute("class", `s${state}`);
    host.append(probe);
    const { fill } = getComputedStyle(probe);
    probe.remove();
    return fill;
  }

  /** Where the ground lies in the box now, px of the window a px of the SVG. @param {Element} host @param {HTMLElement} box */
  function placed(host, box) {
    const { a, d, e, f } = /** @type {DOMMatrix} */ (/** @type {SVGGraphicsElement} */ (host).getScreenCTM());
    const { left, top } = box.getBoundingClientRect();
    return { a, d, e: e - left - box.clientLeft, f: f - top - box.clientTop };
  }

  /**
   * One picture of the ground: it knows the pixels of each face until the map is enlarged or moved.
   * @param {CanvasRenderingContext2D} context @param {Element} host @param {any} doc @param {Float32Array[]} points @param {Scale} scale @param {Element[]} beneath
   */
  function createPicture(context, host, doc, points, scale, beneath) {
    const { width, height } = context.canvas;
    const sheet = paper(width, height, true);
    sheet.setTransform(scale.a, 0, 0, scale.d, scale.e, scale.f);
    for (const shape of beneath) trace(sheet, shape);
    const base = asInk(sheet);
    const { first, runs } = runsOf(doc.faces, points, scale, width, height);
    const inkOf = createInks(host, scale, base, width, height);
    const image = context.createImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    pixels.set(/** @type {Uint32Array} */ (base.sheet));
    const inked = new Uint16Array(doc.faces.length); // 1 + the state of each face in `pixels`, which only a jump brings up to date

    /** @param {number} face @param {number} state */
    function colour(face, state) {
      inked[face] = state + 1;
      const { colour, sheet } = inkOf(state);
      for (let k = first[face]; k < first[face + 1]; k += 2) {
        const [begin, end] = [runs[k], runs[k + 1]];
        if (sheet) for (let i = begin; i < end; i++) pixels[i] = sheet[i];
        else if (end - begin > SHORT_PX) pixels.fill(colour, begin, end);
        else for (let i = begin; i < end; i++) pixels[i] = colour;
      }
    }

    /** What a few faces are filled with. @param {Changed} changed @returns {Map<Ink, Path2D> | null} null: the whole picture is put */
    function plan({ count, index, value }) {
      if (count > FEW) return null;
      /** @type {Map<Ink, Path2D>} */
      const fills = new Map();
      for (let k = 0; k < count; k++) {
        const ink = inkOf(value[k]);
        const path = fills.get(ink) || new Path2D();
        fills.set(ink, path);
        const face = index[k];
        for (let k = first[face]; k < first[face + 1]; k += 2) path.rect(runs[k] % width, Math.floor(runs[k] / width), runs[k + 1] - runs[k], 1);
      }
      return fills;
    }

    return {
      scale,
      plan,
      /** @param {ReturnType<typeof plan>} fills @param {Uint16Array} states */
      draw(fills, states) {
        if (!fills) return this.all(states);
        for (const [ink, path] of fills) {
          context.fillStyle = ink.fill;
          context.fill(path);
        }
      },
      /** @param {Uint16Array} states */
      all(states) {
        for (let face = 0; face < states.length; face++) if (inked[face] !== states[face] + 1) colour(face, states[face]);
        context.putImageData(image, 0, 0);
      },
      /** @param {number} x @param {number} y px of the canvas @returns {number} -1 where no face is */
      faceAt(x, y) {
        if (x < 0 || y < 0 || x >= width || y >= height) return -1;
        const at = Math.floor(y) * width + Math.floor(x);
        for (let k = 0; k < first[doc.faces.length]; k += 2) {
          if (runs[k] <= at && at < runs[k + 1]) return frontlineParts.countUpTo(/** @type {any} */ (first), k) - 1;
        }
        return -1;
      },
    };
  }

  /** Calls back when colours may be others. @param {() => void} changed */
  function watchColours(changed) {
    for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) matchMedia(query).addEventListener("change", changed);
    new MutationObserver(changed).observe(document.documentElement, { attributes: true });
  }

  /** A canvas over the whole box of the map. @param {HTMLElement} box @param {Element} after it @returns {CanvasRenderingContext2D} */
  function layer(box, after) {
    const context = paper(1, 1);
    context.canvas.setAttribute("aria-hidden", "true");
    Object.assign(context.canvas.style, { position: "absolute", transformOrigin: "0 0", pointerEvents: "none" });
    box.insertBefore(context.canvas, after);
    return context;
  }

  /** One outline for each look, for paper. @param {Element} host @param {string} kind @param {Map<number, string>} outlines */
  function writeOutlines(host, kind, outlines) {
    host.replaceChildren(...[...outlines].map(([value, d]) => {
      const path = document.createElementNS(/** @type {string} */ (host.namespaceURI), "path");
      path.setAttribute("class", kind + value);
      path.setAttribute("d", d);
      return path;
    }));
  }

  /**
   * Nothing that is seen, as large as the map: without one large shape beneath them, browsers put names and dots on many layers, and each step sorts these anew.
   * @param {Element} parent
   */
  function spread(parent) {
    const sheet = /** @type {SVGElement | undefined} */ (parent.querySelector(":scope > .paper")?.cloneNode());
    if (!sheet) return;
    sheet.removeAttribute("class");
    sheet.style.fill = "transparent";
    parent.prepend(sheet);
  }

  /**
   * Browsers put canvas and SVG on whole px, each for itself: with a whole number of them between the two, both are moved alike.
   * @param {SVGSVGElement} svg @param {HTMLElement} box
   */
  function align(svg, box) {
    Object.assign(svg.style, { left: "", top: "" });
    const [inner, outer] = [svg.getBoundingClientRect(), box.getBoundingClientRect()];
    const whole = (/** @type {number} */ px) => `${Math.round(px)}px`;
    Object.assign(svg.style, { left: whole(inner.left - outer.left - box.clientLeft), top: whole(inner.top - outer.top - box.clientTop) });
  }

  /** @type {FrontlineParts["createCanvasGround"]} */
  function createCanvasGround(host, hosts, doc, arcs) {
    const svg = /** @type {SVGSVGElement} */ (host.closest("svg"));
    const box = /** @type {HTMLElement} */ (svg.parentElement);
    const parent = /** @type {Element} */ (host.parentNode);
    const beneath = [...parent.querySelectorAll(":scope > :is(.paper, .neighbour, .region)")];
    const above = [...parent.querySelectorAll(":scope > .veil, :scope > .w > path")].filter((shape) => !hosts.some((other) => other.contains(shape)));
    const states = Uint16Array.from(doc.start.faces);
    const shown = Uint8Array.from(doc.start.fronts);
    const layers = [layer(box, svg), layer(box, svg)];
    const [{ canvas }] = layers;
    /** @type {{ground: ReturnType<typeof createPicture>, front: FrontPicture} | null} */
    let picture = null;
    let unit = 1;
    let margin = 0;
    let drawnAs = "";
    let [began, took] = [0, 0];
    /** @type {ReturnType<typeof planOf>} the next step, worked out before its time */
    let prepared = null;

    const looks = () => {
      const probe = document.createElementNS(svg.namespaceURI, "path");
      const inks = [...new Set(states)].map((state) => fillOf(host, probe, state));
      return [...inks, ...[...beneath, ...above, ...hosts].map((shape) => getComputedStyle(shape)).map(({ fill, stroke, color }) => fill + stroke + color)].join();
    };

    /** Draws the ground anew, if anything of it has changed: how large it is, where it lies, its colours. */
    function draw() {
      const [across, down] = [box.clientWidth, box.clientHeight];
      if (!across || !down) return;
      align(svg, box);
      const { a, d, e, f } = placed(host, box);
      margin = a > 1.001 * /** @type {DOMMatrix} */ (svg.getScreenCTM()).a ? MARGIN_PX : 0;
      const [wide, high] = [across + 2 * margin, down + 2 * margin];
      unit = Math.min(devicePixelRatio, Math.sqrt(MOST_PX / (wide * high)));
      const wanted = [wide, high, unit, a, d, e, f, looks()].join(" ");
      if (wanted === drawnAs) return;
      drawnAs = wanted;
      began = performance.now();
      for (const { canvas } of layers) {
        canvas.width = Math.round(wide * unit);
        canvas.height = Math.round(high * unit);
        Object.assign(canvas.style, { left: `${-margin}px`, top: `${-margin}px`, width: `${wide}px`, height: `${high}px`, transform: "" });
      }
      const [right, under] = [canvas.width / wide, canvas.height / high];
      const scale = { a: a * right, d: d * under, e: (e + margin) * right, f: (f + margin) * under };
      picture = {
        ground: createPicture(layers[0], host, doc, arcs.points, scale, beneath),
        front: frontlineParts.createFrontPicture(layers[1], { hosts, beneath: above, edges: doc.edges, points: arcs.points, shown, scale, unit: right }),
      };
      picture.ground.all(states);
      took = performance.now() - began;
    }

    /** While the map moves, its picture does; it is drawn anew now and then where it no longer covers the view. */
    function follow() {
      if (!picture) return;
      const now = placed(host, box);
      const was = picture.ground.scale;
      const [across, down] = [box.clientWidth, box.clientHeight];
      const unit = canvas.width / (across + 2 * margin);
      const k = (now.a * unit) / was.a;
      const [x, y] = [now.e - (k * was.e) / unit, now.f - (k * was.f) / unit];
      for (const { canvas } of layers) canvas.style.transform = `translate(${x + margin}px,${y + margin}px)scale(${k})`;
      const covered = x <= 0 && y <= 0 && x + (k * canvas.width) / unit >= across && y + (k * canvas.height) / unit >= down;
      if (!covered && performance.now() - began > (1 + REST) * took) draw();
    }

    /** Paper, and a browser that has lost its pixels, get the lines of the SVG themselves. @param {boolean} on */
    function asLines(on) {
      /** @type {Map<number, string>} */
      const grounds = new Map();
      /** @type {Map<number, string>} */
      const fronts = new Map();
      if (on) {
        states.forEach((state, face) => grounds.set(state, (grounds.get(state) || "") + arcs.rings(doc.faces[face][2])));
        shown.forEach((style, edge) => style && fronts.set(style, (fronts.get(style) || "") + arcs.line(doc.edges[edge][0])));
      }
      writeOutlines(host, "s", grounds);
      for (const other of hosts) writeOutlines(other, "e", fronts);
      for (const { canvas } of layers) canvas.hidden = on;
      for (const shape of [...beneath, ...above]) /** @type {SVGElement} */ (shape).style.visibility = on ? "" : "hidden";
    }

    /** A context that was lost comes back empty. */
    function again() {
      drawnAs = "";
      draw();
      asLines(false);
    }

    spread(parent);
    asLines(false);
    new ResizeObserver(draw).observe(box);
    watchColours(draw);
    for (const { canvas } of layers) {
      canvas.addEventListener("contextlost", () => asLines(true));
      canvas.addEventListener("contextrestored", again);
    }
    addEventListener("beforeprint", () => asLines(true));
    addEventListener("afterprint", () => asLines(false));
    /** Which edges look different from now on; each is put to its new style. @param {Changed} changed */
    function switched({ count, index, value }) {
      const other = [];
      for (let k = 0; k < count; k++) {
        if (shown[index[k]] === value[k]) continue;
        shown[index[k]] = value[k];
        other.push(index[k]);
      }
      return other;
    }

    /** @param {Delta} delta */
    function planOf(delta) {
      const edges = switched(delta.fronts);
      return picture && { delta, picture, ground: picture.ground.plan(delta.faces), front: edges.length ? picture.front.plan(edges) : undefined };
    }

    return {
      prepare(delta) {
        const now = shown.slice();
        prepared = planOf(delta);
        shown.set(now);
      },
      paint(delta) {
        for (let k = 0; k < delta.faces.count; k++) states[delta.faces.index[k]] = delta.faces.value[k];
        if (!picture) {
          switched(delta.fronts);
          return draw();
        }
        const ready = prepared && prepared.delta === delta && prepared.picture === picture;
        for (let k = 0; ready && k < delta.fronts.count; k++) shown[delta.fronts.index[k]] = delta.fronts.value[k];
        const plan = /** @type {NonNullable<ReturnType<typeof planOf>>} */ (ready ? prepared : planOf(delta));
        prepared = null;
        picture.ground.draw(plan.ground, states);
        if (plan.front !== undefined) picture.front.draw(plan.front);
      },
      again: draw,
      follow,
      faceAt(x, y) {
        const { left, top } = canvas.getBoundingClientRect();
        return picture ? picture.ground.faceAt((x - left) * unit, (y - top) * unit) : -1;
      },
    };
  }

  frontlineParts.canvas = { paper, trace };
  frontlineParts.createCanvasGround = createCanvasGround;
})();
