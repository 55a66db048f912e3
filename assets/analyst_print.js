// The printed parts of the page follow time: date, sentence, figures, readouts, playheads.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));
frontlineParts.analyst = frontlineParts.analyst || /** @type {any} */ ({});

(function () {
  /**
   * The printed parts that follow time: date, sentence, figures, readouts, playheads.
   * @param {HTMLElement} root @param {any} model @param {Clock} clock
   */
  function createPrinter(root, model, clock) {
    const { figure, part, write, rowAt } = frontlineParts.analyst;
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
      const facts = frontlineParts.factsAt(frontlineParts.overlaid({}, doc, { reference: page.reference }), t);
      const from = doc.places[page.reference.place];
      const city = from ? sayer.of(from.name) : "";
      const km = facts.distance && facts.distance.nearest_reported_km;
      const unit = say("units.km", { n: "" }).trim();
      if (!from) printFigure("distance", thousands(frontKm(rowAt(doc.front.series, t))), unit, say("figures.front"));
      else if (km === null || km === undefined) printFigure("distance", say("figures.no_value"), "", say("figures.distance_none"));
      else if (km === 0) printFigure("distance", "0", unit, say("figures.distance_held", { city }));
      else printFigure("distance", figure(km), unit, say("figures.distance", { city }));
      const [low, high] = shareBounds(rowAt(doc.area.series, t));
      const range = Math.round(low) === Math.round(high) ? low.toFixed(0) : `${low.toFixed(0)}–${high.toFixed(0)}`;
      write((part(root, "share") || root).querySelector("b"), range);
      const moved = doc.ground_from.kind === "series" ? figure(movedKm2(t)) : String(facts.changedPlaces);
      write((part(root, "changed") || root).querySelector("b"), moved);
      printReadouts(facts, rowAt(doc.area.series, t));
    }

    /** @param {number[] | null} row */
    const frontKm = (row) => (row ? row.slice(1).reduce((sum, km) => sum + km, 0) : 0);
    /** A whole number with commas. @param {number} n */
    const thousands = (n) => Math.round(n).toLocaleString("en-US");

    /** How many square kilometres were drawn as changing hands in 24 hours. @param {number} t */
    function movedKm2(t) {
      let sum = 0;
      for (const [at, moves] of model.doc.moved) if (at > t - 86400 && at <= t) for (const move of moves) sum += move[2];
      return sum;
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

  frontlineParts.analyst.createPrinter = createPrinter;
})();
