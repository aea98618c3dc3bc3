// Keeps a page in step with `prebake serve`: reloads when a newer revision is there, and shows what
// is wrong over the last good page. A classic script, so that it knows its own URL; the block keeps
// its names from the page's other scripts.
{
  const script = document.currentScript.src;
  const revision = new URL(script).searchParams.get("revision");

  const overlay = document.createElement("pre");
  overlay.setAttribute("role", "alert");
  overlay.tabIndex = 0;
  overlay.style.cssText =
    "all:revert;position:fixed;inset:auto 0 0 0;box-sizing:border-box;max-height:60vh;" +
    "overflow:auto;margin:0;padding:1rem 1.25rem;font:13px/1.5 ui-monospace,monospace;" +
    "text-align:left;white-space:pre;background:#1d1a18;color:#f6d9d0;" +
    "border-top:3px solid #e0563b;z-index:2147483647";

  let events;
  // A browser keeps six connections to a server at most: tabs that nobody sees need none, and learn
  // of what they missed when they are looked at.
  const listen = () => {
    events?.close();
    if (document.hidden) return;
    events = new EventSource(new URL("events", script));
    events.addEventListener("revision", ({ data }) => {
      if (data === revision) return;
      events.close();
      location.reload();
    });
    events.addEventListener("problems", ({ data }) => {
      const problems = JSON.parse(data);
      if (overlay.textContent !== problems) overlay.textContent = problems;
      if (!problems) overlay.remove();
      // Beside the body: no style of the page counts it in.
      else if (!overlay.isConnected) document.documentElement.append(overlay);
    });
  };
  document.addEventListener("visibilitychange", listen);
  listen();
}
