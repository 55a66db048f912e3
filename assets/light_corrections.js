// A page that was exported asks the one address it was given whether it has been corrected; one that a server gave says when it has grown old.
"use strict";

/**
 * What the time part of a light page carries for this file (docs/light-page.md).
 * @typedef {object} CorrectionsPart
 * @property {string} lang
 * @property {{url: string, marks: string[], from: number}} [corrections]
 * @property {{after: number, texts: Record<string, string>}} [checked]
 */
/** @typedef {{mark: string, t: number, text: Record<string, string>, date: Record<string, string>}} CorrectionRow */

(function () {
  const PATIENCE_MS = 15_000;
  const MOST_CHARACTERS = 4_000_000;
  const MINUTE = 60_000;

  /** @param {Record<string, string>} texts @param {string} lang */
  const of = (texts, lang) => String((texts && (texts[lang] || texts.en)) || "").slice(0, 4_000);

  /** The corrections that an address gives, the newest first. @param {string} url @returns {Promise<CorrectionRow[]>} */
  async function asked(url) {
    const answer = await fetch(url, {
      credentials: "omit",
      cache: "no-cache",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = answer.ok ? await answer.text() : "";
    const told = text.length && text.length < MOST_CHARACTERS ? JSON.parse(text) : {};
    return told.format === "frontline-corrections" && told.version === 1 && Array.isArray(told.corrections) ? told.corrections : [];
  }

  /** @param {CorrectionsPart} part */
  async function tellCorrections(part) {
    const badge = /** @type {HTMLElement | null} */ (document.querySelector('[data-frontline="since"]'));
    if (!part.corrections || !badge) return;
    const { url, marks, from } = part.corrections;
    const known = new Set(marks);
    const rows = await asked(url);
    const newest = rows.find((row) => !known.has(row.mark) && row.t >= from);
    if (!newest) return;
    const place = badge.querySelector("span");
    if (place) place.textContent = ` ${of(newest.date, part.lang)}: ${of(newest.text, part.lang)}`;
    badge.hidden = false;
  }

  /** @param {CorrectionsPart} part */
  function tellAge(part) {
    const badge = /** @type {HTMLElement | null} */ (document.querySelector('[data-frontline="old"]'));
    if (!part.checked || !badge) return;
    const { after, texts } = part.checked;
    const since = Date.now();
    const plural = new Intl.PluralRules(part.lang);
    const look = () => {
      const hours = Math.floor((Date.now() - since) / (60 * MINUTE));
      if (hours < after) return;
      badge.textContent = (texts[plural.select(hours)] || texts.other).replace("{n}", String(hours));
      badge.hidden = false;
    };
    setInterval(look, 10 * MINUTE);
    document.addEventListener("visibilitychange", look);
  }

  function start() {
    const element = document.getElementById("frontline-document");
    if (!element) return; // not a light page
    /** @type {CorrectionsPart} */
    const part = JSON.parse(element.textContent || "{}");
    tellAge(part);
    tellCorrections(part).catch(() => {
      // Whoever is offline, or asks a server that has gone, reads what was exported.
    });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
