// Runs a module that follows the anywidget contract, and knows nothing of Prebake, as an island's
// widget. The model's `_esm` is its URL.

// What the contract's model can do beyond the island's own: several events at once, `change` without
// a name, and to forget all listeners. There is no other side to send to.
const contract = (model) => {
  const listeners = [];
  const add = (event, callback) => {
    const [kind, key] = event.split(":");
    const heard = () =>
      kind === "change" && (key ? callback(whole, model.get(key), {}) : callback(whole, {}));
    listeners.push([event, callback, heard]);
    // A change of any key is told by the setting of one.
    key && model.on(event, heard);
  };
  const whole = {
    get: (key) => model.get(key),
    set(key, value) {
      const before = model.get(key);
      model.set(key, value);
      if (model.get(key) === before) return;
      for (const [event, , heard] of [...listeners]) event === "change" && heard();
    },
    on: (events, callback) => events.split(" ").forEach((event) => add(event, callback)),
    off(events, callback) {
      const names = events?.split(" ");
      for (const listener of [...listeners]) {
        const [event, own, heard] = listener;
        if ((names && !names.includes(event)) || (callback && own !== callback)) continue;
        listeners.splice(listeners.indexOf(listener), 1);
        model.off(event, heard);
      }
    },
    save_changes: () => model.save_changes(),
    send() {},
  };
  return whole;
};

const experimental = {
  invoke: () => Promise.reject(new Error("a page has no kernel to invoke")),
};

async function render({ model, el }) {
  const exported = await import(new URL(model.get("_esm"), document.baseURI));
  const made = exported.default ?? exported;
  const widget = typeof made === "function" ? await made() : made;
  const view = el.querySelector("[data-view]") || el;
  const before = [...view.childNodes];
  // Without `hydrate` the element is empty, as the contract has it.
  if (!view.dataset.view) view.replaceChildren();
  const whole = contract(model);
  const ends = [];
  try {
    ends.push(await widget.initialize?.({ model: whole, experimental }));
    ends.push(await widget.render?.({ model: whole, el: view, experimental }));
  } catch (error) {
    // What was there before is better than half a widget.
    view.replaceChildren(...before);
    throw error;
  }
  return () => {
    for (const end of ends.reverse()) typeof end === "function" && end();
    whole.off();
    view.replaceChildren(...before);
  };
}

export default { render };
