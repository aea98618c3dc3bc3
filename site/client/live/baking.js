// Figures that are being baked: their bars, and the room that they take meanwhile.

const BARS = `
  prebake-pending { position: relative }
  prebake-pending > :empty:not(progress) { display: block; min-width: 12rem; min-height: 8rem }
  prebake-pending > progress {
    position: absolute; inset: 35% 0 auto; margin: auto; width: min(60%, 20rem); height: 0.75rem;
    accent-color: currentcolor; animation: prebake-pending 0.3s 0.2s backwards;
  }
  @keyframes prebake-pending { from { opacity: 0 } }
`;

const bars = new CSSStyleSheet();
bars.replaceSync(BARS);
document.adoptedStyleSheets.push(bars);

// Shows how far each figure is, from 0 to 1, by its action; of one that says nothing it is not known.
export function showShares(shares) {
  for (const pending of document.querySelectorAll("prebake-pending")) {
    const bar = pending.querySelector(":scope > progress");
    const share = shares[pending.getAttribute("action")];
    if (share === undefined) bar?.removeAttribute("value");
    else if (bar) bar.value = share;
  }
}

const roomless = (root) => [...root.querySelectorAll("prebake-pending > [id]:empty")];

// Remembers the heights of what stands now where `next` has figures of unknown size; gives a function
// that lends them these.
export function keepingRoom(next) {
  const heights = roomless(next).map(({ id }) => [id, document.getElementById(id)?.offsetHeight]);
  return () => {
    const known = new Map(heights);
    for (const figure of roomless(document)) {
      const height = known.get(figure.id);
      if (height) figure.style.minHeight = `${height}px`;
    }
  };
}
