#![doc = include_str!("../README.md")]
//!
//! The page asks for room with [`allocate`], writes the picture's RGBA bytes and the palettes
//! there, and calls [`digest`] and [`recolour`] with the addresses. Only numbers cross the border,
//! so that the glue stays tiny. Nothing is ever freed: a page allocates once a picture.
#![cfg_attr(target_arch = "wasm32", no_std)]
#![expect(unsafe_code, reason = "the page hands over addresses in the kernel's own memory")]

#[cfg(target_arch = "wasm32")]
mod runtime;

extern crate alloc;

use alloc::alloc::alloc;
use core::alloc::Layout;
use core::slice;
use wasm_bindgen::prelude::wasm_bindgen;

/// Room for so many bytes, aligned to 16, for good. Its contents are not set. Gives 0 where there
/// is no memory left.
#[wasm_bindgen]
#[must_use]
pub fn allocate(bytes: usize) -> usize {
    match Layout::from_size_align(bytes, 16) {
        // SAFETY: the layout's size is not zero.
        Ok(layout) if bytes > 0 => unsafe { alloc(layout) }.expose_provenance(),
        _ => 0,
    }
}

/// The digest of a picture's RGBA bytes, as the build computed it
/// (see [`prebake_quantize::digest`]).
#[wasm_bindgen]
#[must_use]
pub fn digest(picture: usize, bytes: usize) -> u64 {
    // SAFETY: the page passes what `allocate(bytes)` gave, filled.
    prebake_quantize::digest(unsafe { slice::from_raw_parts(address(picture), bytes) })
}

/// Paints `source` with the `k` colours at `palette` (three bytes each) into `target`; both
/// pictures are `pixels` RGBA pixels (see [`prebake_quantize::recolour`]).
#[wasm_bindgen]
pub fn recolour(palette: usize, k: usize, source: usize, target: usize, pixels: usize) {
    // SAFETY: the page passes addresses that `allocate` gave for at least so many bytes: filled
    // for palette and source, and apart from both for the target.
    let (palette, source, target) = unsafe {
        (
            slice::from_raw_parts(address(palette).cast(), k),
            slice::from_raw_parts(address(source), pixels * 4),
            slice::from_raw_parts_mut(address(target), pixels * 4),
        )
    };
    prebake_quantize::recolour(palette, source, target);
}

/// The pointer behind a number that came from [`allocate`].
fn address(number: usize) -> *mut u8 {
    core::ptr::with_exposed_provenance_mut(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Copies the bytes to where the page would.
    fn place(bytes: &[u8]) -> usize {
        let room = allocate(bytes.len());
        assert_ne!(room, 0);
        // SAFETY: `room` is `bytes.len()` bytes, seen by nobody else.
        unsafe { slice::from_raw_parts_mut(address(room), bytes.len()) }.copy_from_slice(bytes);
        room
    }

    #[test]
    fn paints_what_the_build_paints() {
        let palette = [[0, 0, 0], [250, 120, 10], [255, 255, 255]];
        let picture: Vec<u8> = (0..1001u32)
            .flat_map(|i| [(i * 7) as u8, (i * 13) as u8, (i * 29) as u8, 255])
            .collect();
        let mut expected = vec![0; picture.len()];
        prebake_quantize::recolour(&palette, &picture, &mut expected);

        let source = place(&picture);
        let target = place(&vec![0; picture.len()]);
        recolour(place(palette.as_flattened()), palette.len(), source, target, 1001);

        // SAFETY: `target` was placed above.
        assert_eq!(unsafe { slice::from_raw_parts(address(target), picture.len()) }, expected);
        assert_eq!(digest(source, picture.len()), prebake_quantize::digest(&picture));
    }

    #[test]
    fn room_for_nothing_is_no_room() {
        assert_eq!(allocate(0), 0);
        assert_eq!(allocate(usize::MAX), 0);
    }
}
