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
    /** @type {{place: number, exact: boolean, pinned: boolean} | null} */
    let shown = null;

    /** @param {string} tag @param {string} text @param {string} [name] */
    function line(tag, text, name = "") {
      const made = document.createElement(tag);
      made.textContent = text;
      if (name) made.className = name;
      return made;
    }

    /** @param {number} place @param {boolean} exact */
    function content(place, exact) {
      const { doc, sayer, states } = model;
      const title = line("b", sayer.of(doc.places[place].name));
      title.dir = "auto";
      const own = doc.events.filter((/** @type {any} */ event) => event.place === place);
      const told = own.filter((/** @type {any} */ event) => event.t <= now());
      const lines = told.slice(-3).reverse().map(eventLine);
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
      const { lon, lat } = model.doc.places[shown.place];
      const at = model.map.project([lon, lat]);
      const box = model.map.getContainer().getBoundingClientRect();
      const { offsetWidth: wide, offsetHeight: high } = popup;
      popup.style.left = `${Math.min(Math.max(at.x - wide / 2, 8), Math.max(8, box.width - wide - 8))}px`;
      popup.style.top = `${at.y - high - 12 > 4 ? at.y - high - 12 : at.y + 14}px`;
    }

    return {
      /** @param {number | null} place @param {{exact?: boolean, pinned?: boolean}} [how] */
      show(place, { exact = true, pinned = false } = {}) {
        if (place === null || place === undefined) {
          if (shown && (!shown.pinned || pinned)) this.hide();
          return;
        }
        if (shown && shown.pinned && !pinned) return;
        shown = { place, exact, pinned };
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
