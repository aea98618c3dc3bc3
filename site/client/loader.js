// Wakes the islands of a page: the one script that a page with islands carries, inline in its head,
// as a classic script, and every byte of it counts. It knows no widget. Opened from a file, where
// browsers refuse modules, the page stays the complete static page that it is.
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
        { rootMargin: "600px" }
      ).observe(island),
    click: (wake, island) => (island.onclick = island.onkeydown = wake)
  };

  // Files that the widget will fetch, asked for while it is still on its way itself. Islands may
  // share them, and what is asked for twice is used once, which browsers complain about.
  const asked = {};
  const preload = (href) => {
    asked[href] ??= document.head.appendChild(
      Object.assign(document.createElement("link"), {
        rel: "preload",
        as: "fetch",
        crossOrigin: "",
        href
      })
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
      save_changes() {}
    };
  };

  const parsed = new Promise((resolve) => addEventListener("DOMContentLoaded", resolve));

  customElements.define(
    "prebake-island",
    class extends HTMLElement {
      connectedCallback() {
        // Moved to another place of the page.
        if (this.end) return;
        const attribute = (name) => this.getAttribute(name);
        let woken, gone, cleanup;
        const wake = async () => {
          if (woken) return;
          woken = true;
          try {
            attribute("preload").match(/\S+/g)?.forEach(preload);
            const { default: widget } = await import(
              new URL(attribute("widget"), document.baseURI)
            );
            // The body is parsed after this script has run, and an island is announced before its
            // children.
            await parsed;
            if (gone) return;
            cleanup = await widget.render({
              // States of the article are shared: the page's state module has made the model.
              model: this.model || modelOf(JSON.parse(attribute("model"))),
              el: this
            });
            if (gone) cleanup?.();
          } catch (error) {
            console.warn(error);
          }
        };
        this.end = () => {
          woken = gone = true;
          cleanup?.();
          this.end = null;
        };
        triggers[attribute("on")](wake, this);
      }

      // An island that is moved leaves the page and enters it again, and goes on as it was.
      disconnectedCallback() {
        parsed.then(() => this.isConnected || this.end?.());
      }
    }
  );

  document.documentElement.classList.add("js");
}
