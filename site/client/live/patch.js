// Makes a page the newer one without loading it again.
//
// Three trees take part: `base`, the document as the server wrote it when the page was loaded or last
// patched, parsed; `next`, the newer one, parsed; and the page itself, which scripts have changed
// meanwhile. `twins` leads from the nodes of `base` to the nodes of the page that came of them. What
// differs between `base` and `next` is changed in the page, and nothing else is.

import { compare, idsOf, isClosed, isIsland, reworded } from "./compare.js";
import { staying } from "./order.js";

// Notes in `twins` which nodes of the page came of `node` and what is in it. Elements that scripts have
// put between them are passed over.
export function pair(node, live, twins) {
  twins.set(node, live);
  if (isClosed(node)) return;
  let at = live.firstChild;
  for (const child of node.childNodes) {
    let found = at;
    while (found && found.nodeName !== child.nodeName) {
      // Text that is no longer there may not be looked for behind the next element.
      found = child.nodeType === Node.ELEMENT_NODE ? found.nextSibling : null;
    }
    if (!found) continue;
    pair(child, found, twins);
    at = found.nextSibling;
  }
}

// Moves a node of the page, where the browser can without taking it out of the page in between.
function move(parent, node, before) {
  if (parent.moveBefore) parent.moveBefore(node, before);
  else parent.insertBefore(node, before);
}

function patchAttributes(before, after, live) {
  for (const { name } of before.attributes) {
    if (!after.hasAttribute(name)) live.removeAttribute(name);
  }
  for (const attribute of after.attributes) {
    if (before.getAttribute(attribute.name) !== attribute.value) {
      live.setAttributeNode(document.importNode(attribute));
    }
  }
}

// Gives an island that stays the ids that it has in the newer page.
function renumber(before, after, live) {
  const now = idsOf(after);
  const words = new Map(idsOf(before).map((id, place) => [id, now[place]]));
  for (const element of live.querySelectorAll("*")) {
    for (const attribute of element.attributes) {
      const value = reworded(attribute.value, words);
      if (value !== attribute.value) attribute.value = value;
    }
  }
}

// Patches the page, and gives the twins of `next`, and the nodes that were moved or are new.
export function patch(base, next, twins) {
  const { origins, equal, taken } = compare(base, next);
  const liveOf = (node) => {
    const live = twins.get(origins.get(node));
    return live?.isConnected ? live : undefined;
  };
  // What holds a node that is kept is made with care, so that this is never out of the page.
  const holders = new Set();
  for (const node of origins.keys()) {
    for (let at = node.parentNode; at && !origins.has(at) && !holders.has(at); at = at.parentNode) {
      holders.add(at);
    }
  }
  const renewed = new WeakMap();
  const strays = new Set();

  const arrange = (wanted, parent) => {
    const stay = staying([...wanted].map(liveOf), parent);
    let last = null;
    for (const node of wanted) {
      // A script that is not there from the beginning would not be run.
      if (node.localName === "script" && !liveOf(node)) continue;
      const place = last ? last.nextSibling : parent.firstChild;
      let live = liveOf(node);
      if (live) {
        if (!stay.has(live)) {
          move(parent, live, place);
          strays.add(live);
        }
        renew(node, live);
      } else if (holders.has(node)) {
        live = parent.insertBefore(document.importNode(node), place);
        strays.add(live);
        arrange(node.childNodes, live);
        renewed.set(node, live);
      } else {
        live = parent.insertBefore(document.importNode(node, true), place);
        strays.add(live);
        pair(node, live, renewed);
      }
      last = live;
    }
  };
  const renew = (node, live) => {
    const before = origins.get(node);
    renewed.set(node, live);
    if (equal.has(node)) {
      if (isIsland(node) && !before.isEqualNode(node)) renumber(before, node, live);
      if (isClosed(node)) return;
      for (const child of node.childNodes) {
        const twin = liveOf(child);
        if (twin) renew(child, twin);
      }
    } else if (node.nodeType !== Node.ELEMENT_NODE) {
      live.data = node.data;
    } else {
      patchAttributes(before, node, live);
      arrange(node.childNodes, live);
      for (const child of before.childNodes) {
        if (!taken.has(child)) doomed.push(twins.get(child));
      }
    }
  };
  const doomed = [];
  renew(next.documentElement, document.documentElement);
  // At the end, when all that is kept has left them.
  for (const live of doomed) live?.remove();
  return { twins: renewed, strays };
}
