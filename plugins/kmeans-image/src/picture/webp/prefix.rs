//! Prefix codes (Huffman 1952), of at most 15 bits, and how the stream tells them.

use super::bits::Bits;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The longest word of a code, and of the code that tells a code's lengths.
const LONGEST: u32 = 15;
const LONGEST_OF_LENGTHS: u32 = 7;

/// The order in which the lengths of that code stand.
const LENGTH_ORDER: [usize; 19] =
    [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/// A canonical prefix code.
pub(super) struct Code {
    /// Of every symbol, in bits; 0 where it has no word.
    lengths: Vec<u32>,
    /// The first bit lowest.
    words: Vec<u32>,
    /// Whether a word takes bits at all.
    silent: bool,
}

impl Code {
    /// The code for symbols that come up so often.
    pub(super) fn new(counts: &[u32]) -> Self {
        Self::of_lengths(lengths(counts, LONGEST))
    }

    fn of_lengths(lengths: Vec<u32>) -> Self {
        let silent = lengths.iter().filter(|&&length| length > 0).count() < 2;
        let mut words = vec![0; lengths.len()];
        let mut next = 0_u32;
        for length in 1..=LONGEST {
            next <<= 1;
            for (word, _) in words.iter_mut().zip(&lengths).filter(|(_, own)| **own == length) {
                *word = next.reverse_bits() >> (32 - length);
                next += 1;
            }
        }
        Self { lengths, words, silent }
    }

    /// Appends the word of a symbol.
    pub(super) fn put(&self, bits: &mut Bits, symbol: u8) {
        self.put_any(bits, usize::from(symbol));
    }

    fn put_any(&self, bits: &mut Bits, symbol: usize) {
        if !self.silent {
            bits.put(self.words[symbol], self.lengths[symbol]);
        }
    }

    /// Appends what a decoder needs to know of the code.
    pub(super) fn write(&self, bits: &mut Bits) {
        let used: Vec<u32> =
            (0..).zip(&self.lengths).filter(|(_, length)| **length > 0).map(|(at, _)| at).collect();
        match used[..] {
            [] => bits.put(0b0001, 4),
            [only] if only < 256 => {
                bits.put(0b101, 3);
                bits.put(only, 8);
            }
            [first, second] if second < 256 => {
                bits.put(0b111, 3);
                bits.put(first, 8);
                bits.put(second, 8);
            }
            _ => self.write_lengths(bits),
        }
    }

    fn write_lengths(&self, bits: &mut Bits) {
        let runs = runs(&self.lengths);
        let mut counts = [0; 19];
        runs.iter().for_each(|run| counts[run.0] += 1);
        // A code of one word would be told in another way; a second word is cheaper than that.
        if counts.iter().filter(|&&count| count > 0).count() < 2 {
            counts[usize::from(counts[0] > 0)] += 1;
        }
        let code = Self::of_lengths(lengths(&counts, LONGEST_OF_LENGTHS));
        let told = LENGTH_ORDER.iter().rposition(|&symbol| code.lengths[symbol] > 0);
        let told = told.map_or(4, |last| (last + 1).max(4));
        bits.put(0, 1);
        bits.put(told as u32 - 4, 4);
        LENGTH_ORDER[..told].iter().for_each(|&symbol| bits.put(code.lengths[symbol], 3));
        // All symbols are told.
        bits.put(0, 1);
        for (symbol, more, width) in runs {
            code.put_any(bits, symbol);
            bits.put(more, width);
        }
    }
}

/// Lengths as symbols of their code: itself, 16 (the last one 3 to 6 times), 17 (3 to 10 zeros), 18
/// (11 to 138 zeros); with the further bits and how many they are.
fn runs(lengths: &[u32]) -> Vec<(usize, u32, u32)> {
    let mut runs = Vec::new();
    for run in lengths.chunk_by(|a, b| a == b) {
        let (length, mut left) = (run[0], run.len() as u32);
        if length > 0 {
            runs.push((length as usize, 0, 0));
            left -= 1;
        }
        while left > 0 {
            let (symbol, least, most, width) = match (length, left) {
                (_, ..3) => (length as usize, 1, 1, 0),
                (0, ..11) => (17, 3, 10, 3),
                (0, _) => (18, 11, 138, 7),
                _ => (16, 3, 6, 2),
            };
            let taken = left.min(most);
            runs.push((symbol, taken - least, width));
            left -= taken;
        }
    }
    runs
}

/// The lengths of a Huffman code, none above `longest`: where one is, rare symbols are taken to be
/// less rare, until it fits.
fn lengths(counts: &[u32], longest: u32) -> Vec<u32> {
    let mut floor = 1;
    loop {
        let lengths = huffman(counts, floor);
        if lengths.iter().all(|&length| length <= longest) {
            return lengths;
        }
        floor *= 2;
    }
}

fn huffman(counts: &[u32], floor: u32) -> Vec<u32> {
    let mut lengths = vec![0; counts.len()];
    // The lightest two are joined; of equals the older ones, so that nothing is left to chance.
    let mut heap: BinaryHeap<Reverse<(u64, usize)>> = counts
        .iter()
        .enumerate()
        .filter(|(_, count)| **count > 0)
        .map(|(symbol, &count)| Reverse((u64::from(count.max(floor)), symbol)))
        .collect();
    if let (1, Some(Reverse((_, only)))) = (heap.len(), heap.peek()) {
        lengths[*only] = 1;
        return lengths;
    }
    // Leaves first, then the joined ones: each with the one above it.
    let mut above = vec![usize::MAX; counts.len()];
    while let (Some(Reverse(first)), Some(Reverse(second))) = (heap.pop(), heap.pop()) {
        let joined = above.len();
        above.push(usize::MAX);
        above[first.1] = joined;
        above[second.1] = joined;
        let weight = first.0 + second.0;
        if heap.is_empty() {
            break;
        }
        heap.push(Reverse((weight, joined)));
    }
    for (symbol, length) in lengths.iter_mut().enumerate() {
        let mut at = symbol;
        while above[at] != usize::MAX {
            at = above[at];
            *length += 1;
        }
    }
    lengths
}
