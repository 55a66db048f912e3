// The second clock: the reader picks until when something was known, and the page becomes the map of that time.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));
frontlineParts.analyst = frontlineParts.analyst || /** @type {any} */ ({});

(function () {
  const LOADED_MS = 6000;
  const COVER_MS = 250;
  /** The sources whose features are those of one document. */
  const STATED = ["faces", "edges", "places"];

  /**
   * The control in the state bar. `know` shows the map of a known time; empty for all that is known.
   * @param {HTMLElement} root @param {{know: (known: string, how?: {t?: string, back?: boolean}) => Promise<void>, now: () => string, asked: () => string}} does
   */
  function bindKnown(root, { know, now, asked }) {
    const menu = /** @type {HTMLDetailsElement} */ (root.querySelector('details[data-menu="known"]'));

    menu.addEventListener("click", (event) => {
      const link = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("a[data-known]"));
      const other = event instanceof MouseEvent && (event.ctrlKey || event.metaKey || event.shiftKey);
      if (!link || other) return;
      event.preventDefault();
      void know(link.dataset.step === "shown" ? now() : link.dataset.known || "");
    });
    menu.addEventListener("submit", (event) => {
      event.preventDefault();
      const field = /** @type {HTMLInputElement | null} */ (menu.querySelector('input[name="known"]'));
      if (field && field.value) void know(field.value);
    });
    addEventListener("popstate", () => {
      const query = new URLSearchParams(location.search);
      const known = query.get("known") || "";
      if (known !== asked()) void know(known, { t: query.get("t") || undefined, back: true });
    });

    return {
      open() {
        menu.open = true;
        /** @type {HTMLElement | null} */ (menu.querySelector('input[name="known"]'))?.focus();
      },
    };
  }

  /** Writes badge and control as the server worded them; what had the focus keeps it. @param {HTMLElement} root @param {any} told */
  function printKnown(root, told) {
    const { part, write } = frontlineParts.analyst;
    const menu = /** @type {HTMLElement} */ (root.querySelector('details[data-menu="known"]'));
    const sheet = /** @type {HTMLElement} */ (menu.querySelector('[data-fragment="known"]'));
    const focus = document.activeElement;
    const had = focus && sheet.contains(focus) ? /** @type {HTMLElement} */ (focus) : null;
    const again = had && (had.dataset.step ? `a[data-step="${had.dataset.step}"]` : had.localName);
    /** @type {HTMLElement} */ (menu.querySelector("summary")).className = told.badge;
    write(part(menu, "known"), told.printed);
    write(part(root, "known-said"), told.printed);
    const row = root.querySelector(".known-row");
    if (row) row.innerHTML = told.row;
    sheet.innerHTML = told.sheet;
    const next = again && (sheet.querySelector(again) || sheet.querySelector("input:not([type=hidden])"));
    if (next) /** @type {HTMLElement} */ (next).focus();
  }

  /** A still picture over the map while it changes, so that nothing flashes; returns what takes it away. @param {any} map @returns {Promise<() => void>} */
  function covered(map) {
    const canvas = map.getCanvas();
    const picture = document.createElement("canvas");
    [picture.width, picture.height] = [canvas.width, canvas.height];
    picture.className = "map-cover";
    return new Promise((resolve) => {
      const late = setTimeout(done, COVER_MS);
      function done() {
        clearTimeout(late);
        map.off("render", drawn);
        resolve(() => picture.remove());
      }
      function drawn() {
        picture.getContext("2d")?.drawImage(canvas, 0, 0);
        map.getContainer().append(picture);
        done();
      }
      map.on("render", drawn);
      map.triggerRepaint();
    });
  }

  /** Resolves when the map has the features of the new document; after some seconds in any case. @param {any} map */
  function sourcesLoaded(map) {
    const until = performance.now() + LOADED_MS;
    return new Promise((resolve) => {
      (function look() {
        if (STATED.every((name) => map.isSourceLoaded(name)) || performance.now() > until) resolve(undefined);
        else setTimeout(look, 20);
      })();
    });
  }

  Object.assign(frontlineParts.analyst, { bindKnown, printKnown, covered, sourcesLoaded, STATED });
})();
