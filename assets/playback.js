// Playback knows time: it turns a seek or a step into "these faces, fronts and places changed", for a surface to paint.
"use strict";

/**
 * What of a map document (docs/map-document.md) time needs. Times are seconds since 1970.
 * @typedef {object} TimePart
 * @property {string} [id]
 * @property {{zone: string, name?: Record<string, string>, offsets: number[][]}} clock minutes east of UTC, from an instant on
 * @property {[number, number]} span half-open
 * @property {number} [known_at]
 * @property {number} [at] the instant to show first
 * @property {number} [last] the last instant to show
 * @property {string} [lang]
 * @property {{faces: number[], fronts: number[], places: number[]}} start
 * @property {[number, number[], number[], number[]][]} changes instant; then flat pairs of index and new value
 * @property {{t: number, place: number, kind: string}[]} events
 * @property {Partial<Words>} [words]
 */

/**
 * What changed of one list: the first `count` of both arrays, each index once. The next step writes into the same arrays.
 * @typedef {{count: number, index: Uint32Array, value: Uint16Array}} Changed
 */

/**
 * What changed, and only that; in a full paint, everything.
 * @typedef {object} Delta
 * @property {number} t
 * @property {boolean} full whether this is the whole state, for a surface that knows nothing yet
 * @property {Changed} faces
 * @property {Changed} fronts
 * @property {Changed} places
 * @property {number[]} fresh all places that changed between the local midnight before t, included, and t, included
 */

/**
 * What paints. A surface that draws later returns a promise; otherwise the next frame counts as drawn.
 * `prepare` is told when a step is drawn what the next one will most likely be; until then it may put off what nobody sees.
 * @typedef {{paint: (delta: Delta) => (void | Promise<unknown>), prepare?: (delta: Delta) => void}} Surface
 */

/** @typedef {"change" | "6h" | "day"} StepKind */

/**
 * What listeners of "time" are told; `changed` counts the events of kind "change" that were passed on the way.
 * @typedef {{t: number, iso: string, previous: number, changed: number, cause: "seek" | "step" | "play" | "surface"}} TimeEvent
 */

/**
 * @typedef {object} Words
 * @property {string[]} weekdays Sunday first
 * @property {string[]} weekdays_short
 * @property {string[]} months
 * @property {string[]} months_short
 * @property {string[]} [months_other] the other names of the months, where a language has two
 * @property {Record<string, string>} date_forms
 * @property {string} place of the clock
 * @property {string} live
 * @property {Record<string, string>} changes by plural category, and "zero"
 */

/**
 * @typedef {object} Clock
 * @property {(t: number) => {year: number, month: number, day: number, weekday: number, time: string, second: number}} local
 * @property {(seconds: number) => number} instant from the seconds that the map's clock reads
 * @property {(t: number) => number} reading the seconds that the map's clock reads
 * @property {(t: number) => number} midnight the last local midnight that is not after t
 * @property {(t: number) => string} iso
 * @property {(value: string | number) => number} parse
 * @property {(t: number, form: string) => string} text
 */

