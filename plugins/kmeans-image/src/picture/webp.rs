//! Lossless WebP (RFC 9649, section 3), for photographs.
//!
//! `image-webp` writes one predictor for the whole picture and one set of codes; a photograph is a
//! quarter smaller where both fit their place. The C library does that too, but weighs its choices
//! in floats whose bits depend on the compiler. There are no copies of earlier pixels here: they help
//! drawings, which PNG holds as well.

mod bits;
mod cross;
mod groups;
mod predict;
mod prefix;

use bits::Bits;
use groups::Groups;
use prefix::Code;

/// Squares of so many pixels (as a power of two) share a predictor and a cross-colour transform.
const TILE_BITS: u32 = 4;

/// The most pixels along a side that decoders take.
const LONGEST: u32 = 16_383;

/// Symbols of the codes for green (with 24 for lengths, none of which is used), red, blue, alpha and
/// distance.
const ALPHABETS: [usize; 5] = [280, 256, 256, 256, 40];

/// Red, green and blue, or what is left of them.
type Pixel = [u8; 3];

/// The file; `None` where a side is too long for the format.
pub(super) fn encode(width: u32, height: u32, pixels: &[Pixel]) -> Option<Vec<u8>> {
    if width.max(height) > LONGEST {
        return None;
    }
    let mut bits = Bits::default();
    bits.put(0x2f, 8);
    bits.put(width - 1, 14);
    bits.put(height - 1, 14);
    bits.put(0, 4);

    let side = width as usize;
    // A transform: a bit, its kind, its tiles. Decoders undo the last one first.
    bits.put(0b101, 3);
    let mut rest: Vec<Pixel> = pixels
        .iter()
        .map(|&[red, green, blue]| [red.wrapping_sub(green), green, blue.wrapping_sub(green)])
        .collect();
    let modes = predict::predict(&mut rest, side);
    bits.put(0b001, 3);
    bits.put(TILE_BITS - 2, 3);
    small_image(&mut bits, &modes);
    let multipliers = cross::decorrelate(&mut rest, side);
    bits.put(0b011, 3);
    bits.put(TILE_BITS - 2, 3);
    small_image(&mut bits, &multipliers);
    // No more transforms, no cache of colours.
    bits.put(0, 2);

    let groups = Groups::new(&rest, side);
    if groups.codes.len() == 1 {
        bits.put(0, 1);
    } else {
        bits.put(1, 1);
        bits.put(groups::TILE_BITS - 2, 3);
        small_image(&mut bits, &groups.image());
    }
    for codes in &groups.codes {
        codes.iter().for_each(|code| code.write(&mut bits));
    }
    for (at, pixel) in rest.iter().enumerate() {
        groups
            .of(at)
            .iter()
            .zip(in_order(pixel))
            .for_each(|(code, byte)| code.put(&mut bits, byte));
    }
    Some(in_riff(bits.finish()))
}

/// A picture without transforms and with one set of codes: what transforms and groups are told by.
fn small_image(bits: &mut Bits, pixels: &[Pixel]) {
    bits.put(0, 1);
    let mut counts = ALPHABETS.map(|symbols| vec![0; symbols]);
    for pixel in pixels {
        for (counts, byte) in counts.iter_mut().zip(in_order(pixel)) {
            counts[usize::from(byte)] += 1;
        }
    }
    let codes = counts.map(|counts| Code::new(&counts));
    codes.iter().for_each(|code| code.write(bits));
    for pixel in pixels {
        codes.iter().zip(in_order(pixel)).for_each(|(code, byte)| code.put(bits, byte));
    }
}

/// Green comes first in the stream. Alpha is the same everywhere and takes no bits.
fn in_order(&[red, green, blue]: &Pixel) -> [u8; 3] {
    [green, red, blue]
}

fn in_riff(data: Vec<u8>) -> Vec<u8> {
    let padded = data.len().next_multiple_of(2);
    let mut file = b"RIFF".to_vec();
    file.extend((padded as u32 + 12).to_le_bytes());
    file.extend(b"WEBPVP8L");
    file.extend((data.len() as u32).to_le_bytes());
    file.extend(data);
    file.resize(padded + 20, 0);
    file
}

/// What a symbol costs that comes up `count` times of `total`, in 256ths of a bit.
fn cost(count: u32, total: u32) -> u32 {
    // One that has not come up yet is taken to come up half a time.
    let share = f64::from(2 * count.max(1) - u32::from(count == 0)) / f64::from(2 * total.max(1));
    (-256.0 * libm::log2(share)).max(0.0) as u32
}

#[cfg(test)]
mod tests {
    use super::encode;
    use proptest::prelude::*;

    fn decoded(file: &[u8]) -> (u32, u32, Vec<u8>) {
        let image = image::load_from_memory(file).unwrap().to_rgb8();
        (image.width(), image.height(), image.into_raw())
    }

    #[test]
    fn long_sides_are_refused() {
        assert_eq!(encode(16_384, 1, &[[0; 3]; 16_384]), None);
        let pixels = vec![[1, 2, 3]; 16_383];
        let file = encode(16_383, 1, &pixels).unwrap();
        assert_eq!(decoded(&file), (16_383, 1, pixels.into_flattened()));
    }

    proptest! {
        #[test]
        fn decodes_to_itself(
            width in 1_u32..70, height in 1_u32..70, step in 0_u32..9, noise in 0_u64..64, seed: u64,
        ) {
            let mut state = seed | 1;
            let pixels: Vec<[u8; 3]> = (0..width * height)
                .map(|at| {
                    let (x, y) = (at % width, at / width);
                    [x * step, y * step, (x + y) / 2 * step].map(|base| {
                        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                        (base as u8).wrapping_add(((state >> 33) % (noise + 1)) as u8)
                    })
                })
                .collect();
            let file = encode(width, height, &pixels).unwrap();
            prop_assert_eq!(decoded(&file), (width, height, pixels.into_flattened()));
        }
    }
}
