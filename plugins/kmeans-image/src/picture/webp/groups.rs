//! Which parts of a picture share a set of prefix codes.

use super::prefix::Code;
use super::{ALPHABETS, Pixel, cost, in_order};
use rayon::prelude::*;

/// Squares of so many pixels (as a power of two) belong to one group.
pub(super) const TILE_BITS: u32 = 4;

/// A set of codes takes some hundred bytes, which so many pixels may save.
const PIXELS_A_GROUP: usize = 6_000;

/// More sets than this gain little and take long.
const MOST_GROUPS: usize = 32;

/// After so many rounds tiles hardly change sides.
const ROUNDS: usize = 6;

/// Counts of bytes, or their costs: green, red, blue.
type Table = [[u32; 256]; 3];

/// Tiles and their codes.
pub(super) struct Groups {
    side: usize,
    across: usize,
    /// The group of every tile.
    tiles: Vec<u16>,
    /// Green, red, blue, alpha and distance of every group.
    pub(super) codes: Vec<[Code; 5]>,
}

impl Groups {
    /// Lloyd's steps, with code lengths in the place of distances: from tiles sorted by what they
    /// cost under one code, each tile goes to the group whose code is shortest for it.
    pub(super) fn new(rest: &[Pixel], side: usize) -> Self {
        let tile = 1 << TILE_BITS;
        let across = side.div_ceil(tile);
        let rows = rest.len() / side;
        let squares: Vec<Vec<Pixel>> = (0..across * rows.div_ceil(tile))
            .map(|at| {
                let (left, top) = (at % across * tile, at / across * tile);
                (top..(top + tile).min(rows))
                    .flat_map(|y| &rest[y * side + left..y * side + (left + tile).min(side)])
                    .copied()
                    .collect()
            })
            .collect();
        let most = (rest.len() / PIXELS_A_GROUP).clamp(1, MOST_GROUPS);
        let one = costs(&count(&squares, &vec![0; squares.len()], 1)[0]);
        let mut order: Vec<usize> = (0..squares.len()).collect();
        // By the cost of a pixel, which is a whole number so that the order is the same everywhere.
        order.sort_by_key(|&at| total(&squares[at], &one) / squares[at].len().max(1) as u64);
        let mut tiles = vec![0; squares.len()];
        for (rank, &at) in order.iter().enumerate() {
            tiles[at] = (rank * most / order.len()) as u16;
        }
        for _ in 0..ROUNDS {
            let tables: Vec<Table> = count(&squares, &tiles, most).iter().map(costs).collect();
            tiles = squares
                .par_iter()
                .map(|square| {
                    (0..tables.len() as u16)
                        .min_by_key(|&group| total(square, &tables[usize::from(group)]))
                        .unwrap_or(0)
                })
                .collect();
        }
        // Groups without tiles are left out.
        let mut used = tiles.clone();
        used.sort_unstable();
        used.dedup();
        for group in &mut tiles {
            *group = used.partition_point(|used| *used < *group) as u16;
        }
        let codes = count(&squares, &tiles, used.len()).iter().map(codes).collect();
        Self { side, across, tiles, codes }
    }

    /// The codes for the pixel at this place.
    pub(super) fn of(&self, at: usize) -> &[Code; 5] {
        let (x, y) = (at % self.side, at / self.side);
        let tile = (y >> TILE_BITS) * self.across + (x >> TILE_BITS);
        &self.codes[usize::from(self.tiles[tile])]
    }

    /// The group of every tile, in green.
    pub(super) fn image(&self) -> Vec<Pixel> {
        self.tiles.iter().map(|&group| [0, group as u8, 0]).collect()
    }
}

fn count(squares: &[Vec<Pixel>], tiles: &[u16], groups: usize) -> Vec<Table> {
    let mut tables = vec![[[0; 256]; 3]; groups];
    for (square, &group) in squares.iter().zip(tiles) {
        for pixel in square {
            for (counts, byte) in tables[usize::from(group)].iter_mut().zip(in_order(pixel)) {
                counts[usize::from(byte)] += 1;
            }
        }
    }
    tables
}

fn costs(counts: &Table) -> Table {
    let pixels = counts[0].iter().sum();
    counts.map(|counts| counts.map(|count| cost(count, pixels)))
}

fn total(square: &[Pixel], costs: &Table) -> u64 {
    square
        .iter()
        .flat_map(|pixel| in_order(pixel).into_iter().zip(costs))
        .map(|(byte, costs)| u64::from(costs[usize::from(byte)]))
        .sum()
}

fn codes(counts: &Table) -> [Code; 5] {
    let mut all = ALPHABETS.map(|symbols| vec![0; symbols]);
    for (all, counts) in all.iter_mut().zip(counts) {
        all[..256].copy_from_slice(counts);
    }
    all.map(|counts| Code::new(&counts))
}