/**
 * Everything that the scripts of this folder share. Each file adds its own part.
 * @typedef {object} FrontlineParts
 * @property {(instants: number[], t: number) => number} countUpTo how many of the sorted instants are not after t
 * @property {(clock: TimePart["clock"], words?: Partial<Words>) => Clock} createClock
 * @property {(texts: Record<string, any>, place?: string) => Words} wordsFrom
 * @property {(doc: TimePart, surface: Surface, options?: PlaybackOptions) => PlaybackShape} createPlayback
 * @property {(playback: PlaybackShape) => object} installPublicObject
 * @property {(written: any) => any} readDocument a whole map document out of what is written of it
 * @property {(document: any, ...others: any[]) => any} overlaid gets all keys of the others, without reading what of them nobody asked for yet
 * @property {any} written how columns are read
 * @property {(root: Element | Document, doc: TimePart) => Surface & {refine: (k: number) => void, follow?: () => void, faceAt?: FaceAt}} createSvgSurface refine: how much the map is enlarged; the others where the ground is pixels
 * @property {(box: HTMLElement, options: {refine: (k: number) => void, follow?: () => void, words: {km: string, enlarged: string}, controls: Element | null, playback: PlaybackShape}) => {remove: () => void}} bindZoom
 * @property {(root: Element | Document, doc: any) => Ground | null} createGround null where the page has no place for it, or no arcs
 * @property {(host: Element, hosts: Element[], doc: any, arcs: Arcs) => PixelGround} createCanvasGround
 * @property {(context: CanvasRenderingContext2D, part: FrontPart) => FrontPicture} createFrontPicture
 * @property {{paper: (width: number, height: number, read?: boolean) => CanvasRenderingContext2D, trace: (context: CanvasRenderingContext2D, shape: Element) => void}} canvas a new one, and how it gets the fill of a shape of the SVG
 * @property {(playback: PlaybackShape, slider: HTMLElement, options?: {playhead?: HTMLElement | null}) => () => void} createTimeline
 * @property {(playback: PlaybackShape, key: KeyboardEvent, rtl: boolean) => boolean} timeKey
 * @property {(playback: PlaybackShape, root: HTMLElement) => () => void} bindButtons
 * @property {(playback: PlaybackShape, options?: ShortcutOptions) => Shortcuts} bindShortcuts
 * @property {(playback: PlaybackShape, region: Element) => () => void} bindLiveRegion
 * @property {(playback: PlaybackShape, faceAt?: FaceAt) => void} bindGround
 * @property {(playback: PlaybackShape, region: HTMLElement, options: ChangesOptions) => {draw: () => void, remove: () => void}} createChanges
 * @property {(doc: MapDocument, from: number, to: number) => ChangeRow[]} changeRows
 * @property {(text: string, addresses: Map<string, string>) => (Node | string)[]} linked
 * @property {(doc: MapDocument, t: number) => Facts} factsAt
 */

/** @typedef {(x: number, y: number) => number} FaceAt px of the window; -1 where no face is */
/** @typedef {{points: Float32Array[], line: (arc: number) => string, rings: (rings: number[][]) => string}} Arcs in px of the SVG, and as its paths */
/** @typedef {{a: number, d: number, e: number, f: number}} Scale px of the SVG to px of the canvas: x → a·x + e, y → d·y + f */
/** @typedef {{hosts: Element[], beneath: Element[], edges: number[][], points: Float32Array[], shown: Uint8Array, scale: Scale, unit: number}} FrontPart casing and front of the SVG, what lies beneath them; the style of each edge now; px of the canvas a px of the page */
/** @typedef {[{strokeStyle: string, lineWidth: number, globalAlpha: number}, Path2D]} Stroke */
/** @typedef {{clip: Path2D, strokes: Stroke[]} | null} FrontPlan null: all of it */
/** @typedef {{plan: (changed: number[]) => FrontPlan, draw: (plan: FrontPlan) => void}} FrontPicture */
/** @typedef {{paint: (delta: Delta) => void, prepare: (delta: Delta) => void, again: () => void, follow: () => void, faceAt: FaceAt}} PixelGround */
/** @typedef {{paint: (delta: Delta) => void, prepare?: (delta: Delta) => void, refine: (k: number) => void, follow?: () => void, faceAt?: FaceAt}} Ground */

/** @typedef {{at?: number | string, stepKind?: StepKind, speed?: number, words?: Partial<Words>}} PlaybackOptions */

