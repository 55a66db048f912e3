// The time that was written of a map document (docs/map-document.md) becomes what playback knows: start, changes, events.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));

(function () {
  const MISSING = /** @type {any} */ (Symbol("no value"));

  /** Each number is a step from the one before. @param {number[]} steps */
  function walked(steps) {
    const found = new Array(steps.length);
    let now = 0;
    for (let i = 0; i < steps.length; i++) found[i] = now += steps[i];
    return found;
  }

  /** @param {string} what @returns {never} */
  function refuse(what) {
    throw new RangeError(`this map document cannot be read: ${what}`);
  }

  /** @param {any[]} list @param {number} i */
  function itemOf(list, i) {
    return i >= 0 && i < list.length ? list[i] : refuse(`there is no value ${i} among ${list.length}`);
  }

  /**
   * The values of a column. `others` are the columns of its table that stand for themselves.
   * @param {any} column @param {number} count @param {Record<string, any[]>} [others] @returns {any[]}
   */
  function values(column, count, others = {}) {
    const found = Array.isArray(column) ? column : followed(column, count, others);
    return found.length === count ? found : refuse(`a column has ${found.length} values where ${count} were said`);
  }

  /** @param {any} column @param {number} count @param {Record<string, any[]>} others @returns {any[]} */
  function followed(column, count, others) {
    if ("all" in column) return new Array(count).fill(column.all);
    if ("steps" in column) {
      const unit = 10 ** (column.decimals || 0);
      return unit === 1 ? walked(column.steps) : walked(column.steps).map((whole) => whole / unit);
    }
    if ("of" in column) return values(column.at, count).map((i) => itemOf(column.of, i));
    if ("text" in column) {
      const [before, number, after] = column.text;
      return values(number, count).map((value) => `${before}${String(value).padStart(column.digits || 1, "0")}${after}`);
    }
    if ("texts" in column) return inLanguages(column.texts, count);
    if ("each" in column) return inLists(column, count);
    if ("plus" in column) {
      const apart = values(column.is, count);
      return others[column.plus].map((value, i) => value + apart[i]);
    }
    if ("as" in column) return others[column.as];
    if ("rows" in column) {
      const found = new Array(count).fill(MISSING);
      const rows = walked(column.rows);
      values(column.is, rows.length).forEach((value, i) => (found[rows[i]] = value));
      return found;
    }
    return refuse(`no column is written as ${Object.keys(column).slice(0, 5)}`);
  }

  /** @param {Record<string, any>} texts @param {number} count */
  function inLanguages(texts, count) {
    /** @type {[string, string[]][]} */
    const languages = Object.keys(texts)
      .sort()
      .map((language) => [language, values(texts[language], count)]);
    return Array.from({ length: count }, (_, i) => {
      /** @type {Record<string, string>} */
      const found = {};
      for (const [language, column] of languages) if (column[i]) found[language] = column[i];
      return found;
    });
  }

  /** @param {any} column @param {number} count */
  function inLists(column, count) {
    const lengths = values(column.each, count);
    const every = values(column.is, lengths.reduce((sum, length) => sum + length, 0));
    let at = 0;
    return lengths.map((length) => every.slice(at, (at += length)));
  }

  /** What stands in another table; of several indices the first counts. @param {any} index @param {string[]} way @param {any[]} table */
  function looked(index, way, table) {
    let found = table[Array.isArray(index) ? (index.length ? index[0] : -1) : index];
    for (let i = 1; i < way.length; i++) found = found && found[way[i]];
    return found === undefined ? null : found;
  }

  /** @param {any} column @param {number} count @param {Record<string, any[]>} others @param {Record<string, any[]>} tables @returns {any[]} */
  function lookedUp(column, count, others, tables) {
    const table = tables[column.look[0]];
    const found = others[column.by].map((index) => looked(index, column.look, table));
    const rows = walked(column.rows || []);
    values(column.is || [], rows.length).forEach((value, i) => (found[rows[i]] = value));
    return values(found, count);
  }

  /** The records of a table. @param {any} written @param {Record<string, any[]>} [tables] in which it looks something up @returns {any[]} */
  function records(written, tables = {}) {
    if (Array.isArray(written)) return written;
    const { count } = written;
    const related = (/** @type {any} */ column) => ("look" in column ? 1 : "plus" in column || "as" in column ? 2 : 0);
    /** @type {Record<string, any[]>} */
    const found = {};
    const names = Object.keys(written.columns).sort((a, b) => related(written.columns[a]) - related(written.columns[b]));
    for (const name of names) {
      const column = written.columns[name];
      found[name] = "look" in column ? lookedUp(column, count, found, tables) : values(column, count, found);
    }
    const rows = Array.from({ length: count }, () => /** @type {Record<string, any>} */ ({}));
    for (const name of names.sort()) {
      const column = found[name];
      const whole = !("rows" in written.columns[name]) || "look" in written.columns[name];
      for (let i = 0; i < count; i++) if (whole || column[i] !== MISSING) rows[i][name] = column[i];
    }
    return rows;
  }

  /** The pairs of each instant. @param {any} parts @param {number} count @returns {number[][]} */
  function unfolded(parts, count) {
    const at = walked(parts.at);
    let next = 0;
    return values(parts.each, count).map((length) => {
      const pairs = new Array(2 * length);
      for (let i = 0; i < length; i++, next++) {
        pairs[2 * i] = at[next];
        pairs[2 * i + 1] = parts.is[next];
      }
      return pairs;
    });
  }

  /** @param {{count: number, is: any}} counted */
  const listed = (counted) => values(counted.is, counted.count);

  /** Which things each index touches, without a list for each. @param {number} count @param {Iterable<[number, number]>} pairs of an index and what it touches @param {number} total */
  function touching(count, pairs, total) {
    const begins = new Int32Array(count + 2);
    for (const [index] of pairs) begins[index + 2] += 1;
    for (let i = 1; i < begins.length; i++) begins[i] += begins[i - 1];
    const found = new Int32Array(total);
    for (const [index, what] of pairs) found[begins[index + 1]++] = what;
    return (/** @type {number} */ index) => found.subarray(begins[index], begins[index + 1]);
  }

  /**
   * What the faces start as and become: those that look like their place follow it, the others have their own story.
   * @param {number[]} of the place of each face @param {any} start @param {any} changes @param {number[]} places @param {number[][]} placePairs
   */
  function facesInTime(of, start, changes, places, placePairs) {
    const own = walked(start.own);
    const states = values(start.faces, own.length);
    const faces = of.map((place) => (place < 0 ? 0 : places[place]));
    const follows = new Uint8Array(of.length).fill(1);
    own.forEach((face, i) => {
      follows[face] = 0;
      faces[face] = states[i];
    });
    /** @type {[number, number][]} */
    const pairs = [];
    of.forEach((place, face) => follows[face] && pairs.push([place >= 0 ? place : refuse("a face has no place to follow"), face]));
    const followers = touching(places.length, pairs, pairs.length);
    const changed = unfolded(changes.faces, changes.count).map((mine, i) => {
      /** @type {[number, number][]} */
      const following = [];
      const now = placePairs[i];
      for (let k = 0; k < now.length; k += 2) for (const face of followers(now[k])) following.push([face, now[k + 1]]);
      if (!following.length) return mine;
      for (let k = 0; k < mine.length; k += 2) following.push([mine[k], mine[k + 1]]);
      return following.sort((one, other) => one[0] - other[0]).flat();
    });
    return { faces, changed };
  }

  /**
   * The fronts that follow from the two sides of each edge.
   * @param {number[]} flat left state, right state, style, … @param {[number, number, number][]} edges @param {number[]} start @param {number[][]} changes
   */
  function frontsInTime(flat, edges, start, changes) {
    const most = start.reduce((a, b) => Math.max(a, b), 0);
    const count = 1 + changes.reduce((a, pairs) => pairs.reduce((b, n, i) => (i & 1 ? Math.max(b, n) : b), a), most);
    const styles = new Uint8Array(count * count);
    for (let i = 0; i < flat.length; i += 3) {
      const [a, b, style] = flat.slice(i, i + 3);
      if (a < count && b < count) styles[a * count + b] = styles[b * count + a] = style;
    }
    const states = Uint16Array.from(start);
    /** @type {[number, number][]} */
    const beside = [];
    edges.forEach(([, left, right], edge) => beside.push([left, edge], [right, edge]));
    const edgesAt = touching(start.length, beside, beside.length);
    const style = (/** @type {number} */ edge) => styles[states[edges[edge][1]] * count + states[edges[edge][2]]];
    const fronts = edges.map((_, edge) => style(edge));
    const shown = Uint8Array.from(fronts);
    const changed = changes.map((pairs) => {
      for (let i = 0; i < pairs.length; i += 2) states[pairs[i]] = pairs[i + 1];
      /** @type {Set<number>} */
      const touched = new Set();
      for (let i = 0; i < pairs.length; i += 2) {
        for (const edge of edgesAt(pairs[i])) if (style(edge) !== shown[edge]) touched.add(edge);
      }
      return [...touched].sort((a, b) => a - b).flatMap((edge) => [edge, (shown[edge] = style(edge))]);
    });
    return { fronts, changed };
  }

  /**
   * `start` and `changes` as they were written.
   * @param {any} written @param {() => number[]} placesOf the place of each face @param {() => [number, number, number][]} edgesOf
   * @returns {Pick<TimePart, "start" | "changes">}
   */
  function timeOf(written, placesOf, edgesOf) {
    const { start, changes } = written;
    if (Array.isArray(changes)) return { start, changes };
    const places = listed(start.places);
    const placePairs = unfolded(changes.places, changes.count);
    const of = placesOf();
    const inTime = facesInTime(of, start, changes, places, placePairs);
    const fronts = "styles" in start
      ? frontsInTime(start.styles, edgesOf(), inTime.faces, inTime.changed)
      : { fronts: listed(start.fronts), changed: unfolded(changes.fronts, changes.count) };
    return {
      start: { faces: inTime.faces, fronts: fronts.fronts, places },
      changes: walked(changes.t).map((t, i) => [t, inTime.changed[i], fronts.changed[i], placePairs[i]]),
    };
  }

  /** @type {FrontlineParts["readTime"]} */
  function readTime(part) {
    const { faces, edges, ...written } = /** @type {any} */ (part);
    const sides = () => {
      const left = values(edges.left, edges.count);
      const right = values(edges.right, edges.count);
      return left.map((face, edge) => /** @type {[number, number, number]} */ ([edge, face, right[edge]]));
    };
    return { ...written, events: records(written.events), ...timeOf(written, () => values(faces.place, faces.count), sides) };
  }

  frontlineParts.readTime = readTime;
  frontlineParts.written = { records, refuse, timeOf, values, walked };
})();
