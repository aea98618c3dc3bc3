// Wakes the islands of a page: the one script that a page with islands carries, inline in its head,
// as a classic script. It knows no widget. Opened from a file, where browsers refuse modules, the
// page stays the complete static page that it is.
if (location.protocol !== "file:") {
  // When an island wakes, by its `on` attribute. To call `wake` again, or for an island that has
  // left the page, does nothing.
  const triggers = {
    load: (wake) => wake(),
    // Safari has no idle callbacks.
    idle: (wake) => (window.requestIdleCallback || setTimeout)(wake),
    visible: (wake, island) =>
      new IntersectionObserver(
        (entries) => entries.some((entry) => entry.isIntersecting) && wake(),
        { rootMargin: "600px" },
      ).observe(island),
    click: (wake, island) => (island.onclick = island.onkeydown = wake),
  };

  // Files that the widget will fetch, asked for while it is still on its way itself. Islands may
  // share them, and what is asked for twice is used once, which browsers complain about.
  const asked = new Set();
  const preload = (href) => {
    if (asked.has(href)) return;
    asked.add(href);
    document.head.append(
      Object.assign(document.createElement("link"), {
        rel: "preload",
        as: "fetch",
        crossOrigin: "",
        href,
      }),
    );
  };

  // The model that a widget expects, as anywidget has it, for one reader.
  const modelOf = (state) => {
    const events = new EventTarget();
    return {
      get: (key) => state[key],
      set(key, value) {
        if (state[key] !== value) {
          state[key] = value;
          events.dispatchEvent(new Event("change:" + key));
        }
      },
      on: (...event) => events.addEventListener(...event),
      off: (...event) => events.removeEventListener(...event),
      save_changes() {},
    };
  };

  const parsed = new Promise((resolve) => addEventListener("DOMContentLoaded", resolve));

  customElements.define(
    "prebake-island",
    class extends HTMLElement {
      connectedCallback() {
        const attribute = (name) => this.getAttribute(name);
        let woken, gone, end;
        const wake = async () => {
          if (woken) return;
          woken = true;
          try {
            attribute("preload").split(" ").filter(Boolean).forEach(preload);
            const widget = await import(new URL(attribute("widget"), document.baseURI));
            // The body is parsed after this script has run, and an island is announced before its
            // children.
            await parsed;
            if (gone) return;
            end = await widget.default.render({
              // A page with states has given it one.
              model: this.model || modelOf(JSON.parse(attribute("model"))),
              el: this,
            });
            if (gone) this.end();
          } catch (error) {
            console.warn(error);
          }
        };
        this.end = () => {
          woken = gone = true;
          end?.();
        };
        triggers[attribute("on")](wake, this);
      }

      disconnectedCallback() {
        this.end();
      }
    },
  );

  document.documentElement.classList.add("js");
}
