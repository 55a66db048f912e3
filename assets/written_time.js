// The time that was written of a map document (docs/map-document.md) becomes what playback knows: start, changes, events.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));

(function () {
  const MISSING = /** @type {any} */ (Symbol("no value"));

  const WAYS = ["all", "steps", "whole", "was", "of", "text", "texts", "each", "plus", "as", "rows", "look", "made"];

  const DIGIT_OF = new Int8Array(128).fill(-1);
  [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].forEach((sign, i) => (DIGIT_OF[sign.charCodeAt(0)] = i));

  /** Whole numbers, as a list or as the text that docs/map-document.md describes. @param {string | number[]} told @returns {number[]} */
  function numbers(told) {
    if (typeof told !== "string") return told;
    const found = [];
    const end = told.length;
    for (let i = 0; i < end; ) {
      let digit = DIGIT_OF[told.charCodeAt(i++)];
      let whole = digit & 31;
      let unit = 32;
      for (; digit >= 32; unit *= 32) {
        if (i === end) refuse("a list of numbers ends within a number");
        if (unit > 2 ** 50) refuse("a number has too many digits");
        digit = DIGIT_OF[told.charCodeAt(i++)];
        whole += (digit & 31) * unit;
      }
      if (!(digit >= 0)) refuse("a list of numbers has other characters than its alphabet");
      found.push(whole % 2 ? -(whole + 1) / 2 : whole / 2);
    }
    return found;
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
   * The values of a column. `other` gives another column of its table.
   * @param {any} column @param {number} count @param {(name: string) => any[]} [other] @returns {any[]}
   */
  function values(column, count, other = alone) {
    const found = Array.isArray(column) ? column : followed(column, count, other);
    return found.length === count ? found : refuse(`a column has ${found.length} values where ${count} were said`);
  }

  /** @param {string} name @returns {never} */
  const alone = (name) => refuse(`a column outside of a table names the column ${name}`);

  /** @param {any} column @param {number} count @param {(name: string) => any[]} other @returns {any[]} */
  function followed(column, count, other) {
    if ("all" in column) return new Array(count).fill(column.all);
    if ("steps" in column) {
      const unit = 10 ** (column.decimals || 0);
      return unit === 1 ? walked(column.steps) : walked(column.steps).map((whole) => whole / unit);
    }
    if (typeof column.made === "function") return column.made(); // by document.js: nothing that was written is a function
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
      return other(column.plus).map((value, i) => value + apart[i]);
    }
    if ("as" in column) return other(column.as);
    if ("rows" in column) {
      const found = new Array(count).fill(MISSING);
      const rows = walked(column.rows);
      values(column.is, rows.length).forEach((value, i) => (found[rows[i]] = value));
      return found;
    }
    return unknown(column);
  }

  /** @param {any} column */
  const unknown = (column) => refuse(`no column is written as ${Object.keys(column).slice(0, 5)}`);

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

  /** What stands in another column; of several indices the first counts. @param {any} index @param {any[]} column @param {string[]} way within its value */
  function looked(index, column, way) {
    let found = column[Array.isArray(index) ? (index.length ? index[0] : -1) : index];
    for (const step of way) found = found && found[step];
    return found === undefined || found === MISSING ? null : found;
  }

  /** @param {any} told @param {number} count @param {(name: string) => any[]} other @param {Record<string, Table>} tables @returns {any[]} */
  function lookedUp(told, count, other, tables) {
    const [table, key, ...way] = told.look;
    const column = tables[table].column(key);
    const found = other(told.by).map((index) => looked(index, column, way));
    const rows = walked(told.rows || []);
    values(told.is || [], rows.length).forEach((value, i) => (found[rows[i]] = value));
    return values(found, count);
  }

  /**
   * A table whose columns are read when somebody asks for them; each once.
   * @typedef {{column: (name: string) => any[], records: () => any[]}} Table
   * @param {any} told @param {Record<string, Table>} tables in which it looks something up @returns {Table}
   */
  function tableOf(told, tables) {
    if (Array.isArray(told)) {
      return { column: (name) => told.map((row) => (name in row ? row[name] : MISSING)), records: () => told };
    }
    const { count, columns } = told;
    for (const name of Object.keys(columns)) Array.isArray(columns[name]) || WAYS.some((way) => way in columns[name]) || unknown(columns[name]);
    /** @type {Map<string, any[] | null>} null while it is being read */
    const read = new Map();
    /** @type {any[] | undefined} */
    let rows;

    /** @param {string} name @returns {any[]} */
    function column(name) {
      const found = read.get(name);
      if (found) return found;
      if (found === null || !Object.hasOwn(columns, name)) refuse(`the column ${name} follows from ${found === null ? "itself" : "nothing"}`);
      read.set(name, null);
      const made = "look" in columns[name] ? lookedUp(columns[name], count, column, tables) : values(columns[name], count, column);
      read.set(name, made);
      return made;
    }
    return { column, records: () => (rows = rows || rowsOf(columns, count, column)) };
  }

  /** Records of one shape, so that a browser makes them at once. @param {Record<string, any>} columns @param {number} count @param {(name: string) => any[]} column */
  function rowsOf(columns, count, column) {
    const names = Object.keys(columns).sort();
    const some = names.filter((name) => "rows" in columns[name] && !("look" in columns[name]));
    /** @type {Record<string, any>} */
    const first = {};
    for (const name of names) if (!some.includes(name)) first[name] = count ? column(name)[0] : null;
    const rows = Array.from({ length: count }, () => ({ ...first }));
    for (const name of names) {
      if ("all" in columns[name]) continue;
      const found = column(name);
      const whole = !some.includes(name);
      for (let i = 0; i < count; i++) if (whole || found[i] !== MISSING) rows[i][name] = found[i];
    }
    return rows;
  }

  /**
   * What becomes of things: where the turns of each instant end among all of them, the thing and the new state of each.
   * @typedef {{ends: Int32Array, thing: Int32Array, state: Int32Array}} Turns
   */

  /** The turns of each instant as they were written. @param {any} parts @param {number} count @returns {Turns} */
  function unfolded(parts, count) {
    const ends = summed(values(parts.each, count));
    const [thing, state] = [walked(parts.at), numbers(parts.is)];
    const said = count ? ends[count - 1] : 0;
    if (thing.length !== said || state.length !== said) refuse(`${said} changes are told of ${thing.length} things and ${state.length} states`);
    return { ends, thing: new Int32Array(thing), state: new Int32Array(state) };
  }

  /** Where each of several lengths ends. @param {ArrayLike<number>} lengths */
  function summed(lengths) {
    const sums = new Int32Array(lengths.length);
    let sum = 0;
    for (let i = 0; i < lengths.length; i++) sums[i] = sum += lengths[i] >= 0 ? lengths[i] : refuse(`there are ${lengths[i]} of something`);
    return sums;
  }

  /** Turns as flat pairs of thing and state, for each instant. @param {Turns} turns @returns {number[][]} */
  function pairsOf({ ends, thing, state }) {
    let i = 0;
    return Array.from(ends, (end) => {
      const pairs = new Array(2 * (end - i));
      for (let k = 0; i < end; i++) {
        pairs[k++] = thing[i];
        pairs[k++] = state[i];
      }
      return pairs;
    });
  }

  /**
   * Rows of instant, thing and state that are made one after the other.
   * @typedef {{made: number, at: Int32Array, thing: Int32Array, state: Int32Array}} Rows
   * @param {number} most how many there can be @returns {Rows}
   */
  const rowsOfMost = (most) => ({ made: 0, at: new Int32Array(most), thing: new Int32Array(most), state: new Int32Array(most) });

  /** @param {Rows} rows @param {number} at @param {number} thing @param {number} state */
  function add(rows, at, thing, state) {
    rows.at[rows.made] = at;
    rows.thing[rows.made] = thing;
    rows.state[rows.made++] = state;
  }

  /** Rows in any order become turns, those of each instant by the thing. @param {number} instants how many @param {number} things how many @param {Rows} rows @returns {Turns} */
  function inOrder(instants, things, { made, at, thing, state }) {
    const begins = new Int32Array(things + 2);
    for (let i = 0; i < made; i++) begins[thing[i] >= -1 && thing[i] < things ? thing[i] + 2 : refuse(`there is no ${thing[i]} among ${things}`)] += 1;
    for (let i = 1; i < begins.length; i++) begins[i] += begins[i - 1];
    const order = new Int32Array(made);
    for (let i = 0; i < made; i++) order[begins[thing[i] + 1]++] = i;
    const ends = new Int32Array(instants + 1);
    for (let i = 0; i < made; i++) ends[at[i] + 1] += 1;
    for (let i = 1; i <= instants; i++) ends[i] += ends[i - 1];
    const sorted = { ends: ends.subarray(0, instants), thing: new Int32Array(made), state: new Int32Array(made) };
    for (let k = 0; k < made; k++) {
      const i = order[k];
      const to = ends[at[i]]++;
      sorted.thing[to] = thing[i];
      sorted.state[to] = state[i];
    }
    return sorted;
  }

  /** Two turns of the same instants as one; where both have things in an instant, in the order of things. @param {Turns} one @param {Turns} other @returns {Turns} */
  function merged(one, other) {
    if (!one.thing.length || !other.thing.length) return one.thing.length ? one : other;
    const length = one.thing.length + other.thing.length;
    const both = { ends: one.ends.map((end, i) => end + other.ends[i]), thing: new Int32Array(length), state: new Int32Array(length) };
    for (let at = 0, i = 0, k = 0; at < both.ends.length; at++) {
      while (i < one.ends[at] || k < other.ends[at]) {
        const first = k >= other.ends[at] || (i < one.ends[at] && one.thing[i] <= other.thing[k]);
        both.thing[i + k] = first ? one.thing[i] : other.thing[k];
        both.state[i + k] = first ? one.state[i] : other.state[k];
        if (first) i += 1;
        else k += 1;
      }
    }
    return both;
  }

  /** Which events are changes, in the order of time. @param {string[]} kinds @param {number[]} times */
  function changesIn(kinds, times) {
    const order = [];
    let sorted = true;
    for (let i = 0; i < kinds.length; i++) {
      if (kinds[i] !== "change") continue;
      sorted = sorted && !(order.length && times[i] < times[order[order.length - 1]]);
      order.push(i);
    }
    return sorted ? order : order.sort((a, b) => times[a] - times[b]);
  }

  /**
   * What places become by the changes among the events, and by the time that fades them, for each instant.
   * @param {any} told @param {number[]} instants @param {number} places how many @param {(name: string) => any[]} column of the events
   * @returns {Turns}
   */
  function byEvents(told, instants, places, column) {
    const [kinds, place, times, after] = ["kind", "place", "t", "after"].map(column);
    const order = changesIn(kinds, times);
    /** @type {number[]} */
    const fades = told.fades;
    const numbers = [0, ...fades.filter((_, k) => k % 3 === 1)].map(() => instants.length - 1);
    /** Which instant it is, −1 for none; each `way` asks for ever earlier ones. @param {number} way @param {number} t */
    const numberOf = (way, t) => {
      while (numbers[way] >= 0 && instants[numbers[way]] > t) numbers[way] -= 1;
      return instants[numbers[way]] === t ? numbers[way] : -1;
    };
    const rows = rowsOfMost(order.length * numbers.length);
    const next = new Float64Array(places + 1).fill(Infinity); // when each place changes next, −1 first
    for (let i = order.length - 1; i >= 0; i--) {
      const of = place[order[i]];
      const t = times[order[i]];
      const state = after[order[i]];
      const until = of >= -1 && of < places ? next[of + 1] : refuse(`there is no ${of} among ${places}`);
      if (until === t) continue; // of one time the last counts
      next[of + 1] = t;
      const now = numberOf(0, t);
      if (now >= 0) add(rows, now, of, state);
      for (let k = 0; k < fades.length; k += 3) {
        if (fades[k] !== state || until - fades[k + 1] <= t) continue;
        const faded = numberOf(1 + k / 3, t + fades[k + 1]);
        if (faded >= 0) add(rows, faded, of, fades[k + 2]);
      }
    }
    return inOrder(instants.length, places, rows);
  }

  /**
   * What becomes of places as events say, but for what is said otherwise.
   * @param {any} told @param {number[]} instants @param {number} places how many @param {(name: string) => any[]} column of the events
   */
  function fromEvents(told, instants, places, column) {
    const all = byEvents(told, instants, places, column);
    const not = walked(told.not);
    return merged(not.length ? without(all, not) : all, unfolded(told, instants.length));
  }

  /** Turns but for some of them. @param {Turns} turns @param {number[]} rows @returns {Turns} */
  function without({ ends, thing, state }, rows) {
    const gone = new Uint8Array(thing.length);
    for (const row of rows) gone[row] = 1;
    const left = { ends: new Int32Array(ends.length), thing: new Int32Array(thing.length), state: new Int32Array(thing.length) };
    let made = 0;
    for (let at = 0, i = 0; at < ends.length; at++) {
      for (; i < ends[at]; i++) {
        if (gone[i]) continue;
        left.thing[made] = thing[i];
        left.state[made++] = state[i];
      }
      left.ends[at] = made;
    }
    return { ends: left.ends, thing: left.thing.subarray(0, made), state: left.state.subarray(0, made) };
  }

  /** The events get their state before them, where it was left to what was. @param {any} document @param {any} table @param {any[]} events */
  function complete(document, table, events) {
    const was = !Array.isArray(table) && table.columns.before && table.columns.before.was;
    if (!was) return events;
    const now = document.start.places.slice();
    let done = 0;
    for (const event of events) {
      for (; done < document.changes.length && document.changes[done][0] < event.t; done++) {
        const pairs = document.changes[done][3];
        for (let k = 0; k < pairs.length; k += 2) now[pairs[k]] = pairs[k + 1];
      }
      event.before = now[event.place];
    }
    const rows = walked(was.rows);
    values(was.is, rows.length).forEach((state, i) => (itemOf(events, rows[i]).before = state));
    return events;
  }

  /** @param {{count: number, is: any}} counted */
  const listed = (counted) => values(counted.is, counted.count);

  /** Which things touch each index, without a list for each. @param {number} count of the indices @param {ArrayLike<number>[]} sides an index for each thing; below 0 none */
  function touching(count, sides) {
    const begins = new Int32Array(count + 2);
    for (const side of sides) for (let i = 0; i < side.length; i++) if (side[i] >= 0) begins[side[i] + 2] += 1;
    for (let i = 1; i < begins.length; i++) begins[i] += begins[i - 1];
    const things = new Int32Array(begins[count + 1]);
    for (const side of sides) for (let i = 0; i < side.length; i++) if (side[i] >= 0) things[begins[side[i] + 1]++] = i;
    return { things, begins };
  }

  /**
   * What the faces start as and become: those that look like their place follow it, the others have their own story.
   * @param {number[]} of the place of each face @param {any} start @param {any} changes @param {number[]} places @param {Turns} turns of the places
   */
  function facesInTime(of, start, changes, places, turns) {
    const own = walked(start.own);
    const states = values(start.faces, own.length);
    const faces = of.map((place) => (place < 0 ? 0 : places[place]));
    const followed = new Int32Array(of);
    own.forEach((face, i) => {
      followed[face] = -1;
      faces[face] = states[i];
    });
    if (own.length !== followed.reduce((none, place) => none + (place < 0 ? 1 : 0), 0)) refuse("a face has no place to follow");
    const { things, begins } = touching(places.length, [followed]);
    const rows = rowsOfMost(touched(turns.thing, begins));
    for (let at = 0, i = 0; at < turns.ends.length; at++) {
      for (; i < turns.ends[at]; i++) {
        const place = turns.thing[i];
        for (let f = begins[place]; f < begins[place + 1]; f++) add(rows, at, things[f], turns.state[i]);
      }
    }
    const following = inOrder(turns.ends.length, of.length, rows);
    return { faces, turns: merged(following, unfolded(changes.faces, changes.count)) };
  }

  /** How often things are touched by some that turn. @param {Int32Array} turned @param {Int32Array} begins */
  function touched(turned, begins) {
    let sum = 0;
    for (const one of turned) sum += one >= 0 && one < begins.length - 1 ? begins[one + 1] - begins[one] : 0;
    return sum;
  }

  /**
   * The two faces of each edge.
   * @typedef {{arc: number[], left: ArrayLike<number>, right: ArrayLike<number>}} Sides
   */

  /**
   * The fronts that follow from the two sides of each edge.
   * @param {number[]} flat left state, right state, style, … @param {Sides} edges @param {number[]} start @param {Turns} turns of the faces
   */
  function frontsInTime(flat, { left, right }, start, turns) {
    let count = 1;
    for (const state of start) if (state >= count) count = state + 1;
    for (const state of turns.state) if (state >= count) count = state + 1;
    const styles = new Uint8Array(count * count);
    for (let i = 0; i < flat.length; i += 3) {
      const [a, b, style] = flat.slice(i, i + 3);
      if (a < count && b < count) styles[a * count + b] = styles[b * count + a] = style;
    }
    const states = new Uint16Array(start);
    const { things, begins } = touching(start.length, [left, right]);
    const style = (/** @type {number} */ edge) => styles[states[left[edge]] * count + states[right[edge]]];
    const shown = new Uint8Array(left.length);
    for (let edge = 0; edge < shown.length; edge++) shown[edge] = style(edge);
    const fronts = Array.from(shown);
    const rows = rowsOfMost(touched(turns.thing, begins));
    for (let at = 0, i = 0; at < turns.ends.length; at++) {
      const first = i;
      for (; i < turns.ends[at]; i++) states[turns.thing[i]] = turns.state[i];
      for (i = first; i < turns.ends[at]; i++) {
        const face = turns.thing[i];
        for (let k = begins[face]; k < begins[face + 1]; k++) {
          const now = style(things[k]);
          if (now === shown[things[k]]) continue;
          shown[things[k]] = now; // so that an edge between two faces that change comes once
          add(rows, at, things[k], now);
        }
      }
    }
    return { fronts, turns: inOrder(turns.ends.length, left.length, rows) };
  }

  /**
   * `start` and `changes` as they were written.
   * @param {any} written @param {number[]} of the place of each face @param {() => Sides} edgesOf @param {(name: string) => any[]} event a column of the events
   * @returns {Pick<TimePart, "start" | "changes">}
   */
  function timeOf(written, of, edgesOf, event) {
    const { start, changes } = written;
    if (Array.isArray(changes)) return { start, changes };
    const places = listed(start.places);
    const instants = walked(changes.t);
    const turns = "events" in changes.places ? fromEvents(changes.places, instants, places.length, event) : unfolded(changes.places, changes.count);
    const faces = facesInTime(of, start, changes, places, turns);
    const fronts = "styles" in start
      ? frontsInTime(start.styles, edgesOf(), faces.faces, faces.turns)
      : { fronts: listed(start.fronts), turns: unfolded(changes.fronts, changes.count) };
    const [facePairs, frontPairs, placePairs] = [faces.turns, fronts.turns, turns].map(pairsOf);
    return {
      start: { faces: faces.faces, fronts: fronts.fronts, places },
      changes: instants.map((t, i) => [t, facePairs[i], frontPairs[i], placePairs[i]]),
    };
  }

  frontlineParts.written = { complete, numbers, refuse, summed, tableOf, timeOf, values, walked };
})();
