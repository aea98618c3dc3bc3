// The browser half of <KMeansSteps>, an anywidget module: buttons and a slider over the steps that
// the build took. The drawing of the colours is redrawn as the build drew it; the picture is swapped
// for baked frames. Everything reaches it through the model: `steps` (the URL of steps.json), `base`
// (the folder of the frames) and `selected` (the index of the step that is shown).

// While many pixels change sides there is much to see; later, less.
const SLOW = 700;
const FAST = 280;
// How long a colour takes to move.
const GLIDE = 450;

const still = matchMedia("(prefers-reduced-motion)");

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

async function get(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(url);
  return response;
}

// The PNG with other colours: its palette stands right behind the header, a checksum behind that.
function withPalette(png, palette) {
  const bytes = new Uint8Array(png.slice());
  const end = 41 + 3 * palette.length;
  palette.forEach((colour, i) => {
    for (let c = 0; c < 3; c++) {
      bytes[41 + 3 * i + c] = parseInt(colour.slice(1 + 2 * c, 3 + 2 * c), 16);
    }
  });
  let sum = -1;
  for (const byte of bytes.subarray(37, end)) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 && 0xedb88320);
  }
  new DataView(bytes.buffer).setInt32(end, ~sum);
  return bytes;
}

// Shows the frame of a step. An update changes nothing but colours, so that the frame of the
// assignment before it serves, and half of the frames are never fetched.
function showFrames(img, address, states) {
  const fetched = [];
  let wanted, shown;
  const round = (at) =>
    (fetched[at] ??= get(address(states[at].frame)).then((png) => png.arrayBuffer()));
  return async (selected) => {
    wanted = selected;
    // The page's own picture, until the reader moves.
    if (img.src.endsWith(states[selected].frame)) return;
    const at = selected & ~1;
    let url;
    try {
      const bytes = withPalette(await round(at), states[selected].palette);
      url = URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
      await element("img", { src: url }).decode();
      if (wanted === selected) [img.src, shown, url] = [url, url, shown];
      if (at + 2 < states.length) round(at + 2).catch(() => {});
    } catch {
      // A frame that is lost leaves the last one standing, and is asked for again.
      delete fetched[at];
    }
    URL.revokeObjectURL(url);
  };
}

function set(node, attributes) {
  for (const name in attributes) node.setAttribute(name, attributes[name]);
}

// Draws the colours, their ways, and lines from them to the dots that are theirs.
function drawing(svg, states) {
  const group = (name) => [...svg.querySelector(".kmeans-steps-" + name).children];
  const [spokes, trails, centroids] = ["spokes", "trails", "centroids"].map(group);
  const dots = Array.from(svg.querySelectorAll(".kmeans-steps-dots path"), (dot) =>
    dot.getAttribute("d").slice(1, -2),
  );
  let places, request, before;

  const draw = (selected, at) => {
    places = at;
    const clusters = states[selected & ~1].clusters;
    const { palette } = states[selected];
    at.forEach(([cx, cy], i) => {
      const here = cx + " " + cy;
      const own = dots.filter((_, dot) => parseInt(clusters[dot], 16) === i);
      const way = states.slice(0, selected).map((state) => state.at[i].join(" "));
      set(spokes[i], { stroke: palette[i], d: own.map((dot) => "M" + dot + "L" + here).join("") });
      set(trails[i], { d: "M" + [...way, here].join("L") });
      set(centroids[i], { cx, cy, fill: palette[i] });
    });
  };

  // To the next step colours glide, to any other they jump.
  return (selected) => {
    const { at } = states[selected];
    const from = places ?? at;
    const start = performance.now();
    const next = selected === before + 1 && !still.matches;
    before = selected;
    cancelAnimationFrame(request);
    const glide = (now) => {
      const part = next ? Math.min((now - start) / GLIDE, 1) : 1;
      if (part < 1) request = requestAnimationFrame(glide);
      const left = (1 - part) ** 3;
      draw(selected, at.map((to, i) => to.map((x, c) => x + (from[i][c] - x) * left)));
    };
    glide(start);
  };
}

async function render({ model, el }) {
  const find = (part) => el.querySelector(".kmeans-steps-" + part);
  const [svg, control, says] = ["cloud", "control", "says"].map(find);
  const { width, height, states } = await (await get(model.get("steps"))).json();
  const last = states.length - 1;
  const draw = drawing(svg, states);
  const paint = showFrames(
    el.querySelector("img"),
    // An exported figure has no folder, and names every file.
    (name) => model.get("files")?.[name] || model.get("base") + name,
    states
  );

  const within = (step) => Math.min(Math.max(step | 0, 0), last);
  const current = () => within(model.get("selected"));
  const go = (step, voice) => {
    // What a button did is said aloud; a slider says its own value, and playing is quiet.
    says.ariaLive = voice ? "polite" : "off";
    model.set("selected", within(step));
    model.save_changes();
  };

  let running, painted;
  const pause = () => {
    running = null;
    play.textContent = "Play";
  };
  const run = async () => {
    const own = (running = {});
    play.textContent = "Pause";
    if (current() === last) go(0);
    while (running === own) {
      const busy = states[current() & ~1].moved * 100 > width * height;
      const pace = new Promise((resolve) => setTimeout(resolve, busy ? SLOW : FAST));
      await Promise.all([pace, painted]);
      if (running !== own) return;
      const next = current() + 1;
      go(next, next === last);
      if (next === last) pause();
    }
  };

  const button = (textContent, onclick) =>
    element("button", { type: "button", textContent, onclick });
  const move = (name, to) =>
    button(name, () => {
      pause();
      go(to(), true);
    });
  const restart = move("Restart", () => 0);
  const back = move("Back", () => current() - 1);
  const play = button("Play", () => (running ? pause() : run()));
  const step = move("Step", () => current() + 1);
  const input = element("input", {
    type: "range",
    max: last,
    autocomplete: "off",
    ariaLabel: "Step",
    oninput() {
      pause();
      go(input.value);
    },
  });
  control.append(restart, back, play, step, input);

  const show = () => {
    const selected = current();
    const words = states[selected].says;
    input.value = selected;
    input.ariaValueText = `step ${selected + 1} of ${states.length}: ${words.join(", ")}`;
    words.forEach((text, i) => (says.children[i].textContent = text));
    // Not `disabled`, which would take the focus away from under a finger.
    restart.ariaDisabled = back.ariaDisabled = !selected;
    step.ariaDisabled = selected === last;
    draw(selected);
    painted = paint(selected);
  };
  model.on("change:selected", show);
  show();

  // Nothing plays unseen.
  const hidden = () => document.hidden && pause();
  document.addEventListener("visibilitychange", hidden);
  const observer = new IntersectionObserver(([entry]) => entry.isIntersecting || pause());
  observer.observe(el);

  return () => {
    pause();
    model.off("change:selected", show);
    document.removeEventListener("visibilitychange", hidden);
    observer.disconnect();
    // What is shown stays: picture, drawing and words agree.
    control.replaceChildren();
  };
}

export default { render };
