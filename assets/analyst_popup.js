// A popup beside a place says who holds it, and what reports said of it.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));
frontlineParts.analyst = frontlineParts.analyst || /** @type {any} */ ({});

(function () {
  /** The popup beside a place. @param {HTMLElement} root @param {any} model @param {Clock} clock @param {() => number} now */
  function createPopup(root, model, clock, now) {
    const { part } = frontlineParts.analyst;
    const popup = /** @type {HTMLElement} */ (part(root, "popup"));
    /** @type {{place: number, exact: boolean, pinned: boolean, face?: number, at?: {lng: number, lat: number}} | null} */
    let shown = null;

    /** @param {string} tag @param {string} text @param {string} [name] */
    function line(tag, text, name = "") {
      const made = document.createElement(tag);
      made.textContent = text;
      if (name) made.className = name;
      return made;
    }

    /** Who drew a face, when, and since when it has been drawn so. @param {number} state @param {number} since */
    function drawnLines(state, since) {
      const { doc, sayer } = model;
      const drawn = doc.observations.filter((/** @type {any} */ one) => one.t <= now());
      const last = drawn[drawn.length - 1];
      if (doc.ground_from.kind !== "series" || !last) return [];
      const day = (/** @type {any} */ one) => clock.text(one.t, one.day ? "short_year" : "short_year_time");
      const source = last.source >= 0 ? sayer.source(last.source) : sayer.say("drawn.own");
      const lines = [line("p", sayer.say("map.drawn_on", { source, day: day(last) }))];
      const first = drawn.find((/** @type {any} */ one) => one.t === since);
      if (first && first !== last && state >= 0) lines.push(line("p", sayer.say("map.drawn_since", { day: day(first) }), "quiet"));
      return lines;
    }

    /** From when on a face has been in its state. @param {number} face */
    function sinceWhen(face) {
      let since = 0;
      for (const [t, pairs] of model.doc.changes) {
        if (t > now()) break;
        for (let k = 0; k < pairs.length; k += 2) if (pairs[k] === face) since = t;
      }
      return since;
    }

    /** What is drawn on a spot that is no place's. @param {number} face */
    function ground(face) {
      const state = model.grounds()[face];
      return [line("b", model.sayer.state(state)), ...drawnLines(state, sinceWhen(face))];
    }

    /** @param {number} place @param {boolean} exact */
    function content(place, exact) {
      const { doc, sayer, states } = model;
      if (place < 0) return shown && shown.face !== undefined ? ground(shown.face) : [];
      const title = line("b", sayer.of(doc.places[place].name));
      title.dir = "auto";
      const own = doc.events.filter((/** @type {any} */ event) => event.place === place);
      const told = own.filter((/** @type {any} */ event) => event.t <= now());
      const lines = told.slice(-3).reverse().map(eventLine);
      if (doc.ground_from.kind === "series" && !doc.claims.length) {
        const last = told[told.length - 1];
        const drawn = drawnLines(states()[place], last ? last.t : 0);
        return [title, line("p", sayer.state(states()[place])), ...drawn];
      }
      if (!lines.length) lines.push(line("p", sayer.say(own.length ? "map.no_report_yet" : "map.no_report"), "quiet"));
      if (told.length > 3) lines.push(line("p", sayer.say("map.more_claims", { n: told.length - 3 }), "quiet"));
      const head = exact ? [] : [line("p", sayer.say("map.nearest_place"), "quiet")];
      return [...head, title, line("p", sayer.state(states()[place])), ...lines];
    }

    /** @param {any} event */
    function eventLine(event) {
      const { doc, sayer } = model;
      const claims = event.claims.map((/** @type {number} */ index) => doc.claims[index]);
      /** @type {Map<string, string>} */
      const said = new Map();
      for (const claim of claims) {
        const name = sayer.source(claim.claimant);
        if (!said.has(name)) said.set(name, model.claimAddress(claim.id));
      }
      const names = [...said.keys()].join(sayer.say("language.list_separator"));
      const what = event.kind === "change" ? sayer.state(event.after) : sayer.say(`reason.${event.reason}`);
      const date = clock.text(event.t, event.day ? "short" : "short_time");
      const made = document.createElement("p");
      made.append(...frontlineParts.linked(sayer.say("map.claim", { date, source: names, event: what }), said));
      return made;
    }

    function move() {
      if (!shown || !model.map) return;
      const { lon, lat } = shown.at ? { lon: shown.at.lng, lat: shown.at.lat } : model.doc.places[shown.place];
      const at = model.map.project([lon, lat]);
      const box = model.map.getContainer().getBoundingClientRect();
      const { offsetWidth: wide, offsetHeight: high } = popup;
      popup.style.left = `${Math.min(Math.max(at.x - wide / 2, 8), Math.max(8, box.width - wide - 8))}px`;
      popup.style.top = `${at.y - high - 12 > 4 ? at.y - high - 12 : at.y + 14}px`;
    }

    return {
      /** @param {number | null} place @param {{exact?: boolean, pinned?: boolean, face?: number, at?: {lng: number, lat: number}}} [how] */
      show(place, { exact = true, pinned = false, face, at } = {}) {
        if (place === null || place === undefined) {
          if (shown && (!shown.pinned || pinned)) this.hide();
          return;
        }
        if (shown && shown.pinned && !pinned) return;
        shown = { place, exact, pinned, face, at };
        popup.classList.toggle("pinned", pinned);
        popup.replaceChildren(...content(place, exact));
        popup.hidden = false;
        move();
      },
      hide() {
        shown = null;
        popup.hidden = true;
      },
      open: () => shown !== null && shown.pinned,
      again() {
        if (shown) this.show(shown.place, shown);
      },
      move,
    };
  }

  frontlineParts.analyst.createPopup = createPopup;
})();
