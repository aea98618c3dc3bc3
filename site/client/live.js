// Keeps a page in step with `prebake serve`: patches it when a newer one is there, and shows what is
// wrong over the last good one. The server puts it behind every page, with what it needs to know in its
// URL.

import { keepingRoom, showShares } from "./live/baking.js";
import { patch, pair } from "./live/patch.js";
import { holdingStill, reload, restoreScroll } from "./live/scroll.js";
import { overlay } from "./live/overlay.js";
import { refresh } from "./live/files.js";

const given = new URL(import.meta.url).searchParams;
// Where the page stands, as the server sees it.
const at = given.get("at");
const root = new URL("../".repeat(at.split("/").length - 2) || "./", location);
let token = given.get("token");
// Files that changed in later builds are news.
let since = given.get("build");

// The page as the server wrote it last: its digest, its file's path and its document.
let base;

const own = (name, more) => {
  const url = new URL(name, import.meta.url);
  url.search = new URLSearchParams({ at, token, ...more });
  return url;
};

const showProblems = overlay(async ({ path, line, column }) => {
  const answer = await fetch(own("open", { path, line, column }), { method: "POST" });
  return answer.text();
});

const parse = (html) => new DOMParser().parseFromString(html, "text/html");

// The script of the page's states, if it has any.
const stateOf = (document) => document.querySelector("script[type=module]:not([src])");

// What a page cannot take on: a script runs once, and a policy counts as it was when the page was
// loaded. The digests of the policy are those of the scripts.
const fixed = (document) => {
  const state = stateOf(document);
  const parts = [...document.querySelectorAll("script, base")].filter((part) => part !== state);
  const policies = document.querySelectorAll("meta[http-equiv=Content-Security-Policy]");
  const sources = [...policies].map(({ content }) => content.replace(/'sha256-[^']*' ?/g, ""));
  return JSON.stringify([parts.map((part) => part.outerHTML), sources]);
};

const leave = () => {
  document.prebake?.save();
  events?.close();
  reload();
};

const become = async ({ digest, path, html }) => {
  const next = { digest, path, document: parse(html) };
  if (path !== base.path || fixed(base.document) !== fixed(next.document)) return leave();
  const [before, after] = [base, next].map(({ document }) => stateOf(document)?.textContent);
  // It leaves its states and expressions to the running one, or is the first.
  if (after && after !== before) await import(own("states.js", { digest }));
  else if (before && !after && document.prebake) document.prebake.own = [{}, []];
  const lendRoom = keepingRoom(next.document);
  holdingStill(() => {
    const { twins, strays } = patch(base.document, next.document, base.twins);
    next.twins = twins;
    lendRoom();
    return strays;
  });
  document.prebake?.look();
  showShares(shares);
  base = next;
};

// One page after the other; of several that wait, the newest.
let waiting, busy;
const update = async (page) => {
  waiting = page;
  if (busy) return;
  busy = true;
  try {
    for (let page; (page = waiting); ) {
      waiting = undefined;
      await become(page);
    }
  } catch (error) {
    console.warn(error);
    leave();
  }
  busy = false;
};

// What a reader sees is `digest`, which is what the first message brings, unless a build came between:
// then nothing is lost by loading it again.
const begin = ({ digest, path, html }) => {
  if (digest !== given.get("digest")) return leave();
  const document = parse(html);
  base = { digest, path, document, twins: new WeakMap() };
  pair(document.documentElement, window.document.documentElement, base.twins);
};

// How far the figures are that are being baked.
let shares = {};

let client;
const hear = ({ data }) => {
  const { page, problems, files, build, baking, ...message } = JSON.parse(data);
  // The scripts that keep a page live are newer than those of this page.
  client ??= message.client;
  if (client !== message.client) return leave();
  showProblems(problems);
  showShares((shares = baking));
  const fresh = refresh(files, root, build);
  since = build;
  if (!fresh) return leave();
  if (!page) return;
  if (base) update(page);
  else begin(page);
};

let events, timer;
// A browser keeps six connections to a server at most: tabs that nobody sees need none, and learn of
// what they missed when they are looked at.
const listen = () => {
  clearTimeout(timer);
  events?.close();
  if (document.hidden) return;
  events = new EventSource(own("events", { since, have: base?.digest ?? "" }));
  events.onmessage = hear;
  events.onerror = () => {
    events.close();
    timer = setTimeout(find, 500);
  };
};

// Looks for the server again. One that was started anew has another token, which its pages bear, and
// counts its builds from the beginning.
const find = async () => {
  try {
    const html = await (await fetch(location.href, { cache: "no-store" })).text();
    const found = html.slice(html.lastIndexOf("<script")).match(/token=(\w+)/)?.[1];
    if (found && found !== token) [token, since] = [found, 0];
  } catch {}
  listen();
};

restoreScroll();
document.querySelector('script[src*="-/prebake/live.js"]')?.remove();
document.addEventListener("visibilitychange", listen);
// A page that comes back from the browser's cache has lost its connection.
addEventListener("pageshow", ({ persisted }) => persisted && listen());
listen();
