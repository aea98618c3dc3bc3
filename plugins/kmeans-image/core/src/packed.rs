//! `palettes.bin`: what the page needs of a figure besides the picture, in few bytes;
//! `map-palettes.bin`: the same for the index map.
//!
//! Little-endian: the digest of the picture's RGBA bytes (`u64`), the number of states (`u16`); for
//! each state four `u16`: k, the PSNR in tenths of a decibel (`0xFFFF` where the frame is exact),
//! and hundredths of a bit a pixel before and after entropy coding; then the palettes, state by
//! state, three bytes a colour.

use crate::Numbers;

/// The PSNR of an exact frame.
const EXACT: u16 = u16::MAX;

/// The bytes of the file for states in their order: of each its numbers and its palette, which has
/// as many colours as they say. `digest` is that of the picture's RGBA bytes (see
/// [`prebake_quantize::digest`]).
#[must_use]
pub fn pack(digest: u64, states: &[(Numbers, Vec<[u8; 3]>)]) -> Vec<u8> {
    let mut bytes = digest.to_le_bytes().to_vec();
    bytes.extend((states.len() as u16).to_le_bytes());
    for (numbers, _) in states {
        let psnr = numbers.psnr.unwrap_or(EXACT);
        for number in [numbers.k, psnr, numbers.bits, numbers.entropy] {
            bytes.extend(number.to_le_bytes());
        }
    }
    bytes.extend(states.iter().flat_map(|(_, palette)| palette.as_flattened()));
    bytes
}
