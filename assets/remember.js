// Theme, colours and the folded key that a reader chose before stand on the page before anything is painted.
"use strict";

(function () {
  document.documentElement.classList.add("script");
  const asked = new URLSearchParams(location.search);
  const choices = { theme: ["light", "dark"], palette: ["conventional", "safe"], key: ["open", "folded"] };
  for (const [name, known] of Object.entries(choices)) {
    let chosen = null;
    try {
      chosen = localStorage.getItem(`frontline.${name}`);
    } catch {
      // A browser may keep its storage shut: then the page looks as its address says.
    }
    if (!asked.has(name) && chosen && known.includes(chosen)) document.documentElement.dataset[name] = chosen;
  }
})();
