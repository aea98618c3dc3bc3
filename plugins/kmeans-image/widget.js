// The browser half of <KMeansImage>, an anywidget module: a slider over the states that the build
// computed, and a canvas on which the kernel recolours the picture. Everything reaches it through
// the model: `picture`, `palettes`, `wasm`, `glue` (URLs; without `picture` frames are swapped),
// `base` (the folder of the frames), and what is shown, twice: `selected` (the index of the state)
// and `k` (its number of colours).

// What the figures of one page share, by URL.
const shared = new Map();

function once(url, make) {
  if (!shared.has(url)) shared.set(url, make());
  return shared.get(url);
}

// palettes.bin: the digest of the picture, then every state's numbers, then every state's colours.
async function readPalettes(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(response.status + " " + url);
  const buffer = await response.arrayBuffer();
  const view = new DataView(buffer);
  const number = (at) => view.getUint16(at, true);
  const count = number(8);
  const states = [];
  for (let i = 0, at = 10 + 8 * count; i < count; i++) {
    const [k, psnr, bits, entropy] = [0, 2, 4, 6].map((field) => number(10 + 8 * i + field));
    const colours = new Uint8Array(buffer, at, 3 * k);
    at += 3 * k;
    states.push({
      k,
      colours,
      count: k + (k === 1 ? " colour" : " colours"),
      quality: psnr === 65535 ? "exact" : (psnr / 10).toFixed(1) + " dB",
      rate:
        (bits / 100).toFixed(2) + " bits per pixel, " +
        (entropy / 100).toFixed(2) + " after entropy coding",
    });
  }
  return { digest: view.getBigInt64(0, true), states };
}

// The picture's pixels in the kernel's memory, checked against the build's digest, and the function
// that paints them with a palette. The page has the picture already, so `Image` costs no request.
async function readPicture(url, wasm, glue, palettes) {
  const image = element("img", { src: url });
  const [kernel, { digest }] = await Promise.all([
    once(wasm, async () => (await import(glue)).default({ module_or_path: new URL(wasm) })),
    palettes,
    image.decode(),
  ]);
  const bitmap = await createImageBitmap(image, {
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
  });
  const { width, height } = bitmap;
  const bytes = 4 * width * height;
  const context = contextOf(document.createElement("canvas"), width, height);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();

  const room = (length) => {
    const address = kernel.allocate(length) >>> 0;
    if (!address) throw new Error("out of memory");
    return address;
  };
  const [palette, source, target] = [768, bytes, bytes].map(room);
  // Memory that grows leaves its old buffer behind, so a view is good for the moment only.
  const view = (address, length) => new Uint8ClampedArray(kernel.memory.buffer, address, length);
  view(source, bytes).set(context.getImageData(0, 0, width, height).data);
  if (kernel.digest(source, bytes) !== digest) throw new Error("other pixels");
  return {
    width,
    height,
    paint({ k, colours }) {
      view(palette, 768).set(colours);
      kernel.recolour(palette, k, source, target, width * height);
      return new ImageData(view(target, bytes), width, height);
    },
  };
}

function contextOf(canvas, width, height) {
  canvas.width = width;
  canvas.height = height;
  return canvas.getContext("2d", { colorSpace: "srgb", willReadFrequently: true });
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

// Shows states on a canvas that covers the image's box, wherever the author's styles put it. The
// image keeps its place in the page, unseen.
function showOnCanvas(img, picture) {
  const stage = img.parentNode;
  const canvas = element("canvas", { role: "img" });
  const context = contextOf(canvas, picture.width, picture.height);
  const place = () => {
    const outer = stage.getBoundingClientRect();
    const { left, top, width, height } = img.getBoundingClientRect();
    const style = getComputedStyle(img);
    for (const name of ["border", "borderRadius", "boxShadow", "filter", "opacity", "padding"]) {
      canvas.style[name] = style[name];
    }
    canvas.style.left = left - outer.left + "px";
    canvas.style.top = top - outer.top + "px";
    canvas.style.width = width + "px";
    canvas.style.height = height + "px";
  };
  const observer = new ResizeObserver(place);
  observer.observe(img);
  observer.observe(stage);
  return {
    show(state) {
      context.putImageData(picture.paint(state), 0, 0);
      canvas.ariaLabel = img.alt;
      canvas.ariaHidden = String(!img.alt);
      if (canvas.parentNode) return;
      place();
      stage.append(canvas);
      img.style.visibility = "hidden";
    },
    end() {
      observer.disconnect();
      canvas.remove();
      img.style.visibility = "";
    },
  };
}

// Shows states as the frames that the build wrote, where the canvas cannot be trusted to.
function showFrames(img, base) {
  const original = img.src;
  let wanted;
  return {
    async show({ k }) {
      const src = base + "k-" + String(k).padStart(2, "0") + ".png";
      wanted = src;
      if (src === img.src) return;
      const frame = element("img", { src });
      // A frame that is late, or lost, leaves the last one standing.
      await frame.decode().catch(() => {});
      if (wanted === src && frame.naturalWidth) img.src = src;
    },
    end() {
      wanted = null;
      img.src = original;
    },
  };
}

async function render({ model, el }) {
  const find = (part) => el.querySelector(".kmeans-image-" + part);
  const [stage, control, swatches, numbers] =
    ["stage", "control", "swatches", "numbers"].map(find);
  const img = stage.querySelector("img");
  const url = (key) => new URL(model.get(key), document.baseURI).href;

  const palettes = once(url("palettes"), () => readPalettes(url("palettes")));
  const picture = async () => {
    if (!model.get("picture")) throw new Error("no picture");
    const address = url("picture");
    return once(address, () => readPicture(address, url("wasm"), url("glue"), palettes));
  };
  const screen = await picture().then(
    (pixels) => showOnCanvas(img, pixels),
    () => showFrames(img, url("base")),
  );
  const { states } = await palettes;

  const before = [swatches, numbers].map((part) => [...part.childNodes]);
  const input = element("input", { type: "range", max: states.length - 1, autocomplete: "off" });
  const label = element("label", { textContent: "Colours" });
  label.append(input);
  const output = element("output");
  // The slider itself says its value; a second voice would only repeat it.
  output.ariaHidden = "true";
  control.append(label, output);

  const shown = () => Math.min(Math.max(model.get("selected") | 0, 0), states.length - 1);
  // The state whose k is nearest to the model's, the lower of two.
  const nearest = () => {
    const far = ({ k }) => Math.abs(k - model.get("k"));
    return states.reduce((best, state, i) => (far(state) < far(states[best]) ? i : best), 0);
  };
  // Each key follows the other, unless both mean one state already: a k between two states, which
  // another figure may know, stays as it is.
  const followK = () => nearest() === shown() || model.set("selected", nearest());
  const followSelected = () => {
    if (nearest() !== shown()) model.set("k", states[shown()].k);
    show();
  };

  let request;
  const show = () => {
    const selected = shown();
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
    request = requestAnimationFrame(() => screen.show(state));
  };
  input.addEventListener("input", () => {
    model.set("selected", +input.value);
    model.save_changes();
  });
  model.on("change:k", followK);
  model.on("change:selected", followSelected);
  // Where one of the two was bound to a state that has changed since the page was built, that one
  // leads: the figure still shows what the build had.
  if (model.get("k") !== before[0].length) followK();
  followSelected();

  return () => {
    model.off("change:k", followK);
    model.off("change:selected", followSelected);
    cancelAnimationFrame(request);
    screen.end();
    control.replaceChildren();
    [swatches, numbers].forEach((part, i) => part.replaceChildren(...before[i]));
  };
}

export default { render };
