// The front of a large map, and the lines beneath it, are strokes in a canvas: a step draws anew only the squares that it touches.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));

(function () {
  const SQUARE_PX = 16;
  const MANY = 400; // changed edges, from which on everything is drawn anew
  const AROUND_PX = 1; // what smoothing adds to a line

  /** How a shape of the SVG is stroked, in px of the canvas. @param {Element} shape @param {number} unit px of the canvas a px of the page */
  function penOf(shape, unit) {
    const { stroke, strokeWidth, strokeLinecap, strokeLinejoin, strokeDasharray, strokeOpacity } = getComputedStyle(shape);
    return {
      dash: strokeDasharray.split(",").map(parseFloat).filter(Number.isFinite).map((px) => px * unit),
      look: { strokeStyle: stroke, lineWidth: parseFloat(strokeWidth) * unit, lineCap: strokeLinecap, lineJoin: strokeLinejoin, globalAlpha: Number(strokeOpacity) },
    };
  }

  /** What does not change, as a picture to fill with. @param {Element[]} shapes @param {Scale} scale @param {number} unit @param {number} width @param {number} height */
  function sheetOf(shapes, { a, d, e, f }, unit, width, height) {
    const sheet = frontlineParts.canvas.paper(width, height);
    for (const shape of shapes) {
      sheet.setTransform(a, 0, 0, d, e, f);
      frontlineParts.canvas.trace(sheet, shape);
      sheet.resetTransform();
      const { look, dash } = penOf(shape, unit);
      if (look.strokeStyle === "none") continue;
      const line = new Path2D();
      line.addPath(new Path2D(shape.getAttribute("d") || ""), new DOMMatrix([a, 0, 0, d, e, f]));
      Object.assign(sheet, look).setLineDash(dash);
      sheet.stroke(line);
    }
    return /** @type {CanvasPattern} */ (sheet.createPattern(sheet.canvas, "no-repeat"));
  }

  /** All edges one after the other, in px of the canvas. @param {number[][]} edges @param {Float32Array[]} points @param {Scale} scale */
  function linesOf(edges, points, { a, d, e, f }) {
    const first = new Uint32Array(edges.length + 1);
    edges.forEach(([arc], edge) => (first[edge + 1] = first[edge] + points[arc].length));
    const xy = new Float32Array(first[edges.length]);
    edges.forEach(([arc], edge) => {
      for (let k = 0, at = first[edge]; k < points[arc].length; k += 2) {
        xy[at++] = a * points[arc][k] + e;
        xy[at++] = d * points[arc][k + 1] + f;
      }
    });
    return { first, xy };
  }

  /**
   * Where in its pattern each dashed edge begins. It goes on from a neighbour: were each arc to begin anew, short ones would look whole.
   * @param {{first: Uint32Array, xy: Float32Array}} lines @param {Uint8Array} shown @param {number[][]} dash by style
   */
  function createPhases({ first, xy }, shown, dash) {
    const count = first.length - 1;
    const phase = new Float32Array(count).fill(NaN);
    const style = new Uint8Array(count); // that the phase is of
    const ends = new Uint32Array(2 * count);
    /** @type {number[][]} */
    const around = [];
    /** @type {Map<string, number>} */
    const nodes = new Map();
    for (let end = 0; end < 2 * count; end++) {
      const k = end & 1 ? first[(end >> 1) + 1] - 2 : first[end >> 1];
      const spot = `${xy[k]} ${xy[k + 1]}`;
      const node = nodes.get(spot) ?? nodes.size;
      nodes.set(spot, (ends[end] = node));
      (around[node] = around[node] || []).push(end >> 1);
    }

    /** @param {number} edge */
    function long(edge) {
      let sum = 0;
      for (let k = first[edge] + 2; k < first[edge + 1]; k += 2) sum += Math.hypot(xy[k] - xy[k - 2], xy[k + 1] - xy[k - 1]);
      return sum;
    }

    /** Whether an edge has a phase that counts now. @param {number} edge */
    const settled = (edge) => style[edge] === shown[edge] && phase[edge] === phase[edge];

    /** @param {number} edge @param {number} value */
    function put(edge, value) {
      const [on, off] = dash[shown[edge]];
      phase[edge] = value - Math.floor(value / (on + off)) * (on + off);
      style[edge] = shown[edge];
    }

    /** Those that meet an edge and look like it, each with where they meet. @param {number} edge */
    const neighbours = (edge) =>
      [0, 1].flatMap((side) => around[ends[2 * edge + side]].filter((other) => other !== edge && shown[other] === shown[edge]).map((other) => ({ other, side })));

    /** @param {number} edge @param {number} side 1 where it ends @param {number} other that meets it there */
    function goOn(edge, side, other) {
      const [on] = dash[shown[edge]];
      const here = side ? phase[edge] + long(edge) : on - phase[edge];
      put(other, ends[2 * other] === ends[2 * edge + side] ? here : on - here - long(other));
    }

    /** @param {number} from */
    function spread(from) {
      const waiting = [from];
      for (let edge; (edge = waiting.pop()) !== undefined; ) {
        for (const { other, side } of neighbours(edge)) {
          if (settled(other)) continue;
          goOn(edge, side, other);
          waiting.push(other);
        }
      }
    }

    return {
      /** @param {ArrayLike<number>} edges */
      settle(edges) {
        for (const begin of [false, true]) {
          for (let k = 0; k < edges.length; k++) {
            const edge = edges[k];
            if (!shown[edge]) style[edge] = 0;
            if (!shown[edge] || !dash[shown[edge]].length || settled(edge)) continue;
            if (begin) put(edge, 0);
            const from = begin ? edge : neighbours(edge).find(({ other }) => settled(other))?.other;
            if (from !== undefined) spread(from);
          }
        }
      },
      /** @param {number} edge */
      of: (edge) => phase[edge],
    };
  }

  /**
   * The squares of the canvas: which edges reach into each, and into which each edge reaches (from `first` of it to that of the next).
   * @param {{first: Uint32Array, xy: Float32Array}} lines @param {number} reach @param {number} side @param {number} width @param {number} height
   */
  function createSquares({ first: begin, xy }, reach, side, width, height) {
    const across = Math.ceil(width / side);
    const down = Math.ceil(height / side);
    /** @type {number[][]} */
    const edges = Array.from({ length: across * down }, () => []);
    const first = new Uint32Array(begin.length);
    const list = [];
    for (let edge = 0; edge + 1 < begin.length; edge++) {
      let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
      for (let k = begin[edge]; k < begin[edge + 1]; k += 2) {
        left = Math.min(left, xy[k]);
        right = Math.max(right, xy[k]);
        top = Math.min(top, xy[k + 1]);
        bottom = Math.max(bottom, xy[k + 1]);
      }
      const [x1, y1] = [Math.min(across - 1, Math.floor((right + reach) / side)), Math.min(down - 1, Math.floor((bottom + reach) / side))];
      for (let y = Math.max(0, Math.floor((top - reach) / side)); y <= y1; y++) {
        for (let x = Math.max(0, Math.floor((left - reach) / side)); x <= x1; x++) {
          edges[y * across + x].push(edge);
          list.push(y * across + x);
        }
      }
      first[edge + 1] = list.length;
    }
    return { across, edges, first, list: Uint32Array.from(list) };
  }

  /** @type {FrontlineParts["createFrontPicture"]} */
  function createFrontPicture(context, { hosts: [casing, front], beneath, edges, points, shown, scale, unit }) {
    const { width, height } = context.canvas;
    const styles = [...new Set([...shown, 1, 2, 3])].filter((style) => style);
    const probe = document.createElementNS(casing.namespaceURI, "path");
    const under = probed(casing, 1);
    /** @type {ReturnType<typeof penOf>[]} */
    const pens = [];
    for (const style of styles) pens[style] = probed(front, style);
    const side = Math.round(SQUARE_PX * unit);
    const lines = linesOf(edges, points, scale);
    const { first, xy } = lines;
    const squares = createSquares(lines, under.look.lineWidth / 2 + AROUND_PX * unit, side, width, height);
    const every = Uint32Array.from(shown, (_, edge) => edge);
    const [touched, met] = [new Uint32Array(squares.edges.length), new Uint32Array(edges.length)];
    let turn = 0;
    /** @type {ReturnType<typeof createPhases> | null} */
    let phases = null;

    /** @param {Element} host @param {number} style */
    function probed(host, style) {
      probe.setAttribute("class", `e${style}`);
      host.append(probe);
      const pen = penOf(probe, unit);
      probe.remove();
      return pen;
    }

    /** @param {Path2D} path @param {number} edge */
    function whole(path, edge) {
      let k = first[edge];
      path.moveTo(xy[k], xy[k + 1]);
      for (k += 2; k < first[edge + 1]; k += 2) path.lineTo(xy[k], xy[k + 1]);
    }

    /** @param {Path2D} path @param {number} edge @param {number[]} dash @param {number} at where in the pattern it begins */
    function dashed(path, edge, [on, off], at) {
      for (let k = first[edge] + 2; k < first[edge + 1]; k += 2) {
        const [x, y, dx, dy] = [xy[k - 2], xy[k - 1], xy[k] - xy[k - 2], xy[k + 1] - xy[k - 1]];
        const long = Math.hypot(dx, dy);
        for (let gone = 0; gone < long; ) {
          const ink = at < on;
          const rest = (ink ? on : on + off) - at;
          const to = Math.min(long, gone + rest);
          if (ink) {
            path.moveTo(x + (dx * gone) / long, y + (dy * gone) / long);
            path.lineTo(x + (dx * to) / long, y + (dy * to) / long);
          }
          at = gone + rest > long ? at + to - gone : ink ? on : 0;
          gone = to;
        }
      }
    }

    /** The front of some edges: how each path of it is stroked, one after the other. @param {number[]} drawn @returns {Stroke[]} */
    function strokesOf(drawn) {
      if (!drawn.length) return [];
      const path = new Path2D();
      for (const edge of drawn) whole(path, edge);
      const [style] = drawn.map((edge) => shown[edge]);
      // Mostly all of a map look alike, and the path is there already.
      if (!pens[style].dash.length && drawn.every((edge) => shown[edge] === style)) return [[under.look, path], [pens[style].look, path]];
      return [[under.look, path], ...styles.map((style) => /** @type {Stroke} */ ([pens[style].look, lineOf(drawn, style)]))];
    }

    /** @param {number[]} drawn @param {number} style */
    function lineOf(drawn, style) {
      const path = new Path2D();
      const { dash } = pens[style];
      for (const edge of drawn) {
        if (shown[edge] !== style) continue;
        if (dash.length && phases) dashed(path, edge, dash, phases.of(edge));
        else whole(path, edge);
      }
      return path;
    }

    /** @param {ArrayLike<number>} list */
    function settle(list) {
      for (let k = 0; !phases && k < list.length; k++) {
        if (shown[list[k]] && pens[shown[list[k]]].dash.length) phases = createPhases(lines, shown, pens.map((pen) => pen.dash));
      }
      if (phases) phases.settle(list);
    }

    /** @param {Stroke[]} strokes */
    function put(strokes) {
      context.clearRect(0, 0, width, height);
      context.fillRect(0, 0, width, height);
      for (const [look, path] of strokes) Object.assign(context, look).stroke(path);
    }

    /** @param {FrontPlan} plan */
    function draw(plan) {
      if (!plan) settle(every);
      context.save();
      if (plan) context.clip(plan.clip);
      put(plan ? plan.strokes : strokesOf([...every].filter((edge) => shown[edge])));
      context.restore();
    }

    /** What is to be drawn anew when some edges have changed: the squares that they reach into. @param {number[]} changed @returns {FrontPlan} */
    function plan(changed) {
      if (changed.length > MANY) return null;
      settle(changed);
      turn += 1;
      const drawn = [];
      const clip = new Path2D();
      for (const edge of changed) {
        for (let k = squares.first[edge]; k < squares.first[edge + 1]; k++) {
          const square = squares.list[k];
          if (touched[square] === turn) continue;
          touched[square] = turn;
          clip.rect((square % squares.across) * side, Math.floor(square / squares.across) * side, side, side);
          for (const edge of squares.edges[square]) {
            if (!shown[edge] || met[edge] === turn) continue;
            met[edge] = turn;
            drawn.push(edge);
          }
        }
      }
      return { clip, strokes: strokesOf(drawn) };
    }

    context.fillStyle = sheetOf(beneath, scale, unit, width, height);
    draw(null);
    return { plan, draw };
  }

  frontlineParts.createFrontPicture = createFrontPicture;
})();
