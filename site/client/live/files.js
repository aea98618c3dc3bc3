// Files of the site that keep their names when their bytes change: what lies in `static/`.

const shows = (url) => url.origin + url.pathname;

// Shows the files at `paths`, from the site's root, as they are in that build; false where the page has
// to be loaded again for it.
export function refresh(paths, root, build) {
  if (!paths.length) return true;
  const changed = new Set(
    paths.map((path) => shows(new URL(path.split("/").map(encodeURIComponent).join("/"), root))),
  );
  for (const element of document.querySelectorAll("[src], link[href]")) {
    const name = element.localName === "link" ? "href" : "src";
    const url = new URL(element[name], document.baseURI);
    if (!changed.has(shows(url))) continue;
    if (!["img", "link", "source", "video", "audio", "iframe"].includes(element.localName)) {
      return false;
    }
    url.searchParams.set("build", build);
    element[name] = url;
    changed.delete(shows(url));
  }
  // Something else that the page has asked for: a font, a script's data.
  const asked = performance.getEntriesByType("resource");
  return !asked.some(({ name }) => changed.has(shows(new URL(name))));
}
