// What has become of a page: which node of the newer document carries on which node of the older.

// What has an inside that is none of ours: an island's belongs to its widget; and scripts, templates
// and text for browsers without scripts are not nodes of the page.
const CLOSED = ["prebake-island", "script", "template", "noscript"];

export const isClosed = (node) => CLOSED.includes(node.localName);
export const isIsland = (node) => node.localName === "prebake-island";

// Text with other words in the place of some.
export const reworded = (text, words) =>
  text.replace(/[\w-]+/g, (word) => (words.has(word) ? words.get(word) : word));

export const idsOf = (root) => [...root.querySelectorAll("[id]")].map(({ id }) => id);

// As one would write it down: the same for nodes that are equal. The ids inside an island count the
// tags of the page, and say nothing of the island: another one above it changes them.
const written = (node) => {
  if (!isIsland(node)) return node.outerHTML ?? node.nodeName + node.data;
  const places = new Map(idsOf(node).map((id, place) => [id, "#" + place]));
  return node.cloneNode().outerHTML + reworded(node.innerHTML, places);
};

// The islands of a document, but for those within another.
const islandsOf = (root) =>
  [...root.querySelectorAll("prebake-island")].filter(
    (island) => !island.parentElement.closest("prebake-island"),
  );

// `origins` leads from nodes of `next` to the nodes of `base` that they carry on, `equal` has those of
// them that say the same, with all that is in them. The other nodes of `next` are new, and those of
// `base` that nothing carries on go.
export function compare(base, next) {
  const origins = new Map();
  const equal = new Set();
  const taken = new Set();
  const take = (before, after) => {
    origins.set(after, before);
    taken.add(before);
  };
  const keep = (before, after) => {
    take(before, after);
    equal.add(after);
    if (isClosed(before)) return;
    for (let a = before.firstChild, b = after.firstChild; a; a = a.nextSibling, b = b.nextSibling) {
      keep(a, b);
    }
  };
  // The inside of a template is no child of it.
  const hasTemplates = [base, next].some((document) => document.querySelector("template"));
  const same = (a, b) =>
    a.isEqualNode(b)
      ? !hasTemplates || written(a) === written(b)
      : isIsland(a) && isIsland(b) && written(a) === written(b);

  const compareInside = (before, after) => {
    let old = [...before.childNodes];
    let now = [...after.childNodes];
    let start = 0;
    while (start < Math.min(old.length, now.length) && same(old[start], now[start])) {
      keep(old[start], now[start]);
      start++;
    }
    old = old.slice(start);
    now = now.slice(start);
    while (old.length && now.length && same(old.at(-1), now.at(-1))) keep(old.pop(), now.pop());

    // Equal ones that stand elsewhere.
    const known = Map.groupBy(old, written);
    for (const node of now) {
      const found = known.get(written(node))?.shift();
      if (found) keep(found, node);
    }
    // Then those of one kind, in their order: first by id, then those without, then any.
    old = old.filter((node) => !taken.has(node) && !isClosed(node));
    now = now.filter((node) => !origins.has(node) && !isClosed(node));
    for (const fits of [(a, b) => a.id && a.id === b.id, (a, b) => !a.id && !b.id, () => true]) {
      for (const node of now) {
        if (origins.has(node)) continue;
        const at = old.findIndex((other) => other.nodeName === node.nodeName && fits(other, node));
        if (at < 0) continue;
        const [found] = old.splice(at, 1);
        take(found, node);
        compareInside(found, node);
      }
    }
  };
  take(base.documentElement, next.documentElement);
  compareInside(base.documentElement, next.documentElement);

  // An island may have gone to another part of the page, or its paragraph may have changed around it.
  const homeless = islandsOf(base).filter((island) => !taken.has(island));
  const known = Map.groupBy(homeless, written);
  for (const island of islandsOf(next)) {
    const found = !origins.has(island) && known.get(written(island))?.shift();
    if (found) keep(found, island);
  }
  return { origins, equal, taken };
}
