// Texts of the page are filled in, and written where they changed.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));
frontlineParts.analyst = frontlineParts.analyst || /** @type {any} */ ({});

(function () {
  /** Says what a document and a page hold, in the reader's language. @param {any} doc @param {any} page @param {string} lang */
  function createSayer(doc, page, lang) {
    /** @param {string} key @param {Record<string, string | number>} [parts] @returns {string} */
    function say(key, parts = {}) {
      const pattern = String(page.texts[key] ?? key);
      return pattern.replace(/\{(\w+)\}/g, (all, name) => (Object.hasOwn(parts, name) ? String(parts[name]) : all));
    }
    /** @param {Record<string, string>} names @returns {string} */
    const of = (names) => clean(names[lang] || names.en || Object.values(names)[0] || "");
    const actor = (/** @type {number} */ index) => of(doc.actors[index].short || doc.actors[index].name);

    /** Who holds a place in a state, and how sure that is. @param {number} index */
    function state(index) {
      const [holder, certainty, rival] = doc.states[index];
      const sure = say(`certainty.${doc.certainties[certainty]}`);
      if (rival < 0) return say("map.holder", { actor: actor(holder), certainty: sure });
      if (doc.certainties[certainty] === "contested") return say("table.contested_by", { actor: actor(holder), rival: actor(rival) });
      return `${actor(holder)}; ${say("table.claimed_by", { actor: actor(rival) })}`;
    }

    /** @param {number} index */
    const source = (index) => clean(page.sourceNames[index] || doc.sources[index].name);
    return { say, of, actor, state, source };
  }

  /** A text from outside without what would turn or hide its neighbours. @param {string} text */
  const clean = (text) => text.replace(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u0000-\u001f\u007f-\u009f]/g, "");

  /** A distance as it is printed: one decimal under ten, none above. @param {number} km */
  const figure = (km) => (km < 10 ? km.toFixed(1) : km.toFixed(0));

  /** @param {ParentNode} root @param {string} name @returns {HTMLElement | null} */
  const part = (root, name) => root.querySelector(`[data-part="${name}"]`);

  /** @param {Element | null} element @param {string} text */
  function write(element, text) {
    if (element && element.textContent !== text) element.textContent = text;
  }

  /** @param {any[]} rows that begin with their instant @param {number} t @returns {any} */
  function rowAt(rows, t) {
    const count = frontlineParts.countUpTo(
      rows.map((row) => row[0]),
      t,
    );
    return count ? rows[count - 1] : null;
  }

  /** Where the page of a claim is, as dashboard/claim_address.py has it. @param {string} base @param {string} id @param {string} lang */
  function claimAddress(base, id, lang) {
    const query = new URLSearchParams(lang === "en" ? {} : { lang });
    const fitsNoPath = /^\.*$/.test(id) || /[/\\]/.test(id);
    if (fitsNoPath) query.set("id", id);
    const asked = query.size ? `?${query}` : "";
    return `${base}claims${fitsNoPath ? "" : `/${encodeURIComponent(id)}`}${asked}`;
  }

  frontlineParts.analyst.claimAddress = claimAddress;
  frontlineParts.analyst.createSayer = createSayer;
  frontlineParts.analyst.figure = figure;
  frontlineParts.analyst.part = part;
  frontlineParts.analyst.write = write;
  frontlineParts.analyst.rowAt = rowAt;
})();
