//! `palettes.bin`: what the page needs of a figure besides the picture, in few bytes.
//!
//! Little-endian: the digest of the picture's RGBA bytes (`u64`), the number of states (`u16`); for
//! each state four `u16`: k, the PSNR in tenths of a decibel (`0xFFFF` where the frame is exact),
//! and hundredths of a bit a pixel before and after entropy coding; then the palettes, state by
//! state, three bytes a colour.

use crate::figure::Figure;

/// The name of the file.
pub(crate) const PALETTES: &str = "palettes.bin";

/// The PSNR of an exact frame.
const EXACT: u16 = u16::MAX;

pub(crate) fn pack(figure: &Figure, digest: u64) -> Vec<u8> {
    let mut bytes = digest.to_le_bytes().to_vec();
    bytes.extend((figure.states.len() as u16).to_le_bytes());
    for state in &figure.states {
        let numbers = state.numbers();
        let psnr = numbers.psnr.unwrap_or(EXACT);
        for number in [numbers.k, psnr, numbers.bits, numbers.entropy] {
            bytes.extend(number.to_le_bytes());
        }
    }
    bytes.extend(figure.states.iter().flat_map(|state| &state.palette).flat_map(|colour| colour.0));
    bytes
}
