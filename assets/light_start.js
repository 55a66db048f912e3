// The light page starts: its time part, its marks and its controls are put together; its parent is told its height.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));

(function () {
  /** A cell as a spreadsheet may read it: never as a formula. @param {string} text */
  function csvCell(text) {
    const harmless = /^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
  }

  /** All rows of a table. @param {Element} table */
  function csvOf(table) {
    const text = (/** @type {Element} */ cell) => cell.getAttribute("data-csv") ?? (cell.textContent || "").trim();
    const heads = [...table.querySelectorAll("thead th")].map(text);
    const rows = [...table.querySelectorAll("tbody tr[data-t]")].map((row) => [...row.querySelectorAll("td, th")].map(text));
    return "\ufeff" + [heads, ...rows].map((row) => row.map(csvCell).join(",") + "\r\n").join("");
  }

  /**
   * Gives a text to the reader as a file. Where the page has no origin (a file, a sandbox), a data address works when a blob may not.
   * @param {string} name @param {string} text
   */
  function download(name, text) {
    const link = document.createElement("a");
    link.download = name;
    const noOrigin = globalThis.origin === "null";
    link.href = noOrigin
      ? `data:text/csv;charset=utf-8,${encodeURIComponent(text)}`
      : URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    link.click();
    if (!noOrigin) setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  function bindData() {
    const link = document.querySelector('a[data-frontline="data"]');
    const table = document.querySelector('[data-frontline="table"]');
    if (!link || !table) return;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      // A sandbox may refuse the file without a word: there the reader is at least led to the table.
      if (globalThis.origin === "null" && isEmbedded()) showTable(table);
      download(link.getAttribute("data-file") || "frontline.csv", csvOf(table));
    });
  }

  /** @param {Element} table */
  function showTable(table) {
    const fold = table.closest("details");
    if (fold) fold.open = true;
    table.scrollIntoView();
  }

  const isEmbedded = () => window.parent !== window;

  /** Tells the page around an iframe how high this one is, in the words that AMP and Datawrapper readers understand. */
  function reportHeight() {
    if (!isEmbedded()) return;
    let told = 0;
    const tell = () => {
      const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
      if (height === told) return;
      told = height;
      window.parent.postMessage({ sentinel: "amp", type: "embed-size", height }, "*");
    };
    new ResizeObserver(tell).observe(document.documentElement);
    tell();
  }

  /** @param {PlaybackShape} playback @param {ReturnType<FrontlineParts["createSvgSurface"]>} surface */
  function bindPage(playback, surface) {
    const html = document.documentElement;
    const slider = /** @type {HTMLElement | null} */ (document.querySelector('[data-frontline="slider"]'));
    const live = document.querySelector('[data-frontline="live"]');
    frontlineParts.bindButtons(playback, document.body);
    frontlineParts.bindShortcuts(playback);
    if (slider) frontlineParts.createTimeline(playback, slider);
    if (live) frontlineParts.bindLiveRegion(playback, live);
    frontlineParts.bindGround(playback, surface.faceAt);
    bindData();
    const map = /** @type {HTMLElement | null} */ (document.querySelector('[data-frontline="map"]'));
    const controls = document.querySelector('[data-frontline="zoom"]');
    if (map && controls) frontlineParts.bindZoom(map, { refine: surface.refine, follow: surface.follow, words: /** @type {any} */ (playback.words), controls, playback });
    playback.on("settings", () => html.classList.toggle("fast", playback.speed() === 4));
    html.classList.add("js");
    playback.ready.then(reportHeight);
  }

  function start() {
    const part = document.getElementById("frontline-document");
    if (!part) return; // not a light page
    /** @type {TimePart} */
    const doc = frontlineParts.readDocument(JSON.parse(part.textContent || "null"));
    const surface = frontlineParts.createSvgSurface(document, doc);
    const playback = frontlineParts.createPlayback(doc, surface);
    frontlineParts.installPublicObject(playback);
    bindPage(playback, surface);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
