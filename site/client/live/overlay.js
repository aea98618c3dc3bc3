// What is wrong with the site, over the last good page, as text.

const STYLE = `
  :host { all: initial; }
  section {
    --paper: #fffaf7; --ink: #2b211d; --quiet: #6d5c54; --line: #e4d6cd; --red: #b3261e;
    position: fixed; inset: auto 0 0 0; z-index: 2147483647; box-sizing: border-box;
    display: flex; flex-direction: column; max-height: 60vh; color-scheme: light dark;
    background: var(--paper); color: var(--ink); border-top: 3px solid var(--red);
    box-shadow: 0 -4px 24px rgb(0 0 0 / 0.25); text-align: left;
    font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace;
  }
  @media (prefers-color-scheme: dark) {
    section { --paper: #1d1a18; --ink: #f2e9e4; --quiet: #b9a99f; --line: #453b35; --red: #ff8a75; }
  }
  header {
    display: flex; align-items: baseline; gap: 1rem; padding: 0.5rem 1.25rem;
    border-bottom: 1px solid var(--line); font-family: system-ui, sans-serif;
  }
  h2 { margin: 0; font-size: 14px; font-weight: 600; color: var(--red); }
  p { flex: 1; margin: 0; color: var(--quiet); }
  ol { flex: 1; overflow: auto; margin: 0; padding: 0 1.25rem 0.5rem; list-style: none; }
  li { padding: 0.75rem 0; border-bottom: 1px solid var(--line); }
  li:last-child { border: 0; }
  pre { margin: 0; overflow-x: auto; font: inherit; }
  pre b { color: var(--red); }
  button {
    font: inherit; color: inherit; background: none; border: 1px solid var(--line);
    border-radius: 4px; padding: 0.1rem 0.6rem; cursor: pointer;
  }
  pre button { border: 0; padding: 0; text-decoration: underline; text-underline-offset: 2px; }
  button:hover { border-color: currentColor; }
  :focus-visible { outline: 2px solid currentColor; outline-offset: 1px; }
  @media print { section { display: none; } }
`;

const make = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

// A panel that shows lists of problems; `open` is called with one whose place is to be opened in an
// editor, and gives what to say about it, if anything.
export function overlay(open) {
  const host = make("div");
  const root = host.attachShadow({ mode: "open" });
  // Made by script, so that a page's own policy for styles has no say.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  let shown = "[]";

  const hide = () => host.remove();
  addEventListener("keydown", ({ key }) => key === "Escape" && hide());

  // As the terminal shows it, but that the place is a button.
  const item = (problem, say) => {
    const { text, place } = problem;
    const end = text.indexOf("\n");
    const [title, rest] = [text.slice(0, end), text.slice(end)];
    const lines = make("pre", { tabIndex: 0 }, make("b", { textContent: title }));
    const found = place ? rest.indexOf(place) : -1;
    if (found < 0) lines.append(rest);
    else {
      const go = make("button", { textContent: place, title: "Open in the editor" });
      go.onclick = async () => say(await open(problem));
      lines.append(rest.slice(0, found), go, rest.slice(found + place.length));
    }
    return make("li", {}, lines);
  };

  return (problems) => {
    const text = JSON.stringify(problems);
    // What was hidden stays hidden until something else is wrong.
    if (text === shown) return;
    shown = text;
    hide();
    const errors = problems.filter(({ severity }) => severity === "error").length;
    if (!errors) return;
    const count = errors === 1 ? "1 error" : errors + " errors";
    const note = make("p", { role: "status", textContent: "The page is the last good one." });
    const close = make("button", { textContent: "Hide", title: "Escape" });
    close.onclick = hide;
    const say = (words) => (note.textContent = words);
    const section = make(
      "section",
      { role: "region", ariaLabel: "What is wrong with the site" },
      make("header", {}, make("div", { role: "alert" }, make("h2", { textContent: count })), note, close),
      make("ol", {}, ...problems.map((problem) => item(problem, say))),
    );
    root.replaceChildren(section);
    // Beside the body: no style of the page counts it in.
    document.documentElement.append(host);
  };
}
