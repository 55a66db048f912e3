// The analyst's page is put together in the browser: document, surface, playback, and what the reader chooses.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));

(function () {
  const URL_EVERY_MS = 400;
  const [NARROW_PX, NEARER] = [520, 0.7]; // as in figures/home_view.py
  const SCHEMA = "1";
  const ROOMY = "(min-width: 1280px) and (min-height: 760px)"; // where the key does not hide the map
  const LAYERS = ["labels", "places", "rings", "rivers", "boundaries"];
  const html = document.documentElement;

  /** @param {string} url @returns {Promise<any>} */
  async function fetchJson(url) {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return answer.json();
  }

  const settingsElement = document.getElementById("frontline-page");
  if (!settingsElement) return; // not the analyst's page
  const settings = JSON.parse(settingsElement.textContent || "{}");
  const loading = {
    document: fetchJson(settings.document),
    page: fetchJson(settings.page),
    style: fetchJson(styleAddress(settings)),
  };
  for (const promise of Object.values(loading)) promise.catch(() => {});

  /** @param {{base?: string, lang: string, theme: string, palette: string, city?: string, rings?: string}} of */
  function styleAddress(of) {
    const query = new URLSearchParams({ lang: of.lang, theme: of.theme, palette: of.palette, v: settings.version });
    if (of.city) query.set("city", of.city);
    return `${settings.base}style.json?${query}`;
  }

  /** Resolves when plotly.js is there: a figure that came before it would load it a second time. */
  function plotlyLoaded() {
    const script = document.getElementById("plotly-script");
    if (!script || "Plotly" in globalThis) return Promise.resolve();
    return new Promise((resolve) => {
      for (const name of ["load", "error"]) script.addEventListener(name, resolve, { once: true });
    });
  }

  /** What the server needs to know of this browser before it builds the page. */
  async function client() {
    await plotlyLoaded();
    return {
      search: location.search,
      webgl: frontlineParts.drawsWebgl(),
      width: chartWidth(),
      map: mapSize(),
      theme: html.dataset.theme,
      palette: html.dataset.palette,
    };
  }

  /** Width and height of the map as it was drawn first. */
  function mapSize() {
    const area = document.querySelector(".map-area");
    return area ? [area.clientWidth, area.clientHeight] : null;
  }

  /** Px that a chart has: the panel's width less its gutters. */
  function chartWidth() {
    const panel = document.querySelector("#react-entry-point .side") || document.querySelector(".side");
    const wide = panel ? panel.clientWidth : innerWidth;
    return Math.floor(Math.max(0, wide - 32) / 10) * 10;
  }

  const dash = /** @type {any} */ (globalThis);
  dash.dash_clientside = Object.assign({}, dash.dash_clientside, { frontline: { client } });

  /** Resolves with the first element that fits, once Dash has built it. @param {string} selector @returns {Promise<HTMLElement>} */
  function built(selector) {
    return new Promise((resolve) => {
      const root = /** @type {Element} */ (document.getElementById("react-entry-point"));
      const look = () => root.querySelector(selector);
      const found = look();
      if (found) return void resolve(/** @type {HTMLElement} */ (found));
      const watcher = new MutationObserver(() => {
        const element = look();
        if (!element) return;
        watcher.disconnect();
        resolve(/** @type {HTMLElement} */ (element));
      });
      watcher.observe(root, { childList: true, subtree: true });
    });
  }

  /** Everything that the reader can set and an address can carry. */
  function createChoice() {
    const asked = new URLSearchParams(location.search);
    const layers = asked.get("layers");
    const shown = layers === null ? LAYERS : layers.split(",").filter((name) => LAYERS.includes(name));
    return {
      map: asked.get("map") || "",
      lang: settings.lang,
      langAsked: asked.has("lang"),
      theme: html.dataset.theme || "light",
      palette: html.dataset.palette || "conventional",
      city: settings.city,
      rings: settings.rings,
      view: asked.get("view") || "",
      layers: new Set(shown),
    };
  }

  /** @param {ReturnType<typeof createChoice>} choice @param {string} time */
  function queryOf(choice, time) {
    const query = new URLSearchParams({ v: SCHEMA });
    if (choice.map) query.set("map", choice.map);
    query.set("t", time);
    for (const name of /** @type {const} */ (["view", "city", "rings"])) if (choice[name]) query.set(name, choice[name]);
    if (choice.layers.size < LAYERS.length) query.set("layers", LAYERS.filter((name) => choice.layers.has(name)).join(","));
    if (choice.lang !== "en" || choice.langAsked) query.set("lang", choice.lang);
    if (choice.theme !== "light") query.set("theme", choice.theme);
    if (choice.palette !== "conventional") query.set("palette", choice.palette);
    // Colons, commas and plus signs may stand in a query as they are; an offset's plus is a space there, so it stays escaped.
    return query.toString().replaceAll("%3A", ":").replaceAll("%2C", ",");
  }

  /** Writes the address while time runs, as often as browsers like it. @param {() => string} query */
  function createAddress(query) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const write = () => {
      timer = undefined;
      history.replaceState(history.state, "", `${location.pathname}?${query()}`);
    };
    return {
      soon() {
        if (timer === undefined) timer = setTimeout(write, URL_EVERY_MS);
      },
      now() {
        clearTimeout(timer);
        write();
      },
    };
  }

  /** @param {any} doc @param {any} page */
  function createSayer(doc, page) {
    /** @param {string} key @param {Record<string, string | number>} [parts] @returns {string} */
    function say(key, parts = {}) {
      const pattern = String(page.texts[key] ?? key);
      return pattern.replace(/\{(\w+)\}/g, (all, name) => (Object.hasOwn(parts, name) ? String(parts[name]) : all));
    }
    /** @param {Record<string, string>} names @returns {string} */
    const of = (names) => clean(names[settings.lang] || names.en || Object.values(names)[0] || "");
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

  /**
   * The printed parts that follow time: date, sentence, figures, readouts, playheads.
   * @param {HTMLElement} root @param {any} model @param {Clock} clock
   */
  function createPrinter(root, model, clock) {
    const dates = [...root.querySelectorAll('[data-frontline="date"]')];
    let sentence = "";

    /** @param {number} t */
    function printDate(t) {
      for (const date of dates) {
        write(date, clock.text(t, /** @type {HTMLElement} */ (date).dataset.form || "long"));
        date.setAttribute("datetime", clock.iso(t));
      }
    }

    /** @param {number} t */
    function printDeck(t) {
      const row = rowAt(model.page.deck, t);
      const key = JSON.stringify(row && row[1]);
      const deck = part(root, "deck");
      if (key === sentence || !deck || !row) return;
      sentence = key;
      deck.replaceChildren(
        ...row[1].map(([text, bold]) => {
          if (!bold) return text;
          const strong = document.createElement("b");
          strong.textContent = text;
          return strong;
        }),
      );
    }

    /** @param {string} name @param {string} number @param {string} unit @param {string} label */
    function printFigure(name, number, unit, label) {
      const box = part(root, name);
      if (!box) return;
      write(box.querySelector("b"), number);
      write(box.querySelector(".unit"), unit);
      write(part(root, `${name}-label`), label);
    }

    /** @param {number} t */
    function printFigures(t) {
      const { doc, page, sayer } = model;
      const { say } = sayer;
      const facts = frontlineParts.factsAt({ ...doc, reference: page.reference }, t);
      const city = sayer.of(doc.places[page.reference.place].name);
      const km = facts.distance && facts.distance.nearest_reported_km;
      const unit = say("units.km", { n: "" }).trim();
      if (km === null || km === undefined) printFigure("distance", say("figures.no_value"), "", say("figures.distance_none"));
      else if (km === 0) printFigure("distance", "0", unit, say("figures.distance_held", { city }));
      else printFigure("distance", figure(km), unit, say("figures.distance", { city }));
      const [low, high] = shareBounds(rowAt(doc.area.series, t));
      const range = Math.round(low) === Math.round(high) ? low.toFixed(0) : `${low.toFixed(0)}–${high.toFixed(0)}`;
      write((part(root, "share") || root).querySelector("b"), range);
      write((part(root, "changed") || root).querySelector("b"), String(facts.changedPlaces));
      printReadouts(facts, rowAt(doc.area.series, t));
    }

    /** @param {any} row */
    function shareBounds(row) {
      const { doc, page } = model;
      if (!row || !doc.area.total_km2) return [0, 0];
      const sum = (/** @type {number} */ k) => page.hostile.reduce((/** @type {number} */ total, /** @type {number} */ i) => total + ((row[1][i] || [0, 0])[k] || 0), 0);
      const held = sum(0);
      return [held, held + sum(1) + row[2]].map((km2) => (100 * km2) / doc.area.total_km2);
    }

    /** @param {any} facts @param {any} row */
    function printReadouts(facts, row) {
      const { doc, page, sayer } = model;
      const { say } = sayer;
      const km = (/** @type {number} */ value) => say("units.km", { n: figure(value) });
      const readout = part(root, "distance-readout");
      const near = facts.distance;
      const told = [];
      if (near && near.nearest_reported_km !== null) told.push(["nearest", say("charts.nearest", { km: km(near.nearest_reported_km) })]);
      if (near && near.centre_km !== null) told.push(["modelled", say("charts.modelled", { km: km(near.centre_km) })]);
      if (readout) readout.replaceChildren(...told.map(([name, text]) => labelled("span", name, text)));
      const list = part(root, "area-readout");
      if (list && row) list.replaceChildren(...shares(row).map(([name, text]) => labelled("li", name, text)));
    }

    /** The largest shares of the ground, from the top of the chart. @param {any} row @returns {[string, string][]} */
    function shares(row) {
      const { doc, sayer } = model;
      const percent = (/** @type {number} */ km2) => (100 * km2) / (doc.area.total_km2 || 1);
      const held = Object.entries(row[1]).map(([index, [km2]]) => ({ actor: doc.actors[Number(index)], km2 }));
      const claimed = Object.values(row[1]).reduce((total, [, km2]) => total + km2, row[2]);
      /** @type {[string, string, number][]} */
      const rows = held
        .sort((a, b) => Number(b.actor.role === "government") - Number(a.actor.role === "government") || a.km2 - b.km2)
        .map(({ actor, km2 }) => [`role-${actor.role}`, sayer.say("charts.held", { n: percent(km2).toFixed(0), actor: sayer.of(actor.short) }), km2]);
      rows.unshift(["unknown", sayer.say("charts.unknown", { n: percent(row[3]).toFixed(0) }), row[3]]);
      rows.push(["uncertain", sayer.say("charts.uncertain", { n: percent(claimed).toFixed(0) }), claimed]);
      return rows.filter(([, , km2]) => percent(km2) >= 0.5).map(([name, text]) => [name, text]);
    }

    /** @param {string} tag @param {string} name @param {string} text */
    function labelled(tag, name, text) {
      const made = document.createElement(tag);
      made.className = name;
      made.textContent = text;
      return made;
    }

    /** @param {number} t */
    function movePlayheads(t) {
      for (const head of root.querySelectorAll("[data-playhead]")) {
        const { from, to } = /** @type {HTMLElement} */ (head).dataset;
        const share = (t - Number(from)) / (Number(to) - Number(from));
        const line = /** @type {HTMLElement} */ (head);
        line.hidden = share < 0 || share > 1;
        line.style.insetInlineStart = `${(100 * share).toFixed(3)}%`;
      }
    }

    return {
      /** @param {number} t */
      print(t) {
        printDate(t);
        printDeck(t);
        printFigures(t);
        movePlayheads(t);
      },
      movePlayheads,
    };
  }

  /** The popup beside a place. @param {HTMLElement} root @param {any} model @param {Clock} clock @param {() => number} now */
  function createPopup(root, model, clock, now) {
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
      const told = doc.events.filter((/** @type {any} */ event) => event.place === place && event.t <= now());
      const lines = told.slice(-3).reverse().map(eventLine);
      if (!lines.length) lines.push(line("p", sayer.say("map.no_report"), "quiet"));
      if (told.length > 3) lines.push(line("p", sayer.say("map.more_claims", { n: told.length - 3 }), "quiet"));
      const head = exact ? [] : [line("p", sayer.say("map.nearest_place"), "quiet")];
      return [...head, title, line("p", sayer.state(states()[place])), ...lines];
    }

    /** @param {any} event */
    function eventLine(event) {
      const { doc, sayer } = model;
      const claims = event.claims.map((/** @type {number} */ index) => doc.claims[index]);
      const names = [...new Set(claims.map((/** @type {any} */ claim) => sayer.source(claim.claimant)))].join(sayer.say("language.list_separator"));
      const what = event.kind === "change" ? sayer.state(event.after) : sayer.say(`reason.${event.reason}`);
      const date = clock.text(event.t, event.day ? "short" : "short_time");
      return line("p", sayer.say("map.claim", { date, source: names, event: what }));
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
    const names = doc.places.map((/** @type {any} */ place) => [...Object.values(place.name), ...place.variants].map((name) => folded(String(name))));
    const unlocated = doc.unlocated.map((/** @type {any} */ place) => ({ name: sayer.of(place.name), key: Object.values(place.name).map((name) => folded(String(name))) }));
    /** @type {number[]} */
    let found = [];
    let active = -1;

    /** @param {string} text */
    function look(text) {
      const wanted = folded(text.trim());
      if (!wanted) return [];
      const scored = names.flatMap((/** @type {string[]} */ all, /** @type {number} */ index) => {
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
      const lost = wanted ? unlocated.filter((/** @type {any} */ place) => place.key.some((/** @type {string} */ name) => name.includes(wanted))).slice(0, 2) : [];
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

  /** Dialogs, menus, tabs and the sheet. @param {HTMLElement} root @param {{onShare: () => void, onEscape: () => void}} does */
  function bindFolds(root, { onShare, onEscape }) {
    const dialog = (/** @type {string} */ name) => /** @type {HTMLDialogElement | null} */ (root.querySelector(`[data-dialog="${name}"]`));
    /** @param {string} name */
    function open(name) {
      const found = dialog(name);
      if (!found || found.open) return;
      if (name === "share") onShare();
      found.showModal();
    }
    root.addEventListener("click", (event) => {
      const target = /** @type {HTMLElement} */ (event.target);
      const opener = /** @type {HTMLElement | null} */ (target.closest("[data-opens]"));
      if (opener) open(opener.dataset.opens || "");
      const closer = /** @type {HTMLElement | null} */ (target.closest("[data-closes]"));
      if (closer) dialog(closer.dataset.closes || "")?.close();
      if (target instanceof HTMLDialogElement) target.close(); // the backdrop
      const copier = /** @type {HTMLElement | null} */ (target.closest("[data-copy]"));
      if (copier) void copy(root, copier);
      const tab = /** @type {HTMLElement | null} */ (target.closest("[data-tab]"));
      if (tab) chooseTab(root, tab);
      if (target.closest("[data-grip]")) nextStop(root);
    });
    document.addEventListener("pointerdown", (event) => {
      for (const menu of root.querySelectorAll('details[data-menu="display"][open]')) {
        if (!menu.contains(/** @type {Node} */ (event.target))) menu.removeAttribute("open");
      }
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || root.querySelector("dialog[open]")) return;
      onEscape();
      for (const menu of root.querySelectorAll('details[data-menu="display"][open]')) {
        menu.removeAttribute("open");
        /** @type {HTMLElement | null} */ (menu.querySelector("summary"))?.focus();
      }
    });
    return { open };
  }

  /** @param {HTMLElement} root @param {HTMLElement} button */
  async function copy(root, button) {
    const field = /** @type {HTMLTextAreaElement | null} */ (part(root, button.dataset.copy || ""));
    if (!field) return;
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // without https a page may not use the clipboard in the modern way
    }
    const before = button.textContent;
    button.textContent = button.dataset.done || "";
    setTimeout(() => (button.textContent = before), 1500);
  }

  /** @param {HTMLElement} root @param {HTMLElement} tab */
  function chooseTab(root, tab) {
    const tabs = /** @type {HTMLElement} */ (tab.closest('[role="tablist"]'));
    for (const other of tabs.querySelectorAll("[data-tab]")) other.setAttribute("aria-selected", String(other === tab));
    const which = tabs.classList.contains("side-tabs") ? "tab" : "chart";
    /** @type {HTMLElement} */ (root.querySelector(".side")).dataset[which] = tab.dataset.tab;
    dispatchEvent(new Event("resize")); // a chart that was hidden has to learn its width
  }

  /** @param {HTMLElement} root */
  function nextStop(root) {
    const side = /** @type {HTMLElement} */ (root.querySelector(".side"));
    const stops = ["low", "half", "high"];
    side.dataset.stop = stops[(stops.indexOf(side.dataset.stop || "low") + 1) % stops.length];
  }

  /** @param {any} map @param {HTMLElement} root @param {(km: number) => string} text */
  function bindScale(map, root, text) {
    const box = root.querySelector(".scale");
    const bar = /** @type {HTMLElement | null} */ (root.querySelector(".scale-bar"));
    const label = root.querySelector(".scale-text");
    if (!box || !bar) return;
    const draw = () => {
      const { lat } = map.getCenter();
      const kmPerPx = (40075.017 * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** map.getZoom());
      const steps = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500];
      const km = steps.find((step) => step / kmPerPx >= 60) || 500;
      bar.style.inlineSize = `${(km / kmPerPx).toFixed(0)}px`;
      write(label, text(km));
    };
    map.on("move", draw);
    draw();
  }

  /** @param {any} map @param {number[]} home @param {boolean} animated */
  function goHome(map, [west, south, east, north], animated) {
    const bounds = [
      [west, south],
      [east, north],
    ];
    const { center, zoom } = map.cameraForBounds(bounds);
    const nearer = map.getContainer().clientWidth < NARROW_PX ? NEARER : 0;
    map.easeTo({ center, zoom: zoom + nearer, duration: animated ? 350 : 0 });
  }

  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  /** The large map, in place and at its first view. @param {HTMLElement} root @param {any} model @param {any} choice */
  async function largeSurface(root, model, choice) {
    const map = await frontlineParts.mapOf(() => root.querySelector(".map-figure .js-plotly-plot"));
    model.map = map;
    const canvas = map.getCanvas();
    canvas.setAttribute("aria-label", model.sayer.say("map.region"));
    map.touchZoomRotate.disableRotation();
    map.dragRotate.disable();
    if (matchMedia("(pointer: coarse), (max-width: 767px)").matches) {
      map._locale["CooperativeGesturesHandler.MobileHelpText"] = model.sayer.say("map.two_fingers");
      map._locale["CooperativeGesturesHandler.WindowsHelpText"] = model.sayer.say("map.two_fingers");
      map.cooperativeGestures.enable();
    }
    if (innerWidth < 520 && devicePixelRatio > 2) map.setPixelRatio(2);
    map.resize();
    const surface = frontlineParts.createMapSurface(map, await loading.style, {
      onPaint(delta) {
        model.marks.paint({ ...delta, faces: [], fronts: [], places: [], fresh: [] });
        paintNames(model, delta.t);
      },
    });
    surface.hide(LAYERS.filter((name) => !choice.layers.has(name)));
    // What the server wrote into the figure is in the palette of the address; the reader may have chosen another before.
    return surface;
  }

  /** Parties' names and the line to the nearest place. @param {any} model @param {number} t */
  function paintNames(model, t) {
    const { doc, page, surface, sayer } = model;
    if (!surface || !surface.setData) return;
    const names = rowAt(page.names, t);
    if (names !== model.namesShown) {
      model.namesShown = names;
      surface.setData("actor_names", collection((names ? names[1] : []).map(([actor, lon, lat]) => point([lon, lat], { ...doc.actors[actor].short, role: doc.actors[actor].role }))));
    }
    const row = rowAt(page.reference.series, t);
    if (row === model.distanceShown) return;
    model.distanceShown = row;
    const near = row && row[4] && row[5] >= 0 ? doc.places[row[5]] : null;
    const city = doc.places[page.reference.place];
    const ends = near && [
      [city.lon, city.lat],
      [near.lon, near.lat],
    ];
    const far = near && !inside(near, page.home);
    surface.setData(
      "distance",
      collection(
        ends && !far
          ? [
              { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: ends } },
              point([(ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2], { text: sayer.say("units.km", { n: figure(row[4]) }) }),
            ]
          : [],
      ),
    );
  }

  /** @param {{lon: number, lat: number}} place @param {number[]} box */
  const inside = (place, [west, south, east, north]) => place.lon >= west && place.lon <= east && place.lat >= south && place.lat <= north;

  /** @param {number[]} coordinates @param {object} properties */
  const point = (coordinates, properties) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates } });
  /** @param {object[]} features */
  const collection = (features) => ({ type: "FeatureCollection", features });

  /** The light map in the large one's place. @param {HTMLElement} root @param {any} doc @param {string} [why] */
  async function lightSurface(root, doc, why) {
    const area = /** @type {HTMLElement} */ (root.querySelector(".map-area"));
    const host = /** @type {HTMLElement} */ (root.querySelector(".light-box"));
    const query = new URLSearchParams({ lang: settings.lang });
    if (settings.city) query.set("city", settings.city);
    if (settings.rings) query.set("rings", settings.rings);
    const answer = await fetch(`${settings.base}light.svg?${query}`);
    const drawn = new DOMParser().parseFromString(await answer.text(), "image/svg+xml");
    host.replaceChildren(document.importNode(drawn.documentElement, true));
    area.dataset.surface = "light";
    const notice = part(root, "no-webgl");
    if (notice) {
      notice.hidden = false;
      if (why) notice.textContent = why;
    }
    return frontlineParts.createSvgSurface(root, doc);
  }

  /** @param {any} doc @param {any} page @param {Partial<Words>} words */
  function timeDocument(doc, page, words) {
    const part = { ...doc, reference: page.reference, at: settings.at, lang: settings.lang, words };
    if (doc.known_label === "asked") part.last = Math.min(doc.known_at, doc.span[1] - 1);
    return part;
  }

  async function start() {
    const root = await built(".page > .body");
    const page = /** @type {HTMLElement} */ (root.closest(".page"));
    const [doc, told] = await Promise.all([loading.document, loading.page]);
    await run(page, doc, told);
  }

  /** Drawings and lists that stand on the page already, as the server wrote them, move to their places. @param {HTMLElement} root */
  function takeFragments(root) {
    const first = document.getElementById("first-paint");
    for (const place of root.querySelectorAll('[data-fragment="timeline"], [data-fragment="lists"]')) {
      const name = /** @type {HTMLElement} */ (place).dataset.fragment;
      const drawn = first && first.querySelector(`[data-fragment="${name}"]`);
      if (drawn) place.replaceChildren(...[...drawn.childNodes].map((node) => node.cloneNode(true)));
    }
  }

  /** @param {HTMLElement} root @param {any} doc @param {any} page */
  async function run(root, doc, page) {
    const choice = createChoice();
    const model = /** @type {any} */ ({ doc, page, sayer: createSayer(doc, page), map: null, surface: null, states: () => [] });
    const words = frontlineParts.wordsFrom(page.texts, page.place);
    const timed = timeDocument(doc, page, words);
    takeFragments(root);
    const large = /** @type {HTMLElement} */ (root.querySelector(".map-area")).dataset.surface === "map";
    const key = root.querySelector('details[data-menu="key"]');
    if (key && (!large || !matchMedia(ROOMY).matches)) key.removeAttribute("open");
    model.marks = frontlineParts.createSvgSurface(root, timed);
    model.surface = large ? await largeSurface(root, model, choice) : await lightSurface(root, timed);
    const playback = frontlineParts.createPlayback(timed, model.surface);
    model.states = () => playback.state().places;
    frontlineParts.installPublicObject(playback);
    bind(root, model, choice, playback);
    await playback.ready;
    if (model.map) await allDrawn(model.map);
    html.classList.add("js");
    document.getElementById("first-paint")?.remove();
    part(root, "loading")?.remove();
  }

  /** @param {HTMLElement} root @param {any} model @param {any} choice @param {PlaybackShape} playback */
  function bind(root, model, choice, playback) {
    const { sayer } = model;
    const printer = createPrinter(root, model, playback.clock);
    const address = createAddress(() => queryOf(choice, playback.time()));
    const popup = createPopup(root, model, playback.clock, playback.seconds);
    const slider = /** @type {HTMLElement | null} */ (root.querySelector('[data-frontline="slider"]'));
    const live = root.querySelector('[data-frontline="live"]');
    const region = /** @type {HTMLElement} */ (root.querySelector("#changes"));
    frontlineParts.bindButtons(playback, root);
    if (slider) frontlineParts.createTimeline(playback, slider);
    if (live) frontlineParts.bindLiveRegion(playback, live);
    frontlineParts.createChanges(playback, region, {
      doc: { ...model.doc, reference: model.page.reference },
      lang: settings.lang,
      texts: model.page.texts,
      limit: 200,
      onPick: (row) => goTo(row.place),
    });

    /** @param {number} place */
    function goTo(place) {
      const { lon, lat } = model.doc.places[place];
      if (!model.map) return;
      const zoom = Math.max(model.map.getZoom(), 10);
      model.map.easeTo({ center: [lon, lat], zoom, duration: calm() ? 0 : 350, essential: false });
      popup.show(place, { pinned: true });
    }

    const search = createSearch(root, model, goTo);
    const folds = bindFolds(root, { onShare: () => void fillShare(root, choice, playback), onEscape: popup.hide });
    const does = createDoer(root, model, choice, playback, address, printer, popup);
    bindChoices(root, choice, does);
    const keys = bindKeys(root, model, playback, { search, folds, popup, home: does.home, zoom: does.zoom });
    does.onKeys = keys.setEnabled;
    bindMap(root, model, choice, { popup, address, does });

    playback.on("time", ({ t, cause }) => {
      printer.print(t);
      popup.again();
      if (cause !== "surface") address.soon();
    });
    playback.on("pause", () => address.now());
    playback.on("settings", () => html.classList.toggle("fast", playback.speed() === 4));
    printer.print(playback.seconds());
    if (model.surface.map) paintNames(model, playback.seconds());
    void sayer;
  }

  /** @param {HTMLElement} root @param {any} choice @param {PlaybackShape} playback */
  async function fillShare(root, choice, playback) {
    const link = `${location.origin}${location.pathname}?${queryOf(choice, playback.time())}`;
    const fields = { link: part(root, "share-link"), snippet: part(root, "share-snippet") };
    if (fields.link) /** @type {HTMLTextAreaElement} */ (fields.link).value = link;
    const query = new URLSearchParams({ t: playback.time(), lang: choice.lang, theme: choice.theme, palette: choice.palette });
    for (const name of /** @type {const} */ (["city", "rings"])) if (choice[name]) query.set(name, choice[name]);
    const told = await fetchJson(`${settings.base}snippet.json?${query}`);
    if (fields.snippet) /** @type {HTMLTextAreaElement} */ (fields.snippet).value = told.html;
  }

  /** Resolves when every tile and name is drawn; after four seconds in any case. @param {any} map */
  function allDrawn(map) {
    return new Promise((resolve) => {
      setTimeout(resolve, 4000);
      (function look() {
        if (map.loaded() && map.areTilesLoaded()) map.once("render", resolve).triggerRepaint();
        else setTimeout(look, 30);
      })();
    });
  }

  /** What the reader's choices do. */
  function createDoer(
    /** @type {HTMLElement} */ root,
    /** @type {any} */ model,
    /** @type {any} */ choice,
    /** @type {PlaybackShape} */ playback,
    /** @type {ReturnType<typeof createAddress>} */ address,
    /** @type {ReturnType<typeof createPrinter>} */ printer,
    /** @type {ReturnType<typeof createPopup>} */ popup,
  ) {
    let width = chartWidth();

    /** Tells the server what the charts are to show. */
    function redrawCharts() {
      const data = { search: `?${queryOf(choice, playback.time())}`, theme: choice.theme, palette: choice.palette, width };
      dash.dash_clientside.set_props("choice", { data });
    }

    async function restyle() {
      if (!model.surface.restyle) return;
      model.surface.restyle(await fetchJson(styleAddress(choice)));
    }

    /** @param {"theme" | "palette"} name @param {string} value */
    function look(name, value) {
      choice[name] = value;
      html.dataset[name] = value;
      try {
        localStorage.setItem(`frontline.${name}`, value);
      } catch {
        // not remembered, then
      }
      address.now();
      redrawCharts();
      void restyle();
    }

    /** Another city or other rings: everything that is measured from it. */
    async function refer() {
      const query = new URLSearchParams({ lang: choice.lang });
      if (choice.city) query.set("city", choice.city);
      if (choice.rings) query.set("rings", choice.rings);
      const told = await fetchJson(`${settings.base}page.json?${query}`);
      Object.assign(model.page, told);
      settings.city = choice.city;
      settings.rings = choice.rings;
      model.namesShown = model.distanceShown = undefined;
      address.now();
      redrawCharts();
      if (!model.map) {
        await playback.setSurface(await lightSurface(root, playback.doc));
      } else {
        await restyle();
        for (const name of ["city", "rings", "ring_labels"]) model.surface.setData(name, told.sources[name]);
        paintNames(model, playback.seconds());
        goHome(model.map, told.home, !calm());
      }
      const drawing = /** @type {HTMLElement | null} */ (root.querySelector('[data-fragment="timeline"]'));
      if (drawing) drawing.innerHTML = told.timeline;
      model.marks = frontlineParts.createSvgSurface(root, playback.doc);
      void playback.repaint();
      write(part(root, "distance-title"), model.sayer.say("charts.distance", { city: model.sayer.of(model.doc.places[told.reference.place].name) }));
      printer.print(playback.seconds());
      popup.hide();
    }

    return {
      look,
      refer,
      restyle,
      redrawCharts,
      /** @param {(on: boolean) => void} [_] */
      onKeys: (/** @type {boolean} */ _) => {},
      /** @param {string} lang */
      language(lang) {
        choice.lang = lang;
        choice.langAsked = true;
        location.assign(`${location.pathname}?${queryOf(choice, playback.time())}`);
      },
      /** @param {string} id */
      otherMap: (id) => location.assign(`${location.pathname}?${new URLSearchParams({ map: id, lang: choice.lang })}`),
      layers() {
        if (model.surface.hide) model.surface.hide(LAYERS.filter((name) => !choice.layers.has(name)));
        address.now();
      },
      home() {
        choice.view = "";
        if (model.map) goHome(model.map, model.page.home, !calm());
        address.soon();
      },
      /** @param {number} by */
      zoom(by) {
        if (model.map) model.map.easeTo({ zoom: model.map.getZoom() + by, duration: calm() ? 0 : 200 });
      },
      resized() {
        const now = chartWidth();
        if (Math.abs(now - width) < 8) return;
        width = now;
        redrawCharts();
      },
    };
  }

  /** @param {HTMLElement} root @param {any} choice @param {ReturnType<typeof createDoer>} does */
  function bindChoices(root, choice, does) {
    /** @type {Record<string, (value: string, pressed: boolean) => void>} */
    const chosen = {
      theme: (value) => does.look("theme", value),
      palette: (value) => does.look("palette", value),
      lang: does.language,
      map: does.otherMap,
      city(value) {
        choice.city = value;
        void does.refer();
      },
      layers(value, pressed) {
        if (pressed) choice.layers.delete(value);
        else choice.layers.add(value);
        does.layers();
      },
      keys: (value) => does.onKeys(value === "on"),
    };
    root.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("button[data-choice]"));
      if (!button) return;
      const { choice: name = "", value = "" } = button.dataset;
      const pressed = button.getAttribute("aria-pressed") === "true";
      chosen[name]?.(value, pressed);
      press(root, choice, name, value, pressed);
    });
    root.addEventListener("change", (event) => {
      const field = /** @type {HTMLSelectElement} */ (event.target);
      const name = field.dataset && field.dataset.choice;
      if (name && field.localName === "select") chosen[name]?.(field.value, false);
    });
    for (const layer of LAYERS) {
      const button = root.querySelector(`button[data-choice="layers"][data-value="${layer}"]`);
      if (button) button.setAttribute("aria-pressed", String(choice.layers.has(layer)));
    }
    for (const name of ["theme", "palette"]) press(root, choice, name, choice[name], false);
    for (const select of root.querySelectorAll("select[data-choice]")) {
      const marked = select.querySelector("option[selected]");
      if (marked) /** @type {HTMLSelectElement} */ (select).value = /** @type {HTMLOptionElement} */ (marked).value;
    }
    const city = /** @type {HTMLSelectElement | null} */ (root.querySelector('select[data-choice="city"]'));
    if (city && choice.city && [...city.options].some((option) => option.value === choice.city)) city.value = choice.city;
    bindRings(root, choice, does);
    addEventListener("resize", () => does.resized());
  }

  /** @param {HTMLElement} root @param {any} choice @param {string} name @param {string} value @param {boolean} pressed */
  function press(root, choice, name, value, pressed) {
    for (const other of root.querySelectorAll(`button[data-choice="${name}"]`)) {
      const own = /** @type {HTMLElement} */ (other).dataset.value === value;
      if (name === "layers") {
        if (own) other.setAttribute("aria-pressed", String(!pressed));
      } else other.setAttribute("aria-pressed", String(own));
    }
    void choice;
  }

  /** @param {HTMLElement} root @param {any} choice @param {ReturnType<typeof createDoer>} does */
  function bindRings(root, choice, does) {
    const host = /** @type {HTMLElement | null} */ (root.querySelector("[data-rings]"));
    if (!host) return;
    const input = document.createElement("input");
    Object.assign(input, { type: "text", inputMode: "decimal", className: "field", value: host.dataset.rings || "" });
    input.setAttribute("aria-label", host.dataset.label || "");
    input.title = host.dataset.hint || "";
    input.dir = "ltr";
    host.replaceChildren(input);
    input.addEventListener("change", () => {
      choice.rings = input.value.trim() || "none";
      void does.refer();
    });
  }

  /** @param {HTMLElement} root @param {any} model @param {PlaybackShape} playback @param {any} does */
  function bindKeys(root, model, playback, { search, folds, popup, home, zoom }) {
    const layers = () => {
      const menu = root.querySelector('details[data-menu="display"]');
      menu?.setAttribute("open", "");
      /** @type {HTMLElement | null} */ (menu?.querySelector("summary"))?.focus();
    };
    const shortcuts = frontlineParts.bindShortcuts(playback, {
      keys: {
        "/": search.focus,
        "?": () => folds.open("keys"),
        l: layers,
        "+": () => zoom(1),
        "=": () => zoom(1),
        "-": () => zoom(-1),
        0: home,
      },
    });
    void model;
    return shortcuts;
  }

  /** @param {HTMLElement} root @param {any} model @param {any} choice @param {any} does */
  function bindMap(root, model, choice, { popup, address, does }) {
    const { map, sayer } = model;
    if (!map) return;
    root.querySelector(".map-buttons")?.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-map]"));
      /** @type {Record<string, () => void>} */
      const actions = { zoom_in: () => does.zoom(1), zoom_out: () => does.zoom(-1), home: does.home };
      if (button) actions[button.dataset.map || ""]?.();
    });
    frontlineParts.watchPointer(map, {
      hover: (place) => popup.show(place),
      pick: (found) => (found ? popup.show(found.place, { exact: found.exact, pinned: true }) : popup.hide()),
    });
    frontlineParts.watchContext(map, () => void fallBack());
    bindScale(map, root, (km) => sayer.say("map.scale", { km }));
    map.on("move", popup.move);
    map.on("moveend", (/** @type {any} */ event) => {
      if (!event.originalEvent) return;
      const { lat, lng } = map.getCenter();
      choice.view = `${lat.toFixed(4)},${lng.toFixed(4)},${map.getZoom().toFixed(2)}`;
      address.soon();
    });

    async function fallBack() {
      model.map = null;
      const playback = /** @type {any} */ (model.playback);
      if (playback) await playback.setSurface(await lightSurface(root, playback.doc, sayer.say("map.lost")));
    }
  }

  start().catch((fault) => {
    html.classList.add("failed");
    throw fault;
  });
})();
