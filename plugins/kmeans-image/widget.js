// The browser half of <KMeansImage>, an anywidget module: a slider over the states that the build
// computed, and a canvas on which the kernel recolours the picture. Everything reaches it through
// the model: `picture`, `palettes`, `wasm` (URLs; without `picture` frames are swapped),
// `base` (the folder of the frames), and what is shown, twice: `selected` (the index of the state)
// and `k` (its number of colours).

import { bytes, readPalettes } from "./palettes.js";
import { openPicture } from "./picture.js";
import { showFrames, showOnCanvas } from "./screen.js";
import { keepInStep } from "./selection.js";

// What the figures of one page share, by URL.
const shared = new Map();

function once(url, make) {
  if (!shared.has(url)) shared.set(url, make());
  return shared.get(url);
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

async function render({ model, el }) {
  const find = (part) => el.querySelector(".kmeans-image-" + part);
  const [stage, control, swatches, numbers] =
    ["stage", "control", "swatches", "numbers"].map(find);
  const img = stage.querySelector("img");
  const url = (key) => new URL(model.get(key), document.baseURI).href;

  const palettes = once(url("palettes"), () => readPalettes(url("palettes")));
  const address = model.get("picture") && url("picture");
  const picture = address
    ? once(address, () => {
        const kernel = once(url("wasm"), async () => WebAssembly.compile(await bytes(url("wasm"))));
        return openPicture(address, kernel, palettes);
      })
    : Promise.reject();
  picture.users = (picture.users || 0) + 1;
  // The slider is there before the picture is: what shows states follows.
  // An exported figure has no folder, and names every file.
  const file = (name) => model.get("files")?.[name] || url("base") + name;
  const frames = () => showFrames(img, file);
  let screen = picture.then((pixels) => showOnCanvas(img, pixels), frames);
  const paint = async (state) => {
    try {
      await (await screen).show(state);
    } catch {
      (await screen).end();
      screen = frames();
      screen.show(state);
    }
  };
  const { states } = await palettes;

  const before = [swatches, numbers].map((part) => [...part.childNodes]);
  const input = element("input", { type: "range", max: states.length - 1, autocomplete: "off" });
  const label = element("label", { textContent: "Colours" });
  label.append(input);
  const output = element("output");
  // The slider itself says its value; a second voice would only repeat it.
  output.ariaHidden = "true";
  control.append(label, output);

  let request;
  const show = (selected) => {
    const state = states[selected];
    const { k, colours, count, quality, rate } = state;
    input.value = selected;
    input.ariaValueText = count + ", " + quality;
    output.textContent = k;
    numbers.textContent = count + " · " + quality + " · " + rate;
    swatches.replaceChildren(
      ...Array.from({ length: k }, (_, i) => {
        const swatch = element("i");
        swatch.style.background = "rgb(" + colours.subarray(3 * i, 3 * i + 3).join() + ")";
        return swatch;
      }),
    );
    cancelAnimationFrame(request);
    request = requestAnimationFrame(() => paint(state));
  };
  input.addEventListener("input", () => {
    model.set("selected", +input.value);
    model.save_changes();
  });
  const ks = states.map(({ k }) => k);
  const end = keepInStep(model, ks, before[0].length, show);

  return () => {
    end();
    cancelAnimationFrame(request);
    Promise.resolve(screen).then((last) => last.end());
    if (!--picture.users) {
      shared.delete(address);
      picture.then(({ end }) => end(), () => {});
    }
    control.replaceChildren();
    [swatches, numbers].forEach((part, i) => part.replaceChildren(...before[i]));
  };
}

export default { render };
