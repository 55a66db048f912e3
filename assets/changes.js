// The table of changes lists what reports said about the shown day, and the facts of an instant are looked up.
"use strict";

/**
 * A whole map document, docs/map-document.md.
 * @typedef {object} MapExtras
 * @property {{id: string, name: Record<string, string>, short: Record<string, string>, role: string, side: string}[]} actors
 * @property {{id: string, name: string, affiliation: string}[]} sources
 * @property {string[]} certainties
 * @property {number[][]} states
 * @property {{id: string, name: Record<string, string>}[]} places
 * @property {DocEvent[]} events
 * @property {DocClaim[]} claims
 * @property {{place: number, series: (number | null)[][]} | null} [reference]
 * @property {{series: [number, Record<string, [number, number]>, number, number][]} | null} [area]
 * @property {{kind: string, source: number}} [ground_from]
 * @property {{t: number, source: number, id: string, reported: number, day: number}[]} [observations]
 * @property {[number, number][]} [gaps]
 * @property {[number, [number, number, number][]][]} [moved] instant; then state before, state after, km²
 */
/** @typedef {Omit<TimePart, "events"> & MapExtras} MapDocument */
/** @typedef {{t: number, from: number, day: number, place: number, before: number, after: number, kind: string, reason: string, claims: number[], observation?: number}} DocEvent */
/** @typedef {{id: string, place: number, claimant: number, reporter: number, code: string, start: number, end: number, unit?: Wide, area?: Wide}} DocClaim */
/** What a claim is about where that is no place. @typedef {{name: Record<string, string>}} Wide */

/**
 * One event with what its claims add. `sources` are indices of claimants; `code` is the best Admiralty code among the claims.
 * `places` is for how many places it stands: a claim about a whole unit or area moves many at once. A row of drawn
 * ground has no place (−1) but `km2`.
 * @typedef {DocEvent & {sources: number[], code: string, places: number, wide: Wide | null, km2?: number}} ChangeRow
 */

/**
 * What is true at an instant. `distance` and `area` are the rows of the document's series that hold, or null.
 * @typedef {object} Facts
 * @property {{centre_km: number | null, edge_km: number | null, claimed_km: number | null, nearest_reported_km: number | null, place: number | null} | null} distance
 * @property {{held: Record<string, number>, claimed: Record<string, number>, contested_km2: number, unknown_km2: number} | null} area km² by actor id
 * @property {number} changedPlaces places that changed within the 24 hours up to the instant
 * @property {number} changes changes within the same hours
 */

/**
 * @typedef {object} ChangesOptions
 * @property {MapDocument} doc
 * @property {string} [lang]
 * @property {Record<string, any>} texts flat texts of figures/words: table.*, certainty.*, reason.*, calendar.*, source.*
 * @property {number} [limit] rows shown at most
 * @property {(row: ChangeRow) => void} [onPick]
 * @property {(row: ChangeRow) => boolean} [filter]
 * @property {() => void} [onClear] what the button beside "0 of 18 shown" does
 * @property {(claim: string) => string} [claimAddress] where the page of a claim is, by its id
 */

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));

