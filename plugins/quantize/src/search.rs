//! The nearest colour of a palette, without asking all of them for every pixel.

/// A palette sorted by brightness, in which the nearest colour is found by looking around.
///
/// With s and t the sums of the channels of two colours, (s - t)² is at most three times their
/// squared distance (Cauchy and Schwarz), so that a walk away from the pixel's own s may end as soon
/// as (s - t)² exceeds three times the least squared distance so far. Neighbouring pixels are alike,
/// so each walk starts where the last one ended, where the distance is small already, and answers
/// for recent colours are kept.
pub(crate) struct Search {
    /// Rising by `sum`.
    entries: [Entry; 256],
    /// The last place of `entries` in use; 0 also for an empty palette.
    last: u8,
    /// The place of the latest answer.
    place: u8,
    /// Colours and the places of their answers, as `0xrrggbbpp`. Every slot is true at all times.
    known: [u32; KNOWN],
}

/// A power of two; 16 KiB of it stay in the fastest cache.
const KNOWN: usize = 4096;

#[derive(Clone, Copy)]
pub(crate) struct Entry {
    /// sRGB bytes.
    pub(crate) colour: [i32; 3],
    /// The place in the palette.
    pub(crate) index: u8,
    sum: i32,
}

impl Search {
    /// For the first 256 colours of `palette`. An empty one is searched like black alone.
    pub(crate) fn new(palette: &[[u8; 3]]) -> Self {
        let mut entries = [Entry { colour: [0; 3], index: 0, sum: 0 }; 256];
        let mut last = 0;
        for (index, &colour) in (0..=u8::MAX).zip(palette) {
            let colour = colour.map(i32::from);
            let mut held = Entry { colour, index, sum: colour.iter().sum() };
            // Insertion: the entries are few, and `sort` would be most of the kernel's code.
            for entry in entries.iter_mut().take(usize::from(index)) {
                if held.sum < entry.sum {
                    core::mem::swap(entry, &mut held);
                }
            }
            entries[usize::from(index)] = held;
            last = index;
        }
        let mut search = Self { entries, last, place: 0, known: [0; KNOWN] };
        // Black is true in every slot.
        let black = search.seek([0; 3]);
        search.known.fill(u32::from(black));
        search
    }

    /// The nearest entry; of several the one of lowest index.
    pub(crate) fn nearest(&mut self, colour: [u8; 3]) -> &Entry {
        let [red, green, blue] = colour;
        let packed = u32::from_be_bytes([red, green, blue, 0]);
        // Fibonacci hashing: the top bits of the product depend on all bits of the colour.
        let slot = (packed.wrapping_mul(0x9e37_79b1) >> 20) as usize % KNOWN;
        let known = self.known[slot];
        if known ^ packed < 256 {
            self.place = known as u8;
        } else {
            self.place = self.seek(colour);
            self.known[slot] = packed | u32::from(self.place);
        }
        &self.entries[usize::from(self.place)]
    }

    /// The place of the nearest entry, sought from the latest answer on. A function of its own, so
    /// that a browser's compiler may improve it while a picture is being painted.
    #[inline(never)]
    fn seek(&self, colour: [u8; 3]) -> u8 {
        let colour = colour.map(i32::from);
        let sum: i32 = colour.iter().sum();
        let mut best = Best { key: u32::MAX, place: self.place };
        for place in self.place..=self.last {
            let entry = &self.entries[usize::from(place)];
            if best.excludes(entry.sum - sum) {
                break;
            }
            best.consider(colour, entry, place);
        }
        for place in (0..self.place).rev() {
            let entry = &self.entries[usize::from(place)];
            if best.excludes(sum - entry.sum) {
                break;
            }
            best.consider(colour, entry, place);
        }
        best.place
    }
}

/// The nearest entry so far.
struct Best {
    /// The squared distance, then the index in the palette, so that of equally near entries the
    /// lowest index has the least key.
    key: u32,
    place: u8,
}

impl Best {
    /// Whether no entry so far ahead, or farther, can be as near as this one.
    fn excludes(&self, ahead: i32) -> bool {
        ahead > 0 && (ahead * ahead) as u32 > 3 * (self.key >> 8)
    }

    fn consider(&mut self, colour: [i32; 3], entry: &Entry, place: u8) {
        let key = squared_distance(entry.colour, colour) << 8 | u32::from(entry.index);
        if key < self.key {
            *self = Self { key, place };
        }
    }
}

/// In squared sRGB bytes: at most 3 · 255², 18 bits.
pub(crate) fn squared_distance(a: [i32; 3], b: [i32; 3]) -> u32 {
    let [x, y, z] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    (x * x + y * y + z * z) as u32
}
