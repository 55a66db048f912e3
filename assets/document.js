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
   * @param {number} count @param {Rings} told
   */
  function metNodes(count, { ends, walk }) {
    const { refuse } = frontlineParts.written;
    const name = new Int32Array(2 * count);
    for (let end = 0; end < name.length; end++) name[end] = end;
    const least = (/** @type {number} */ end) => {
      if (!(end < name.length)) refuse(`a ring walks the arc ${end >> 1} of ${count}`);
      while (name[end] !== end) end = name[end] = name[name[end]];
      return end;
    };
    for (let ring = 0, i = 0; ring < ends.length; ring++) {
      for (let before = walk[ends[ring] - 1]; i < ends[ring]; before = walk[i++]) {
        const one = least(before >= 0 ? 2 * before + 1 : 2 * ~before);
        const other = least(walk[i] >= 0 ? 2 * walk[i] : 2 * ~walk[i] + 1);
        if (one < other) name[other] = one;
        else name[one] = other;
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

  /** Arcs as lines of the grid, each from node to node. @param {any} written @param {Rings} rings @returns {number[][]} */
  function arcsOf(written, rings) {
    if (Array.isArray(written)) return written;
    const { numbers, values, walked } = frontlineParts.written;
    const { count } = written;
    const said = "from" in written;
    const nodeX = said ? walked(written.nodes.x) : numbers(written.nodes.x).slice();
    const nodeY = said ? walked(written.nodes.y) : numbers(written.nodes.y).slice();
    const node = said ? saidNodes(written, nodeX.length) : metNodes(count, rings);
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

  /** Arcs by how many arcs ago each came up, and whether it is walked backwards. @param {number[]} walk @returns {Int32Array} */
  function walkedOn(walk) {
    const arcs = new Int32Array(walk.length);
    let met = 0;
    for (let i = 0; i < walk.length; i++) {
      const arc = met - (walk[i] >> 1);
      if (!(arc >= 0)) frontlineParts.written.refuse(`a ring walks the arc ${arc}`);
      if (arc >= met) met = arc + 1;
      arcs[i] = walk[i] & 1 ? ~arc : arc;
    }
    return arcs;
  }

  /** Arcs by which of those that were walked once is walked back; 0 for a new one, −1 for one walked backwards. @param {number[]} turn @returns {Int32Array} */
  function returned(turn) {
    const arcs = new Int32Array(turn.length);
    const waiting = new Int32Array(turn.length);
    let met = 0;
    let waits = 0;
    for (let i = 0; i < turn.length; i++) {
      const step = turn[i];
      if (step === 0 || step === -1) {
        arcs[i] = waiting[waits++] = step === 0 ? met : ~met;
        met += 1;
        continue;
      }
      if (!(step > 0 && step <= waits)) frontlineParts.written.refuse(`a ring walks back the arc ${step} ago`);
      const at = waits - step;
      arcs[i] = ~waiting[at];
      waits -= 1;
      if (step > 64) waiting.copyWithin(at, at + 1, waits + 1);
      else for (let k = at; k < waits; k++) waiting[k] = waiting[k + 1]; // most lie near: a call takes longer
    }
    return arcs;
  }

  /**
   * The rings of all faces in a row: where each face's rings end among the rings, where each ring ends in the walk.
   * @typedef {{place: number[], inside: number[], faces: Int32Array, ends: Int32Array, walk: Int32Array}} Rings
   */

  /** @param {any} written @returns {Rings} */
  function ringsOf(written) {
    if (Array.isArray(written)) return ringsAsListed(written);
    const { numbers, refuse, summed, values } = frontlineParts.written;
    const { count } = written;
    const walk = "turn" in written ? returned(numbers(written.turn)) : walkedOn(numbers(written.walk));
    const faces = summed(values(written.rings, count));
    const ends = summed(values(written.arcs, count ? faces[count - 1] : 0));
    if (walk.length !== (ends.length ? ends[ends.length - 1] : 0)) refuse(`rings of ${ends[ends.length - 1]} arcs walk ${walk.length}`);
    return { place: values(written.place, count), inside: values(written.in_region, count), faces, ends, walk };
  }

  /** @param {[number, number, number[][]][]} faces @returns {Rings} */
  function ringsAsListed(faces) {
    const { summed } = frontlineParts.written;
    const rings = faces.flatMap((face) => face[2]);
    return {
      place: faces.map((face) => face[0]),
      inside: faces.map((face) => face[1]),
      faces: summed(faces.map((face) => face[2].length)),
      ends: summed(rings.map((ring) => ring.length)),
      walk: Int32Array.from(rings.flat()),
    };
  }

  /** @param {Rings} rings @returns {[number, number, number[][]][]} */
  function facesOf({ place, inside, faces, ends, walk }) {
    let ring = 0;
    let at = 0;
    return place.map((of, face) => {
      const own = [];
      for (; ring < faces[face]; at = ends[ring++]) own.push(Array.from(walk.subarray(at, ends[ring])));
      return [of, inside[face], own];
    });
  }

  /** @param {any} written @param {Rings} rings @returns {{arc: number[], left: ArrayLike<number>, right: ArrayLike<number>}} */
  function sidesOf(written, { faces, ends, walk }) {
    if (Array.isArray(written)) return { arc: written.map((edge) => edge[0]), left: written.map((edge) => edge[1]), right: written.map((edge) => edge[2]) };
    const { values, walked } = frontlineParts.written;
    const arc = walked(written.arc);
    if ("left" in written) return { arc, left: values(written.left, arc.length), right: values(written.right, arc.length) };
    let last = -1;
    for (const one of arc) if (one > last) last = one;
    const ahead = new Int32Array(last + 1).fill(-1);
    const back = new Int32Array(last + 1).fill(-1);
    for (let face = 0, ring = 0, at = 0; face < faces.length; face++) {
      for (; ring < faces[face]; ring++) {
        for (; at < ends[ring]; at++) {
          if (walk[at] >= 0) ahead[walk[at]] = face;
          else back[~walk[at]] = face;
        }
      }
    }
    const left = new Int32Array(arc.length);
    const right = new Int32Array(arc.length);
    for (let i = 0; i < arc.length; i++) {
      left[i] = ahead[arc[i]];
      right[i] = back[arc[i]];
    }
    return { arc, left, right };
  }

  /** What is made when somebody asks for it, and once. @template T @param {() => T} make @returns {() => T} */
  function once(make) {
    /** @type {{made: T} | undefined} */
    let kept;
    return () => (kept = kept || { made: make() }).made;
  }

  /** A key of a document that is read when somebody asks for it. @param {any} document @param {string} name @param {() => any} get */
  function later(document, name, get) {
    const set = (/** @type {any} */ value) => Object.defineProperty(document, name, { value, writable: true });
    Object.defineProperty(document, name, { configurable: true, enumerable: true, get, set });
  }

  /** All keys of one document for another, without reading what nobody asked for yet. @type {FrontlineParts["overlaid"]} */
  function overlaid(document, ...others) {
    for (const other of others) Object.defineProperties(document, Object.getOwnPropertyDescriptors(other));
    return document;
  }

  /** @type {FrontlineParts["readDocument"]} */
  function readDocument(written) {
    const { complete, refuse, tableOf, timeOf } = frontlineParts.written;
    if (!written || written.format !== "frontline-map") refuse("it does not say that it is one");
    if (!(written.version <= WRITTEN)) refuse(`it is of version ${written.version}, this page reads ${WRITTEN}; load it again`);
    const document = { ...written };
    const rings = ringsOf(written.faces);
    const sides = once(() => sidesOf(written.edges, rings));
    later(document, "faces", once(() => (Array.isArray(written.faces) ? written.faces : facesOf(rings))));
    later(document, "arcs", once(() => arcsOf(written.arcs, rings)));
    later(document, "edges", once(() => edgesOf(written.edges, sides)));
    /** @type {Record<string, any>} */
    const tables = {};
    for (const name of TABLES.filter((name) => name in written)) {
      tables[name] = tableOf(name === "places" ? fromCells(document, written.places) : written[name], tables);
      later(document, name, tables[name].records);
    }
    for (const name of ["area", "front"]) if (name in written) document[name] = { ...written[name], series: seriesOf(written[name].series) };
    Object.assign(document, timeOf(written, rings.place, sides, (/** @type {string} */ name) => tables.events.column(name)));
    if ("events" in tables) later(document, "events", once(() => complete(document, written.events, tables.events.records())));
    return document;
  }

  /** @param {any} written @param {() => {arc: number[], left: ArrayLike<number>, right: ArrayLike<number>}} sides @returns {[number, number, number][]} */
  function edgesOf(written, sides) {
    if (Array.isArray(written)) return written;
    const { arc, left, right } = sides();
    return arc.map((one, i) => [one, left[i], right[i]]);
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
   * The table of places, with the positions that were written beside their cells once they are asked for.
   * @param {any} document @param {any} told
   */
  function fromCells(document, told) {
    if (Array.isArray(told) || !("near" in (told.columns.lon || {}) || "near" in (told.columns.lat || {}))) return told;
    const middles = once(() => middlesOf(document.arcs, document.faces, told.count));
    const columns = { ...told.columns };
    for (const name of ["lon", "lat"]) {
      const column = columns[name];
      if ("near" in column) columns[name] = { made: () => besideCells(column, told.count, document.grid[name], document.grid.step, middles()) };
    }
    return { ...told, columns };
  }

  /** @param {any} column @param {number} count @param {number} corner @param {number} step @param {Float64Array} middles */
  function besideCells({ near, decimals, is }, count, corner, step, middles) {
    const unit = 10 ** decimals;
    return frontlineParts.written.values(is, count).map((/** @type {number} */ apart, /** @type {number} */ i) => (Math.floor((corner + middles[2 * i + near] * step) * unit + 0.5) + apart) / unit);
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

  frontlineParts.overlaid = overlaid;
  frontlineParts.readDocument = readDocument;
})();
