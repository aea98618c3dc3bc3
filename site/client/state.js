// The states of a page: what its reader has changed, shared by prose, islands and the address. Only
// pages that declare states load it; the page's own module, which the build compiles, calls it.

// A figure's numbers as expressions ask for them: `at` takes a value of the control, `states` an
// index.
export function figure(control, columns, whole) {
  const names = Object.keys(columns);
  const states = (columns[names[0]] || []).map((_, i) =>
    Object.fromEntries(names.map((name) => [name, columns[name][i]])),
  );
  return { ...whole, states, at: (value) => states.find((state) => state[control] === value) };
}

// A model as anywidget has it, over whatever `read` and `write` give access to.
function modelOf(read, write) {
  const events = new EventTarget();
  const changed = (key) => events.dispatchEvent(new Event("change:" + key));
  return {
    changed,
    get: read,
    set(key, value) {
      if (!Object.is(read(key), value)) write(key, value, changed);
    },
    on: (...event) => events.addEventListener(...event),
    off: (...event) => events.removeEventListener(...event),
    save_changes() {},
  };
}

// Starts a page. `states` has for every name the initial value and a function that knows what other
// values there are; `texts` gives the functions that prose shows, in the order that spans name them,
// when it is called with what reads a state.
export function begin(states, texts) {
  const values = {};
  for (const name in states) values[name] = states[name][0];
  const get = (name) => values[name];
  const model = modelOf(get, (name, value, changed) => {
    values[name] = value;
    changed(name);
    later();
  });

  const functions = texts(get);
  const spans = [...document.querySelectorAll("[data-state]")];
  const show = () => {
    for (const span of spans) {
      try {
        const text = String(functions[span.dataset.state]());
        if (span.textContent !== text) span.textContent = text;
      } catch (error) {
        // A value that nobody foresaw leaves the last text standing.
        console.warn(error);
      }
    }
  };

  // The address says what differs from the page as it was built.
  const read = () => {
    const query = new URLSearchParams(location.search);
    for (const name in states) {
      const [initial, holds] = states[name];
      const text = query.get(name);
      let value = text;
      if (typeof initial === "number") value = text?.trim() ? +text : NaN;
      if (typeof initial === "boolean") value = { true: true, false: false }[text];
      model.set(name, text !== null && holds(value) ? value : initial);
    }
  };
  const write = () => {
    const url = new URL(location);
    for (const name in states) {
      if (values[name] === states[name][0]) url.searchParams.delete(name);
      else url.searchParams.set(name, values[name]);
    }
    if (url.href !== location.href) history.replaceState(history.state, "", url);
  };

  let frame, timer;
  function later() {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(show);
    // Browsers refuse addresses that change all the time.
    clearTimeout(timer);
    timer = setTimeout(write, 300);
  }

  // This module has run before the first island is rendered: modules run before DOMContentLoaded,
  // for which the loader waits.
  for (const island of document.querySelectorAll("prebake-island[bind]")) {
    const [own, bound] = ["model", "bind"].map((name) => JSON.parse(island.getAttribute(name)));
    const view = modelOf(
      (key) => (key in bound ? values[bound[key]] : own[key]),
      (key, value, changed) => {
        if (key in bound) return model.set(bound[key], value);
        own[key] = value;
        changed(key);
      },
    );
    for (const key in bound) model.on("change:" + bound[key], () => view.changed(key));
    island.model = view;
  }
  read();
  addEventListener("popstate", read);
}
