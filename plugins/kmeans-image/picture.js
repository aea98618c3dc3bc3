// A picture that is painted with palettes: in the page, or in a worker where it is large. The file
// that holds this module is the worker's script, too.

import { bytes } from "./palettes.js";

// The most pixels that are painted in the page. A slow phone paints them in a quarter of a frame.
const SMALL = 1 << 18;

const WORKER = "recolour";

// The pixels in the memory of a kernel of their own, checked against the build's digest. Gives the
// function that paints them in a state's colours.
async function painter({ kernel, bitmap, digest }) {
  // Only numbers cross the kernel's border: what its glue would bring in is never called.
  const imports = WebAssembly.Module.imports(kernel)
    .map(({ module, name }) => [module, { [name]() {} }]);
  const { exports } = await WebAssembly.instantiate(kernel, Object.fromEntries(imports));
  const { width, height } = bitmap;
  const pixels = width * height;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  bitmap.close();

  // The room begins with the palette, then the picture, then what is painted.
  const room = exports.allocate(pixels) >>> 0;
  if (!room) throw new Error("out of memory");
  const source = room + 768;
  const size = 4 * pixels;
  // Memory that grows leaves its old buffer behind, so a view is good for the moment only.
  const view = (at, length) => new Uint8ClampedArray(exports.memory.buffer, at, length);
  view(source, size).set(context.getImageData(0, 0, width, height).data);
  const used = exports.digest(source, size) === digest && exports.prepare(room, pixels);
  if (!used) throw new Error("other pixels");
  return ({ k, colours }) => {
    view(room, 768).set(colours);
    exports.recolour(room, pixels, used, k);
    context.putImageData(new ImageData(view(source + size, size), width, height), 0, 0);
    return canvas.transferToImageBitmap();
  };
}

// The same in a worker: its first message is the picture, every other one a state.
async function distantPainter(picture) {
  const worker = new Worker(import.meta.url, { type: "module", name: WORKER });
  const asked = [];
  const ask = (message, transfer) =>
    new Promise((...settle) => {
      asked.push(settle);
      worker.postMessage(message, transfer);
    });
  worker.onmessage = ({ data }) => asked.shift()[data ? 0 : 1](data);
  worker.onerror = () => asked.splice(0).forEach(([, reject]) => reject());
  const end = () => worker.terminate();
  await ask(picture, [picture.bitmap]).catch((error) => {
    end();
    throw error;
  });
  return { paint: ask, end };
}

if (!globalThis.document && globalThis.name === WORKER) {
  let paint;
  onmessage = async ({ data }) => {
    let answer = 0;
    try {
      answer = paint ? paint(data) : !!(paint = await painter(data));
    } catch {}
    postMessage(answer, answer.close ? [answer] : []);
  };
}

// The page has the picture already, so that `Image` costs no request.
export async function openPicture(url, compiled, palettes) {
  const image = Object.assign(new Image(), { src: url });
  const [{ digest }, kernel] = await Promise.all([palettes, compiled, image.decode()]);
  const bitmap = await createImageBitmap(image, {
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
  });
  const { width, height } = bitmap;
  const picture = { kernel, bitmap, digest };
  const { paint, end } =
    width * height > SMALL
      ? await distantPainter(picture)
      : { paint: await painter(picture), end() {} };
  return { width, height, paint, end };
}
