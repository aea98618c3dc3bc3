// Runs in a built page with one figure. `measure` times the figure's kernel beside a plain search in
// JavaScript; `watch` times what the widget does while a reader drags.
(() => {
  const island = document.querySelector("prebake-island");
  const model = JSON.parse(island.getAttribute("model"));
  const url = (path) => new URL(path, document.baseURI);
  const order = (times) => [...times].sort((a, b) => a - b);
  const at = (times, share) => order(times)[Math.min(times.length - 1, Math.floor(share * times.length))];
  const told = (times) => ({ median: at(times, 0.5), p95: at(times, 0.95), worst: at(times, 1) });

  async function pixelsOf(path) {
    const image = Object.assign(new Image(), { src: url(path) });
    await image.decode();
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height).data;
  }

  // Every pixel asks every colour: what an author would write by hand, with typed arrays.
  function plain(palette, source, target) {
    const k = palette.length;
    const reds = Int32Array.from(palette, ([red]) => red);
    const greens = Int32Array.from(palette, ([, green]) => green);
    const blues = Int32Array.from(palette, ([, , blue]) => blue);
    const words = Int32Array.from(palette, ([r, g, b]) => (255 << 24) | (b << 16) | (g << 8) | r);
    for (let pixel = 0; pixel < target.length; pixel++) {
      const red = source[4 * pixel];
      const green = source[4 * pixel + 1];
      const blue = source[4 * pixel + 2];
      let nearest = 0;
      let least = 1 << 30;
      for (let i = 0; i < k; i++) {
        const x = red - reds[i];
        const y = green - greens[i];
        const z = blue - blues[i];
        const distance = x * x + y * y + z * z;
        if (distance < least) {
          least = distance;
          nearest = i;
        }
      }
      target[pixel] = words[nearest];
    }
  }

  async function measure(rounds) {
    const figure = await (await fetch(url(model.base + "figure.json"))).json();
    const palettes = figure.states.map(({ palette }) =>
      palette.map((hex) => [1, 3, 5].map((place) => parseInt(hex.slice(place, place + 2), 16))));
    const source = await pixelsOf(model.picture);
    const pixels = source.length / 4;
    const module = await WebAssembly.compile(await (await fetch(url(model.wasm))).arrayBuffer());
    const imports = WebAssembly.Module.imports(module).map(({ module, name }) => [module, { [name]() {} }]);
    const { exports } = await WebAssembly.instantiate(module, Object.fromEntries(imports));
    const room = exports.allocate(pixels) >>> 0;
    const view = (from, length) => new Uint8Array(exports.memory.buffer, room + from, length);
    view(768, source.length).set(source);
    const start = performance.now();
    const used = exports.prepare(room, pixels);
    const prepare = performance.now() - start;
    const target = new Int32Array(pixels);

    // The page's clock is coarse: short work is done several times.
    const times = Math.max(1, Math.round(1e6 / pixels));
    const kernel = palettes.map(() => []);
    const script = palettes.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const [state, palette] of palettes.entries()) {
        view(0, 768).set(palette.flat());
        const start = performance.now();
        for (let i = 0; i < times; i++) exports.recolour(room, pixels, used, palette.length);
        const middle = performance.now();
        plain(palette, source, target);
        const end = performance.now();
        kernel[state].push((middle - start) / times);
        script[state].push(end - middle);
        if (round === 0) {
          const painted = new Int32Array(exports.memory.buffer, room + 768 + source.length, pixels);
          if (painted.some((word, i) => word !== target[i])) throw new Error("the two differ");
        }
      }
      await new Promise((done) => setTimeout(done));
    }
    // Of a state's rounds the median; then over the states.
    const over = (states) => told(states.map((times) => at(times, 0.5)));
    return { prepare, kernel: over(kernel), script: over(script) };
  }

  function watch() {
    const latency = [];
    const work = [];
    let moved, handled, framing;
    const later = (then) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = then;
      port2.postMessage(0);
    };
    // From the event's first listener to its last, and from a frame's first callback to the first
    // task after it was painted.
    addEventListener("input", () => {
      moved = performance.now();
      requestAnimationFrame((now) => {
        const start = performance.now();
        framing = true;
        later(() => {
          framing = false;
          work.push(handled + performance.now() - start);
        });
      });
    }, true);
    addEventListener("input", () => (handled = performance.now() - moved));
    // A bitmap that arrives in a frame is painted with it, any other with the next.
    const { transferFromImageBitmap } = ImageBitmapRenderingContext.prototype;
    ImageBitmapRenderingContext.prototype.transferFromImageBitmap = function (bitmap) {
      transferFromImageBitmap.call(this, bitmap);
      const since = moved;
      const painted = () => later(() => latency.push(performance.now() - since));
      if (framing) painted();
      else requestAnimationFrame(painted);
    };
    let long = 0;
    new PerformanceObserver((list) => (long += list.getEntries().length)).observe({ type: "longtask" });
    return () => ({ frames: latency.length, long, latency: told(latency), work: told(work) });
  }

  window.bench = { measure, watch };
})();
