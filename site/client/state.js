// The state that the islands and the prose of a page share. The build puts the page's own states and
// expressions behind it, as one module script, which runs before any island wakes.

// The numbers of a figure, as expressions ask for them: one object a state, made of columns.
const figure = (count, control, columns, fields) => {
  const states = Array.from({ length: count }, (_, i) => {
    const state = {};
    for (const name in columns) state[name] = columns[name][i];
    return state;
  });
  return { ...fields, states, at: (value) => states.find((state) => state[control] === value) };
};

// `states` has for each name the initial value and, where an address may hold the state, what tells
// whether a value is one of its domain. `expressions` are functions of the states, each followed by
// the names of those that it depends on.
const share = (...own) => {
  // Opened from a file, where nothing wakes, the page stays as it was built.
  if (location.protocol === "file:") return;
  // `prebake serve` changes a page in place: it runs the script of the newer page, which leaves its
  // states and expressions here, and has the running one `look` once the page is the newer one.
  if (document.prebake) {
    document.prebake.own = own;
    return;
  }
  const page = (document.prebake = { own });
  const values = {};
  const changed = new Set();
  let states = {};
  let expressions, spans, islands, timer;

  const show = () => {
    expressions.forEach(([of, ...names], i) => {
      if (!names.some((name) => changed.has(name))) return;
      try {
        const text = String(of(values));
        for (const span of spans) if (+span.dataset.expression === i) span.textContent = text;
      } catch (error) {
        // What cannot be said leaves what was said last.
        console.warn(error);
      }
    });
    changed.clear();
  };

  const change = (name, value) => {
    if (values[name] === value) return;
    values[name] = value;
    if (!changed.size) queueMicrotask(show);
    changed.add(name);
    // Browsers limit how often an address may change.
    clearTimeout(timer);
    timer = setTimeout(page.save, 300);
    for (const { bind, events } of islands)
      for (const key in bind)
        if (bind[key] === name) events.dispatchEvent(new Event("change:" + key));
  };

  // Puts what differs from the page as it was built into the query, and leaves the rest of it.
  page.save = () => {
    clearTimeout(timer);
    timer = 0;
    const url = new URL(location);
    const query = url.searchParams;
    for (const name in states) {
      const [initial, fits] = states[name];
      const value = values[name] === initial ? null : String(values[name]);
      if (!fits || query.get(name) === value) continue;
      value === null ? query.delete(name) : query.set(name, value);
    }
    try {
      history.replaceState(history.state, "", url);
    } catch {}
  };

  const restore = () => {
    const query = new URLSearchParams(location.search);
    for (const name in states) {
      const [initial, fits] = states[name];
      if (!fits) continue;
      const text = query.get(name);
      const value = typeof initial === "number" ? +text : text === "true";
      change(name, String(value) === text && fits(value) ? value : initial);
    }
    clearTimeout(timer);
    timer = 0;
  };

  // What an island keeps of the states of the page: one object, and with it one model, for as long as
  // the island is there.
  const tie = (island) => {
    const [bind, own] = ["bind", "model"].map((name) => JSON.parse(island.getAttribute(name)));
    const events = new EventTarget();
    island.model = {
      get: (key) => (key in bind ? values[bind[key]] : own[key]),
      set(key, value) {
        if (key in bind) change(bind[key], value);
        else if (own[key] !== value) {
          own[key] = value;
          events.dispatchEvent(new Event("change:" + key));
        }
      },
      on: (...event) => events.addEventListener(...event),
      off: (...event) => events.removeEventListener(...event),
      save_changes() {},
    };
    return { bind, events };
  };

  // Takes up the page as it is. A state that a reader has moved stays where it is, if it still may.
  page.look = () => {
    const before = states;
    [states, expressions] = page.own;
    spans = document.querySelectorAll("span[data-expression]");
    islands = [...document.querySelectorAll("prebake-island[bind]")].map(
      (island) => (island.tied ??= tie(island)),
    );
    for (const name in states) {
      const [initial, fits = () => true] = states[name];
      const value = values[name];
      if (value === before[name]?.[0] || !fits(value)) change(name, initial);
      // An expression may have come, or stand elsewhere.
      changed.add(name);
    }
    show();
  };

  page.look();
  restore();
  // Also told when a link leads to another place of the page: then what is still to be saved counts.
  addEventListener("popstate", () => (timer ? page.save() : restore()));
};
