"use strict";
(() => {
  const form = document.querySelector("form.filter");
  const [text, state] = [form.querySelector("input"), form.querySelector("select")];
  const [shown, all] = form.querySelectorAll("output span");
  // What is shown or left out as a whole: sheets, rows that belong together, rows.
  const units = [];
  const parts = [];
  const add = (node) => {
    const unit = { node, gap: node.querySelector(".gap") !== null, text: "" };
    units.push(unit);
    return unit;
  };
  parts.push({ node: null, units: Array.from(document.querySelectorAll("main > section > article")).map(add) });
  const wide = form.dataset.in.split(" ").filter((id) => id !== "").map((id) => document.getElementById(id));
  wide.flatMap((section) => Array.from(section.querySelectorAll(":scope > .table"))).forEach((node) => {
    const rows = (body) => (body.querySelector("[rowspan]") ? [body] : Array.from(body.rows));
    const bodies = Array.from(node.querySelectorAll("tbody"));
    parts.push({ node, units: (bodies.length > 1 ? bodies : bodies.flatMap(rows)).map(add) });
  });
  const said = (unit) => (unit.text = unit.text || unit.node.textContent.toLowerCase());
  const off = (node, is) => node.classList.toggle("off", is);
  const isOff = (node) => node.classList.contains("off");

  // Rows are laid out again by the browser, which takes long for thousands: what goes is taken out at once, and what comes
  // comes in pieces, the first of each table with the letter that was typed.
  const FIRST = 40;
  const PIECE = 250;
  let waiting = 0;
  const come = (rest) => {
    rest.splice(0, PIECE).forEach((unit) => off(unit.node, false));
    waiting = rest.length > 0 ? setTimeout(come, 50, rest) : 0;
  };

  const apply = () => {
    clearTimeout(waiting);
    const words = text.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
    const fits = (unit) =>
      (state.value === "" || (state.value === "gap") === unit.gap) && words.every((word) => said(unit).includes(word));
    let count = 0;
    const later = [];
    for (const part of parts) {
      let first = FIRST;
      let left = 0;
      for (const unit of part.units) {
        if (!fits(unit)) {
          if (!isOff(unit.node)) off(unit.node, true);
          continue;
        }
        left += 1;
        first -= 1;
        if (first >= 0) off(unit.node, false);
        else if (isOff(unit.node)) later.push(unit);
      }
      count += left;
      if (part.node) off(part.node, left === 0 && part.units.length > 0);
    }
    [shown.textContent, all.textContent] = [count, units.length];
    waiting = later.length > 0 ? setTimeout(come, 150, later) : 0;
  };

  // A link leads to its part, also where that was left out.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const part = target && target.closest(".off");
    if (part) {
      off(part, false);
      target.scrollIntoView();
    }
  };

  if (units.length > 0) {
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply, 0));
    window.addEventListener("hashchange", reveal);
    [shown.textContent, all.textContent] = [units.length, units.length];
    // The first letter that is typed should not wait for all texts.
    (window.requestIdleCallback || setTimeout)(() => units.forEach(said));
  }
})();