/**
 * @typedef {object} PlaybackShape
 * @property {TimePart} doc
 * @property {Clock} clock
 * @property {Words} words
 * @property {Promise<void>} ready resolves when the first state is drawn
 * @property {(when: string | number) => Promise<string>} seek
 * @property {(direction: number, kind?: StepKind) => Promise<string>} step
 * @property {() => void} play
 * @property {() => void} pause
 * @property {() => void} toggle
 * @property {() => boolean} playing
 * @property {() => string} time
 * @property {() => number} seconds
 * @property {() => [string, string]} range
 * @property {() => [number, number]} bounds
 * @property {() => [number, number]} changeBounds instants of the first and last change within the range
 * @property {() => {faces: number, changes: number, stepMs: {median: number | null, p95: number | null}}} stats
 * @property {() => StepKind} stepKind
 * @property {(kind: StepKind) => void} setStepKind
 * @property {() => number} speed
 * @property {(speed: number) => void} setSpeed
 * @property {() => {faces: Uint16Array, fronts: Uint16Array, places: Uint16Array}} state the current arrays; not to be written to
 * @property {(surface: Surface) => Promise<string>} setSurface paints the whole state on another surface
 * @property {() => Promise<string>} repaint paints the whole state again
 * @property {(surface?: Surface) => Promise<string>} reread after `doc` became another document of the same ground: time stays, as far as it can
 * @property {(name: string, listener: (event: any) => void) => () => void} on
 */

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));

