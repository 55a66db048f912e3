// The light surface paints a step on the page that Python wrote, by the marks of docs/light-page.md.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));

(function () {
  const FOLDED = '[data-frontline="table"] *';

  /** The places that have a dot, by index, and which state each shows. @param {ParentNode} root */
  function createDots(root) {
    /** @type {(Element | undefined)[]} */
    const dots = [];
    /** @type {string[]} */
    const shown = [];
    for (const element of root.querySelectorAll("[data-p]")) {
      const index = Number(element.getAttribute("data-p"));
      dots[index] = element;
      shown[index] = [...element.classList].find((token) => /^s\d+$/.test(token)) || "";
    }

    return {
      /** @param {Changed} changed */
      paint({ count, index, value }) {
        for (let k = 0; k < count; k++) {
          const i = index[k];
          const element = dots[i];
          const wanted = `s${value[k]}`;
          if (!element || shown[i] === wanted) continue;
          if (!element.classList.replace(shown[i] || wanted, wanted)) element.classList.add(wanted);
          shown[i] = wanted;
        }
      },
      /** @param {number} index @param {boolean} on */
      ring: (index, on) => void dots[index]?.classList.toggle("fresh", on),
    };
  }

  /** Groups prepared for spans of time; of each name, one is shown. @param {Element[]} elements */
  function createCues(elements) {
    /** @type {Map<string, {from: number, element: Element}[]>} */
    const byName = new Map();
    for (const element of elements) {
      const name = element.getAttribute("data-cue") || "";
      const cues = byName.get(name) || [];
      cues.push({ from: Number(element.getAttribute("data-from")), element });
      byName.set(name, cues);
    }
    const rows = [...byName].map(([name, cues]) => {
      cues.sort((a, b) => a.from - b.from);
      const drawn = cues.findIndex((cue) => cue.element.classList.contains("on"));
      return { name, cues, instants: cues.map((cue) => cue.from), on: drawn };
    });
    const starts = rows.flatMap((row) => row.instants.map((from) => ({ from, row }))).sort((a, b) => a.from - b.from);
    const instants = starts.map((start) => start.from);
    let passed = -1;

    /** @param {(typeof rows)[number]} row @param {number} t */
    function turn(row, t) {
      const on = frontlineParts.countUpTo(row.instants, t) - 1;
      if (on === row.on) return;
      if (row.on >= 0) row.cues[row.on].element.classList.remove("on");
      if (on >= 0) row.cues[on].element.classList.add("on");
      row.on = on;
    }

    return {
      /** @param {number} t */
      paint(t) {
        const now = frontlineParts.countUpTo(instants, t);
        if (passed < 0) for (const row of rows) turn(row, t);
        else for (let k = Math.min(now, passed); k < Math.max(now, passed); k++) turn(starts[k].row, t);
        passed = now;
      },
      /** A browser makes the list of an element's classes when it is first asked for. @param {number} t */
      prepare(t) {
        const now = frontlineParts.countUpTo(instants, t);
        for (let k = Math.min(now, passed); k < Math.max(now, passed); k++) {
          const { row } = starts[k];
          row.cues[Math.max(0, frontlineParts.countUpTo(row.instants, t) - 1)].element.classList.contains("on");
        }
      },
      /** @param {string} name @returns {Element | null} */
      shown(name) {
        const row = rows.find((candidate) => candidate.name === name);
        return row && row.on >= 0 ? row.cues[row.on].element : null;
      },
    };
  }

  /** Rows of the table that have not happened yet. @param {ParentNode} root */
  function createRows(root) {
    const rows = [...root.querySelectorAll('[data-frontline="table"] [data-t]')]
      .map((element) => ({ t: Number(element.getAttribute("data-t")), element }))
      .sort((a, b) => a.t - b.t);
    const instants = rows.map((row) => row.t);
    let happened = -1;

    /** @param {number} t */
    return function paint(t) {
      const now = frontlineParts.countUpTo(instants, t);
      const [low, high] = happened < 0 ? [0, rows.length] : [Math.min(now, happened), Math.max(now, happened)];
      for (let i = low; i < high; i++) rows[i].element.classList.toggle("later", i >= now);
      happened = now;
    };
  }

  /** The printed dates. @param {ParentNode} root @param {Clock} clock */
  function createDates(root, clock) {
    const dates = [...root.querySelectorAll('[data-frontline="date"]')].map((element) => {
      const text = document.createTextNode(element.textContent || "");
      element.replaceChildren(text);
      return { element, text, form: element.getAttribute("data-form") || "long" };
    });

    let ready = textsOf(NaN);

    /** @param {number} t */
    function textsOf(t) {
      return { t, texts: dates.map(({ form }) => (t === t ? clock.text(t, form) : "")), iso: t === t ? clock.iso(t) : "" };
    }

    return {
      /** @param {number} t */
      prepare: (t) => void (ready = textsOf(t)),
      /** @param {number} t */
      paint(t) {
        const { texts, iso } = ready.t === t ? ready : textsOf(t);
        dates.forEach(({ element, text }, k) => {
          text.data = texts[k];
          if (element.localName === "time") element.setAttribute("datetime", iso);
        });
      },
    };
  }

  /** Rings around what changed on the shown day. @param {ReturnType<typeof createDots>} places */
  function createRings(places) {
    /** @type {Set<number> | null} null: whatever Python has drawn */
    let shown = null;

    /** @param {number[]} fresh @param {Changed} all */
    return function paint(fresh, all) {
      if (!fresh.length && shown && !shown.size) return;
      const wanted = new Set(fresh);
      const before = shown || all.index.subarray(0, all.count);
      for (const index of before) if (!wanted.has(index)) places.ring(index, false);
      for (const index of wanted) if (!shown || !shown.has(index)) places.ring(index, true);
      shown = wanted;
    };
  }

  /** @type {FrontlineParts["createSvgSurface"]} */
  function createSvgSurface(root, doc) {
    const ground = frontlineParts.createGround(root, doc);
    const places = createDots(root);
    const all = [...root.querySelectorAll("[data-cue]")];
    const cues = createCues(all.filter((element) => !element.matches(FOLDED)));
    const folded = createCues(all.filter((element) => element.matches(FOLDED)));
    const paintRows = createRows(root);
    const dates = createDates(root, frontlineParts.createClock(doc.clock, doc.words));
    const paintRings = createRings(places);
    const description = root.querySelector('[data-frontline="desc"]');
    /** @type {Element | null} */
    let described = null;
    let shown = NaN;

    /** @param {Delta} delta */
    function paint(delta) {
      if (ground) ground.paint(delta);
      places.paint(delta.places);
      paintRings(delta.fresh, delta.places);
      cues.paint(delta.t);
      dates.paint(delta.t);
      shown = delta.t;
      if (delta.full) settle();
    }

    /** What nobody sees at once: rows of a folded table, and words for who does not see. */
    function settle() {
      folded.paint(shown);
      paintRows(shown);
      const deck = cues.shown("deck");
      if (description && deck && deck !== described) {
        described = deck;
        description.textContent = deck.textContent;
      }
    }

    /** @param {Delta} delta */
    function prepare(delta) {
      settle();
      dates.prepare(delta.t);
      cues.prepare(delta.t);
      if (ground?.prepare) ground.prepare(delta);
    }

    return { paint, prepare, refine: ground ? ground.refine : () => {}, follow: ground?.follow, faceAt: ground?.faceAt };
  }

  frontlineParts.createSvgSurface = createSvgSurface;
})();
