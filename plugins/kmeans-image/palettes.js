// What the build computed for every state.

export async function bytes(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(response.status + " " + url);
  return response.arrayBuffer();
}

// palettes.bin: the digest of the picture, then every state's numbers, then every state's colours.
export async function readPalettes(url) {
  const buffer = await bytes(url);
  const view = new DataView(buffer);
  const number = (at) => view.getUint16(at, true);
  const count = number(8);
  const states = [];
  for (let i = 0, at = 10 + 8 * count; i < count; i++) {
    const [k, psnr, bits, entropy] = [0, 2, 4, 6].map((field) => number(10 + 8 * i + field));
    states.push({
      k,
      colours: new Uint8Array(buffer.slice(at, (at += 3 * k))),
      count: k + (k === 1 ? " colour" : " colours"),
      quality: psnr === 65535 ? "exact" : (psnr / 10).toFixed(1) + " dB",
      rate:
        (bits / 100).toFixed(2) + " bits per pixel, " +
        (entropy / 100).toFixed(2) + " after entropy coding",
    });
  }
  return { digest: view.getBigInt64(0, true), states };
}

