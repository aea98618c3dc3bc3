// The browser half of <GreyDither> and <ColourDither>, an anywidget module: a slider that swaps the
// frames which the program made. The static figure is already there.
export default {
  render({ model, el }) {
    const [control, choices, says, noun] = ["control", "choices", "says", "noun"].map((key) =>
      model.get(key),
    );
    const picture = el.querySelector("img");
    const words = el.querySelector("p");
    const slider = document.createElement("input");
    slider.type = "range";
    slider.max = choices.length - 1;
    slider.setAttribute("aria-label", `Number of ${noun}`);
    el.append(slider);
    const show = () => {
      const at = choices.indexOf(model.get(control));
      if (at < 0) return;
      slider.value = at;
      slider.setAttribute("aria-valuetext", `${choices[at]} ${noun}`);
      words.textContent = says[at];
      picture.src = model.get(`frame${at}`);
    };
    slider.oninput = () => {
      model.set(control, choices[slider.value]);
      model.save_changes();
    };
    model.on(`change:${control}`, show);
    show();
    return () => slider.remove();
  },
};
