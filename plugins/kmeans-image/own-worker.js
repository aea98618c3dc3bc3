// Finds every palette of a reader's picture, away from the page. It gets one message: the `file`, the
// URLs of its kernel (`glue`, `wasm`), and what the author asked for (`ks`, `oklab`, `width`). It
// posts the picture's `size` and where it is shown smaller, numbers (the share of the work done), and
// in the end the `picture` that is shown and its `palettes`, as blobs, or at which `step` it failed.
// It asks the network for its own kernel and for nothing else.

// The most pixels that are clustered: what cameras call 12 megapixels, 4096 x 3072 at most.
const MOST = 4096 * 3072;

// The picture upright and in sRGB, as the page itself would show it, as RGBA bytes.
async function read(file, width) {
  const bitmap = await createImageBitmap(file);
  const taken = [bitmap.width, bitmap.height];
  const scale = Math.min(1, Math.sqrt(MOST / (taken[0] * taken[1])));
  const size = taken.map((side) => Math.max(1, Math.floor(side * scale)));
  const shown = Math.min(width, size[0]);
  postMessage({
    size,
    taken,
    shown: [shown, Math.max(1, Math.round((size[1] * shown) / size[0]))],
  });
  const context = contextOf(...size);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, ...size);
  bitmap.close();
  const { data } = context.getImageData(0, 0, ...size);
  // Tens of megabytes that will not be needed again.
  context.canvas.width = context.canvas.height = 0;
  return { rgba: new Uint8Array(data.buffer), across: size[0] };
}

function contextOf(width, height) {
  const canvas = new OffscreenCanvas(width, height);
  return canvas.getContext("2d", { colorSpace: "srgb", willReadFrequently: true });
}

addEventListener("message", async ({ data: { file, glue, wasm, ks, oklab, width } }) => {
  let step = "fetch";
  try {
    const kernel = await import(glue);
    await kernel.default({ module_or_path: wasm });
    step = "read";
    const { rgba, across } = await read(file, width);
    step = "cluster";
    const made = kernel.cluster(rgba, across, width, Uint16Array.from(ks), oklab);
    step = "show";
    const context = contextOf(made.width, made.height);
    const pixels = new Uint8ClampedArray(made.picture().buffer);
    context.putImageData(new ImageData(pixels, made.width, made.height), 0, 0);
    const picture = await context.canvas.convertToBlob();
    postMessage({ picture, palettes: new Blob([made.palettes()]), states: made.states });
  } catch (error) {
    postMessage({ step, why: String(error) });
  }
});
