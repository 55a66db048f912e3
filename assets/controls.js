// The controls turn buttons and keys into play, steps and speeds, and say aloud where time is.
"use strict";

/**
 * @typedef {object} ShortcutOptions
 * @property {Document | HTMLElement} [target]
 * @property {() => boolean} [rtl]
 * @property {Record<string, () => void>} [keys] what other keys do: {"/": findPlace, "?": showKeys, "l": showLayers}
 * @property {boolean} [enabled]
 */

/** @typedef {{enabled: () => boolean, setEnabled: (on: boolean) => void, remove: () => void}} Shortcuts */

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));

(function () {
  const SPEEDS = [0.5, 1, 2, 4];
  const ANNOUNCE_EVERY_MS = 1000;
  const FIELDS = "input, textarea, select, [contenteditable]:not([contenteditable=false])";
  // What uses arrows, Home and End itself.
  const OWN_ARROWS =
    "canvas, audio, video, [role=slider], [role=listbox], [role=menu], [role=menubar], [role=tablist], [role=radiogroup], " +
    "[role=grid], [role=tree], [role=combobox], [role=application], [data-keys=own]";
  // What a space presses.
  const OWN_SPACE = "button, summary, a[href], audio, video, [role=button], [role=checkbox], [role=switch], [role=tab]";
  // The same keys on a keyboard with Arabic letters, where brackets and strokes sit on other keys.
  /** @type {Record<string, string>} */
  const ON_ARABIC_KEYS = { BracketLeft: "[", BracketRight: "]", Slash: "/" };

  /**
   * Makes the buttons within an element work. Marks: data-frontline="play" (with data-label-play and data-label-pause), "back",
   * "forward", "speed" (with data-value="2") and "step" (with data-value="change", "6h" or "day"). The buttons may be replaced later.
   * Returns what undoes it.
   * @type {FrontlineParts["bindButtons"]}
   */
  function bindButtons(playback, root) {
    /** @type {Map<string, HTMLElement[]>} found once: looking for them at each step costs more than the step where the map is large */
    const found = new Map();

    /** @param {string} mark @returns {HTMLElement[]} */
    function all(mark) {
      const known = found.get(mark);
      if (known && known.every((button) => button.isConnected)) return known;
      const there = /** @type {HTMLElement[]} */ ([...root.querySelectorAll(`[data-frontline="${mark}"]`)]);
      found.set(mark, there);
      return there;
    }

    /** Writing what stands there already costs as much as writing what is new. @param {Element} button @param {string} name @param {string | null} value */
    function put(button, name, value) {
      if (button.getAttribute(name) === value) return;
      if (value === null) button.removeAttribute(name);
      else button.setAttribute(name, value);
    }

    /** @param {string} mark @param {(button: HTMLElement) => boolean} pressed */
    function press(mark, pressed) {
      for (const button of all(mark)) put(button, "aria-pressed", String(pressed(button)));
    }

    /** @param {string} mark @param {boolean} atEnd */
    function disable(mark, atEnd) {
      for (const button of all(mark)) put(button, "aria-disabled", atEnd ? "true" : null);
    }

    function paint() {
      const playing = playback.playing();
      for (const button of all("play")) {
        button.classList.toggle("playing", playing);
        const label = playing ? button.dataset.labelPause : button.dataset.labelPlay;
        if (label) put(button, "aria-label", label);
      }
      paintEnds();
      press("speed", (button) => Number(button.dataset.value) === playback.speed());
      press("step", (button) => button.dataset.value === playback.stepKind());
    }

    function paintEnds() {
      const [first, last] = playback.bounds();
      disable("back", playback.seconds() <= first);
      disable("forward", playback.seconds() >= last);
    }

    /** Time alone changes nothing else, where the buttons are still those that were painted. */
    function paintTime() {
      for (const buttons of found.values()) if (!buttons.every((button) => button.isConnected)) return paint();
      paintEnds();
    }

    /** @param {number} direction */
    function step(direction) {
      playback.pause();
      void playback.step(direction);
    }

    /** @type {Record<string, (button: HTMLElement) => void>} */
    const actions = {
      play: () => playback.toggle(),
      back: () => step(-1),
      forward: () => step(1),
      speed: (button) => playback.setSpeed(Number(button.dataset.value)),
      step: (button) => playback.setStepKind(/** @type {StepKind} */ (button.dataset.value)),
    };

    /** @param {Event} event */
    function clicked(event) {
      if (!(event.target instanceof Element)) return;
      const button = /** @type {HTMLElement | null} */ (event.target.closest("[data-frontline]"));
      const mark = (button && button.dataset.frontline) || "";
      if (!button || !Object.hasOwn(actions, mark) || button.getAttribute("aria-disabled") === "true") return;
      actions[mark](button);
    }

    root.addEventListener("click", clicked);
    const offs = ["play", "pause", "settings"].map((name) => playback.on(name, paint));
    offs.push(playback.on("time", paintTime));
    offs.push(playback.on("settings", () => found.clear()));
    paint();
    return function remove() {
      root.removeEventListener("click", clicked);
      for (const off of offs) off();
    };
  }

  /** @param {PlaybackShape} playback @param {number} direction */
  function shiftSpeed(playback, direction) {
    const place = SPEEDS.indexOf(playback.speed()) + direction;
    playback.setSpeed(SPEEDS[Math.min(Math.max(place, 0), SPEEDS.length - 1)]);
  }

  /** @param {KeyboardEvent} event */
  function keyOf(event) {
    if (event.key === "\u061f") return "?";
    const arabic = /[\u0600-\u06ff]/.test(event.key);
    if (arabic && ON_ARABIC_KEYS[event.code]) return ON_ARABIC_KEYS[event.code];
    if (arabic && event.code.startsWith("Key")) return event.code.slice(3).toLowerCase();
    return event.key.length === 1 ? event.key.toLowerCase() : event.key;
  }

  /**
   * Keys for the whole page; they rest while a field has the focus, and can be switched off (WCAG 2.1.4).
   * @type {FrontlineParts["bindShortcuts"]}
   */
  function bindShortcuts(playback, options = {}) {
    const target = options.target || document;
    const rtl = options.rtl || (() => document.documentElement.dir === "rtl");
    const extra = options.keys || {};
    let enabled = options.enabled !== false;

    /** @type {Record<string, () => void>} */
    const own = {
      " ": () => playback.toggle(),
      "[": () => shiftSpeed(playback, -1),
      "]": () => shiftSpeed(playback, 1),
    };

    /** @param {KeyboardEvent} event @param {Element | null} focus @returns {boolean} whether the key was ours */
    function use(event, focus) {
      const key = keyOf(event);
      const within = (/** @type {string} */ what) => !!focus && !!focus.closest(what);
      if (key === " " && within(OWN_SPACE)) return false;
      if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(key)) {
        return !within(OWN_ARROWS) && frontlineParts.timeKey(playback, event, rtl());
      }
      const action = (Object.hasOwn(own, key) && own[key]) || (Object.hasOwn(extra, key) && extra[key]);
      if (!action) return false;
      action();
      return true;
    }

    /** @param {Event} event */
    function pressed(event) {
      if (!enabled || event.defaultPrevented || !(event instanceof KeyboardEvent)) return;
      if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
      const first = event.composedPath()[0];
      const focus = first instanceof Element ? first : null;
      if (focus && focus.closest(FIELDS)) return;
      if (event.repeat && event.key === " ") return event.preventDefault();
      if (use(event, focus)) event.preventDefault();
    }

    target.addEventListener("keydown", pressed);
    return {
      enabled: () => enabled,
      setEnabled(on) {
        enabled = on;
      },
      remove: () => target.removeEventListener("keydown", pressed),
    };
  }

  /** @param {Words} words @param {Intl.PluralRules} plural @param {number} n */
  function countOfChanges(words, plural, n) {
    const category = n === 0 ? "zero" : plural.select(n);
    const pattern = words.changes[category] || words.changes.other || "{n}";
    return pattern.replace("{n}", String(n));
  }

  /**
   * Says date and number of changes in a polite live region, at most once a second; what came meanwhile is left out.
   * @type {FrontlineParts["bindLiveRegion"]}
   */
  function bindLiveRegion(playback, region) {
    const { clock, words } = playback;
    const plural = new Intl.PluralRules(playback.doc.lang || document.documentElement.lang || "en");
    /** @type {TimeEvent | null} */
    let waiting = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;

    function say() {
      timer = undefined;
      if (!waiting) return;
      const changes = countOfChanges(words, plural, waiting.changed);
      region.textContent = words.live.replace(/\{(date|changes)\}/g, (_, name) =>
        name === "date" && waiting ? clock.text(waiting.t, "long") : changes,
      );
      waiting = null;
      timer = setTimeout(say, ANNOUNCE_EVERY_MS);
    }

    region.setAttribute("aria-live", "polite");
    const off = playback.on("time", (/** @type {TimeEvent} */ event) => {
      if (event.cause === "surface") return;
      waiting = event;
      if (timer === undefined) say();
    });
    return function remove() {
      clearTimeout(timer);
      off();
    };
  }

  frontlineParts.bindButtons = bindButtons;
  frontlineParts.bindShortcuts = bindShortcuts;
  frontlineParts.bindLiveRegion = bindLiveRegion;
})();
