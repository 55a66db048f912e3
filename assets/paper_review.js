// @ts-check
// The review desk's keys: a draft is chosen, accepted, rejected, edited or reopened without a mouse.
(() => {
  const file = /** @type {HTMLInputElement | null} */ (document.getElementById("file"));
  file?.addEventListener("change", () => {
    const size = file.files?.[0]?.size ?? 0;
    file.setCustomValidity(size > Number(file.dataset.most) ? file.dataset.tooLarge ?? "" : "");
    file.reportValidity();
  });

  const side = /** @type {HTMLElement | null} */ (document.querySelector(".side"));
  const cards = /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll(".card > a")]);
  if (!side || !cards.length) return;

  // The maps beside the drafts look like the page, which may look otherwise than its address says.
  for (const map of /** @type {NodeListOf<HTMLImageElement>} */ (document.querySelectorAll("img.pins"))) {
    const address = new URL(map.src);
    for (const name of ["theme", "palette"]) {
      const chosen = document.documentElement.dataset[name];
      if (chosen) address.searchParams.set(name, chosen);
    }
    if (address.href !== map.src) map.src = address.href;
  }

  // A screen reader speaks of what changes; what a page has said from its start it leaves out.
  const done = document.querySelector('[role="status"]');
  if (done) setTimeout(() => done.replaceChildren(...done.childNodes), 250);

  const ids = cards.map((card) => decodeURIComponent(card.hash.slice(1)));
  let current = -1;

  /** @param {number} index @param {boolean} seen */
  function choose(index, seen) {
    if (index < 0 || index >= ids.length || !side) return;
    current = index;
    side.classList.add("chosen");
    for (const one of document.querySelectorAll(".evidence, .card > a, .words a")) one.classList.remove("now");
    const evidence = document.getElementById(ids[index]);
    evidence?.classList.add("now");
    cards[index].classList.add("now");
    const words = document.getElementById(ids[index].replace(/^d-/, "w-"));
    words?.classList.add("now");
    if (!seen) return;
    history.replaceState(null, "", `#${encodeURIComponent(ids[index])}`);
    cards[index].scrollIntoView({ block: "nearest" });
    words?.scrollIntoView({ block: "nearest" });
    evidence?.focus({ preventScroll: true });
  }

  /** Accept waits until a place is chosen. @param {HTMLFormElement} form */
  function watch(form) {
    const button = /** @type {HTMLButtonElement | null} */ (form.querySelector("button"));
    const places = [...form.querySelectorAll('input[name="place"]')];
    if (!button || !places.length) return;
    const look = () => {
      button.disabled = !form.querySelector('input[name="place"]:checked');
    };
    form.addEventListener("change", look);
    look();
  }

  /** @param {string} doing @param {number} [at] @returns {HTMLFormElement | null} */
  const form = (doing, at = current) =>
    at < 0 ? null : document.getElementById(ids[at])?.querySelector(`form[data-do="${doing}"]`) ?? null;

  /** Of the chosen draft; or where it still waits, of the one before it that was decided last. */
  function undo() {
    let at = current;
    while (at > 0 && !form("reopen", at)) at -= 1;
    if (!form("reopen", at)) return;
    if (at !== current) choose(at, true);
    /** @type {HTMLElement | null | undefined} */ (form("reopen")?.querySelector("textarea"))?.focus();
  }

  /** @param {string} selector */
  function open(selector) {
    const details = /** @type {HTMLDetailsElement | null | undefined} */ (
      current < 0 ? null : document.getElementById(ids[current])?.querySelector(selector)
    );
    if (!details) return;
    details.open = true;
    /** @type {HTMLElement | null} */ (details.querySelector("textarea, select"))?.focus();
  }

  /** @type {Record<string, () => void>} */
  const keys = {
    j: () => choose(Math.min(current + 1, ids.length - 1), true),
    k: () => choose(Math.max(current - 1, 0), true),
    a: () => {
      const button = form("accept")?.querySelector("button");
      if (button && !button.disabled) button.click();
    },
    r: () => open("details.reject"),
    e: () => open("details.fix"),
    u: undo,
  };

  const box = /** @type {HTMLInputElement | null} */ (document.getElementById("keys"));
  try {
    if (box) box.checked = localStorage.getItem("frontline.keys") !== "off";
    box?.addEventListener("change", () => localStorage.setItem("frontline.keys", box.checked ? "on" : "off"));
  } catch {
    // A browser that keeps nothing: the box counts for this page.
  }

  document.addEventListener("keydown", (event) => {
    const at = /** @type {Element} */ (event.target);
    if (event.key === "Escape") /** @type {HTMLElement | null} */ (at.closest(".evidence"))?.focus();
    if (event.ctrlKey || event.metaKey || event.altKey || at.closest("input, textarea, select")) return;
    const does = box && !box.checked ? undefined : keys[event.key.toLowerCase()];
    if (!does) return;
    event.preventDefault();
    does();
  });

  document.addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest('a[href^="#d-"]');
    if (!link) return;
    event.preventDefault();
    choose(ids.indexOf(decodeURIComponent(/** @type {HTMLAnchorElement} */ (link).hash.slice(1))), true);
  });

  for (const one of document.querySelectorAll('form[data-do="accept"]')) watch(/** @type {HTMLFormElement} */ (one));
  const asked = ids.indexOf(decodeURIComponent(location.hash.slice(1)));
  const waiting = [...document.querySelectorAll(".evidence")].findIndex(
    (one) => /** @type {HTMLElement} */ (one).dataset.state === "proposed",
  );
  choose(asked >= 0 ? asked : Math.max(waiting, 0), false);
})();
