// The light map is enlarged and moved: by wheel, fingers, keys and buttons, without a page scroll being swallowed.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));

(function () {
  const MOST = 16;
  const STEP = 1.5;
  const MOVE_PX = 60;
  const DRAG_PX = 4;
  const HINT_MS = 1800;
  const SETTLED_MS = 120;
  const SCALE_KM = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500]; // as in figures/svg_map.py
  const SCALE_SHARE = 0.25;

  /** The key's samples keep the size of their stripes: they get patterns of their own. @param {Element} pattern */
  function leaveKey(pattern) {
    const own = /** @type {Element} */ (pattern.cloneNode(true));
    own.id = `${pattern.id}-key`;
    let used = false;
    for (const sample of document.querySelectorAll(".sw")) {
      if (!getComputedStyle(sample).fill.includes(`#${pattern.id}"`)) continue;
      /** @type {SVGElement} */ (sample).style.fill = `url("#${own.id}")`;
      used = true;
    }
    if (used) pattern.after(own);
  }

  /** Everything in the SVG that keeps its size, and how it is put right. @param {SVGSVGElement} svg @param {string} km */
  function createKeepers(svg, km) {
    const numbers = (/** @type {string | null} */ text) => (text || "").match(/-?[\d.]+(?:e-?\d+)?/g)?.map(Number) || [];
    const frames = [...svg.querySelectorAll("[data-frontline=names]")].map((names) => {
      const [left = 0, top = 0, scale = 1] = numbers(/** @type {Element} */ (names.parentNode).getAttribute("transform"));
      return { names, left, top, scale };
    });
    const ground = /** @type {Element} */ (svg.querySelector(".g"));
    const dots = [...svg.querySelectorAll("[data-p]")].map((element) => ({ element, at: element.getAttribute("transform") || "" }));
    const words = [...svg.querySelectorAll("[data-at]")].map((element) => {
      const [x, y] = numbers(element.getAttribute("data-at"));
      return { element, x, y, cues: cuesOf(element), k: 1 };
    });
    const tiles = [...svg.querySelectorAll("pattern")].map((element) => ({ element, turn: element.getAttribute("patternTransform") || "" }));
    for (const { element } of tiles) leaveKey(element);
    const bars = [...svg.querySelectorAll("[data-frontline=scale]")].map((element) => {
      const [perKm, width, left, y] = numbers(element.getAttribute("data-scale"));
      return { line: /** @type {Element} */ (element.querySelector("path")), text: /** @type {Element} */ (element.querySelector("text")), perKm, width, left, y, rtl: left < width / 2 };
    });
    let sized = 1;

    /** @param {Element} element */
    function cuesOf(element) {
      const found = [];
      for (let e = element.closest("[data-cue]"); e; e = e.parentNode instanceof Element ? e.parentNode.closest("[data-cue]") : null) found.push(e);
      return found;
    }

    /** Words that are shown; others when their time comes. @param {number} k */
    function keepWords(k) {
      for (const word of words) {
        if (word.k === k || !word.cues.every((cue) => cue.classList.contains("on"))) continue;
        word.k = k;
        const rest = 1 - 1 / k;
        word.element.setAttribute("transform", `matrix(${1 / k} 0 0 ${1 / k} ${word.x * rest} ${word.y * rest})`);
      }
    }

    /** @param {number} k */
    function keepSizes(k) {
      if (k === sized) return;
      sized = k;
      for (const { element, at } of dots) element.setAttribute("transform", `${at}scale(${1 / k})`);
      for (const { element, turn } of tiles) element.setAttribute("patternTransform", `${turn}scale(${1 / k})`);
      for (const bar of bars) measure(bar, k);
    }

    /** @param {(typeof bars)[number]} bar @param {number} k */
    function measure({ line, text, perKm, width, left, y, rtl }, k) {
      const fits = SCALE_KM.filter((step) => step * perKm * k <= width * SCALE_SHARE);
      const long = (fits[fits.length - 1] || SCALE_KM[0]) * perKm * k;
      const from = rtl ? left : left - long;
      line.setAttribute("d", `M${from} ${y - 5}v5h${long}v-5`);
      text.setAttribute("x", String(from + long / 2));
      text.textContent = km.replace("{n}", String(fits[fits.length - 1] || SCALE_KM[0]));
    }

    return {
      keepWords,
      /** @param {number} k @param {number} tx @param {number} ty px of the SVG */
      move(k, tx, ty) {
        ground.setAttribute("transform", `matrix(${k} 0 0 ${k} ${tx} ${ty})`);
        for (const { names, left, top, scale } of frames) {
          names.setAttribute("transform", `matrix(${k} 0 0 ${k} ${((k - 1) * left + tx) / scale} ${((k - 1) * top + ty) / scale})`);
        }
        keepSizes(k);
        keepWords(k);
      },
    };
  }

  /** Where the map is: enlarged `k` times, moved by (x, y) px of the SVG, and never off its ground. @param {HTMLElement} box @param {SVGSVGElement} svg */
  function createView(box, svg) {
    const view = { k: 1, x: 0, y: 0 };

    /** @param {number} x @param {number} y px of the window; gives px of the SVG */
    function inSvg(x, y) {
      const at = new DOMPoint(x, y).matrixTransform(/** @type {DOMMatrix} */ (svg.getScreenCTM()).inverse());
      return [at.x, at.y];
    }

    function clamp() {
      const { left, top, right, bottom } = box.getBoundingClientRect();
      const [x0, y0] = inSvg(left, top);
      const [x1, y1] = inSvg(right, bottom);
      view.x = Math.max(x1 * (1 - view.k), Math.min(x0 * (1 - view.k), view.x));
      view.y = Math.max(y1 * (1 - view.k), Math.min(y0 * (1 - view.k), view.y));
    }

    return {
      view,
      /** @param {number} factor @param {{x: number, y: number}} [at] px of the window; the middle by default */
      zoom(factor, at) {
        const { left, top, right, bottom } = box.getBoundingClientRect();
        const [x, y] = at ? inSvg(at.x, at.y) : inSvg((left + right) / 2, (top + bottom) / 2);
        const k = Math.max(1, Math.min(MOST, view.k * factor));
        view.x = x - ((x - view.x) / view.k) * k;
        view.y = y - ((y - view.y) / view.k) * k;
        view.k = k;
        clamp();
      },
      /** @param {number} dx @param {number} dy px of the window */
      pan(dx, dy) {
        const [x, y] = inSvg(0, 0);
        const [toX, toY] = inSvg(dx, dy);
        view.x += toX - x;
        view.y += toY - y;
        clamp();
      },
    };
  }

  /** @type {FrontlineParts["bindZoom"]} */
  function bindZoom(box, { refine, follow, words, controls, playback }) {
    const svg = /** @type {SVGSVGElement} */ (box.querySelector("svg"));
    const hint = /** @type {HTMLElement | null} */ (box.querySelector("[data-frontline=zoom-hint]"));
    const said = controls && controls.querySelector("[data-frontline=zoom-said]");
    const keepers = createKeepers(svg, words.km);
    const { view, zoom, pan } = createView(box, svg);
    const leave = new AbortController();
    const listening = { signal: leave.signal };
    let asked = 0;
    let taken = false; // a reader who has clicked the map means it, and not the page, by the wheel
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let settling;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let hinting;

    function show() {
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(() => {
        keepers.move(view.k, view.x, view.y);
        if (follow) follow();
      });
      clearTimeout(settling);
      settling = setTimeout(settle, SETTLED_MS);
    }

    /** What need not follow every move of a finger. */
    function settle() {
      refine(view.k);
      box.classList.toggle("enlarged", view.k > 1);
      const text = words.enlarged.replace("{n}", String(Math.round(view.k * 10) / 10));
      if (said && said.textContent !== text) said.textContent = text;
      for (const button of controls ? controls.querySelectorAll("[data-zoom]") : []) {
        const over = button.getAttribute("data-zoom") === "in" ? view.k >= MOST : view.k <= 1;
        button.setAttribute("aria-disabled", String(over));
      }
    }

    /** @param {string} what @param {{x: number, y: number}} [at] */
    function act(what, at) {
      if (what === "in") zoom(STEP, at);
      else if (what === "out") zoom(1 / STEP, at);
      else zoom(1 / view.k);
      show();
    }

    function tellHow() {
      if (!hint) return;
      hint.hidden = false;
      clearTimeout(hinting);
      hinting = setTimeout(() => (hint.hidden = true), HINT_MS);
    }

    box.addEventListener(
      "wheel",
      (event) => {
        if (!(event.ctrlKey || event.metaKey || taken)) return tellHow();
        const lines = event.deltaMode === 1 ? 16 : 1;
        if (view.k <= 1 && event.deltaY > 0 && !event.ctrlKey) return; // nothing to do here: the page scrolls on
        event.preventDefault();
        zoom(2 ** ((-event.deltaY * lines) / (event.ctrlKey ? 100 : 300)), event);
        show();
      },
      { passive: false, ...listening },
    );

    box.addEventListener("keydown", (event) => {
      if (event.target !== box || event.ctrlKey || event.metaKey || event.altKey) return;
      /** @type {Record<string, () => void>} */
      const does = { "+": () => act("in"), "=": () => act("in"), "-": () => act("out"), "\u2212": () => act("out"), 0: () => act("home") };
      /** @type {Record<string, [number, number]>} */
      const moves = { ArrowLeft: [MOVE_PX, 0], ArrowRight: [-MOVE_PX, 0], ArrowUp: [0, MOVE_PX], ArrowDown: [0, -MOVE_PX] };
      const move = view.k > 1 && moves[event.key];
      if (event.key === "Escape") taken = false;
      if (!move && !does[event.key]) return;
      // Otherwise the same arrow would also move time.
      event.preventDefault();
      event.stopPropagation();
      if (!move) return does[event.key]();
      pan(...move);
      show();
    }, listening);

    bindDrag(box, { pan, show, listening, enlarged: () => view.k > 1 });
    bindPinch(box, { zoom, pan, show, listening, mayPan: () => taken && view.k > 1, moved: () => `${view.x} ${view.y}` });
    box.addEventListener("click", () => (taken = true), listening);
    document.addEventListener("pointerdown", (event) => (taken &&= box.contains(/** @type {Node} */ (event.target))), listening);
    controls?.addEventListener("click", (event) => {
      const button = /** @type {Element} */ (event.target).closest("[data-zoom]");
      if (button && button.getAttribute("aria-disabled") !== "true") act(button.getAttribute("data-zoom") || "");
    }, listening);
    addEventListener("resize", () => (zoom(1), show()), listening);
    const stop = playback.on("time", () => view.k > 1 && keepers.keepWords(view.k));
    box.tabIndex = 0;
    settle();
    return {
      remove() {
        leave.abort();
        stop();
      },
    };
  }

  /** The map is dragged with a mouse or a pen. @param {HTMLElement} box @param {any} does */
  function bindDrag(box, { pan, show, listening, enlarged }) {
    /** @type {{x: number, y: number, far: boolean} | null} */
    let from = null;
    box.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "touch" || event.button || !enlarged()) return;
      from = { x: event.clientX, y: event.clientY, far: false };
    }, listening);
    box.addEventListener("pointermove", (event) => {
      if (!from) return;
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      if (!from.far && Math.hypot(dx, dy) < DRAG_PX) return;
      if (!from.far) box.setPointerCapture(event.pointerId);
      from = { x: event.clientX, y: event.clientY, far: true };
      pan(dx, dy);
      show();
    }, listening);
    for (const name of ["pointerup", "pointercancel"]) box.addEventListener(name, () => (from = null), listening);
  }

  /** Two fingers enlarge and move the map; one scrolls the page, unless the map was tapped and can still move. @param {HTMLElement} box @param {any} does */
  function bindPinch(box, { zoom, pan, show, listening, mayPan, moved }) {
    /** @type {{x: number, y: number, apart: number, fingers: number} | null} */
    let from = null;
    /** @param {TouchEvent} event */
    function hold(event) {
      const [a, b] = [...event.touches];
      if (!a) return null;
      if (!b) return { x: a.clientX, y: a.clientY, apart: 0, fingers: 1 };
      return {
        x: (a.clientX + b.clientX) / 2,
        y: (a.clientY + b.clientY) / 2,
        apart: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY),
        fingers: event.touches.length,
      };
    }
    const hard = { passive: false, ...listening };
    box.addEventListener("touchstart", (event) => {
      from = hold(event);
      if (event.touches.length > 1) event.preventDefault();
    }, hard);
    box.addEventListener("touchmove", (event) => {
      const to = hold(event);
      if (!from || !to || from.fingers !== to.fingers) return void (from = to);
      if (to.fingers === 1 && !mayPan()) return;
      const before = moved();
      pan(to.x - from.x, to.y - from.y);
      if (to.fingers > 1 && from.apart > 0) zoom(to.apart / from.apart, to);
      from = to;
      if (to.fingers === 1 && moved() === before) return; // at its edge: the page scrolls on
      if (event.cancelable) event.preventDefault();
      show();
    }, hard);
    for (const name of ["touchend", "touchcancel"]) {
      box.addEventListener(name, (event) => (from = hold(/** @type {TouchEvent} */ (event))), listening);
    }
  }

  frontlineParts.bindZoom = bindZoom;
})();
