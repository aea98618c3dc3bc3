// The browser half of <PaletteCurve>, an anywidget module: the marker follows the state, and a click
// on the curves moves it. The model holds `selected` and `k`, which say the same; `ks`, the numbers of
// colours; `across` and `up`, the places of the states in percent; and `texts`, their numbers.

import { keepInStep } from "./selection.js";

function render({ model, el }) {
  const plots = el.querySelector(".palette-curve-plots");
  const numbers = el.querySelector(".palette-curve-numbers");
  const lines = [...el.querySelectorAll(".palette-curve-plot > b")];
  const [ks, across, up, texts] = ["ks", "across", "up", "texts"].map((key) => model.get(key));
  const input = Object.assign(document.createElement("input"), {
    type: "range",
    max: ks.length - 1,
    ariaLabel: "Colours",
    autocomplete: "off",
  });
  plots.append(input);

  const end = keepInStep(model, ks, ks[texts.indexOf(numbers.textContent)], (i) => {
    input.value = i;
    input.ariaValueText = numbers.textContent = texts[i];
    lines.forEach((line, panel) => {
      line.style.left = across[i] + "%";
      line.firstChild.style.bottom = up[panel][i] + "%";
    });
  });
  const select = (i) => {
    model.set("selected", i);
    model.save_changes();
  };
  input.addEventListener("input", () => select(+input.value));

  let dragged;
  const follow = (event) => {
    const { left, width } = lines[0].parentNode.getBoundingClientRect();
    const far = (place) => Math.abs((place / 100) * width - (event.clientX - left));
    select(across.reduce((best, it, i) => (far(it) < far(across[best]) ? i : best), 0));
  };
  const listeners = {
    pointerdown(event) {
      if (event.button) return;
      dragged = true;
      plots.setPointerCapture(event.pointerId);
      input.focus({ preventScroll: true });
      event.preventDefault();
      follow(event);
    },
    pointermove: (event) => dragged && follow(event),
    pointerup: () => (dragged = false),
    pointercancel: () => (dragged = false),
  };
  for (const type in listeners) plots.addEventListener(type, listeners[type]);

  return () => {
    end();
    for (const type in listeners) plots.removeEventListener(type, listeners[type]);
    input.remove();
  };
}

export default { render };
