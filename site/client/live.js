// Keeps a page in step with `prebake serve --watch`: reloads when a newer revision is there, and
// shows what is wrong over the last good page.
const revision = new URL(document.currentScript.src).searchParams.get("revision");

const overlay = document.createElement("pre");
overlay.setAttribute("role", "alert");
overlay.style.cssText =
  "position:fixed;inset:auto 0 0 0;max-height:60vh;overflow:auto;margin:0;padding:1rem 1.25rem;" +
  "font:13px/1.5 ui-monospace,monospace;background:#1d1a18;color:#f6d9d0;" +
  "border-top:3px solid #e0563b;z-index:2147483647;white-space:pre";

const events = new EventSource(new URL("events", document.currentScript.src));
events.addEventListener("revision", (event) => {
  if (event.data !== revision) location.reload();
});
events.addEventListener("problems", (event) => {
  overlay.textContent = JSON.parse(event.data);
  if (overlay.textContent) document.body.append(overlay);
  else overlay.remove();
});
