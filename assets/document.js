// What is written of a map document (docs/map-document.md) becomes the document again: the one that playback and surfaces know.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));

(function () {
  const TABLES = ["places", "claims", "events", "sources", "unlocated", "observations"];
  const WRITTEN = 2;

  /** Arcs as lines of the grid, each from node to node. @param {any} written @returns {number[][]} */
  function arcsOf(written) {
    if (Array.isArray(written)) return written;
    const { refuse, values, walked } = frontlineParts.written;
    const { count, from, to, x, y } = written;
    const nodeX = walked(written.nodes.x);
    const nodeY = walked(written.nodes.y);
    const inner = values(written.inner, count);
    const arcs = new Array(count);
    let met = 0;
    let at = 0;
    /** @param {number} ago */
    const node = (ago) => {
      const found = met - ago;
      if (ago === 0) met += 1;
      return found >= 0 && found < nodeX.length && ago >= 0 ? found : refuse(`an arc ends ${ago} nodes ago`);
    };
    for (let i = 0; i < count; i++) {
      const first = node(from[i]);
      const last = node(to[i]);
      let dx = nodeX[last] - nodeX[first];
      let dy = nodeY[last] - nodeY[first];
      const line = [nodeX[first], nodeY[first]];
      for (const end = at + inner[i]; at < end; at++) {
        line.push(x[at], y[at]);
        dx -= x[at];
        dy -= y[at];
      }
      line.push(dx, dy);
      arcs[i] = line;
    }
    return arcs;
  }

  /** @param {any} written @returns {[number, number, number[][]][]} */
  function facesOf(written) {
    if (Array.isArray(written)) return written;
    const { refuse, values } = frontlineParts.written;
    const { count, walk } = written;
    const places = values(written.place, count);
    const inside = values(written.in_region, count);
    const rings = values(written.rings, count);
    const lengths = values(written.arcs, rings.reduce((sum, own) => sum + own, 0));
    const faces = new Array(count);
    let met = 0;
    let ring = 0;
    let at = 0;
    for (let face = 0; face < count; face++) {
      const own = [];
      for (const last = ring + rings[face]; ring < last; ring++) {
        const line = new Array(lengths[ring]);
        for (let i = 0; i < line.length; i++, at++) {
          const arc = met - (walk[at] >> 1);
          if (!(arc >= 0)) refuse(`a ring walks the arc ${arc}`);
          if (arc >= met) met = arc + 1;
          line[i] = walk[at] & 1 ? ~arc : arc;
        }
        own.push(line);
      }
      faces[face] = [places[face], inside[face], own];
    }
    return faces;
  }

  /** @param {any} written @param {[number, number, number[][]][]} faces @returns {[number, number, number][]} */
  function edgesOf(written, faces) {
    if (Array.isArray(written)) return written;
    const { values, walked } = frontlineParts.written;
    const arcs = walked(written.arc);
    if ("left" in written) {
      const left = values(written.left, arcs.length);
      const right = values(written.right, arcs.length);
      return arcs.map((arc, i) => [arc, left[i], right[i]]);
    }
    const last = arcs.reduce((one, other) => Math.max(one, other), -1);
    const left = new Int32Array(last + 1).fill(-1);
    const right = new Int32Array(last + 1).fill(-1);
    for (let face = 0; face < faces.length; face++) {
      for (const ring of faces[face][2]) {
        for (const reference of ring) {
          if (reference >= 0) left[reference] = face;
          else right[~reference] = face;
        }
      }
    }
    return arcs.map((arc) => [arc, left[arc], right[arc]]);
  }

  /** @type {FrontlineParts["readDocument"]} */
  function readDocument(written) {
    const { records, refuse, timeOf } = frontlineParts.written;
    if (!written || written.format !== "frontline-map") refuse("it does not say that it is one");
    if (!(written.version <= WRITTEN)) refuse(`it is of version ${written.version}, this page reads ${WRITTEN}; load it again`);
    const document = { ...written };
    for (const name of TABLES) if (name in written) document[name] = records(written[name], document);
    document.arcs = arcsOf(written.arcs);
    document.faces = facesOf(written.faces);
    document.edges = edgesOf(written.edges, document.faces);
    const places = () => document.faces.map((/** @type {number[]} */ face) => face[0]);
    return Object.assign(document, timeOf(written, places, () => document.edges));
  }

  frontlineParts.readDocument = readDocument;
})();