(function () {
  const STEP_MS = 900;
  const SAMPLES = 1024;
  const HOUR = 3600;
  const DAY = 86400;
  const SPEEDS = [0.5, 1, 2, 4];
  const ISO =
    /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:\s*(Z)|([+\-\u2212 ])(\d{2}):?(\d{2}))?)?$/i;

  /** @type {Words} English, for a document that brings no words of its own. */
  const ENGLISH = {
    weekdays: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
    weekdays_short: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
    months: ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
      "November", "December"],
    months_short: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    date_forms: {
      long: "{weekday} {day} {month} {year}, {time}",
      stamp: "{weekday_short} {day} {month_short} {year}, {time} {place}",
    },
    place: "",
    live: "{date}. {changes}",
    changes: { zero: "no place changed", one: "{n} place changed", other: "{n} places changed" },
  };

  /** @param {number} n @param {number} [width] */
  const padded = (n, width = 2) => String(n).padStart(width, "0");

  /** @type {FrontlineParts["countUpTo"]} */
  function countUpTo(instants, t) {
    let low = 0;
    let high = instants.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (instants[middle] <= t) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * The words of one language out of the flat texts of figures/words ("calendar.months", "live.other", ...).
   * @type {FrontlineParts["wordsFrom"]}
   */
  function wordsFrom(texts, place = "") {
    /** @param {string} section @returns {Record<string, any>} */
    const section = (section) =>
      Object.fromEntries(
        Object.entries(texts)
          .filter(([key]) => key.startsWith(`${section}.`))
          .map(([key, text]) => [key.slice(section.length + 1), text]),
      );
    const calendar = section("calendar");
    const { sentence, ...changes } = section("live");
    const forms = Object.entries(calendar).filter(([, text]) => typeof text === "string");
    return {
      weekdays: calendar.weekdays || ENGLISH.weekdays,
      weekdays_short: calendar.weekdays_short || ENGLISH.weekdays_short,
      months: calendar.months || ENGLISH.months,
      months_short: calendar.months_short || ENGLISH.months_short,
      months_other: calendar.months_other || [],
      date_forms: { ...ENGLISH.date_forms, ...Object.fromEntries(forms) },
      place,
      live: sentence || ENGLISH.live,
      changes: { ...ENGLISH.changes, ...changes },
    };
  }

  /** @param {unknown} value */
  function notAnInstant(value) {
    return new TypeError(
      `${JSON.stringify(String(value).slice(0, 60))} is not an instant; give a date such as 2024-12-04, ` +
        "a time such as 2024-12-04T23:59+03:00, or seconds since 1970",
    );
  }

  /** The clocks of the map's zone, without the browser's own table of zones. @type {FrontlineParts["createClock"]} */
  function createClock(clock, words) {
    const offsets = clock.offsets.map(([from, minutes]) => [from, minutes * 60]);
    const since = offsets.map((row) => row[0]);
    const printed = { ...ENGLISH, place: (clock.name && clock.name.en) || clock.zone, ...words };

    /** @param {number} t */
    function offsetAt(t) {
      return offsets[Math.max(0, countUpTo(since, t) - 1)][1];
    }

    /** @param {number} t */
    const reading = (t) => t + offsetAt(t);

    /** @param {number} seconds */
    function instant(seconds) {
      const found = offsets.map((row) => seconds - row[1]).filter((t) => reading(t) === seconds);
      if (found.length) return Math.min(...found);
      // Clocks that are put forward skip this reading: go on counting from before.
      return seconds - offsetAt(seconds - Math.max(...offsets.map((row) => row[1])));
    }

    /** @param {number} t */
    function local(t) {
      const date = new Date(reading(t) * 1000);
      return {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        weekday: date.getUTCDay(),
        time: `${padded(date.getUTCHours())}:${padded(date.getUTCMinutes())}`,
        second: date.getUTCSeconds(),
      };
    }

    /** @type {Record<string, (now: ReturnType<Clock["local"]>) => string | number>} */
    const fields = {
      weekday: (now) => printed.weekdays[now.weekday],
      weekday_short: (now) => printed.weekdays_short[now.weekday],
      day: (now) => now.day,
      month: (now) => printed.months[now.month - 1],
      month_short: (now) => printed.months_short[now.month - 1],
      month_other: (now) => (printed.months_other || [])[now.month - 1] || "",
      year: (now) => now.year,
      time: (now) => now.time,
      place: () => printed.place,
    };
    /** @type {Record<string, ReturnType<typeof partsOf>>} each form taken apart once */
    const forms = Object.create(null);

    /** @param {string} form */
    function partsOf(form) {
      const pattern = printed.date_forms[form] || printed.date_forms.long || ENGLISH.date_forms.long;
      return pattern.split(/\{(\w+)\}/).map((part, i) => (i % 2 ? (Object.hasOwn(fields, part) ? fields[part] : `{${part}}`) : part));
    }

    /** @param {number} t */
    function iso(t) {
      const now = local(t);
      const minutes = Math.abs(offsetAt(t)) / 60;
      const sign = offsetAt(t) < 0 ? "-" : "+";
      const seconds = now.second ? `:${padded(now.second)}` : "";
      return (
        `${padded(now.year, 4)}-${padded(now.month)}-${padded(now.day)}T${now.time}${seconds}` +
        `${sign}${padded(Math.floor(minutes / 60))}:${padded(minutes % 60)}`
      );
    }

    /** @param {string} text */
    function parseText(text) {
      const match = ISO.exec(text.trim());
      if (!match) throw notAnInstant(text);
      const [year, month, day] = match.slice(1, 4).map(Number);
      // A bare date counts to its 23:59 in the map's zone, everywhere in this house.
      const [hour, minute, second] = match[4] ? [+match[4], +match[5], +(match[6] || 0)] : [23, 59, 0];
      const seconds = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
      const again = new Date(seconds * 1000);
      if (again.getUTCDate() !== day || again.getUTCMonth() !== month - 1 || hour > 23 || minute > 59 || second > 59) {
        throw notAnInstant(text);
      }
      if (match[7]) return seconds;
      if (!match[8]) return instant(seconds);
      // A plus sign that nobody escaped arrives from an address as a space.
      const east = match[8] === "-" || match[8] === "\u2212" ? -1 : 1;
      return seconds - east * (+match[9] * HOUR + +match[10] * 60);
    }

    return {
      local,
      instant,
      reading,
      iso,
      midnight: (t) => instant(Math.floor(reading(t) / DAY) * DAY),
      parse(value) {
        if (typeof value === "string") return parseText(value);
        if (typeof value !== "number" || !Number.isFinite(value)) throw notAnInstant(value);
        return Math.floor(value);
      },
      text(t, form) {
        const now = local(t);
        let text = "";
        for (const part of (forms[form] = forms[form] || partsOf(form))) text += typeof part === "string" ? part : part(now);
        return text;
      },
    };
  }

  /**
   * Every change of one list in order, with what was before it, so that time can be walked both ways: those of the
   * i-th instant are `ends[i]` to `ends[i + 1]`.
   * @param {number[]} start @param {TimePart["changes"]} changes @param {1 | 2 | 3} slot
   */
  function changeList(start, changes, slot) {
    const ends = new Uint32Array(changes.length + 1);
    changes.forEach((change, i) => (ends[i + 1] = ends[i] + change[slot].length / 2));
    const total = ends[changes.length];
    const index = new Uint32Array(total);
    const before = new Uint16Array(total);
    const after = new Uint16Array(total);
    const now = Uint16Array.from(start);
    let k = 0;
    for (const change of changes) {
      const pairs = change[slot];
      for (let p = 0; p < pairs.length; p += 2, k++) {
        index[k] = pairs[p];
        before[k] = now[pairs[p]];
        after[k] = now[pairs[p]] = pairs[p + 1];
      }
    }
    return { ends, index, before, after };
  }

  /**
   * One array of the state (of faces, fronts or places), able to move to any instant. A keyframe stands wherever as many
   * changes have gathered as the array is long: all of them together are never larger than the list of changes, and
   * no move reads more than about twice that length.
   * @param {number[]} start @param {TimePart["changes"]} changes @param {1 | 2 | 3} slot
   */
  function createTrack(start, changes, slot) {
    const size = start.length;
    const list = changeList(start, changes, slot);
    const now = Uint16Array.from(start);
    const next = new Uint16Array(size);
    const touched = new Uint32Array(size);
    const changed = { count: 0, index: new Uint32Array(size), value: new Uint16Array(size) };
    const keyframes = framesOf();
    let turn = 0;

    function framesOf() {
      const frames = [{ at: 0, state: now.slice() }];
      const rolling = now.slice();
      for (let i = 0, last = 0; i < changes.length; i++) {
        walk(rolling, i, i + 1);
        if (list.ends[i + 1] - last < size) continue;
        last = list.ends[i + 1];
        frames.push({ at: i + 1, state: rolling.slice() });
      }
      return frames;
    }

    /** @param {number} from @param {number} to numbers of instants applied */
    const between = (from, to) => Math.abs(list.ends[to] - list.ends[from]);

    /** @param {Uint16Array} array @param {number} from @param {number} to */
    function walk(array, from, to) {
      const [first, last] = [list.ends[from], list.ends[to]];
      for (let k = first; k < last; k++) array[list.index[k]] = list.after[k];
      for (let k = first - 1; k >= last; k--) array[list.index[k]] = list.before[k];
    }

    /** What differs when the changes on the way are walked. @param {number} from @param {number} to */
    function stepTo(from, to) {
      const [low, high] = from < to ? [list.ends[from], list.ends[to]] : [list.ends[to], list.ends[from]];
      turn += 1;
      let found = 0;
      for (let k = low; k < high; k++) {
        const i = list.index[k];
        if (touched[i] === turn) continue;
        touched[i] = turn;
        next[i] = now[i];
        changed.index[found++] = i;
      }
      walk(next, from, to);
      return keep(found);
    }

    /** What differs when the nearest keyframe is taken. @param {{at: number, state: Uint16Array}} frame @param {number} to */
    function jumpTo(frame, to) {
      next.set(frame.state);
      walk(next, frame.at, to);
      for (let i = 0; i < size; i++) changed.index[i] = i;
      return keep(size);
    }

    /** Of the first so many of `changed`, those that are something else now. @param {number} found */
    function keep(found) {
      changed.count = 0;
      for (let k = 0; k < found; k++) {
        const i = changed.index[k];
        if (next[i] === now[i]) continue;
        changed.index[changed.count] = i;
        changed.value[changed.count++] = next[i];
      }
      return changed;
    }

    return {
      now,
      /** Finds what a move changes, and moves nothing yet. @param {number} from @param {number} to numbers of instants applied */
      plan(from, to) {
        const way = between(from, to);
        if (way <= size) return stepTo(from, to);
        const nearest = keyframes.reduce((a, b) => (between(a.at, to) <= between(b.at, to) ? a : b));
        return way <= between(nearest.at, to) + size ? stepTo(from, to) : jumpTo(nearest, to);
      },
      /** Moves as it was planned. */
      take() {
        for (let k = 0; k < changed.count; k++) now[changed.index[k]] = changed.value[k];
      },
      all() {
        for (let i = 0; i < size; i++) changed.index[i] = i;
        changed.value.set(now);
        changed.count = size;
        return changed;
      },
    };
  }

  /**
   * Where steps land. By change: the start, each change, the end. By 6 h: 00, 06, 12 and 18 on the map's clock. By day:
   * 23:59 on the map's clock, when a report of that day without an hour has taken effect.
   * @param {number[]} instants @param {Clock} clock @param {[number, number]} bounds
   */
  function createStops(instants, clock, bounds) {
    const [first, last] = bounds;
    const stops = [first, ...instants.filter((t) => t > first && t < last), last];

    /** @param {number} t @param {number} direction */
    function byChange(t, direction) {
      const upTo = countUpTo(stops, t);
      if (direction > 0) return upTo < stops.length ? stops[upTo] : last;
      return stops[Math.max(0, (stops[upTo - 1] === t ? upTo - 1 : upTo) - 1)];
    }

    /** @param {number} t @param {number} direction @param {number} every @param {number} shift */
    function byClock(t, direction, every, shift) {
      let k = Math.floor((clock.reading(t) - shift) / every) - direction;
      const stop = () => clock.instant(k * every + shift);
      // Clocks put back show a reading twice: walk on until the instant has really moved.
      while (direction > 0 ? stop() <= t : stop() >= t) k += direction;
      return Math.min(Math.max(stop(), first), last);
    }

    /** @param {number} t @param {number} direction @param {StepKind} kind */
    return function stopFrom(t, direction, kind) {
      if (kind === "6h") return byClock(t, direction, 6 * HOUR, 0);
      if (kind === "day") return byClock(t, direction, DAY, DAY - 60);
      return byChange(t, direction);
    };
  }

  /**
   * First and last instant to show. The clock shows minutes, so the range ends on a full one, unless a change comes after it.
   * @param {TimePart} doc @returns {[number, number]}
   */
  function boundsOf(doc) {
    const [first, end] = doc.span;
    const known = doc.known_at === undefined ? end - 1 : doc.known_at;
    const last = Math.max(first, doc.last === undefined ? Math.min(end - 1, known) : doc.last);
    const minute = Math.max(first, last - (((last % 60) + 60) % 60));
    const later = doc.changes.some(([t]) => t > minute && t <= last);
    return [first, later ? last : minute];
  }

  /**
   * The reported changes, to be counted and placed.
   * @param {TimePart["events"]} events @param {Clock["midnight"]} midnight
   */
  function createNews(events, midnight) {
    const news = events.filter((event) => event.kind === "change").sort((a, b) => a.t - b.t);
    const instants = news.map((event) => event.t);
    const upTo = (/** @type {number} */ t) => countUpTo(instants, t);
    return {
      upTo,
      /** @param {number} t @returns {number[]} of that day until then, both included */
      places: (t) => (news.length ? [...new Set(news.slice(upTo(midnight(t) - 1), upTo(t)).map((event) => event.place))] : []),
    };
  }

  /** Resolves when the browser has had the occasion to draw; soon in any case, since hidden pages get no frames. */
  function nextFrame() {
    return new Promise((resolve) => {
      const late = setTimeout(resolve, 250);
      requestAnimationFrame(() =>
        setTimeout(() => {
          clearTimeout(late);
          resolve(undefined);
        }, 0),
      );
    });
  }

  /** @param {Float64Array} sorted @param {number} share */
  const quantile = (sorted, share) =>
    sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] : null;

  /** @returns {{on: PlaybackShape["on"], emit: (name: string, event?: unknown) => void}} */
  function createEvents() {
    /** @type {Map<string, Set<(event: any) => void>>} */
    const listeners = new Map();
    return {
      on(name, listener) {
        const set = listeners.get(name) || new Set();
        listeners.set(name, set.add(listener));
        return () => void set.delete(listener);
      },
      emit(name, event) {
        for (const listener of [...(listeners.get(name) || [])]) listener(event);
      },
    };
  }

  /** All that playback reads of a document. @param {TimePart} doc @param {Clock} clock */
  function createStory(doc, clock) {
    const bounds = boundsOf(doc);
    const instants = doc.changes.map((change) => change[0]);
    return {
      bounds,
      instants,
      stopFrom: createStops(instants, clock, bounds),
      news: createNews(doc.events, clock.midnight),
      faces: createTrack(doc.start.faces, doc.changes, 1),
      fronts: createTrack(doc.start.fronts, doc.changes, 2),
      places: createTrack(doc.start.places, doc.changes, 3),
    };
  }

  /** @type {FrontlineParts["createPlayback"]} */
  function createPlayback(doc, surface, options = {}) {
    const words = { ...ENGLISH, ...doc.words, ...options.words };
    const clock = createClock(doc.clock, options.words || doc.words);
    let { bounds, instants, stopFrom, news, faces, fronts, places } = createStory(doc, clock);
    const { on, emit } = createEvents();
    const samples = new Float64Array(SAMPLES);
    let sampled = 0;

    let applied = 0;
    let t = bounds[0];
    let stepKind = options.stepKind || "change";
    let speed = options.speed || 1;
    let playing = false;
    let run = 0; // which press of play: a step drawn late must not continue the next one
    let stepBegan = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} undefined also while a step is being drawn */
    let timer;

    /** @param {number} instant */
    const clamped = (instant) => Math.min(Math.max(instant, bounds[0]), bounds[1]);

    /** @param {Delta} delta @returns {Promise<string>} */
    function draw(delta) {
      const painted = surface.paint(delta);
      return (painted && typeof painted.then === "function" ? painted : nextFrame()).then(() => clock.iso(delta.t));
    }

    /** @type {Delta | null} the step that was worked out before its time; whatever else moves throws it away */
    let planned = null;
    let moves = 0;

    /** What a move to an instant changes; nothing moves yet. @param {number} to @returns {Delta} */
    function plan(to) {
      const target = countUpTo(instants, to);
      return {
        t: to,
        full: false,
        faces: faces.plan(applied, target),
        fronts: fronts.plan(applied, target),
        places: places.plan(applied, target),
        fresh: news.places(to),
      };
    }

    /** @param {number} to @returns {Delta} */
    function moveTo(to) {
      moves += 1;
      const delta = planned && planned.t === to ? planned : plan(to);
      planned = null;
      for (const track of [faces, fronts, places]) track.take();
      applied = countUpTo(instants, to);
      t = to;
      return delta;
    }

    /** When a step is drawn, the next one is worked out. @param {number} next */
    function prepare(next) {
      planned = plan(next);
      if (surface.prepare) surface.prepare(planned);
    }

    /** @param {number} to @param {TimeEvent["cause"]} cause @param {() => number} [next] where the step after it most likely leads; by default as far again */
    function go(to, cause, next) {
      const previous = t;
      const began = performance.now();
      const drawn = draw(moveTo(to));
      samples[sampled++ % SAMPLES] = performance.now() - began;
      tell(previous, cause);
      const mine = moves;
      void drawn.then(() => mine === moves && prepare(next ? next() : clamped(2 * t - previous)), () => {});
      return drawn;
    }

    /** @param {number} previous @param {TimeEvent["cause"]} cause */
    function tell(previous, cause) {
      const changed = Math.abs(news.upTo(t) - news.upTo(previous));
      emit("time", { t, iso: clock.iso(t), previous, changed, cause });
    }

    function repaint() {
      planned = null;
      moves += 1;
      const drawn = draw({ t, full: true, faces: faces.all(), fronts: fronts.all(), places: places.all(), fresh: news.places(t) });
      tell(t, "surface");
      return drawn;
    }

    /** @param {Surface} [other] that paints it */
    function reread(other) {
      stop();
      surface = other || surface;
      planned = null;
      Object.assign(clock, createClock(doc.clock, options.words || doc.words));
      ({ bounds, instants, stopFrom, news, faces, fronts, places } = createStory(doc, clock));
      applied = 0;
      moveTo(clamped(t));
      return repaint();
    }

    const interval = () => STEP_MS / speed;

    function schedule() {
      clearTimeout(timer);
      timer = setTimeout(tick, Math.max(0, interval() - (performance.now() - stepBegan)));
    }

    /** One step of the play; the next is only thought of when this one is drawn, so steps never queue up. */
    function tick() {
      advance(stopFrom(t, 1, stepKind));
    }

    /** @param {number} to */
    function advance(to) {
      const mine = run;
      timer = undefined;
      stepBegan = performance.now();
      const drawn = () => {
        if (mine !== run) return;
        if (t >= bounds[1]) return stop("end");
        schedule();
      };
      const failed = (/** @type {unknown} */ fault) => {
        stop();
        throw fault;
      };
      new Promise((resolve) => resolve(go(to, "play", () => stopFrom(t, 1, stepKind)))).then(drawn, failed);
    }

    function play() {
      if (playing) return;
      playing = true;
      run += 1;
      emit("play");
      advance(t < bounds[1] ? stopFrom(t, 1, stepKind) : bounds[0]);
    }

    /** @param {string} [why] */
    function stop(why) {
      if (!playing) return;
      playing = false;
      run += 1;
      clearTimeout(timer);
      timer = undefined;
      emit("pause");
      if (why) emit(why);
    }

    moveTo(clamped(clock.parse(options.at ?? doc.at ?? bounds[0])));
    const ready = repaint().then(() => undefined);

    return {
      doc,
      clock,
      words,
      ready,
      on,
      play,
      repaint,
      reread,
      pause: () => stop(),
      toggle: () => (playing ? stop() : play()),
      playing: () => playing,
      // Async, so that a value that is no instant rejects and never throws.
      seek: async (when) => go(clamped(clock.parse(when)), "seek"),
      async step(direction, kind) {
        const next = () => stopFrom(t, direction < 0 ? -1 : 1, kind || stepKind);
        return go(next(), "step", next);
      },
      time: () => clock.iso(t),
      seconds: () => t,
      range: () => [clock.iso(bounds[0]), clock.iso(bounds[1])],
      bounds: () => [bounds[0], bounds[1]],
      changeBounds() {
        const within = instants.filter((instant) => instant >= bounds[0] && instant <= bounds[1]);
        return within.length ? [within[0], within[within.length - 1]] : [bounds[0], bounds[1]];
      },
      stats() {
        const sorted = samples.slice(0, Math.min(sampled, SAMPLES)).sort();
        return {
          faces: faces.now.length,
          changes: instants.length,
          stepMs: { median: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) },
        };
      },
      stepKind: () => stepKind,
      setStepKind(kind) {
        if (!["change", "6h", "day"].includes(kind)) throw new TypeError(`"${kind}" is no step: change, 6h or day`);
        stepKind = kind;
        emit("settings");
      },
      speed: () => speed,
      setSpeed(wanted) {
        if (!SPEEDS.includes(wanted)) throw new TypeError(`${wanted} is no speed: ${SPEEDS.join(", ")}`);
        speed = wanted;
        if (timer !== undefined) schedule();
        emit("settings");
      },
      state: () => ({ faces: faces.now, fronts: fronts.now, places: places.now }),
      setSurface(other) {
        surface = other;
        return repaint();
      },
    };
  }

  /** The public object `window.frontline` of every page that shows a map. @type {FrontlineParts["installPublicObject"]} */
  function installPublicObject(playback) {
    const { ready, seek, play, pause, time, range, stats } = playback;
    const frontline = Object.freeze({ ready, seek, play, pause, time, range, stats });
    Object.defineProperty(globalThis, "frontline", { value: frontline, configurable: true, writable: true });
    return frontline;
  }

  frontlineParts.countUpTo = countUpTo;
  frontlineParts.createClock = createClock;
  frontlineParts.wordsFrom = wordsFrom;
  frontlineParts.createPlayback = createPlayback;
  frontlineParts.installPublicObject = installPublicObject;
})();
