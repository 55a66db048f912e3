// Drawn ground on the light page says, under a pointer or a finger, who holds it and who drew it when.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));

(function () {
  /**
   * What the page's time part holds for this: a text for every state, and the drawn maps in order: seconds since the one before, and who made each where they are several.
   * @typedef {{states: string[], by: string, day: string, makers: string[], maps: number[], made: number[]}} GroundTexts
   */

  /** @type {FrontlineParts["bindGround"]} */
  function bindGround(playback, faceAt) {
    const texts = /** @type {GroundTexts | undefined} */ (/** @type {any} */ (playback.doc).ground_texts);
    const map = /** @type {HTMLElement | null} */ (document.querySelector('[data-frontline="map"]'));
    const tip = /** @type {HTMLElement | null} */ (document.querySelector('[data-frontline="ground"]'));
    if (!texts || !map || !tip) return;
    let sum = 0;
    const instants = texts.maps.map((step) => (sum += step));
    let shown = -1;

    /** Who drew the map that counts now, and of which day it is. */
    function drawn() {
      const last = frontlineParts.countUpTo(instants, playback.seconds()) - 1;
      if (last < 0 || !texts) return "";
      const parts = { source: texts.makers[texts.made[last] || 0], day: playback.clock.text(instants[last], "drawn") };
      return texts.by.replace(/\{(source|day)\}/g, (_, name) => parts[/** @type {"source" | "day"} */ (name)]);
    }

    function print() {
      if (!tip || !texts) return;
      const state = shown < 0 ? undefined : playback.state().faces[shown];
      if (tip.hidden !== (state === undefined)) tip.hidden = !tip.hidden;
      if (state !== undefined) tip.textContent = `${texts.states[state]} ${drawn()}`.trim();
    }

    /** @param {MouseEvent} event */
    function faceUnder(event) {
      if (faceAt) return faceAt(event.clientX, event.clientY);
      const face = event.target instanceof Element ? event.target.closest("[data-f]") : null;
      return face ? Number(face.getAttribute("data-f")) : -1;
    }

    /** @param {MouseEvent} event */
    function point(event) {
      const index = faceUnder(event);
      if (index === shown) return;
      shown = index;
      print();
    }

    map.addEventListener(faceAt ? "pointermove" : "pointerover", point);
    map.addEventListener("click", point);
    map.addEventListener("pointerleave", (event) => {
      if (event.pointerType !== "mouse") return; // what a finger asked for stays until it asks again
      shown = -1;
      print();
    });
    playback.on("time", print);
  }

  frontlineParts.bindGround = bindGround;
})();
