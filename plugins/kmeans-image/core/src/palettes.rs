//! The palettes of a figure.

use prebake_quantize::{Effort, Palette, Space, distinct, every_k_reporting};

/// The palettes of `pixels` for the numbers of colours `ks` (rising, each 1 to 256), as good as they
/// are known here. Ends where the picture's distinct colours end; where even the first of `ks` is
/// more than these, the one palette that holds them all. Nothing for no pixels.
///
/// `report` is told the share of the work done, from above 0 to 1 (see
/// [`every_k_reporting`]).
#[must_use]
pub fn palettes(
    pixels: &[[u8; 3]],
    ks: &[u16],
    space: Space,
    report: &(dyn Fn(f64) + Sync),
) -> Vec<Palette> {
    let every = |ks: &[usize]| every_k_reporting(pixels, ks, space, Effort::Best, report);
    let ks: Vec<usize> = ks.iter().map(|&k| usize::from(k)).collect();
    let palettes = every(&ks);
    if palettes.is_empty() { every(&[distinct(pixels)]) } else { palettes }
}

#[cfg(test)]
mod tests {
    use super::palettes;
    use prebake_quantize::Space;

    fn ks(pixels: &[[u8; 3]], ks: &[u16]) -> Vec<usize> {
        let found = palettes(pixels, ks, Space::Srgb, &|_| {});
        found.iter().map(|palette| palette.colours.len()).collect()
    }

    #[test]
    fn ends_with_the_colours_of_the_picture() {
        let pixels = [[1, 2, 3], [9, 9, 9], [1, 2, 3], [200, 0, 0]];
        assert_eq!(ks(&pixels, &[1, 2, 3, 4]), [1, 2, 3]);
        assert_eq!(ks(&pixels, &[8, 16]), [3]);
        assert_eq!(ks(&[], &[1, 2]), [0; 0]);
    }
}
