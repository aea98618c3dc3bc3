// The browser half of <OwnPicture>, an anywidget module: the reader chooses, drops or pastes a
// picture, a worker finds its palettes, and the widget of <KMeansImage> shows them. Everything comes
// through the model, as URLs: `own_worker` with its `own_glue` and `own_wasm`; `figure`, the module of
// that widget, with `figure_style`, `wasm` and whatever else it asks for; and `ks`, `k` (shown
// first), `oklab` and `width`, which the author chose. No file is fetched before there is a picture,
// and the picture goes to the worker and nowhere else.

const failures = {
  fetch: "What finds the palettes could not be fetched. Are you online?",
  kind: "That file is not a picture.",
  read:
    "This browser cannot read that picture: it may be damaged, too large, or of a kind that it " +
    "does not know.",
  cluster: "The work ended early; most likely there was too little memory. Try a smaller picture.",
  show:
    "This browser alters the pixels that a page reads, against tracking. The palettes could not be " +
    "shown with it.",
};

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// The model of the figure: what is its own, and for the rest that of this widget.
function modelOf(own, outer) {
  const events = new EventTarget();
  return {
    get: (key) => (key in own ? own[key] : outer.get(key)),
    set(key, value) {
      if (own[key] === value) return;
      own[key] = value;
      events.dispatchEvent(new Event("change:" + key));
    },
    on: (...event) => events.addEventListener(...event),
    off: (...event) => events.removeEventListener(...event),
    save_changes() {},
  };
}

// What <KMeansImage> finds in the page, with the reader's picture in it.
function figureOf(src, [width, height]) {
  const part = (name, ...children) =>
    element("span", { className: "kmeans-image-" + name }, ...children);
  const img = element("img", { src, width, height, alt: "Your picture" });
  const swatches = part("swatches");
  swatches.ariaHidden = "true";
  const caption = element("span", { className: "own-picture-numbers" }, part("numbers", "\u00a0"));
  return element(
    "div",
    { className: "kmeans-image" },
    part("stage", img),
    part("control"),
    swatches,
    caption,
  );
}

// Those of a page that shows such figures come first anyway, and so do the author's.
function styled(href) {
  if (document.querySelector('link[href="' + href + '"]')) return;
  return new Promise((done) => {
    const link = element("link", { rel: "stylesheet", href, onload: done, onerror: done });
    document.head.prepend(link);
  });
}

const millions = ([width, height]) => {
  const pixels = width * height;
  return pixels < 1e5
    ? width + " × " + height + " pixels"
    : (pixels / 1e6).toFixed(1) + " megapixels";
};

