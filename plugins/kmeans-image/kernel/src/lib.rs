#![doc = include_str!("../README.md")]
//!
//! The page asks for room with [`allocate`], writes the picture's RGBA bytes there, compares their
//! [`digest`] and calls [`prepare`] once; then it writes a palette and calls [`recolour`] for every
//! state. Only numbers cross the border, so that the glue stays tiny. Nothing that the page asked
//! for is ever freed.
#![cfg_attr(target_arch = "wasm32", no_std)]
#![expect(unsafe_code, reason = "the page hands over addresses in the kernel's own memory")]

#[cfg(target_arch = "wasm32")]
mod runtime;

extern crate alloc;

use alloc::alloc::{alloc, alloc_zeroed, dealloc};
use core::alloc::Layout;
use core::slice;
use prebake_quantize::Marks;
use wasm_bindgen::prelude::wasm_bindgen;

/// Bytes of a palette: 256 colours.
const PALETTE: usize = 768;

/// Room for a picture of so many pixels, aligned to 16, for good: 768 bytes for a palette, the
/// picture as RGBA bytes, the picture that is painted, and behind them what only the kernel uses.
/// The contents are not set. Gives 0 where there is no memory left.
#[wasm_bindgen]
#[must_use]
pub fn allocate(pixels: usize) -> usize {
    let words = prebake_quantize::room(pixels).checked_mul(4 * 4);
    let layout = words.map(|bytes| Layout::from_size_align(bytes.saturating_add(PALETTE), 16));
    match layout {
        // SAFETY: the layout's size is not zero.
        Some(Ok(layout)) => unsafe { alloc(layout) }.expose_provenance(),
        _ => 0,
    }
}

/// The digest of a picture's RGBA bytes, as the build computed it
/// (see [`prebake_quantize::digest`]).
#[wasm_bindgen]
#[must_use]
pub fn digest(picture: usize, bytes: usize) -> u64 {
    // SAFETY: the page passes a place that `allocate` gave for so many bytes, filled.
    prebake_quantize::digest(unsafe { slice::from_raw_parts(address(picture), bytes) })
}

/// Takes the picture in `room` apart (see [`prebake_quantize::index`]), for good. Gives what
/// [`recolour`] wants to know of it; 0 where there is no memory left.
#[wasm_bindgen]
#[must_use]
pub fn prepare(room: usize, pixels: usize) -> usize {
    let layout = Layout::new::<Marks>();
    // SAFETY: the layout's size is not zero.
    let marks: *mut Marks = unsafe { alloc_zeroed(layout) }.cast();
    if marks.is_null() {
        return 0;
    }
    let [_, places, _, colours, _] = parts(room, pixels);
    // SAFETY: the page passes what `allocate(pixels)` gave, with the picture filled in; its parts
    // and the marks lie apart. Any bits are a word.
    unsafe {
        let places = slice::from_raw_parts_mut(places, pixels);
        let colours = slice::from_raw_parts_mut(colours, prebake_quantize::room(pixels));
        let used = prebake_quantize::index(places, colours, &mut *marks);
        dealloc(marks.cast(), layout);
        used
    }
}

/// Paints the picture in `room` with the first `k` colours of the palette there
/// (see [`prebake_quantize::recolour`]); `used` is what [`prepare`] gave.
#[wasm_bindgen]
pub fn recolour(room: usize, pixels: usize, used: usize, k: usize) {
    let [palette, places, target, colours, painted] = parts(room, pixels);
    // SAFETY: the page passes what `allocate(pixels)` gave, prepared, with `k` colours filled in;
    // its parts lie apart, and `used` words of the last two are in use.
    let (palette, places, target, colours, painted) = unsafe {
        (
            slice::from_raw_parts(palette.cast(), k),
            slice::from_raw_parts(places, pixels),
            slice::from_raw_parts_mut(target, pixels),
            slice::from_raw_parts(colours, used),
            slice::from_raw_parts_mut(painted, used),
        )
    };
    prebake_quantize::recolour(palette, colours, painted, places, target);
}

/// Where the parts of a picture's room begin: palette; picture, then the places of its colours;
/// target; colours; the same, painted.
fn parts(room: usize, pixels: usize) -> [*mut u32; 5] {
    let picture = room + PALETTE;
    let target = picture + 4 * pixels;
    let colours = target + 4 * pixels;
    let painted = colours + 4 * prebake_quantize::room(pixels);
    [room, picture, target, colours, painted].map(|number| address(number).cast())
}

/// The pointer behind a number that came from [`allocate`].
fn address(number: usize) -> *mut u8 {
    core::ptr::with_exposed_provenance_mut(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use prebake_quantize::nearest;

    /// Copies the bytes to where the page would.
    fn place(at: usize, bytes: &[u8]) {
        // SAFETY: the tests write into rooms of their own, which are as large.
        unsafe { slice::from_raw_parts_mut(address(at), bytes.len()) }.copy_from_slice(bytes);
    }

    #[test]
    fn paints_what_the_build_paints() {
        let palette = [[0, 0, 0], [250, 120, 10], [255, 255, 255]];
        let colours = (0..1001u32).map(|i| [(i * 7) as u8, (i * 13) as u8, (i * 29) as u8]);
        let opaque = |[red, green, blue]: [u8; 3]| [red, green, blue, 255];
        let picture: Vec<u8> = colours.clone().flat_map(opaque).collect();
        let expected: Vec<u8> =
            colours.flat_map(|colour| opaque(palette[nearest(&palette, colour)])).collect();

        let room = allocate(1001);
        assert_ne!(room, 0);
        let source = room + PALETTE;
        place(source, &picture);
        assert_eq!(digest(source, picture.len()), prebake_quantize::digest(&picture));
        let used = prepare(room, 1001);
        assert_ne!(used, 0);
        // Not only once.
        for _ in 0..2 {
            place(room, palette.as_flattened());
            recolour(room, 1001, used, palette.len());
            // SAFETY: the target is behind the picture.
            let target =
                unsafe { slice::from_raw_parts(address(source + picture.len()), picture.len()) };
            assert_eq!(target, expected);
        }
    }

    #[test]
    fn too_much_is_no_room() {
        assert_eq!(allocate(usize::MAX / 16), 0);
        assert_eq!(allocate(usize::MAX - 40), 0);
    }
}
