// What is written of a map document (docs/map-document.md) becomes the document again: the one that playback and surfaces know.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));

(function () {
  const TABLES = ["places", "claims", "events", "sources", "unlocated", "observations"];
  const WRITTEN = 2;

  /**
   * The nodes at which arcs begin and end that say so: how many nodes ago each came up.
   * @param {any} written @param {number} nodes how many there are
   */
  function saidNodes(written, nodes) {
    const { numbers, refuse } = frontlineParts.written;
    const ends = [numbers(written.from), numbers(written.to)];
    const found = new Int32Array(2 * written.count);
    let met = 0;
    for (let end = 0; end < found.length; end++) {
      const ago = ends[end & 1][end >> 1];
      const node = met - ago;
      if (ago === 0) met += 1;
      found[end] = node >= 0 && node < nodes && ago >= 0 ? node : refuse(`an arc ends ${ago} nodes ago`);
    }
    return found;
  }

  /**
   * The nodes of arcs that do not say so: where a ring goes on from one arc to the next, their ends meet.
   * @param {number} count @param {[number, number, number[][]][]} faces
   */
  function metNodes(count, faces) {
    const { refuse } = frontlineParts.written;
    const name = new Int32Array(2 * count);
    for (let end = 0; end < name.length; end++) name[end] = end;
    const least = (/** @type {number} */ end) => {
      if (!(end < name.length)) refuse(`a ring walks the arc ${end >> 1} of ${count}`);
      while (name[end] !== end) end = name[end] = name[name[end]];
      return end;
    };
    for (const [, , rings] of faces) {
      for (const ring of rings) {
        for (let i = 0, before = ring[ring.length - 1]; i < ring.length; before = ring[i++]) {
          const one = least(before >= 0 ? 2 * before + 1 : 2 * ~before);
          const other = least(ring[i] >= 0 ? 2 * ring[i] : 2 * ~ring[i] + 1);
          if (one < other) name[other] = one;
          else name[one] = other;
        }
      }
    }
    const number = new Int32Array(name.length);
    let nodes = 0;
    for (let end = 0; end < name.length; end++) {
      const first = least(end);
      number[end] = first === end ? nodes++ : number[first];
    }
    return number;
  }

  /** Where nodes lie that are told from the other end of the arc that first comes to them. @param {Int32Array} node @param {number[]} x @param {number[]} y */
  function placed(node, x, y) {
    let met = 0;
    for (let end = 0; end < node.length; end++) {
      if (node[end] < met) continue;
      const other = node[end ^ 1];
      const beside = other < met ? other : met - 1;
      if (beside >= 0) {
        x[met] += x[beside];
        y[met] += y[beside];
      }
      met += 1;
    }
    if (x.length !== met || y.length !== met) frontlineParts.written.refuse(`${x.length} nodes are told of, the rings have ${met}`);
  }

  /** Arcs as lines of the grid, each from node to node. @param {any} written @param {[number, number, number[][]][]} faces @returns {number[][]} */
  function arcsOf(written, faces) {
    if (Array.isArray(written)) return written;
    const { numbers, values, walked } = frontlineParts.written;
    const { count } = written;
    const said = "from" in written;
    const nodeX = said ? walked(written.nodes.x) : numbers(written.nodes.x).slice();
    const nodeY = said ? walked(written.nodes.y) : numbers(written.nodes.y).slice();
    const node = said ? saidNodes(written, nodeX.length) : metNodes(count, faces);
    if (!said) placed(node, nodeX, nodeY);
    const x = numbers(written.x);
    const y = numbers(written.y);
    const inner = values(written.inner, count);
    const arcs = new Array(count);
    let at = 0;
    for (let i = 0; i < count; i++) {
      const first = node[2 * i];
      const last = node[2 * i + 1];
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

  /** Arcs by how many arcs ago each came up, and whether it is walked backwards. @param {string | number[]} told */
  function walkedOn(told) {
    const { numbers, refuse } = frontlineParts.written;
    const walk = numbers(told);
    let met = 0;
    let at = 0;
    return () => {
      const step = walk[at++];
      const arc = met - (step >> 1);
      if (!(arc >= 0)) refuse(`a ring walks the arc ${arc}`);
      if (arc >= met) met = arc + 1;
      return step & 1 ? ~arc : arc;
    };
  }

  /** Arcs by which of those that were walked once is walked back; 0 for a new one, −1 for one walked backwards. @param {string | number[]} told */
  function returned(told) {
    const { numbers, refuse } = frontlineParts.written;
    const turn = numbers(told);
    /** @type {number[]} */
    const waiting = [];
    let met = 0;
    let at = 0;
    return () => {
      const step = turn[at++];
      if (step === 0 || step === -1) {
        waiting.push(step === 0 ? met : ~met);
        met += 1;
        return waiting[waiting.length - 1];
      }
      if (!(step > 0 && step <= waiting.length)) refuse(`a ring walks back the arc ${step} ago`);
      return ~waiting.splice(waiting.length - step, 1)[0];
    };
  }

  /** @param {any} written @returns {[number, number, number[][]][]} */
  function facesOf(written) {
    if (Array.isArray(written)) return written;
    const { values } = frontlineParts.written;
    const { count } = written;
    const next = "turn" in written ? returned(written.turn) : walkedOn(written.walk);
    const places = values(written.place, count);
    const inside = values(written.in_region, count);
    const rings = values(written.rings, count);
    const lengths = values(written.arcs, rings.reduce((sum, own) => sum + own, 0));
    const faces = new Array(count);
    let ring = 0;
    for (let face = 0; face < count; face++) {
      const own = [];
      for (const last = ring + rings[face]; ring < last; ring++) {
        const line = new Array(lengths[ring]);
        for (let i = 0; i < line.length; i++) line[i] = next();
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
    const { complete, records, refuse, timeOf } = frontlineParts.written;
    if (!written || written.format !== "frontline-map") refuse("it does not say that it is one");
    if (!(written.version <= WRITTEN)) refuse(`it is of version ${written.version}, this page reads ${WRITTEN}; load it again`);
    const document = { ...written };
    document.faces = facesOf(written.faces);
    document.arcs = arcsOf(written.arcs, document.faces);
    document.edges = edgesOf(written.edges, document.faces);
    for (const name of TABLES) {
      if (name in written) document[name] = records(name === "places" ? fromCells(document, written.places) : written[name], document);
    }
    for (const name of ["area", "front"]) if (name in written) document[name] = { ...written[name], series: seriesOf(written[name].series) };
    const places = () => document.faces.map((/** @type {number[]} */ face) => face[0]);
    Object.assign(document, timeOf(written, places, () => document.edges, () => document.events));
    complete(document, written.events);
    return document;
  }

  /** What is measured through time, as rows. @param {any} told */
  function seriesOf(told) {
    if (Array.isArray(told)) return told;
    const { values } = frontlineParts.written;
    const columns = told.rows.map((/** @type {any} */ one) => values(one, told.count));
    /** @type {string[] | undefined} */
    const actors = told.actors;
    return Array.from({ length: told.count }, (_, i) => {
      const row = columns.map((/** @type {any[]} */ column) => column[i]);
      if (!actors) return row;
      /** @type {Record<string, number[]>} */
      const held = {};
      actors.forEach((actor, k) => row[1 + 2 * k] !== null && (held[actor] = row.slice(1 + 2 * k, 3 + 2 * k)));
      return [row[0], held, ...row.slice(1 + 2 * actors.length)];
    });
  }

  /**
   * The table of places with the positions that were written beside their cells.
   * @param {any} document @param {any} told
   */
  function fromCells(document, told) {
    if (Array.isArray(told) || !("near" in (told.columns.lon || {}))) return told;
    const { values } = frontlineParts.written;
    const { grid } = document;
    const middles = middlesOf(document.arcs, document.faces, told.count);
    const columns = { ...told.columns };
    for (const [name, corner] of [["lon", grid.lon], ["lat", grid.lat]]) {
      if (!("near" in columns[name])) continue;
      const { near, decimals, is } = columns[name];
      const unit = 10 ** decimals;
      columns[name] = values(is, told.count).map((apart, i) => (Math.floor((corner + middles[2 * i + near] * grid.step) * unit + 0.5) + apart) / unit);
    }
    return { ...told, columns };
  }

  /** The middle of the corners of each place's cell, x and y by turns; where it has none that of the place before. @param {number[][]} arcs @param {[number, number, number[][]][]} faces @param {number} count */
  function middlesOf(arcs, faces, count) {
    const middles = new Float64Array(2 * count);
    const known = new Uint8Array(count);
    for (const [place, , rings] of faces) {
      if (!(place >= 0) || known[place] || !rings.length || !rings[0].length) continue;
      let x = 0;
      let y = 0;
      for (const reference of rings[0]) {
        const line = arcs[reference >= 0 ? reference : ~reference];
        for (let k = 0; k < (reference >= 0 ? 2 : line.length); k += 2) {
          x += line[k];
          y += line[k + 1];
        }
      }
      known[place] = 1;
      middles[2 * place] = Math.floor(x / rings[0].length);
      middles[2 * place + 1] = Math.floor(y / rings[0].length);
    }
    for (let place = 1; place < count; place++) if (!known[place]) middles.copyWithin(2 * place, 2 * place - 2, 2 * place);
    return middles;
  }

  frontlineParts.readDocument = readDocument;
})();
