//! A set of slots.

/// Some of 256 slots.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Mask([u64; 4]);

impl Mask {
    pub(crate) fn set(&mut self, slot: u8) {
        self.0[usize::from(slot >> 6)] |= 1 << (slot & 63);
    }

    /// Sets eight slots, of which number 8 `line` is the first, to these bits.
    #[inline(always)]
    pub(crate) fn set_eight(&mut self, line: usize, bits: u8) {
        self.0[line >> 3 & 3] |= u64::from(bits) << (8 * (line & 7));
    }

    pub(crate) fn holds(&self, slot: u8) -> bool {
        self.0[usize::from(slot >> 6)] >> (slot & 63) & 1 == 1
    }

    pub(crate) fn meets(&self, other: &Self) -> bool {
        let both = |n: usize| self.0[n] & other.0[n];
        both(0) | both(1) | both(2) | both(3) != 0
    }

    pub(crate) fn clear(&mut self, other: &Self) {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word &= !other;
        }
    }

    /// The slot that is alone in here.
    pub(crate) fn only(&self) -> Option<u8> {
        let [a, b, c, d] = self.0;
        let (word, n) = match (a | b, c | d) {
            (_, 0) if b == 0 => (a, 0),
            (_, 0) if a == 0 => (b, 1),
            (0, _) if d == 0 => (c, 2),
            (0, _) if c == 0 => (d, 3),
            _ => return None,
        };
        word.is_power_of_two().then(|| n << 6 | word.trailing_zeros() as u8)
    }

    /// The slots, rising.
    #[inline(always)]
    pub(crate) fn slots(&self) -> Slots {
        let [word, rest @ ..] = self.0;
        Slots { word, rest, first: 0 }
    }
}

/// See [`Mask::slots`].
pub(crate) struct Slots {
    word: u64,
    rest: [u64; 3],
    /// What the lowest bit of `word` stands for.
    first: u8,
}

impl Iterator for Slots {
    type Item = u8;

    // One loop body for all words, so that what is done for a slot is compiled once and in place.
    #[inline(always)]
    fn next(&mut self) -> Option<u8> {
        while self.word == 0 {
            if self.rest == [0; 3] {
                return None;
            }
            let [word, a, b] = self.rest;
            (self.word, self.rest) = (word, [a, b, 0]);
            self.first += 64;
        }
        let slot = self.first | self.word.trailing_zeros() as u8;
        self.word &= self.word - 1;
        Some(slot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn holds_what_was_set(slots: Vec<u8>, others: Vec<u8>) {
            let of = |slots: &[u8]| {
                let mut mask = Mask::default();
                slots.iter().for_each(|&slot| mask.set(slot));
                mask
            };
            let (mut mask, other) = (of(&slots), of(&others));
            let mut sorted = slots.clone();
            sorted.sort_unstable();
            sorted.dedup();
            let all = |mask: &Mask| mask.slots().collect::<Vec<u8>>();
            prop_assert_eq!(all(&mask), sorted.clone());
            prop_assert!((0..=255).all(|slot| mask.holds(slot) == slots.contains(&slot)));
            prop_assert_eq!(mask.only(), if sorted.len() == 1 { Some(sorted[0]) } else { None });
            prop_assert_eq!(mask.meets(&other), others.iter().any(|slot| slots.contains(slot)));
            mask.clear(&other);
            sorted.retain(|slot| !others.contains(slot));
            prop_assert_eq!(all(&mask), sorted);
        }
    }
}
