// The analyst's page is put together in the browser: document, surface, playback, and what the reader chooses.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));

(function () {
  const [NARROW_PX, NEARER] = [520, 0.7]; // as in figures/home_view.py
  const UNSEEN_RATIO = 0.2;
  /** @type {Changed} */
  const NOTHING = { count: 0, index: new Uint32Array(0), value: new Uint16Array(0) };
  const ROOMY = "(min-width: 1280px) and (min-height: 760px)"; // where the key does not hide the map
  const html = document.documentElement;
  const { bindKnown, covered, printKnown, sourcesLoaded, STATED } = frontlineParts.analyst;
  const { LAYERS, bindFolds, createAddress, createChoice, createNames, createPopup, createPrinter, createSayer, createSearch } =
    frontlineParts.analyst;
  const { claimAddress, part, queryOf, rowAt, write } = frontlineParts.analyst;

  /** @param {string} url @returns {Promise<any>} */
  async function fetchJson(url) {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return answer.json();
  }

  const settingsElement = document.getElementById("frontline-page");
  if (!settingsElement) return; // not the analyst's page
  const settings = JSON.parse(settingsElement.textContent || "{}");
  const { base } = settings;
  const loading = {
    document: fetchJson(settings.document),
    page: fetchJson(settings.page),
    style: fetchJson(styleAddress(settings)),
  };
  for (const promise of Object.values(loading)) promise.catch(() => {});
  // The map's own workers ask for these late; from here on the browser has them.
  for (const source of settings.sources || []) fetch(source, /** @type {any} */ ({ priority: "low" })).catch(() => {});

  /** What the server is to know of the reader's choices. @param {any} of @param {Record<string, string>} [more] */
  function asked(of, more = {}) {
    const query = new URLSearchParams({ lang: of.lang, ...more });
    for (const name of ["known", "city", "rings"]) if (of[name]) query.set(name, of[name]);
    return query;
  }

  /** @param {{lang: string, theme: string, palette: string, known?: string, city?: string, rings?: string}} of @param {string} [version] */
  function styleAddress(of, version = settings.version) {
    const query = asked(of, { theme: of.theme, palette: of.palette, ...(version && { v: version }) });
    return `${base}style.json?${query}`;
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
  function client() {
    return {
      search: location.search,
      webgl: frontlineParts.drawsWebgl(),
      width: chartWidth(),
      map: mapSize(),
      theme: html.dataset.theme,
      palette: html.dataset.palette,
    };
  }

  /** What waits until the map is drawn, by the id of its place. @type {Map<string, any>} */
  const waiting = new Map();

  /** What the server built, once plotly.js is there; the charts come after the map. @param {any} children */
  async function page(children) {
    await plotlyLoaded();
    return mapFirst(children);
  }

  /** The same components, with an empty place for every figure but the map's. @param {any} node @returns {any} */
  function mapFirst(node) {
    if (Array.isArray(node)) return node.map(mapFirst);
    if (!node || typeof node !== "object" || !node.props) return node;
    if (node.type !== "Graph" || node.props.id === "map-figure") return { ...node, props: { ...node.props, children: mapFirst(node.props.children) } };
    const id = `place-of-${node.props.id}`;
    waiting.set(id, node);
    return { type: "Div", namespace: "dash_html_components", props: { id, style: { display: "contents" } } };
  }

  /** Draws what waited. @param {HTMLElement} root */
  async function drawWaiting(root) {
    for (const [id, component] of waiting) dash.dash_clientside.set_props(id, { children: component });
    const until = performance.now() + 2000;
    const missing = () => [...waiting.keys()].some((id) => !root.querySelector(`#${id} .main-svg`));
    while (missing() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
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
  dash.dash_clientside = Object.assign({}, dash.dash_clientside, { frontline: { client, page } });

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
    map.setPixelRatio(UNSEEN_RATIO); // until everything is there, the first picture stands over the map
    map.resize();
    const surface = frontlineParts.createMapSurface(map, await loading.style, {
      doc: model.doc,
      onPaint(delta) {
        model.marks.paint({ ...delta, faces: NOTHING, fronts: NOTHING, places: NOTHING, fresh: [] });
        paintNames(model, delta.t, delta.full ? delta.fronts.value.slice() : undefined);
      },
    });
    surface.hide(LAYERS.filter((name) => !choice.layers.has(name)));
    return surface;
  }

  /** Names, and the line to the nearest place: what the server worded, whenever it becomes another. @param {any} model @param {number} t @param {number[]} [fronts] the style of every edge */
  function paintNames(model, t, fronts = model.fronts()) {
    const { doc, page, surface } = model;
    if (!surface || !surface.setData || !model.map) return;
    const names = rowAt(page.names, t);
    if (names !== model.namesShown) {
      model.namesShown = names;
      surface.setData("actor_names", collection((names ? names[1] : []).map(([actor, lon, lat]) => point([lon, lat], { ...doc.actors[actor].short, role: doc.actors[actor].role }))));
    }
    const distance = rowAt(page.distances, t);
    if (distance !== model.distanceShown) {
      model.distanceShown = distance;
      surface.setData("distance", distance ? distance[1] : collection([]));
    }
    // Not within the step: names follow it, and of a fast run of steps only the last needs them.
    clearTimeout(model.naming);
    model.naming = setTimeout(() => {
      const named = model.map && model.names(t, fronts, model.map.getZoom());
      if (named) surface.setData("names", named);
    });
  }

  /** @param {number[]} coordinates @param {object} properties */
  const point = (coordinates, properties) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates } });
  /** @param {object[]} features */
  const collection = (features) => ({ type: "FeatureCollection", features });

  /** The light map in the large one's place. @param {HTMLElement} root @param {any} doc @param {string} [why] */
  async function lightSurface(root, doc, why) {
    const area = /** @type {HTMLElement} */ (root.querySelector(".map-area"));
    const host = /** @type {HTMLElement} */ (root.querySelector(".light-box"));
    const answer = await fetch(`${base}light.svg?${asked(settings)}`);
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
    const last = doc.known_label === "asked" ? Math.min(doc.known_at, doc.span[1] - 1) : undefined;
    return frontlineParts.overlaid({}, doc, { reference: page.reference, at: settings.at, lang: settings.lang, words, last });
  }

  async function start() {
    const root = await built(".page > .body");
    const page = /** @type {HTMLElement} */ (root.closest(".page"));
    const [written, told] = await Promise.all([loading.document, loading.page]);
    await run(page, frontlineParts.readDocument(written), told);
  }

  /** Drawings and lists that stand on the page already, as the server wrote them, move to their places. @param {HTMLElement} root */
  function takeFragments(root) {
    const first = document.getElementById("first-paint");
    for (const place of root.querySelectorAll('[data-fragment="timeline"], [data-fragment="lists"], [data-fragment="known"]')) {
      const name = /** @type {HTMLElement} */ (place).dataset.fragment;
      const drawn = first && first.querySelector(`[data-fragment="${name}"]`);
      if (drawn) place.replaceChildren(...[...drawn.childNodes].map((node) => node.cloneNode(true)));
    }
  }

  /** @param {HTMLElement} root @param {any} doc @param {any} page */
  async function run(root, doc, page) {
    const choice = createChoice(settings);
    doc.reference = page.reference;
    const model = /** @type {any} */ ({ doc, page, sayer: createSayer(doc, page, settings.lang), map: null, surface: null, states: () => [], fronts: () => [] });
    model.claimAddress = (/** @type {string} */ id) => claimAddress(settings.base, id, settings.lang);
    model.names = createNames(doc, page.placeNames, settings.lang);
    const words = frontlineParts.wordsFrom(page.texts, page.place);
    const timed = timeDocument(doc, page, words);
    takeFragments(root);
    const large = /** @type {HTMLElement} */ (root.querySelector(".map-area")).dataset.surface === "map";
    const key = root.querySelector('details[data-menu="key"]');
    if (key && (!large || !matchMedia(ROOMY).matches)) key.removeAttribute("open");
    model.marks = frontlineParts.createSvgSurface(root, timed);
    model.surface = large ? await largeSurface(root, model, choice) : await lightSurface(root, timed);
    const playback = frontlineParts.createPlayback(timed, model.surface);
    model.playback = playback;
    model.states = () => playback.state().places;
    model.grounds = () => playback.state().faces;
    model.fronts = () => playback.state().fronts;
    frontlineParts.installPublicObject(playback);
    bind(root, model, choice, playback);
    await playback.ready;
    await drawWaiting(root);
    if (model.map) await showSharp(model.map);
    html.classList.add("js");
    document.getElementById("first-paint")?.remove();
    part(root, "loading")?.remove();
  }

  /** @param {HTMLElement} root @param {any} model @param {any} choice @param {PlaybackShape} playback */
  function bind(root, model, choice, playback) {
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
      doc: model.doc,
      lang: settings.lang,
      texts: model.page.texts,
      limit: 200,
      claimAddress: model.claimAddress,
      onPick: (row) => row.place >= 0 && goTo(row.place),
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
    const known = bindKnown(root, { know: does.know, now: playback.time, asked: () => choice.known });
    const keys = bindKeys(root, playback, { search, folds, known, popup, home: does.home, zoom: does.zoom });
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
  }

  /** @param {HTMLElement} root @param {any} choice @param {PlaybackShape} playback */
  async function fillShare(root, choice, playback) {
    const link = `${location.origin}${location.pathname}?${queryOf(choice, playback.time())}`;
    const fields = { link: part(root, "share-link"), snippet: part(root, "share-snippet") };
    if (fields.link) /** @type {HTMLTextAreaElement} */ (fields.link).value = link;
    const query = asked(choice, { t: playback.time(), theme: choice.theme, palette: choice.palette });
    const told = await fetchJson(`${base}snippet.json?${query}`);
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

  /** Once everything is loaded, the map is drawn as finely as the screen likes; on a phone no finer than twofold. @param {any} map */
  async function showSharp(map) {
    await allDrawn(map);
    const drawn = new Promise((resolve) => map.once("render", resolve));
    map.setPixelRatio(map.getContainer().clientWidth < NARROW_PX ? Math.min(2, devicePixelRatio) : devicePixelRatio);
    await drawn;
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
      const told = await fetchJson(`${base}page.json?${asked(choice)}`);
      takePage(told);
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
      printPage(told);
      void playback.repaint();
      const from = model.doc.places[told.reference.place];
      write(part(root, "distance-title"), from ? model.sayer.say("charts.distance", { city: model.sayer.of(from.name) }) : model.sayer.say("charts.front"));
      printer.print(playback.seconds());
      popup.hide();
    }

    /** @param {any} told */
    function takePage(told) {
      Object.assign(model.page, told);
      Object.assign(settings, { known: choice.known, city: choice.city, rings: choice.rings, version: told.version });
      model.doc.reference = playback.doc.reference = told.reference;
      model.namesShown = model.distanceShown = undefined;
      model.names = createNames(model.doc, told.placeNames, settings.lang);
    }

    /** The parts of the page that the server writes as HTML. @param {any} told */
    function printPage(told) {
      for (const name of ["timeline", "lists"]) {
        const place = root.querySelector(`[data-fragment="${name}"]`);
        if (place) place.innerHTML = told[name];
      }
      const chart = /** @type {HTMLElement | null} */ (root.querySelector('[data-playhead="distance"]'));
      if (chart) [chart.dataset.from, chart.dataset.to] = told.distanceSpan.map(String);
      printKnown(root, told.known);
      // Without the large map the light one plays these marks too.
      if (model.map) model.marks = frontlineParts.createSvgSurface(root, playback.doc);
    }

    let wanted = 0;

    /**
     * The map as it was known at another time: another document of the same map, in place.
     * @param {string} known empty for all that is known @param {{t?: string, back?: boolean}} [how] whether the browser's history asks for it
     */
    async function know(known, { t, back = false } = {}) {
      const mine = ++wanted;
      const next = { ...choice, known };
      const area = /** @type {HTMLElement} */ (root.querySelector(".map-area"));
      area.setAttribute("aria-busy", "true");
      playback.pause();
      if (!back) address.now();
      try {
        const [written, told, style] = await Promise.all(
          [`${base}document.json?${asked(next)}`, `${base}page.json?${asked(next)}`, styleAddress(next, "")].map(fetchJson),
        );
        if (mine !== wanted) return;
        const uncover = model.map ? await covered(model.map) : () => {};
        if (mine !== wanted) return uncover();
        choice.known = told.known.text;
        popup.hide();
        frontlineParts.overlaid(model.doc, frontlineParts.readDocument(written));
        takePage(told);
        frontlineParts.overlaid(playback.doc, timeDocument(model.doc, told, /** @type {any} */ (playback.doc.words)));
        const rules = document.getElementById("drawing-rules");
        if (rules) rules.textContent = told.rules;
        const holders = root.querySelector(".holders");
        if (holders) holders.outerHTML = told.holders;
        printPage(told);
        await showDocument(style);
        if (t) await playback.seek(t).catch(() => {});
        printer.print(playback.seconds());
        redrawCharts();
        if (back) address.now();
        else address.push();
        uncover();
        if (mine === wanted) area.removeAttribute("aria-busy");
      } catch (fault) {
        area.removeAttribute("aria-busy");
        write(part(root, "known-said"), model.sayer.say("known.failed"));
        throw fault;
      }
    }

    /** @param {any} style */
    async function showDocument(style) {
      if (!model.map) {
        model.surface = await lightSurface(root, playback.doc);
        await playback.reread(model.surface);
        return;
      }
      model.surface.exchange(style, STATED);
      await sourcesLoaded(model.map);
      await playback.reread();
      paintNames(model, playback.seconds());
      await new Promise((resolve) => setTimeout(resolve)); // names follow
      await allDrawn(model.map);
    }

    return {
      look,
      refer,
      know,
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
      press(root, name, value, pressed);
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
    for (const name of ["theme", "palette"]) press(root, name, choice[name], false);
    for (const select of root.querySelectorAll("select[data-choice]")) {
      const marked = select.querySelector("option[selected]");
      if (marked) /** @type {HTMLSelectElement} */ (select).value = /** @type {HTMLOptionElement} */ (marked).value;
    }
    const city = /** @type {HTMLSelectElement | null} */ (root.querySelector('select[data-choice="city"]'));
    if (city && choice.city && [...city.options].some((option) => option.value === choice.city)) city.value = choice.city;
    bindRings(root, choice, does);
    addEventListener("resize", () => does.resized());
  }

  /** @param {HTMLElement} root @param {string} name @param {string} value @param {boolean} pressed */
  function press(root, name, value, pressed) {
    for (const other of root.querySelectorAll(`button[data-choice="${name}"]`)) {
      const own = /** @type {HTMLElement} */ (other).dataset.value === value;
      if (name === "layers") {
        if (own) other.setAttribute("aria-pressed", String(!pressed));
      } else other.setAttribute("aria-pressed", String(own));
    }
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

  /** @param {HTMLElement} root @param {PlaybackShape} playback @param {any} does */
  function bindKeys(root, playback, { search, folds, known, popup, home, zoom }) {
    const layers = () => {
      const menu = root.querySelector('details[data-menu="display"]');
      menu?.setAttribute("open", "");
      /** @type {HTMLElement | null} */ (menu?.querySelector("summary"))?.focus();
    };
    const shortcuts = frontlineParts.bindShortcuts(playback, {
      keys: {
        "/": search.focus,
        "?": () => folds.open("keys"),
        k: known.open,
        l: layers,
        "+": () => zoom(1),
        "=": () => zoom(1),
        "-": () => zoom(-1),
        0: home,
      },
    });
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
      pick: (found) => (found ? popup.show(found.place, { ...found, pinned: true }) : popup.hide()),
    });
    frontlineParts.watchContext(map, () => void fallBack());
    bindScale(map, root, (km) => sayer.say("map.scale", { km }));
    map.on("move", popup.move);
    map.on("zoomend", () => paintNames(model, model.playback.seconds()));
    map.on("moveend", (/** @type {any} */ event) => {
      if (!event.originalEvent) return;
      const { lat, lng } = map.getCenter();
      choice.view = `${lat.toFixed(4)},${lng.toFixed(4)},${map.getZoom().toFixed(2)}`;
      address.soon();
    });

    async function fallBack() {
      model.map = null;
      const { playback } = model;
      model.surface = await lightSurface(root, playback.doc, sayer.say("map.lost"));
      await playback.setSurface(model.surface);
    }
  }

  start().catch((fault) => {
    html.classList.add("failed");
    throw fault;
  });
})();
