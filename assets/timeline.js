// The timeline is a slider: pointer and keys choose an instant, the playhead shows it.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));

(function () {
  /**
   * What a key asks of time; false where it asks nothing. Arrows follow what the eye sees: where the axis runs from right to
   * left, the left arrow goes forward.
   * @type {FrontlineParts["timeKey"]}
   */
  function timeKey(playback, event, rtl) {
    if (event.ctrlKey || event.altKey || event.metaKey) return false;
    const [first, last] = playback.changeBounds();
    /** @type {Record<string, () => Promise<string>>} */
    const asked = {
      ArrowRight: () => playback.step(rtl ? -1 : 1, event.shiftKey ? "day" : undefined),
      ArrowLeft: () => playback.step(rtl ? 1 : -1, event.shiftKey ? "day" : undefined),
      Home: () => playback.seek(first),
      End: () => playback.seek(last),
      PageUp: () => playback.step(-1, "day"),
      PageDown: () => playback.step(1, "day"),
    };
    if (!Object.hasOwn(asked, event.key)) return false;
    playback.pause();
    void asked[event.key]();
    return true;
  }

  /**
   * Seeks as fast as the page can draw, and no faster: of several wishes meanwhile only the last counts.
   * @param {PlaybackShape} playback
   */
  function createEagerSeek(playback) {
    /** @type {number | null} */
    let wanted = null;
    let busy = false;
    return async function seek(/** @type {number} */ t) {
      wanted = t;
      if (busy) return;
      busy = true;
      try {
        while (wanted !== null) {
          const next = wanted;
          wanted = null;
          await playback.seek(next);
        }
      } finally {
        busy = false;
      }
    };
  }

  /** @param {Element} element */
  const isRtl = (element) => getComputedStyle(element).direction === "rtl";

  /** @param {HTMLElement} slider @param {PlaybackShape} playback @param {HTMLElement | null} playhead */
  function createSliderPaint(slider, playback, playhead) {
    slider.setAttribute("role", "slider");
    if (!slider.hasAttribute("tabindex")) slider.tabIndex = 0;
    /** @param {string} name @param {number} value */
    const put = (name, value) => Number(slider.getAttribute(name) ?? NaN) === value || slider.setAttribute(name, String(value));

    return function paint() {
      const t = playback.seconds();
      const [start, end] = playback.doc.span;
      const [first, last] = playback.bounds();
      put("aria-valuemin", first);
      put("aria-valuemax", last);
      put("aria-valuenow", t);
      slider.setAttribute("aria-valuetext", playback.clock.text(t, "long"));
      if (playhead) playhead.style.insetInlineStart = `${((100 * (t - start)) / (end - start)).toFixed(3)}%`;
    };
  }

  /** The instant under a pointer, to the minute. @param {HTMLElement} slider @param {PlaybackShape} playback */
  function createReader(slider, playback) {
    const [start, end] = playback.doc.span;
    return function timeAt(/** @type {number} */ clientX) {
      const box = slider.getBoundingClientRect();
      const fromLeft = box.width ? (clientX - box.left) / box.width : 0;
      const share = isRtl(slider) ? 1 - fromLeft : fromLeft;
      return Math.round((start + share * (end - start)) / 60) * 60;
    };
  }

  /**
   * Makes an element, exactly as wide as the time axis, the slider of a playback; returns what undoes it.
   * @type {FrontlineParts["createTimeline"]}
   */
  function createTimeline(playback, slider, options = {}) {
    const playhead = options.playhead || slider.querySelector('[data-frontline="playhead"]');
    const paint = createSliderPaint(slider, playback, /** @type {HTMLElement | null} */ (playhead));
    const timeAt = createReader(slider, playback);
    const seek = createEagerSeek(playback);
    const listening = new AbortController();
    const { signal } = listening;

    slider.style.minBlockSize = "44px"; // what a finger can hit
    slider.style.touchAction = "pan-y"; // sideways is ours, up and down stays the page's

    slider.addEventListener(
      "pointerdown",
      (event) => {
        if (event.button !== 0 || !event.isPrimary) return;
        playback.pause();
        slider.setPointerCapture(event.pointerId);
        void seek(timeAt(event.clientX));
      },
      { signal },
    );
    slider.addEventListener(
      "pointermove",
      (event) => {
        if (slider.hasPointerCapture(event.pointerId)) void seek(timeAt(event.clientX));
      },
      { signal },
    );
    slider.addEventListener(
      "keydown",
      (event) => {
        if (event.defaultPrevented) return;
        const rtl = isRtl(slider);
        /** @type {Record<string, string>} a slider's up and down mean more and less, whatever the direction of writing */
        const meant = rtl
          ? { ArrowUp: "ArrowLeft", ArrowDown: "ArrowRight" }
          : { ArrowUp: "ArrowRight", ArrowDown: "ArrowLeft" };
        const { shiftKey, ctrlKey, altKey, metaKey } = event;
        const key = new KeyboardEvent("keydown", { key: meant[event.key] || event.key, shiftKey, ctrlKey, altKey, metaKey });
        if (timeKey(playback, key, rtl)) event.preventDefault();
      },
      { signal },
    );
    const off = playback.on("time", paint);
    paint();

    return function remove() {
      listening.abort();
      off();
    };
  }

  frontlineParts.timeKey = timeKey;
  frontlineParts.createTimeline = createTimeline;
})();
