//! Which colours of a palette can be nearest to any colour of a box.

use crate::indexed::BLOCK;

/// The most colours that a palette can have: an index is one byte.
const MOST: usize = 256;

/// Entries are looked at by fours, so that behind the last there are three more to be looked at.
const ROOM: usize = MOST + 4;

/// The norm of an entry that is none: farther from everything than any colour.
const NOWHERE: i32 = 1 << 20;

/// Colours are decided so many at a time: what fits the registers of a vector unit.
const LANES: usize = 8;

/// Entries of a palette in its order, channel by channel, each with its answer.
pub(crate) struct Candidates {
    channels: [[i32; ROOM]; 3],
    /// |c|², the squared distance to black.
    norms: [i32; ROOM],
    /// What stands for an entry where it is nearest.
    answers: [u32; ROOM],
    /// How many there are; at most `MOST`.
    len: usize,
}

/// The smallest box that holds some colours.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    low: [i32; 3],
    high: [i32; 3],
}

impl Bounds {
    pub(crate) fn of(colours: &[u32]) -> Self {
        let (mut low, mut high) = ([0; 3], [0; 3]);
        for channel in 0..3 {
            (low[channel], high[channel]) = extent(colours, 8 * channel as u32);
        }
        Self { low, high }
    }

    fn twice_the_middle(&self) -> [i32; 3] {
        let Self { low, high } = self;
        [low[0] + high[0], low[1] + high[1], low[2] + high[2]]
    }
}

/// The least and the greatest byte at a place in the colours. A function of its own, so that the
/// kernel holds it once.
#[inline(never)]
fn extent(colours: &[u32], shift: u32) -> (i32, i32) {
    let (mut low, mut high) = (255, 0);
    for colour in colours {
        let byte = (colour >> shift & 255) as i32;
        low = byte.min(low);
        high = byte.max(high);
    }
    (low, high)
}

impl Candidates {
    pub(crate) const NONE: Self =
        Self { channels: [[0; ROOM]; 3], norms: [0; ROOM], answers: [0; ROOM], len: 0 };

    /// The first 256 colours of a palette; `answer` says what stands for the colour of an index.
    pub(crate) fn new(palette: &[[u8; 3]], answer: impl Fn(u32, [u8; 3]) -> u32) -> Self {
        let mut all = Self::NONE;
        for (index, &colour) in (0..MOST as u32).zip(palette) {
            all.push(colour, answer(index, colour));
        }
        all.end();
        all
    }

    /// The number of entries, with those that are none and fill up the last four.
    fn padded(&self) -> usize {
        (self.len.min(MOST) + 3) & !3
    }

    /// Fills up the last four entries.
    fn end(&mut self) {
        for norm in self.norms.iter_mut().skip(self.len).take(4) {
            *norm = NOWHERE;
        }
    }

    /// Adds an entry. A function of its own, so that the kernel holds it once, without vectors.
    #[inline(never)]
    fn push(&mut self, colour: [u8; 3], answer: u32) {
        let [red, green, blue] = colour.map(i32::from);
        // Never more than `MOST` of them: this only spares a panic.
        let at = self.len.min(MOST - 1);
        self.channels[0][at] = red;
        self.channels[1][at] = green;
        self.channels[2][at] = blue;
        self.norms[at] = red * red + green * green + blue * blue;
        self.answers[at] = answer;
        self.len = at + 1;
    }

    /// The place of an entry that is near to all of a box: the nearest to its middle.
    fn central(&self, bounds: &Bounds) -> usize {
        let [x, y, z] = bounds.twice_the_middle();
        let [reds, greens, blues] = &self.channels;
        let mut best = i32::MAX;
        for at in 0..self.padded() {
            // |c - m|² without |m|², which all share: within 2^20, so that the place fits below.
            let along = reds[at] * x + greens[at] * y + blues[at] * z;
            best = best.min((self.norms[at] - along) << 8 | at as i32);
        }
        (best & 255) as usize
    }

    /// Sets `kept` to the entries that some colour of the box could have as its nearest.
    ///
    /// An entry is left out where another, `central`, is nearer to every colour of the box. The
    /// difference of the squared distances to two entries is linear in the colour, so that its
    /// least value lies at a corner, channel by channel: the test is exact for the pair.
    #[inline(never)]
    pub(crate) fn within(&self, bounds: &Bounds, kept: &mut Self) {
        let central = self.central(bounds);
        let [reds, greens, blues] = &self.channels;
        let [red, green, blue] = [reds[central], greens[central], blues[central]];
        let norm = self.norms[central];
        let Bounds { low, high } = bounds;
        let most = |ahead: i32, channel: usize| (ahead * low[channel]).max(ahead * high[channel]);
        // Two loops: the first can use vectors.
        let mut ahead = [0; ROOM];
        for at in 0..self.padded() {
            let along =
                most(reds[at] - red, 0) + most(greens[at] - green, 1) + most(blues[at] - blue, 2);
            ahead[at] = self.norms[at] - norm - 2 * along;
        }
        kept.len = 0;
        for at in 0..self.len.min(MOST) {
            // Written in any case, and counted in where it is one: no branch to guess.
            let to = kept.len.min(MOST - 1);
            kept.channels[0][to] = reds[at];
            kept.channels[1][to] = greens[at];
            kept.channels[2][to] = blues[at];
            kept.norms[to] = self.norms[at];
            kept.answers[to] = self.answers[at];
            kept.len = to + usize::from(ahead[at] <= 0);
        }
        kept.end();
    }

    /// Writes the answer of the nearest entry for each of some colours; of several as near, of the
    /// first. 0 without entries.
    pub(crate) fn decide(&self, colours: &[u32; BLOCK], answers: &mut [u32; BLOCK]) {
        let (colours, _) = colours.as_chunks::<LANES>();
        let (answers, _) = answers.as_chunks_mut::<LANES>();
        for (colours, answers) in colours.iter().zip(answers) {
            let twice = |shift: u32| colours.map(|colour| (colour >> shift & 255) as i32 * 2);
            let [red, green, blue] = [twice(0), twice(8), twice(16)];
            let (mut best, mut answer) = ([i32::MAX; LANES], [0; LANES]);
            for at in 0..self.len.min(MOST) {
                let [r, g, b] = [self.channels[0][at], self.channels[1][at], self.channels[2][at]];
                let (norm, entry) = (self.norms[at], self.answers[at]);
                for lane in 0..LANES {
                    // The squared distance without the colour's own |p|².
                    let distance = norm - red[lane] * r - green[lane] * g - blue[lane] * b;
                    let nearer = distance < best[lane];
                    best[lane] = if nearer { distance } else { best[lane] };
                    answer[lane] = if nearer { entry } else { answer[lane] };
                }
            }
            *answers = answer;
        }
    }
}
