// One island as a module of its own, for hosts that follow the anywidget contract: Jupyter, marimo,
// and whatever comes. The exporter puts `exported` in front: the figure's HTML, its model, and every
// file that either of them names, as base64.

// Blobs live as long as the page: views come and go, and workers start from them.
const addresses = new Map();
const address = (name) => {
  if (!addresses.has(name)) {
    const [type, base64] = exported.files[name];
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    addresses.set(name, URL.createObjectURL(new Blob([bytes], { type })));
  }
  return addresses.get(name);
};

// A text in which the URLs of files are theirs. They stand there as `exported.base` and a name.
const placed = (text) =>
  text.split(exported.base).reduce((before, behind) => {
    const [name] = behind.match(/^[^"'\\\s,)&<>]*/);
    return name in exported.files
      ? before + address(name) + behind.slice(name.length)
      : before + exported.base + behind;
  });

// The figure's model. What the host keeps too, and only of what the reader changes, is the host's.
const modelFor = (host) => {
  const own = JSON.parse(placed(JSON.stringify(exported.model)));
  own.files = Object.fromEntries(exported.whole.map((name) => [name, address(name)]));
  const events = new EventTarget();
  const isHosts = (key) => exported.bindable.includes(key) && host.get(key) !== undefined;
  const of = (event) => isHosts(event.slice("change:".length));
  return {
    get: (key) => (isHosts(key) ? host.get(key) : own[key]),
    set(key, value) {
      if (isHosts(key)) host.set(key, value);
      else if (own[key] !== value) {
        own[key] = value;
        events.dispatchEvent(new Event("change:" + key));
      }
    },
    on: (event, heard) => (of(event) ? host.on(event, heard) : events.addEventListener(event, heard)),
    off: (event, heard) =>
      of(event) ? host.off(event, heard) : events.removeEventListener(event, heard),
    save_changes: () => host.save_changes(),
  };
};

async function render({ model, el }) {
  // Inside the element, where it counts in a shadow tree as well.
  const style = Object.assign(document.createElement("style"), { textContent: exported.style });
  const figure = Object.assign(document.createElement("div"), { className: "js" });
  figure.innerHTML = placed(exported.html);
  el.append(style, figure);
  const widget = await import(address(exported.module));
  const end = await widget.default.render({ model: modelFor(model), el: figure });
  return () => {
    end?.();
    figure.remove();
    style.remove();
  };
}

export default { render };
