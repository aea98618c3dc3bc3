// Runs in a served page: tells when a save is on the screen.
window.saved = {
  watch(number) {
    const now = () => performance.timeOrigin + performance.now();
    const here = () => document.querySelector("#mark")?.textContent.includes(`Save ${number}.`);
    this.seen = new Promise((done) => {
      const observer = new MutationObserver(() => {
        if (!here()) return;
        observer.disconnect();
        requestAnimationFrame(() => {
          // The first task after the frame has been painted, and the frame after it.
          let painted;
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => (painted = now());
          port2.postMessage(0);
          requestAnimationFrame(() => done({ painted, next: now() }));
        });
      });
      const all = { subtree: true, childList: true, characterData: true, attributes: true };
      observer.observe(document, all);
    });
  },
};
0;
