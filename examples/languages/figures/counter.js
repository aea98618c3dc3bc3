// An anywidget module: a button that counts. It runs in Jupyter and marimo as it stands.
function render({ model, el }) {
  const button = document.createElement("button");
  const show = () => (button.textContent = `count is ${model.get("value")}`);
  button.onclick = () => {
    model.set("value", model.get("value") + 1);
    model.save_changes();
  };
  model.on("change:value", show);
  show();
  el.append(button);
  return () => model.off("change:value", show);
}

export default { render };
