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
   * Rows of instant, thing and state, in any order, become flat pairs of thing and state for each instant, by the thing.
   * @typedef {{at: number[], thing: number[], state: number[]}} Rows
   * @param {number} instants how many @param {number} things how many @param {Rows} rows @returns {number[][]}
   */
  function inOrder(instants, things, { at, thing, state }) {
    const begins = new Int32Array(things + 2);
    for (const one of thing) begins[one >= -1 && one < things ? one + 2 : refuse(`there is no ${one} among ${things}`)] += 1;
    for (let i = 1; i < begins.length; i++) begins[i] += begins[i - 1];
    const order = new Int32Array(thing.length);
    for (let i = 0; i < thing.length; i++) order[begins[thing[i] + 1]++] = i;
    const lengths = new Int32Array(instants);
    for (const one of at) lengths[one] += 2;
    const pairs = Array.from(lengths, (length) => new Array(length));
    const ends = new Int32Array(instants);
    for (const i of order) {
      const own = pairs[at[i]];
      const end = ends[at[i]];
      own[end] = thing[i];
      own[end + 1] = state[i];
      ends[at[i]] = end + 2;
    }
    return pairs;
  }

  /** Two flat lists of pairs in order as one. @param {number[]} one @param {number[]} other */
  function merged(one, other) {
    if (!one.length || !other.length) return one.length ? one : other;
    const both = [];
    for (let i = 0, k = 0; i < one.length || k < other.length; ) {
      if (k >= other.length || one[i] <= other[k]) both.push(one[i++], one[i++]);
      else both.push(other[k++], other[k++]);
    }
    return both;
  }

  /**
   * What places become by the changes among the events, and by the time that fades them, for each instant.
   * @param {any} told @param {number[]} instants @param {number} places how many @param {(name: string) => any[]} column of the events
   */
  function byEvents(told, instants, places, column) {
    const [kinds, place, times, after] = ["kind", "place", "t", "after"].map(column);
    const order = [];
    let sorted = true;
    for (let i = 0; i < kinds.length; i++) {
      if (kinds[i] !== "change") continue;
      sorted = sorted && !(order.length && times[i] < times[order[order.length - 1]]);
      order.push(i);
    }
    if (!sorted) order.sort((a, b) => times[a] - times[b]);
    const numbers = [0, ...told.fades.filter((/** @type {number} */ _, /** @type {number} */ k) => k % 3 === 1)].map(() => instants.length - 1);
    /** Which instant it is, −1 for none; each `way` asks for ever earlier ones. @param {number} way @param {number} t */
    const numberOf = (way, t) => {
      while (numbers[way] >= 0 && instants[numbers[way]] > t) numbers[way] -= 1;
      return instants[numbers[way]] === t ? numbers[way] : -1;
    };
    /** @type {Rows} */
    const rows = { at: [], thing: [], state: [] };
    /** @param {number} at @param {number} of @param {number} now */
    const add = (at, of, now) => at >= 0 && (rows.at.push(at), rows.thing.push(of), rows.state.push(now));
    const next = new Map();
    for (let i = order.length - 1; i >= 0; i--) {
      const of = place[order[i]];
      const t = times[order[i]];
      const state = after[order[i]];
      const until = next.get(of) ?? Infinity;
      if (until === t) continue; // of one time the last counts
      next.set(of, t);
      add(numberOf(0, t), of, state);
      for (let k = 0; k < told.fades.length; k += 3) {
        if (told.fades[k] !== state || until - told.fades[k + 1] <= t) continue;
        add(numberOf(1 + k / 3, t + told.fades[k + 1]), of, told.fades[k + 2]);
      }
    }
    return inOrder(instants.length, places, rows);
  }

  /**
   * What becomes of places as events say, but for what is said otherwise.
   * @param {any} told @param {number[]} instants @param {number} places how many @param {(name: string) => any[]} column of the events
   */
  function fromEvents(told, instants, places, column) {
    const not = new Set(walked(told.not));
    const more = unfolded(told, instants.length);
    let row = 0;
    return byEvents(told, instants, places, column).map((all, i) => {
      const said = not.size ? all.filter((_, k) => !not.has(row + (k >> 1))) : all;
      row += all.length / 2;
      return merged(said, more[i]);
    });
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
   * @param {number[]} of the place of each face @param {any} start @param {any} changes @param {number[]} places @param {number[][]} placePairs
   */
  function facesInTime(of, start, changes, places, placePairs) {
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
    /** @type {Rows} */
    const rows = { at: [], thing: [], state: [] };
    placePairs.forEach((now, at) => {
      for (let k = 0; k < now.length; k += 2) {
        for (let f = begins[now[k]]; f < begins[now[k] + 1]; f++) {
          rows.at.push(at);
          rows.thing.push(things[f]);
          rows.state.push(now[k + 1]);
        }
      }
    });
    const mine = unfolded(changes.faces, changes.count);
    const changed = inOrder(changes.count, of.length, rows).map((following, i) => merged(following, mine[i]));
    return { faces, changed };
  }

  /**
   * The two faces of each edge.
   * @typedef {{arc: number[], left: ArrayLike<number>, right: ArrayLike<number>}} Sides
   */

  /**
   * The fronts that follow from the two sides of each edge.
   * @param {number[]} flat left state, right state, style, … @param {Sides} edges @param {number[]} start @param {number[][]} changes
   */
  function frontsInTime(flat, { left, right }, start, changes) {
    let count = 1;
    for (const state of start) count = Math.max(count, state + 1);
    for (const pairs of changes) for (let i = 1; i < pairs.length; i += 2) count = Math.max(count, pairs[i] + 1);
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
    /** @type {Rows} */
    const rows = { at: [], thing: [], state: [] };
    changes.forEach((pairs, at) => {
      for (let i = 0; i < pairs.length; i += 2) states[pairs[i]] = pairs[i + 1];
      for (let i = 0; i < pairs.length; i += 2) {
        for (let k = begins[pairs[i]]; k < begins[pairs[i] + 1]; k++) {
          const now = style(things[k]);
          if (now === shown[things[k]]) continue;
          shown[things[k]] = now; // so that an edge between two faces that change comes once
          rows.at.push(at);
          rows.thing.push(things[k]);
          rows.state.push(now);
        }
      }
    });
    return { fronts, changed: inOrder(changes.length, left.length, rows) };
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
    const placePairs = "events" in changes.places ? fromEvents(changes.places, instants, places.length, event) : unfolded(changes.places, changes.count);
    const inTime = facesInTime(of, start, changes, places, placePairs);
    const fronts = "styles" in start
      ? frontsInTime(start.styles, edgesOf(), inTime.faces, inTime.changed)
      : { fronts: listed(start.fronts), changed: unfolded(changes.fronts, changes.count) };
    return {
      start: { faces: inTime.faces, fronts: fronts.fronts, places },
      changes: instants.map((t, i) => [t, inTime.changed[i], fronts.changed[i], placePairs[i]]),
    };
  }

  frontlineParts.written = { complete, numbers, refuse, tableOf, timeOf, values, walked };
})();
