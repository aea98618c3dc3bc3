//! The orientation that EXIF asks for (EXIF 2.32, tag 274).

/// How the stored rows and columns are to be turned, from 1 (as they are) to 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Orientation(u8);

impl Default for Orientation {
    fn default() -> Self {
        Self(1)
    }
}

impl Orientation {
    /// Reads an EXIF block, with or without its `Exif` prefix. What cannot be read asks for
    /// nothing.
    pub(super) fn from_exif(exif: &[u8]) -> Self {
        read_tag(exif.strip_prefix(b"Exif\0\0").unwrap_or(exif))
            .and_then(|value| u8::try_from(value).ok())
            .filter(|value| (1..=8).contains(value))
            .map(Self)
            .unwrap_or_default()
    }

    /// Turns a picture; gives its pixels, width and height.
    pub(super) fn apply(
        self,
        pixels: Vec<[u8; 3]>,
        width: u32,
        height: u32,
    ) -> (Vec<[u8; 3]>, u32, u32) {
        if self.0 == 1 {
            return (pixels, width, height);
        }
        let (columns, rows) = (width as usize, height as usize);
        // Where the stored pixel of the upright (x, y) lies.
        let source = |x: usize, y: usize| match self.0 {
            2 => (columns - 1 - x, y),
            3 => (columns - 1 - x, rows - 1 - y),
            4 => (x, rows - 1 - y),
            5 => (y, x),
            6 => (y, rows - 1 - x),
            7 => (columns - 1 - y, rows - 1 - x),
            _ => (columns - 1 - y, x),
        };
        let (new_width, new_height) = if self.0 < 5 { (width, height) } else { (height, width) };
        let mut turned = Vec::with_capacity(pixels.len());
        for y in 0..new_height as usize {
            for x in 0..new_width as usize {
                let (column, row) = source(x, y);
                turned.push(pixels[row * columns + column]);
            }
        }
        (turned, new_width, new_height)
    }
}

const ORIENTATION: u16 = 0x0112;
const SHORT: u16 = 3;

/// The value of the orientation tag in the first directory of a TIFF structure.
fn read_tag(tiff: &[u8]) -> Option<u16> {
    let little = match tiff.get(..4)? {
        [b'I', b'I', 42, 0] => true,
        [b'M', b'M', 0, 42] => false,
        _ => return None,
    };
    let short = |at: usize| -> Option<u16> {
        let bytes = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let long = |at: usize| -> Option<u32> {
        let bytes = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    };
    let directory = long(4)? as usize;
    let entries = usize::from(short(directory)?);
    (0..entries)
        .map(|entry| directory + 2 + 12 * entry)
        .find(|&at| short(at) == Some(ORIENTATION) && short(at + 2) == Some(SHORT))
        .and_then(|at| short(at + 8))
}

#[cfg(test)]
mod tests {
    use super::Orientation;
    use proptest::prelude::*;

    /// A 3 × 2 picture whose pixels are numbered row by row.
    fn turned(value: u8) -> (Vec<u8>, u32, u32) {
        let pixels = (1..=6).map(|n| [n, 0, 0]).collect();
        let (pixels, width, height) = Orientation(value).apply(pixels, 3, 2);
        (pixels.iter().map(|p| p[0]).collect(), width, height)
    }

    #[test]
    fn turns_as_the_standard_says() {
        assert_eq!(turned(1), (vec![1, 2, 3, 4, 5, 6], 3, 2));
        assert_eq!(turned(2), (vec![3, 2, 1, 6, 5, 4], 3, 2));
        assert_eq!(turned(3), (vec![6, 5, 4, 3, 2, 1], 3, 2));
        assert_eq!(turned(4), (vec![4, 5, 6, 1, 2, 3], 3, 2));
        assert_eq!(turned(5), (vec![1, 4, 2, 5, 3, 6], 2, 3));
        assert_eq!(turned(6), (vec![4, 1, 5, 2, 6, 3], 2, 3));
        assert_eq!(turned(7), (vec![6, 3, 5, 2, 4, 1], 2, 3));
        assert_eq!(turned(8), (vec![3, 6, 2, 5, 1, 4], 2, 3));
    }

    #[test]
    fn reads_both_byte_orders() {
        let little = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0";
        let big = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0";
        assert_eq!(Orientation::from_exif(little), Orientation(6));
        assert_eq!(Orientation::from_exif(big), Orientation(8));
        let nine = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x09\0\0\0";
        assert_eq!(Orientation::from_exif(nine), Orientation(1));
    }

    proptest! {
        #[test]
        fn no_exif_panics(tail in proptest::collection::vec(any::<u8>(), 0..64), little: bool) {
            let mut exif = if little { b"II*\0".to_vec() } else { b"MM\0*".to_vec() };
            exif.extend(tail);
            let Orientation(value) = Orientation::from_exif(&exif);
            prop_assert!((1..=8).contains(&value));
        }
    }
}
