// Where a figure shows its states: each screen has `show` and `end`.

// Shows states on a canvas that covers the image's box, wherever the author's styles put it. The
// image keeps its place in the page, unseen.
export function showOnCanvas(img, picture) {
  const stage = img.parentNode;
  const { width, height } = picture;
  const canvas = Object.assign(document.createElement("canvas"), { role: "img", width, height });
  const context = canvas.getContext("bitmaprenderer");
  const place = () => {
    const outer = stage.getBoundingClientRect();
    const { left, top, width, height } = img.getBoundingClientRect();
    const style = getComputedStyle(img);
    for (const name of ["border", "borderRadius", "boxShadow", "filter", "opacity", "padding"]) {
      canvas.style[name] = style[name];
    }
    canvas.style.left = left - outer.left + "px";
    canvas.style.top = top - outer.top + "px";
    canvas.style.width = width + "px";
    canvas.style.height = height + "px";
  };
  const observer = new ResizeObserver(place);
  observer.observe(img);
  observer.observe(stage);
  let wanted, busy, ended;
  return {
    // A state that is asked for while another is being painted waits; of several, the last.
    async show(state) {
      wanted = state;
      if (busy) return;
      stage.ariaBusy = busy = true;
      while (wanted) {
        const next = wanted;
        wanted = 0;
        const bitmap = await picture.paint(next);
        context.transferFromImageBitmap(bitmap);
      }
      stage.ariaBusy = busy = false;
      canvas.ariaLabel = img.alt;
      canvas.ariaHidden = String(!img.alt);
      if (canvas.parentNode || ended) return;
      place();
      stage.append(canvas);
      img.style.visibility = "hidden";
    },
    end() {
      ended = true;
      observer.disconnect();
      canvas.remove();
      img.style.visibility = "";
    },
  };
}

// Shows states as the frames that the build wrote, where the canvas cannot be trusted to.
export function showFrames(img, address) {
  const original = img.src;
  let wanted;
  return {
    async show({ k }) {
      const src = address("k-" + String(k).padStart(2, "0") + ".png");
      wanted = src;
      if (src === img.src) return;
      const frame = Object.assign(new Image(), { src });
      // A frame that is late, or lost, leaves the last one standing.
      await frame.decode().catch(() => {});
      if (wanted === src && frame.naturalWidth) img.src = src;
    },
    end() {
      wanted = null;
      img.src = original;
    },
  };
}
