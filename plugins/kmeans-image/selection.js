// What a figure shows is said twice in its model: `selected`, the index of a state, and `k`, its
// number of colours. Either may be bound to a state of the article.

// Keeps the two in step. `ks` are the figure's numbers of colours, `built` is the one that the build
// showed; `show` is called with an index now and whenever it changes. Gives what ends it.
export function keepInStep(model, ks, built, show) {
  const shown = () => Math.min(Math.max(model.get("selected") | 0, 0), ks.length - 1);
  // The state whose k is nearest to the model's, the lower of two.
  const nearest = () => {
    const far = (k) => Math.abs(k - model.get("k"));
    return ks.reduce((best, k, i) => (far(k) < far(ks[best]) ? i : best), 0);
  };
  // Each key follows the other, unless both mean one state already: a k between two states, which
  // another figure may know, stays as it is.
  const followK = () => nearest() === shown() || model.set("selected", nearest());
  const followSelected = () => {
    if (nearest() !== shown()) model.set("k", ks[shown()]);
    show(shown());
  };
  model.on("change:k", followK);
  model.on("change:selected", followSelected);
  // Where one of the two was bound to a state that has changed since the page was built, that one
  // leads.
  if (model.get("k") !== built) followK();
  followSelected();
  return () => {
    model.off("change:k", followK);
    model.off("change:selected", followSelected);
  };
}
