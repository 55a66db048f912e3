// A field finds a place by any of its names, in any script.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));
frontlineParts.analyst = frontlineParts.analyst || /** @type {any} */ ({});

(function () {
  /**
   * The field that finds a place by any of its names: a list under it, arrows and Enter choose.
   * @param {HTMLElement} root @param {any} model @param {(place: number) => void} go
   */
  function createSearch(root, model, go) {
    const host = /** @type {HTMLElement | null} */ (root.querySelector("[data-search]"));
    if (!host) return { focus() {} };
    const { doc, sayer } = model;
    const input = document.createElement("input");
    const list = document.createElement("ul");
    const key = document.createElement("kbd");
    key.textContent = "/";
    key.setAttribute("aria-hidden", "true");
    Object.assign(input, { type: "search", placeholder: host.dataset.label, autocomplete: "off", spellcheck: false, className: "field" });
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-label": host.dataset.label || "",
      "aria-expanded": "false",
      "aria-controls": "found-places",
      "aria-autocomplete": "list",
    }))
      input.setAttribute(name, value);
    list.id = "found-places";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", host.dataset.label || "");
    list.hidden = true;
    host.replaceChildren(input, key, list);

    const folded = (/** @type {string} */ text) =>
      text
        .normalize("NFKD")
        .replace(/[\u0300-\u036f\u064b-\u0652'’‘`ʿʾ-]/g, "")
        .replace(/[أإآ]/g, "ا")
        .replace(/ة/g, "ه")
        .toLowerCase();
    /** All names of the document; another known time may list other places. @type {{known_at?: number, names: string[][], unlocated: {name: string, key: string[]}[]}} */
    let listed = { names: [], unlocated: [] };
    function index() {
      if (listed.known_at !== doc.known_at) {
        const keys = (/** @type {any[]} */ texts) => texts.map((name) => folded(String(name)));
        listed = {
          known_at: doc.known_at,
          names: doc.places.map((/** @type {any} */ place) => keys([...Object.values(place.name), ...place.variants])),
          unlocated: doc.unlocated.map((/** @type {any} */ place) => ({ name: sayer.of(place.name), key: keys(Object.values(place.name)) })),
        };
      }
      return listed;
    }
    /** @type {number[]} */
    let found = [];
    let active = -1;

    /** @param {string} text */
    function look(text) {
      const wanted = folded(text.trim());
      if (!wanted) return [];
      const scored = index().names.flatMap((/** @type {string[]} */ all, /** @type {number} */ index) => {
        const best = Math.min(...all.map((name) => (name === wanted ? 0 : name.startsWith(wanted) ? 1 : name.includes(` ${wanted}`) ? 2 : name.includes(wanted) ? 3 : 9)));
        return best < 9 ? [[best, doc.places[index].rank, index]] : [];
      });
      return scored.sort((/** @type {number[]} */ a, /** @type {number[]} */ b) => a[0] - b[0] || a[1] - b[1]).map((/** @type {number[]} */ row) => row[2]);
    }

    /** @param {string} text @param {string} [note] */
    function item(text, note = "") {
      const made = document.createElement("li");
      const name = document.createElement("bdi");
      name.textContent = text;
      made.append(name);
      if (note) {
        const small = document.createElement("small");
        small.textContent = ` ${note}`;
        made.append(small);
      }
      return made;
    }

    function draw() {
      const wanted = folded(input.value.trim());
      found = look(input.value).slice(0, 8);
      active = found.length ? 0 : -1;
      const rows = found.map((index, row) => {
        const made = item(sayer.of(doc.places[index].name));
        made.id = `found-${row}`;
        made.setAttribute("role", "option");
        made.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          choose(row);
        });
        return made;
      });
      const lost = wanted ? index().unlocated.filter((place) => place.key.some((name) => name.includes(wanted))).slice(0, 2) : [];
      for (const place of lost) {
        const made = item(place.name, sayer.say("search.elsewhere"));
        made.setAttribute("role", "option");
        made.setAttribute("aria-disabled", "true");
        rows.push(made);
      }
      if (wanted && !rows.length) {
        const made = item(host ? host.dataset.none || "" : "");
        made.setAttribute("role", "option");
        made.setAttribute("aria-disabled", "true");
        rows.push(made);
      }
      list.replaceChildren(...rows);
      list.hidden = !rows.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      mark();
    }

    function mark() {
      [...list.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === active)));
      if (active >= 0) input.setAttribute("aria-activedescendant", `found-${active}`);
      else input.removeAttribute("aria-activedescendant");
    }

    function close() {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    /** @param {number} row */
    function choose(row) {
      if (found[row] === undefined) return;
      input.value = sayer.of(doc.places[found[row]].name);
      close();
      go(found[row]);
    }

    input.addEventListener("input", draw);
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) return draw();
        const step = event.key === "ArrowDown" ? 1 : -1;
        active = found.length ? (active + step + found.length) % found.length : -1;
        mark();
      } else if (event.key === "Enter") choose(Math.max(active, 0));
      else if (event.key === "Escape") {
        close();
        input.blur();
      }
    });
    return { focus: () => input.focus() };
  }

  frontlineParts.analyst.createSearch = createSearch;
})();
