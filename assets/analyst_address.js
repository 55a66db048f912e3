// The address of the analyst's page carries all that the reader sees, and gives it back.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));
frontlineParts.analyst = frontlineParts.analyst || /** @type {any} */ ({});

(function () {
  const URL_EVERY_MS = 400;
  const SCHEMA = "1";
  const LAYERS = ["labels", "places", "rings", "rivers", "boundaries"];

  /** Everything that the reader can set and an address can carry. @param {any} settings */
  function createChoice(settings) {
    const asked = new URLSearchParams(location.search);
    const layers = asked.get("layers");
    const shown = layers === null ? LAYERS : layers.split(",").filter((name) => LAYERS.includes(name));
    return {
      map: asked.get("map") || "",
      lang: settings.lang,
      langAsked: asked.has("lang"),
      theme: document.documentElement.dataset.theme || "light",
      palette: document.documentElement.dataset.palette || "conventional",
      known: settings.known,
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
    for (const name of /** @type {const} */ (["known", "view", "city", "rings"])) if (choice[name]) query.set(name, choice[name]);
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
      /** A new entry of the browser's history, so that its back button leads here again. */
      push() {
        clearTimeout(timer);
        timer = undefined;
        history.pushState(null, "", `${location.pathname}?${query()}`);
      },
      soon() {
        if (timer === undefined) timer = setTimeout(write, URL_EVERY_MS);
      },
      now() {
        clearTimeout(timer);
        write();
      },
    };
  }

  frontlineParts.analyst.createChoice = createChoice;
  frontlineParts.analyst.queryOf = queryOf;
  frontlineParts.analyst.createAddress = createAddress;
  frontlineParts.analyst.LAYERS = LAYERS;
})();
