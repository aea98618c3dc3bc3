// Which nodes may stay where they are while the others move around them.

const weight = (node) =>
  node.localName === "prebake-island" || node.querySelector?.("prebake-island") ? 1000 : 1;

// Of the nodes in the order that is wanted (`undefined` for those that are not there yet), the heaviest
// set of children of `parent` that are in this order already. Islands are heavy: a canvas would rather
// not be moved.
export function staying(wanted, parent) {
  const children = wanted.filter((node) => node?.parentNode === parent);
  const places = new Map([...parent.childNodes].map((node, place) => [node, place]));
  const at = children.map((node) => places.get(node));
  if (at.every((place, i) => !i || at[i - 1] < place)) return new Set(children);
  // The best chain that ends with each.
  const best = [];
  for (let i = 0; i < at.length; i++) {
    best[i] = { sum: 0, node: children[i] };
    for (let j = 0; j < i; j++) {
      if (at[j] < at[i] && best[j].sum > best[i].sum) {
        best[i].sum = best[j].sum;
        best[i].before = best[j];
      }
    }
    best[i].sum += weight(children[i]);
  }
  const stay = new Set();
  let chain = best.reduce((one, other) => (other.sum > one.sum ? other : one));
  for (; chain; chain = chain.before) stay.add(chain.node);
  return stay;
}
