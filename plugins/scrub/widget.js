// The browser half of <Scrub>, an anywidget module: the number becomes a slider without a track.
// The model holds `value`, `min`, `max`, `step`, `decimals` and `label`.

// A drag over the whole range is about this long, in CSS pixels, where the steps allow it.
const TRAVEL = 240;

function render({ model, el }) {
  const number = el.querySelector(".scrub");
  const [min, max, step] = ["min", "max", "step"].map((key) => model.get(key));
  const text = document.createElement("span");
  text.ariaHidden = "true";
  // Screen readers, keyboards and assistive touch find a slider; its own look is not for sight.
  const input = Object.assign(document.createElement("input"), {
    type: "range",
    min,
    max,
    step,
    ariaLabel: model.get("label"),
    autocomplete: "off",
  });
  const before = number.textContent;
  number.replaceChildren(text, input);

  const show = () => {
    const value = model.get("value");
    input.value = value;
    input.ariaValueText = text.textContent = (+value).toFixed(model.get("decimals"));
  };
  const set = () => {
    model.set("value", +input.value);
    model.save_changes();
  };
  input.addEventListener("input", set);
  model.on("change:value", show);
  show();

  const reach = Math.min(Math.max((TRAVEL * step) / (max - min), 2), 24);
  let from;
  const listeners = {
    pointerdown(event) {
      if (event.button) return;
      from = { x: event.clientX, value: +input.value };
      number.setPointerCapture(event.pointerId);
      input.focus({ preventScroll: true });
      // No text is selected on the way.
      event.preventDefault();
    },
    pointermove(event) {
      if (!from) return;
      // The input keeps the value in its range and on its steps.
      input.value = from.value + Math.round((event.clientX - from.x) / reach) * step;
      set();
    },
    pointerup: () => (from = null),
    pointercancel: () => (from = null),
  };
  for (const type in listeners) number.addEventListener(type, listeners[type]);

  return () => {
    model.off("change:value", show);
    for (const type in listeners) number.removeEventListener(type, listeners[type]);
    number.replaceChildren(before);
  };
}

export default { render };