(function () {
  const DAY = 86400;
  const CONTESTED = 2;

  /** English for texts that a caller has left out. @type {Record<string, string>} */
  const ENGLISH = {
    "table.on_day": "Changes on {day}",
    "table.shown": "{n} of {m}",
    "table.filtered": "0 of {m} shown",
    "table.clear": "Clear",
    "table.no_reports": "No reports between {from} and {to}.",
    "table.nearest": "Nearest: {day}",
    "table.no_change": "No change recorded. Reports looked at: {n}.",
    "table.time": "Time",
    "table.holder": "Holder",
    "table.place": "Place",
    "table.source": "Source",
    "table.code": "Code",
    "table.code_long": "Admiralty code: reliability of the source A–F, credibility of the statement 1–6",
    "table.status": "Status",
    "table.from_to": "{before} to {after}",
    "table.stays": "stays {after}",
    "table.claimed_by": "claimed by {actor}",
    "table.contested_by": "{actor} or {rival}",
    "table.all_day": "during the day",
    "table.versus": "{first} v {second}",
    "table.several_places": "{area}: {n} places",
    "certainty.no_change": "no change",
    "units.km2": "{n} km²",
  };

  /** The best code: reliability counts first, then credibility. @param {string[]} codes */
  const bestCode = (codes) => codes.filter(Boolean).sort()[0] || "";

  /** Rows that differ in their place only, because a whole unit or area moved, become one. @param {ChangeRow[]} rows */
  function folded(rows) {
    /** @type {Map<string | number, ChangeRow>} */
    const kept = new Map();
    rows.forEach((row, number) => {
      const key = row.wide ? JSON.stringify({ ...row, place: -1, places: 0 }) : number;
      const first = kept.get(key);
      if (first) first.places += 1;
      else kept.set(key, row);
    });
    return [...kept.values()];
  }

  /** A row for each way in which drawn ground changed hands. @param {MapDocument} doc @param {number} from @param {number} to */
  function groundRows(doc, from, to) {
    /** @type {any[]} */
    const rows = [];
    for (const [t, moves] of doc.moved || []) {
      if (t < from || t > to) continue;
      const drawn = (doc.observations || []).filter((/** @type {any} */ one) => one.t <= t);
      const last = drawn[drawn.length - 1];
      const sources = last && last.source >= 0 ? [last.source] : [];
      for (const [before, after, km2] of moves) {
        rows.push({ t, from: t, day: last ? last.day : 0, place: -1, before, after, kind: "change", reason: "", claims: [], km2, sources, code: "", places: 1, wide: null });
      }
    }
    return rows;
  }

  /** @type {FrontlineParts["changeRows"]} */
  function changeRows(doc, from, to) {
    const seen = doc.events
      .filter((event) => event.t >= from && event.t <= to)
      .map((event) => {
        const claims = event.claims.map((index) => doc.claims[index]);
        const drawn = event.observation === undefined ? [] : [doc.observations[event.observation].source];
        const sources = [...new Set([...claims.map((claim) => claim.claimant), ...drawn.filter((index) => index >= 0)])];
        const subjects = claims.map((claim) => claim.unit || claim.area || null);
        const wide = subjects.length && subjects.every(Boolean) ? subjects[0] || null : null;
        return { ...event, sources, code: bestCode(claims.map((claim) => claim.code)), places: 1, wide };
      });
    return [...groundRows(doc, from, to), ...folded(seen)]
      .sort((a, b) => Number(a.kind !== "change") - Number(b.kind !== "change") || b.t - a.t);
  }

  /** @param {any[]} series sorted rows that begin with their instant @param {number} t */
  function rowAt(series, t) {
    const at = frontlineParts.countUpTo(
      series.map((row) => row[0]),
      t,
    );
    return at ? series[at - 1] : null;
  }

  /** @param {MapDocument} doc @param {number} t @returns {Facts["distance"]} */
  function distanceAt(doc, t) {
    const row = doc.reference && rowAt(doc.reference.series, t);
    if (!row) return null;
    const [, centre_km, edge_km, claimed_km, nearest_reported_km, place] = row;
    return { centre_km, edge_km, claimed_km, nearest_reported_km, place };
  }

  /** @param {MapDocument} doc @param {number} t @returns {Facts["area"]} */
  function areaAt(doc, t) {
    const row = doc.area && rowAt(doc.area.series, t);
    if (!row) return null;
    const [, byActor, contested_km2, unknown_km2] = row;
    /** @param {0 | 1} part */
    const column = (part) =>
      Object.fromEntries(Object.entries(byActor).map(([index, km2]) => [doc.actors[Number(index)].id, km2[part]]));
    return { held: column(0), claimed: column(1), contested_km2, unknown_km2 };
  }

  /** @type {FrontlineParts["factsAt"]} */
  function factsAt(doc, t) {
    const day = doc.events.filter((event) => event.kind === "change" && event.t > t - DAY && event.t <= t);
    return {
      distance: distanceAt(doc, t),
      area: areaAt(doc, t),
      changedPlaces: new Set(day.map((event) => event.place)).size,
      changes: day.length,
    };
  }

  /**
   * @param {string} name @param {Record<string, string>} [attributes] @param {(Node | string)[]} children
   * @returns {HTMLElement}
   */
  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  /** A text in which each name is a link; names are looked for in their order. @param {string} text @param {Map<string, string>} addresses */
  function linked(text, addresses) {
    /** @type {(Node | string)[]} */
    const parts = [];
    let rest = text;
    for (const [name, address] of addresses) {
      const at = name ? rest.indexOf(name) : -1;
      if (at < 0) continue;
      parts.push(rest.slice(0, at), element("a", { href: address }, name));
      rest = rest.slice(at + name.length);
    }
    return [...parts, rest];
  }

  /** @param {ChangesOptions} options */
  function createSayer(options) {
    const { doc, texts } = options;
    const lang = options.lang || "en";

    /** @param {string} key @param {Record<string, string | number>} [parts] */
    function say(key, parts = {}) {
      const pattern = String(texts[key] ?? ENGLISH[key] ?? key);
      return pattern.replace(/\{(\w+)\}/g, (all, name) => (Object.hasOwn(parts, name) ? String(parts[name]) : all));
    }

    /** @param {Record<string, string>} names */
    const of = (names) => names[lang] || names.en || Object.values(names)[0] || "";
    /** @param {number} index */
    const actor = (index) => of(doc.actors[index].short || doc.actors[index].name);

    /** Holder and certainty in words. @param {number} index */
    function state(index) {
      const [holder, certainty, rival] = doc.states[index];
      if (rival < 0) return actor(holder);
      if (certainty === CONTESTED) return say("table.contested_by", { actor: actor(holder), rival: actor(rival) });
      return say("table.claimed_by", { actor: actor(rival) });
    }

    /** Why a report changed nothing, where that is known. @param {ChangeRow} row */
    const reason = (row) => (row.kind !== "change" && texts[`reason.${row.reason}`] ? say(`reason.${row.reason}`) : "");

    /** @param {ChangeRow} row */
    function status(row) {
      if (row.kind !== "change") return say("certainty.no_change");
      const certainty = doc.certainties[doc.states[row.after][1]];
      return say(texts[`certainty.${certainty}`] ? `certainty.${certainty}` : certainty);
    }

    /** The short name of a source, as figures/sentences.py tells it: ours, else up to its first bracket or comma. @param {number} index */
    function source(index) {
      const { id, name } = doc.sources[index];
      const short = String(texts[`source.${id}`] ?? (name.split("(")[0].split(",")[0].trim() || name));
      return short.charAt(0).toUpperCase() + short.slice(1);
    }

    /** @param {ChangeRow} row */
    function sources(row) {
      const names = [...new Set(row.sources.map(source))];
      if (names.length === 2 && doc.states[row.after][1] === CONTESTED) {
        return say("table.versus", { first: names[0], second: names[1] });
      }
      return names.join(String(texts["language.list_separator"] ?? ", "));
    }

    /** The same, each name a link to what that source said. @param {ChangeRow} row @returns {(Node | string)[]} */
    function linkedSources(row) {
      const { claimAddress } = options;
      const said = sources(row);
      if (!claimAddress || !row.claims.length) return [said];
      /** @type {Map<string, string>} */
      const addresses = new Map();
      for (const claim of row.claims.map((index) => doc.claims[index])) {
        const name = source(claim.claimant);
        if (!addresses.has(name)) addresses.set(name, claimAddress(claim.id));
      }
      return linked(said, addresses);
    }

    return { say, of, state, status, reason, sources, linkedSources };
  }

  /**
   * The dot of a state: classes "dot", "role-…" of who is said to hold it, "sure-…" how sure; contested has a second role.
   * @param {MapDocument} doc @param {number} index
   */
  function dot(doc, index) {
    const [holder, certainty, rival] = doc.states[index];
    const sure = doc.certainties[certainty];
    const shown = sure === "claimed" && rival >= 0 ? rival : holder;
    const made = element("span", { class: `dot role-${doc.actors[shown].role} sure-${sure}` });
    if (certainty === CONTESTED && rival >= 0) made.classList.add(`rival-${doc.actors[rival].role}`);
    return made;
  }

  /** @param {Clock} clock @param {ChangesOptions} options */
  function createRowDrawer(clock, options) {
    const { doc } = options;
    const { say, of, state, status, reason, sources, linkedSources } = createSayer(options);

    /** @param {ChangeRow} row */
    function holders(row) {
      const words =
        row.kind === "change"
          ? say("table.from_to", { before: state(row.before), after: state(row.after) })
          : say("table.stays", { after: state(row.after) });
      const glyphs = element("span", { class: "glyphs", "aria-hidden": "true" });
      if (row.kind === "change") glyphs.append(dot(doc, row.before), element("span", { class: "arrow" }));
      glyphs.append(dot(doc, row.after));
      return element("td", { class: "holder" }, glyphs, element("span", { class: "sr-only" }, words));
    }

    /** A word; a report that changed nothing says why to whoever listens, points, or has the room. @param {ChangeRow} row */
    function statusCell(row) {
      const kind = row.kind === "change" ? doc.certainties[doc.states[row.after][1]] : "no_change";
      const why = reason(row);
      if (!why) return element("td", { class: `status status-${kind}` }, status(row));
      return element(
        "td",
        { class: `status status-${kind}`, title: why },
        element("span", { class: "reason sr-only" }, why),
        element("span", { "aria-hidden": "true" }, status(row)),
      );
    }

    /** @param {ChangeRow} row */
    return function draw(row) {
      const time = row.day
        ? element("td", { class: "time", title: say("table.all_day") }, "–", element("span", { class: "sr-only" }, say("table.all_day")))
        : element("td", { class: "time" }, element("time", { datetime: clock.iso(row.t) }, clock.local(row.t).time));
      const several = row.wide && row.places > 1 ? say("table.several_places", { area: of(row.wide.name), n: row.places }) : "";
      const ground = row.km2 === undefined ? "" : say("units.km2", { n: row.km2 < 10 ? row.km2.toFixed(1) : row.km2.toFixed(0) });
      const name = element("bdi", {}, ground || several || of(doc.places[row.place].name));
      const code = element("td", { class: "code" });
      if (row.code) code.append(element("abbr", { title: say("table.code_long") }, row.code));
      const said = sources(row);
      return element(
        "tr",
        { class: row.kind === "change" ? "changed" : "unchanged", "data-t": String(row.t), "data-place": String(row.place) },
        time,
        holders(row),
        element("th", { scope: "row", class: "place" }, element("button", { type: "button", class: "pick" }, name)),
        element("td", { class: "source", title: said }, element("bdi", {}, ...linkedSources(row))),
        code,
        statusCell(row),
      );
    };
  }

  /** The claim that took effect nearest to an instant. @param {MapDocument} doc @param {number} t */
  function nearestClaim(doc, t) {
    let best = null;
    for (const claim of doc.claims) {
      if (best === null || Math.abs(claim.end - t) < Math.abs(best.end - t)) best = claim;
    }
    return best;
  }

  /** What stands in place of rows. @param {PlaybackShape} playback @param {ChangesOptions} options */
  function createNotices(playback, options) {
    const { doc } = options;
    const { clock } = playback;
    const { say } = createSayer(options);

    /** @param {string} text @param {string} [label] @param {() => void} [press] */
    function notice(text, label, press) {
      const made = element("p", { class: "changes-notice" }, text);
      if (label && press) {
        const button = element("button", { type: "button" }, label);
        button.addEventListener("click", press);
        made.append(" ", button);
      }
      return made;
    }

    return {
      /** @param {number} hidden */
      filtered: (hidden) => notice(say("table.filtered", { m: hidden }), say("table.clear"), options.onClear),
      /** @param {number} from @param {number} t */
      nothing(from, t) {
        const unobserved = (doc.gaps || []).some(([start, end]) => from >= start && from < end);
        if (unobserved) return notice(say("drawn.unobserved"));
        if (doc.ground_from && doc.ground_from.kind === "series") return notice(say("drawn.none"));
        const looked = doc.claims.filter((claim) => claim.end >= from && claim.end <= t).length;
        if (looked) return notice(say("table.no_change", { n: looked }));
        const text = say("table.no_reports", { from: clock.text(from, "short_time"), to: clock.text(t, "short_time") });
        const nearest = nearestClaim(doc, t);
        if (!nearest) return notice(text);
        const day = clock.text(nearest.end, "short_year");
        return notice(text, say("table.nearest", { day }), () => void playback.seek(nearest.end));
      },
    };
  }

  /** @param {ChangesOptions} options */
  function tableHead(options) {
    const { say } = createSayer(options);
    const head = element("tr");
    for (const column of ["time", "holder", "place", "source", "code", "status"]) {
      head.append(element("th", { scope: "col", class: column }, say(`table.${column}`)));
    }
    return element("thead", {}, head);
  }

  /**
   * Keeps, within a region, the changes of the shown day up to the shown instant, the newest first, and below
   * them what was reported and changed nothing.
   * @type {FrontlineParts["createChanges"]}
   */
  function createChanges(playback, region, options) {
    const { doc } = options;
    const { clock } = playback;
    const { say } = createSayer(options);
    const drawRow = createRowDrawer(clock, options);
    const notices = createNotices(playback, options);
    const title = element("b");
    const count = element("span", { class: "changes-count" });
    const body = element("tbody");
    const table = element("table", { class: "changes" }, element("caption", {}, title, " ", count), tableHead(options), body);
    const below = element("div", { class: "changes-below" });
    /** @type {ChangeRow[]} */
    let shown = [];
    let drawn = "";
    region.replaceChildren(table, below);

    function draw() {
      const t = playback.seconds();
      const from = clock.midnight(t);
      const all = changeRows(doc, from, t);
      const kept = options.filter ? all.filter(options.filter) : all;
      const changes = all.filter((row) => row.kind === "change").length;
      shown = kept.slice(0, options.limit || 50);
      title.textContent = say("table.on_day", { day: clock.text(t, "day_month") });
      count.textContent = kept.length > shown.length ? say("table.shown", { n: shown.length, m: kept.length }) : "";
      const key = `${doc.known_at} ${from} ${shown.map((row) => `${row.t}-${row.place}-${row.after}`).join()}`;
      if (key !== drawn) body.replaceChildren(...shown.map(drawRow));
      drawn = key;
      if (all.length && !kept.length) below.replaceChildren(notices.filtered(all.length));
      else if (!changes) below.replaceChildren(notices.nothing(from, t));
      else below.replaceChildren();
    }

    /** @param {Event} event */
    function picked(event) {
      if (event.target instanceof Element && event.target.closest("a")) return; // it leads to a claim's page
      const row = event.target instanceof Element ? event.target.closest("tbody tr") : null;
      const index = row ? [...body.children].indexOf(row) : -1;
      if (index >= 0 && options.onPick) options.onPick(shown[index]);
    }

    table.addEventListener("click", picked);
    const off = playback.on("time", draw);
    draw();
    return {
      draw,
      remove() {
        off();
        region.replaceChildren();
      },
    };
  }

  frontlineParts.changeRows = changeRows;
  frontlineParts.factsAt = factsAt;
  frontlineParts.linked = linked;
  frontlineParts.createChanges = createChanges;
})();
