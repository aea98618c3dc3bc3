// Keeps what a reader looks at where it is while the page changes around it.

// Does `change`, which gives the nodes that did not stay in their place, and scrolls so that the first
// element in view that did stay is where it was.
export function holdingStill(change) {
  if (!scrollY) {
    change();
    return;
  }
  const seen = [...document.body.querySelectorAll("*")]
    .map((element) => [element, element.getBoundingClientRect()])
    .filter(([, { top, height }]) => height && top >= 0 && top < innerHeight);
  // The browser's own anchoring would do it a second time.
  const { style } = document.documentElement;
  style.overflowAnchor = "none";
  const strays = change();
  const strayed = (element) => {
    for (let at = element; at; at = at.parentElement) if (strays.has(at)) return true;
    return false;
  };
  const anchor = seen.find(([element]) => element.isConnected && !strayed(element));
  if (anchor) {
    const [element, { top }] = anchor;
    scrollBy({ top: element.getBoundingClientRect().top - top, behavior: "instant" });
  }
  requestAnimationFrame(() => (style.overflowAnchor = ""));
}

const KEY = "prebake:scroll";

// Loads the page again; `restoreScroll` brings the reader back.
export function reload() {
  try {
    sessionStorage.setItem(KEY, JSON.stringify([location.pathname, scrollX, scrollY]));
  } catch {}
  location.reload();
}

export function restoreScroll() {
  try {
    const [path, left, top] = JSON.parse(sessionStorage.getItem(KEY));
    sessionStorage.removeItem(KEY);
    if (path === location.pathname) scrollTo({ left, top, behavior: "instant" });
  } catch {}
}
