//! The mathematics of `<CellularRule>`. The build calls it natively, the page as WebAssembly: written
//! once, it gives the same in both.

use wasm_bindgen::prelude::wasm_bindgen;

/// How many cells stand in each of so many rows: as far as the first cell can reach, to both sides.
#[wasm_bindgen]
#[must_use]
pub fn width(rows: usize) -> usize {
    (2 * rows).saturating_sub(1)
}

/// The rows of cells that a rule makes of a single living cell, one byte a cell, 1 where it lives.
///
/// Bit `n` of the rule says whether a cell lives whose neighbours and itself read `n` in binary, from
/// left to right, in the row above. The first column is the last one's neighbour.
/// S. Wolfram, "Statistical mechanics of cellular automata", 1983.
#[wasm_bindgen]
#[must_use]
pub fn cells(rule: u8, rows: usize) -> Vec<u8> {
    let width = width(rows);
    let mut cells = vec![0; width * rows];
    if let Some(first) = cells.get_mut(width / 2) {
        *first = 1;
    }
    for row in 1..rows {
        let (above, below) = cells.split_at_mut(row * width);
        let above = &above[(row - 1) * width..];
        for (at, cell) in below[..width].iter_mut().enumerate() {
            let left = above[(at + width - 1) % width];
            let right = above[(at + 1) % width];
            *cell = rule >> (4 * left + 2 * above[at] + right) & 1;
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::{cells, width};

    #[test]
    fn rule_90_draws_the_triangle_of_sierpinski() {
        let expected = "...#...\n..#.#..\n.#...#.\n#.#.#.#\n";
        let cells = cells(90, 4);
        let drawn = cells.chunks(width(4)).map(|row| {
            row.iter()
                .map(|cell| if *cell == 1 { '#' } else { '.' })
                .chain(['\n'])
                .collect::<String>()
        });
        assert_eq!(drawn.collect::<String>(), expected);
    }

    #[test]
    fn no_rows_are_no_cells() {
        assert_eq!(cells(30, 0), []);
        assert_eq!(cells(30, 1), [1]);
    }
}
