// The time that was written of a map document (docs/map-document.md) becomes what playback knows: start, changes, events.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));

(function () {
  const MISSING = /** @type {any} */ (Symbol("no value"));

  const DIGIT_OF = new Int8Array(128).fill(-1);
  [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].forEach((sign, i) => (DIGIT_OF[sign.charCodeAt(0)] = i));

  /** Whole numbers, as a list or as the text that docs/map-document.md describes. @param {string | number[]} told @returns {number[]} */
  function numbers(told) {
    if (typeof told !== "string") return told;
    const found = [];
    let whole = 0;
    let unit = 1;
    for (let i = 0; i < told.length; i++) {
      const digit = DIGIT_OF[told.charCodeAt(i)];
      if (!(digit >= 0)) refuse("a list of numbers has other characters than its alphabet");
      whole += (digit & 31) * unit;
      unit *= 32;
      if (digit < 32) {
        found.push(whole % 2 ? -(whole + 1) / 2 : whole / 2);
        whole = 0;
        unit = 1;
      } else if (unit > 2 ** 55) refuse("a number has too many digits");
    }
    return unit === 1 ? found : refuse("a list of numbers ends within a number");
  }

  /** Each number is a step from the one before. @param {string | number[]} told */
  function walked(told) {
    const steps = numbers(told);
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
    if ("whole" in column) return numbers(column.whole);
    if ("was" in column) return new Array(count).fill(-1); // until what was before each event is known
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
    const is = numbers(parts.is);
    let next = 0;
    return values(parts.each, count).map((length) => {
      const pairs = new Array(2 * length);
      for (let i = 0; i < length; i++, next++) {
        pairs[2 * i] = at[next];
        pairs[2 * i + 1] = is[next];
      }
      return pairs;
    });
  }

  /**
   * What becomes of places as events say, but for what is said otherwise.
   * @param {any} told @param {number[]} instants @param {any[]} events @returns {number[][]}
   */
  function fromEvents(told, instants, events) {
    const changes = events.filter((event) => event.kind === "change");
    const order = changes.map((_, i) => i).sort((a, b) => changes[a].place - changes[b].place || changes[a].t - changes[b].t || a - b);
    const numberOf = new Map(instants.map((t, i) => [t, i]));
    /** @type {[number, number, number][]} the number of the instant, place, state */
    const rows = [];
    order.forEach((one, i) => {
      const { place, t, after } = changes[one];
      const next = changes[order[i + 1]];
      const until = next && next.place === place ? next.t : Infinity;
      if (until === t) return; // of one time the last counts
      const at = numberOf.get(t);
      if (at !== undefined) rows.push([at, place, after]);
      for (let k = 0; k < told.fades.length; k += 3) {
        const faded = numberOf.get(t + told.fades[k + 1]);
        if (told.fades[k] === after && until - told.fades[k + 1] > t && faded !== undefined) rows.push([faded, place, told.fades[k + 2]]);
      }
    });
    rows.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const not = new Set(walked(told.not));
    /** @type {[number, number][][]} */
    const found = instants.map(() => []);
    rows.forEach(([at, place, state], row) => not.has(row) || found[at].push([place, state]));
    const pairs = unfolded(told, instants.length);
    return found.map((own, i) => {
      for (let k = 0; k < pairs[i].length; k += 2) own.push([pairs[i][k], pairs[i][k + 1]]);
      return own.sort((a, b) => a[0] - b[0] || a[1] - b[1]).flat();
    });
  }

  /** The events get their state before them, where it was left to what was. @param {any} document @param {any} table */
  function complete(document, table) {
    const was = !Array.isArray(table) && table && table.columns.before && table.columns.before.was;
    if (!was) return;
    const now = document.start.places.slice();
    let done = 0;
    for (const event of document.events) {
      for (; done < document.changes.length && document.changes[done][0] < event.t; done++) {
        const pairs = document.changes[done][3];
        for (let k = 0; k < pairs.length; k += 2) now[pairs[k]] = pairs[k + 1];
      }
      event.before = now[event.place];
    }
    const rows = walked(was.rows);
    values(was.is, rows.length).forEach((state, i) => (itemOf(document.events, rows[i]).before = state));
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
   * @param {any} written @param {() => number[]} placesOf the place of each face @param {() => [number, number, number][]} edgesOf @param {() => any[]} eventsOf
   * @returns {Pick<TimePart, "start" | "changes">}
   */
  function timeOf(written, placesOf, edgesOf, eventsOf) {
    const { start, changes } = written;
    if (Array.isArray(changes)) return { start, changes };
    const places = listed(start.places);
    const instants = walked(changes.t);
    const placePairs = "events" in changes.places ? fromEvents(changes.places, instants, eventsOf()) : unfolded(changes.places, changes.count);
    const of = placesOf();
    const inTime = facesInTime(of, start, changes, places, placePairs);
    const fronts = "styles" in start
      ? frontsInTime(start.styles, edgesOf(), inTime.faces, inTime.changed)
      : { fronts: listed(start.fronts), changed: unfolded(changes.fronts, changes.count) };
    return {
      start: { faces: inTime.faces, fronts: fronts.fronts, places },
      changes: instants.map((t, i) => [t, inTime.changed[i], fronts.changed[i], placePairs[i]]),
    };
  }

  frontlineParts.written = { complete, numbers, records, refuse, timeOf, values, walked };
})();
