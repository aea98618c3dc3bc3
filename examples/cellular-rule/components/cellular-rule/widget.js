// The browser half of <CellularRule>, an anywidget module. The model holds `number` and `rows`, and
// the URLs of the kernel: `glue` and `wasm`.

const DEAD = [255, 255, 255, 255];
const ALIVE = [27, 42, 65, 255];

async function render({ model, el }) {
  const url = (key) => new URL(model.get(key), document.baseURI);
  const kernel = await import(url("glue"));
  await kernel.default({ module_or_path: url("wasm") });

  const rows = model.get("rows");
  const picture = el.querySelector("img");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [kernel.width(rows), rows];
  canvas.role = "img";
  canvas.ariaLabel = picture.alt;
  const context = canvas.getContext("2d");

  const control = el.querySelector(".cellular-rule-control");
  const still = control.textContent;
  const text = document.createElement("span");
  text.ariaHidden = "true";
  const input = Object.assign(document.createElement("input"), {
    type: "range",
    max: 255,
    ariaLabel: "Rule",
    autocomplete: "off",
  });
  control.replaceChildren(text, input);

  // The function that drew the picture at build time.
  const show = () => {
    const number = model.get("number");
    input.value = number;
    text.textContent = "Rule " + number;
    const image = context.createImageData(canvas.width, rows);
    kernel.cells(number, rows).forEach((cell, at) => image.data.set(cell ? ALIVE : DEAD, 4 * at));
    context.putImageData(image, 0, 0);
  };
  input.addEventListener("input", () => {
    model.set("number", +input.value);
    model.save_changes();
  });
  model.on("change:number", show);
  show();
  picture.replaceWith(canvas);

  return () => {
    model.off("change:number", show);
    canvas.replaceWith(picture);
    control.replaceChildren(still);
  };
}

export default { render };
