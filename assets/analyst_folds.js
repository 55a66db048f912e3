// Dialogs open, menus and the panel fold, tabs change, fields are copied.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));
frontlineParts.analyst = frontlineParts.analyst || /** @type {any} */ ({});

(function () {
  /** Dialogs, menus, tabs and the sheet. @param {HTMLElement} root @param {{onShare: () => void, onEscape: () => void}} does */
  function bindFolds(root, { onShare, onEscape }) {
    const dialog = (/** @type {string} */ name) => /** @type {HTMLDialogElement | null} */ (root.querySelector(`[data-dialog="${name}"]`));
    /** @param {string} name */
    function open(name) {
      const found = dialog(name);
      if (!found || found.open) return;
      if (name === "share") onShare();
      found.showModal();
    }
    root.addEventListener("click", (event) => {
      const target = /** @type {HTMLElement} */ (event.target);
      const opener = /** @type {HTMLElement | null} */ (target.closest("[data-opens]"));
      if (opener) open(opener.dataset.opens || "");
      const closer = /** @type {HTMLElement | null} */ (target.closest("[data-closes]"));
      if (closer) dialog(closer.dataset.closes || "")?.close();
      if (target instanceof HTMLDialogElement) target.close(); // the backdrop
      const copier = /** @type {HTMLElement | null} */ (target.closest("[data-copy]"));
      if (copier) void copy(root, copier);
      const tab = /** @type {HTMLElement | null} */ (target.closest("[data-tab]"));
      if (tab) chooseTab(root, tab);
      if (target.closest("[data-grip]")) nextStop(root);
    });
    rememberKey(root);
    document.addEventListener("pointerdown", (event) => {
      for (const menu of root.querySelectorAll('details:is([data-menu="display"], [data-menu="known"])[open]')) {
        if (!menu.contains(/** @type {Node} */ (event.target))) menu.removeAttribute("open");
      }
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || root.querySelector("dialog[open]")) return;
      onEscape();
      for (const menu of root.querySelectorAll('details:is([data-menu="display"], [data-menu="known"])[open]')) {
        menu.removeAttribute("open");
        /** @type {HTMLElement | null} */ (menu.querySelector("summary"))?.focus();
      }
    });
    return { open };
  }

  /** A reader who folded or opened the map's key finds it so again. @param {HTMLElement} root */
  function rememberKey(root) {
    const key = /** @type {HTMLDetailsElement | null} */ (root.querySelector('details[data-menu="key"]'));
    if (!key) return;
    const { key: before } = document.documentElement.dataset;
    if (before) key.open = before === "open";
    /** @type {HTMLElement | null} */ (key.querySelector("summary"))?.addEventListener("click", () => {
      const after = key.open ? "folded" : "open"; // it turns once the click is over
      document.documentElement.dataset.key = after;
      try {
        localStorage.setItem("frontline.key", after);
      } catch {
        // not remembered, then
      }
    });
  }

  /** @param {HTMLElement} root @param {HTMLElement} button */
  async function copy(root, button) {
    const field = /** @type {HTMLTextAreaElement | null} */ (frontlineParts.analyst.part(root, button.dataset.copy || ""));
    if (!field) return;
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // without https a page may not use the clipboard in the modern way
    }
    const before = button.textContent;
    button.textContent = button.dataset.done || "";
    setTimeout(() => (button.textContent = before), 1500);
  }

  /** @param {HTMLElement} root @param {HTMLElement} tab */
  function chooseTab(root, tab) {
    const tabs = /** @type {HTMLElement} */ (tab.closest('[role="tablist"]'));
    for (const other of tabs.querySelectorAll("[data-tab]")) other.setAttribute("aria-selected", String(other === tab));
    const which = tabs.classList.contains("side-tabs") ? "tab" : "chart";
    /** @type {HTMLElement} */ (root.querySelector(".side")).dataset[which] = tab.dataset.tab;
    dispatchEvent(new Event("resize")); // a chart that was hidden has to learn its width
  }

  /** @param {HTMLElement} root */
  function nextStop(root) {
    const side = /** @type {HTMLElement} */ (root.querySelector(".side"));
    const stops = ["low", "half", "high"];
    side.dataset.stop = stops[(stops.indexOf(side.dataset.stop || "low") + 1) % stops.length];
  }

  frontlineParts.analyst.bindFolds = bindFolds;
})();
