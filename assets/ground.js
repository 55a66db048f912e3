// The arcs of a map document become the paths of its faces and fronts, as fine as the view asks for.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));

(function () {
  const SVG = "http://www.w3.org/2000/svg";
  const UNSEEN_PX = 0.2; // as in figures/paths.py
  const PARTS_OF_PX = 20; // ends of arcs are put on this grid: two faces that share an arc share its very points
  const FINER_FROM = 1.5;
  const MANY = 1000; // changing faces, beyond which they are pixels

  /**
   * Arcs in px of the page. @param {number[][]} arcs lines of the grid @param {number[]} scale where its corner falls, and px a step: x, y, across, down
   */
  function createArcs(arcs, [x0, y0, across, down]) {
    const put = (/** @type {number} */ px) => Math.round(px * PARTS_OF_PX) / PARTS_OF_PX;
    const points = arcs.map((line) => {
      const xy = new Float32Array(line.length);
      for (let k = 0, x = 0, y = 0; k < line.length; k += 2) {
        xy[k] = put(x0 + (x += line[k]) * across);
        xy[k + 1] = put(y0 + (y += line[k + 1]) * down);
      }
      return xy;
    });
    let tolerance = UNSEEN_PX;
    /** @type {(string | undefined)[]} the middle of each arc's path, written when first asked for: forwards and backwards */
    let written = [];

    /** @param {number} reference */
    function middle(reference) {
      const at = reference >= 0 ? 2 * reference : 2 * ~reference + 1;
      const known = written[at];
      if (known !== undefined) return known;
      const xy = points[at >> 1];
      const kept = thinned(xy, tolerance);
      if (at & 1) kept.reverse();
      let text = "";
      for (let k = 1; k < kept.length; k++) text += `L${trim(xy[2 * kept[k]])} ${trim(xy[2 * kept[k] + 1])}`;
      return (written[at] = text);
    }

    /** @param {number} reference */
    function start(reference) {
      const xy = points[reference >= 0 ? reference : ~reference];
      const k = reference >= 0 ? 0 : xy.length - 2;
      return `M${trim(xy[k])} ${trim(xy[k + 1])}`;
    }

    return {
      points,
      /** @param {number} k how much the map is enlarged; what is written is only good until the next call */
      refine(k) {
        tolerance = UNSEEN_PX / k;
        written = [];
      },
      /** @param {number} arc */
      line: (arc) => start(arc) + middle(arc),
      /** @param {number[][]} rings */
      rings: (rings) => rings.map((ring) => (ring.length ? start(ring[0]) + ring.map(middle).join("") + "z" : "")).join(""),
    };
  }

  /** @param {number} px */
  const trim = (px) => Math.round(px * 100) / 100;

  /**
   * Which points of a line stay when those go that lie less than `tolerance` off (Douglas & Peucker 1973).
   * @param {Float32Array} xy @param {number} tolerance @returns {number[]}
   */
  function thinned(xy, tolerance) {
    const last = xy.length / 2 - 1;
    if (last < 2) return last < 1 ? [0] : [0, 1];
    const keep = new Uint8Array(last + 1);
    keep[0] = keep[last] = 1;
    const waiting = [0, last];
    while (waiting.length) {
      const b = /** @type {number} */ (waiting.pop());
      const a = /** @type {number} */ (waiting.pop());
      const [ax, ay] = [xy[2 * a], xy[2 * a + 1]];
      const [dx, dy] = [xy[2 * b] - ax, xy[2 * b + 1] - ay];
      const length = Math.hypot(dx, dy);
      let far = -1;
      let most = tolerance;
      for (let i = a + 1; i < b; i++) {
        const [px, py] = [xy[2 * i] - ax, xy[2 * i + 1] - ay];
        const away = length ? Math.abs(dx * py - dy * px) / length : Math.hypot(px, py);
        if (away > most) [most, far] = [away, i];
      }
      if (far < 0) continue;
      keep[far] = 1;
      waiting.push(a, far, far, b);
    }
    const kept = [];
    for (let i = 0; i <= last; i++) if (keep[i]) kept.push(i);
    return kept;
  }

  /**
   * Faces that never change and look alike become one outline: an arc that two of them share is inside it.
   * @param {[number, number, number[][]][]} faces @param {number[]} states @param {Uint8Array} changing @param {Float32Array[]} points
   * @returns {Map<number, number[][]>} rings by state
   */
  function outlines(faces, states, changing, points) {
    /** @type {Map<number, Set<number>>} */
    const odd = new Map();
    faces.forEach(([, , rings], face) => {
      if (changing[face] || !rings.length) return;
      const arcs = odd.get(states[face]) || new Set();
      odd.set(states[face], arcs);
      for (const ring of rings) {
        for (const reference of ring) {
          const arc = reference >= 0 ? reference : ~reference;
          if (!arcs.delete(arc)) arcs.add(arc);
        }
      }
    });
    return new Map([...odd].map(([state, arcs]) => [state, joined(arcs, points)]));
  }

  /** Arcs put together to rings. @param {Set<number>} arcs @param {Float32Array[]} points */
  function joined(arcs, points) {
    const ends = (/** @type {number} */ arc) => {
      const xy = points[arc];
      return [`${xy[0]} ${xy[1]}`, `${xy[xy.length - 2]} ${xy[xy.length - 1]}`];
    };
    /** @type {Map<string, number[]>} */
    const meeting = new Map();
    for (const arc of arcs) {
      for (const end of ends(arc)) {
        const there = meeting.get(end);
        if (there) there.push(arc);
        else meeting.set(end, [arc]);
      }
    }
    const rings = [];
    for (const first of arcs) {
      arcs.delete(first);
      const ring = [first];
      let [begun, at] = ends(first);
      while (at !== begun) {
        const waiting = meeting.get(at) || [];
        let next;
        while ((next = waiting.pop()) !== undefined && !arcs.has(next));
        if (next === undefined) break;
        arcs.delete(next);
        const [from, to] = ends(next);
        ring.push(from === at ? next : ~next);
        at = from === at ? to : from;
      }
      rings.push(ring);
    }
    return rings;
  }

  /** @param {Element} parent @param {string} d @param {string} kind @returns {SVGPathElement} */
  function pathIn(parent, d, kind = "") {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    if (kind) path.setAttribute("class", kind);
    parent.append(path);
    return path;
  }

  /** Which faces are ever another than at the start. @param {any} doc */
  function changingFaces(doc) {
    const changing = new Uint8Array(doc.faces.length);
    for (const [, pairs] of doc.changes) for (let k = 0; k < pairs.length; k += 2) changing[pairs[k]] = 1;
    return changing;
  }

  /** One path for each face that ever changes; one for each state of all others. @param {Element} host @param {any} doc @param {ReturnType<typeof createArcs>} arcs */
  function createFaces(host, doc, arcs) {
    const changing = changingFaces(doc);
    const still = [...outlines(doc.faces, doc.start.faces, changing, arcs.points)];
    /** @type {(SVGPathElement | undefined)[]} */
    const paths = [];
    const shown = new Int32Array(doc.faces.length).fill(-1);
    const sheet = document.createDocumentFragment();
    const grounds = still.map(([state, rings]) => pathIn(/** @type {any} */ (sheet), arcs.rings(rings), `s${state}`));
    doc.faces.forEach((/** @type {[number, number, number[][]]} */ [, , rings], /** @type {number} */ face) => {
      if (!changing[face] || !rings.length) return;
      const path = pathIn(/** @type {any} */ (sheet), arcs.rings(rings));
      path.setAttribute("data-f", String(face));
      paths[face] = path;
    });
    host.replaceChildren(sheet);
    return {
      /** @param {Changed} changed */
      paint({ count, index, value }) {
        for (let k = 0; k < count; k++) {
          const path = paths[index[k]];
          if (!path || shown[index[k]] === value[k]) continue;
          shown[index[k]] = value[k];
          path.setAttribute("class", `s${value[k]}`);
        }
      },
      again() {
        still.forEach(([, rings], i) => grounds[i].setAttribute("d", arcs.rings(rings)));
        paths.forEach((path, face) => path && path.setAttribute("d", arcs.rings(doc.faces[face][2])));
      },
    };
  }

  /** The front: an edge gets its casing and its line when it first is one. @param {Element[]} hosts @param {any} doc @param {ReturnType<typeof createArcs>} arcs */
  function createFronts(hosts, doc, arcs) {
    /** @type {(SVGPathElement[] | undefined)[]} */
    const edges = [];
    const shown = new Uint8Array(doc.edges.length);
    for (const host of hosts) host.replaceChildren();

    /** @param {number} edge */
    function drawn(edge) {
      const d = arcs.line(doc.edges[edge][0]);
      const paths = hosts.map((host) => pathIn(host, d));
      for (const path of paths) path.setAttribute("data-e", String(edge));
      return (edges[edge] = paths);
    }

    return {
      /** @param {Changed} changed */
      paint({ count, index, value }) {
        for (let k = 0; k < count; k++) {
          const [edge, style] = [index[k], value[k]];
          if (shown[edge] === style) continue;
          shown[edge] = style;
          for (const path of edges[edge] || drawn(edge)) path.setAttribute("class", `e${style}`);
        }
      },
      again() {
        edges.forEach((paths, edge) => paths && paths.forEach((path) => path.setAttribute("d", arcs.line(doc.edges[edge][0]))));
      },
    };
  }

  /** @type {FrontlineParts["createGround"]} */
  function createGround(root, doc) {
    const host = root.querySelector('[data-frontline="faces"]');
    if (!host || !doc.arcs) return null;
    const hosts = ["casing", "front"].map((name) => /** @type {Element} */ (root.querySelector(`[data-frontline="${name}"]`)));
    const arcs = createArcs(doc.arcs, (host.getAttribute("data-grid") || "").split(" ").map(Number));
    let finer = 1;
    if (frontlineParts.createCanvasGround && changingFaces(doc).reduce((sum, one) => sum + one, 0) > MANY) {
      const pixels = frontlineParts.createCanvasGround(host, hosts, doc, arcs);
      return { ...pixels, refine: pixels.again }; // they are as fine as they are enlarged
    }
    const faces = createFaces(host, doc, arcs);
    const fronts = createFronts(hosts, doc, arcs);
    return {
      paint(delta) {
        faces.paint(delta.faces);
        fronts.paint(delta.fronts);
      },
      refine(k) {
        const wanted = k < FINER_FROM ? 1 : 4;
        if (wanted === finer) return;
        finer = wanted;
        arcs.refine(finer);
        faces.again();
        fronts.again();
      },
    };
  }

  frontlineParts.createGround = createGround;
})();