function render({ model, el }) {
  const box = el.querySelector(".own-picture-box");
  const still = [...box.childNodes];
  const url = (key) => new URL(model.get(key), document.baseURI).href;

  const input = element("input", { type: "file", accept: "image/*" });
  const prompt = element("span", { textContent: "Choose a picture" });
  const choose = element("label", { className: "own-picture-choose" }, prompt, input);
  const other = element("span", {
    className: "own-picture-other",
    textContent: "or drop one here, or paste it",
  });
  const bar = element("progress", { max: 1 });
  bar.ariaLabel = "Finding the palettes";
  bar.hidden = true;
  const cancel = element("button", { type: "button", textContent: "Cancel", hidden: true });
  const pick = element("div", { className: "own-picture-pick" }, choose, other, cancel);
  const status = element("span", { className: "own-picture-status", role: "status" });
  const result = element("div", { className: "own-picture-result" });
  box.replaceChildren(pick, bar, status);
  box.after(result);

  // What goes when the next picture comes.
  let worker, endFigure, running, latest;
  let urls = [];
  const keep = (blob) => {
    urls.push(URL.createObjectURL(blob));
    return urls.at(-1);
  };
  const working = (yes) => {
    // A button that goes takes the focus with it.
    if (document.activeElement === cancel) input.focus();
    bar.hidden = cancel.hidden = !yes;
    other.hidden = yes;
  };
  const stop = () => {
    running = null;
    worker?.terminate();
    worker = null;
    working(false);
  };
  const clear = () => {
    stop();
    latest = null;
    endFigure?.();
    endFigure = null;
    result.replaceChildren();
    urls.forEach((url) => URL.revokeObjectURL(url));
    urls = [];
  };
  const fail = (step, why) => {
    clear();
    if (why) console.warn(why);
    status.textContent = failures[step];
    status.classList.add("own-picture-failed");
  };

  const begin = (file) => {
    clear();
    status.classList.remove("own-picture-failed");
    // Files of a kind that the system does not know have no type at all.
    if (file.type && !file.type.startsWith("image/")) return fail("kind");
    const start = performance.now();
    const own = (running = latest = {});
    const ks = model.get("ks");
    status.textContent = "Reading the picture…";
    bar.removeAttribute("value");
    working(true);
    let read;
    worker = new Worker(url("own_worker"), { type: "module" });
    // It could not be fetched, or a wasm trap took it down.
    worker.onerror = (event) => {
      event.preventDefault();
      fail(read ? "cluster" : "fetch", event.message);
    };
    worker.onmessage = async ({ data }) => {
      if (typeof data === "number") {
        bar.value = data;
      } else if (data.size) {
        read = data;
        status.textContent =
          "Finding " + ks.length + (ks.length === 1 ? " palette" : " palettes") + " of " +
          millions(data.size) + "…";
        await styled(url("figure_style"));
        if (running === own) result.replaceChildren(figureOf(keep(file), data.shown));
      } else if (data.step) {
        fail(data.step, data.why);
      } else {
        try {
          await show(own, data);
        } catch (error) {
          if (running === own) fail("show", error);
          return;
        }
        if (running !== own) return;
        const seconds = ((performance.now() - start) / 1000).toFixed(1);
        const { size, taken, shown } = read;
        status.textContent =
          data.states + (data.states === 1 ? " palette" : " palettes") + " of " + millions(size) +
          ", found on your device in " + seconds + " seconds." +
          (taken[0] > size[0] ? " The picture was made smaller first, from " + millions(taken) + "." : "") +
          (shown[0] < size[0] ? " Shown " + shown[0] + " pixels wide." : "");
        prompt.textContent = "Choose another";
        stop();
      }
    };
    worker.postMessage({
      file,
      glue: url("own_glue"),
      wasm: url("own_wasm"),
      ks,
      oklab: model.get("oklab"),
      width: model.get("width"),
    });
  };

  // Hands the palettes to the widget of <KMeansImage>.
  const show = async (own, { picture, palettes }) => {
    const [{ default: figure }] = await Promise.all([
      import(url("figure")),
      styled(url("figure_style")),
    ]);
    if (running !== own) return;
    const src = keep(picture);
    const img = result.querySelector("img");
    img.src = src;
    await img.decode();
    if (running !== own) return;
    const end = await figure.render({
      model: modelOf(
        {
          picture: src,
          palettes: keep(palettes),
          selected: 0,
          k: model.get("k"),
          // Asked for where the canvas cannot be trusted: but there are no frames to fall back on.
          get base() {
            setTimeout(() => latest === own && fail("show"));
            return "data:,";
          },
        },
        model,
      ),
      el: result,
    });
    if (running === own) endFigure = end;
    else end();
  };

  const withFiles = (transfer) => transfer?.types.includes("Files");
  const listeners = [
    [input, "change", () => {
      const [file] = input.files;
      // So that the same file can be chosen once more.
      input.value = "";
      if (file) begin(file);
    }],
    [cancel, "click", () => {
      clear();
      status.textContent = "Cancelled.";
    }],
    [box, "dragover", (event) => {
      if (!withFiles(event.dataTransfer)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      box.classList.add("own-picture-over");
    }],
    [box, "dragleave", (event) => {
      if (!box.contains(event.relatedTarget)) box.classList.remove("own-picture-over");
    }],
    [box, "drop", (event) => {
      box.classList.remove("own-picture-over");
      if (!withFiles(event.dataTransfer)) return;
      event.preventDefault();
      if (event.dataTransfer.files[0]) begin(event.dataTransfer.files[0]);
    }],
    // What is pasted while nothing else has the focus is meant for the first such figure.
    [document, "paste", (event) => {
      const focused = document.activeElement;
      const picture = [...(event.clipboardData?.files ?? [])].find((file) =>
        file.type.startsWith("image/"),
      );
      if (event.defaultPrevented || !picture) return;
      if (focused !== document.body && !el.contains(focused)) return;
      event.preventDefault();
      begin(picture);
    }],
  ];
  for (const [target, name, listener] of listeners) target.addEventListener(name, listener);

  return () => {
    for (const [target, name, listener] of listeners) target.removeEventListener(name, listener);
    clear();
    result.remove();
    box.replaceChildren(...still);
  };
}

export default { render };
