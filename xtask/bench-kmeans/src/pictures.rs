//! Test pictures, rendered here so that the bench needs no file and no network.

/// What a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A head before a blurred room, soft light, a little sensor noise.
    Portrait,
    /// Sky with clouds, hills, a meadow full of texture.
    Landscape,
    /// Flat shapes with thin smooth edges.
    Cartoon,
    /// Every channel rises slowly in a direction of its own.
    Gradient,
    /// Bytes without any order.
    Noise,
    /// Stripes of two colours.
    TwoColours,
    /// One colour everywhere.
    OneColour,
}

impl Kind {
    pub(crate) const ALL: [Self; 7] = [
        Self::Portrait,
        Self::Landscape,
        Self::Cartoon,
        Self::Gradient,
        Self::Noise,
        Self::TwoColours,
        Self::OneColour,
    ];

    /// Those whose colours are like a photograph's.
    pub(crate) const PHOTOGRAPHS: [Self; 2] = [Self::Portrait, Self::Landscape];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Portrait => "portrait",
            Self::Landscape => "landscape",
            Self::Cartoon => "cartoon",
            Self::Gradient => "gradient",
            Self::Noise => "noise",
            Self::TwoColours => "two colours",
            Self::OneColour => "one colour",
        }
    }

    /// The pixels, row by row.
    pub(crate) fn render(self, width: u32, height: u32) -> Vec<[u8; 3]> {
        let mut grain = Grain(0x2545_f491_4f6c_dd1d);
        let mut pixels = Vec::with_capacity(width as usize * height as usize);
        for y in 0..height {
            for x in 0..width {
                // Square pixels; the picture's height is 1.
                let at = [f64::from(x) / f64::from(height), f64::from(y) / f64::from(height)];
                pixels.push(self.pixel(at, &mut grain));
            }
        }
        pixels
    }

    fn pixel(self, [x, y]: [f64; 2], grain: &mut Grain) -> [u8; 3] {
        match self {
            Self::Portrait => bytes(portrait(x, y), grain.soft(3.0)),
            Self::Landscape => bytes(landscape(x, y), grain.soft(4.0)),
            Self::Cartoon => bytes(cartoon(x, y), [0.0; 3]),
            Self::Gradient => {
                let colour = [40.0 + 150.0 * x, 230.0 - 200.0 * y, 60.0 + 80.0 * (x + y)];
                bytes(colour, [0.0; 3])
            }
            Self::Noise => {
                let [red, green, blue, ..] = grain.next().to_le_bytes();
                [red, green, blue]
            }
            Self::TwoColours if ((20.0 * x) as u32).is_multiple_of(3) => [250, 240, 210],
            Self::TwoColours => [30, 40, 90],
            Self::OneColour => [120, 200, 80],
        }
    }
}

fn portrait(x: f64, y: f64) -> [f64; 3] {
    let window = bump(x, y, 1.1, 0.2, 0.35);
    let plant = bump(x, y, 0.15, 0.75, 0.3);
    let mut colour = [62.0 - 30.0 * y, 54.0 - 22.0 * y, 50.0 - 8.0 * y];
    colour = mix(colour, [214.0, 222.0, 235.0], window);
    colour = mix(colour, [60.0, 98.0, 52.0], 0.8 * plant);
    let coat = edge(y - 0.82 + 0.35 * (x - 0.66).powi(2), 0.01);
    let weave = 0.5 + 0.5 * (160.0 * x).sin() * (160.0 * y).sin();
    colour = mix(colour, [38.0 + 20.0 * weave, 46.0 + 20.0 * weave, 96.0 + 40.0 * weave], coat);
    let hair = edge(1.0 - oval(x, y, 0.66, 0.38, 0.31, 0.36), 0.02);
    let strand = 0.5 + 0.5 * (90.0 * x + 14.0 * (9.0 * y).sin()).sin();
    colour = mix(colour, [44.0 + 50.0 * strand, 28.0 + 32.0 * strand, 18.0 + 16.0 * strand], hair);
    let face = edge(1.0 - oval(x, y, 0.66, 0.46, 0.22, 0.31), 0.02);
    let light = (1.1 - oval(x, y, 0.74, 0.4, 0.5, 0.55)).clamp(0.0, 1.0);
    let cheek = bump(x, y, 0.57, 0.55, 0.07) + bump(x, y, 0.76, 0.55, 0.07);
    let skin = [120.0 + 122.0 * light, 74.0 + 116.0 * light, 58.0 + 98.0 * light];
    colour = mix(colour, mix(skin, [206.0, 104.0, 92.0], 0.5 * cheek), face);
    let lips = edge(1.0 - oval(x, y, 0.67, 0.64, 0.07, 0.02), 0.2);
    colour = mix(colour, [170.0, 62.0, 68.0], lips);
    let eyes = edge(1.0 - oval(x, y, 0.58, 0.44, 0.03, 0.014), 0.2)
        + edge(1.0 - oval(x, y, 0.75, 0.44, 0.03, 0.014), 0.2);
    mix(colour, [52.0, 78.0, 88.0], eyes)
}

fn landscape(x: f64, y: f64) -> [f64; 3] {
    let cloud = (waves(3.0 * x, 9.0 * y, 5) - 0.45).clamp(0.0, 0.4) / 0.4;
    let sky = mix([58.0, 118.0, 204.0], [190.0, 214.0, 236.0], (1.9 * y).min(1.0));
    let mut colour = mix(sky, [250.0, 246.0, 240.0], cloud * (1.0 - y).max(0.0));
    let ridge = 0.42 + 0.13 * (waves(2.2 * x, 0.0, 4) - 0.5) * 2.0;
    let rock = waves(14.0 * x, 20.0 * y, 4);
    let mountain = [86.0 + 70.0 * rock, 92.0 + 60.0 * rock, 112.0 + 50.0 * rock];
    colour = mix(colour, mountain, edge(y - ridge, 0.004));
    let meadow = 0.6 + 0.08 * (2.6 * x).sin();
    let tuft = waves(40.0 * x / (0.3 + y), 70.0 * y, 4);
    let grass = mix([34.0, 62.0, 20.0], [168.0, 186.0, 74.0], tuft);
    colour = mix(colour, grass, edge(y - meadow, 0.004));
    let flower = edge(waves(55.0 * x, 55.0 * y, 2) - 0.86, 0.02) * edge(y - meadow - 0.05, 0.05);
    mix(colour, [226.0, 60.0, 66.0], flower)
}

fn cartoon(x: f64, y: f64) -> [f64; 3] {
    let thin = 0.003;
    let mut colour = [118.0, 198.0, 240.0];
    colour =
        mix(colour, [255.0, 222.0, 74.0], edge(1.0 - oval(x, y, 1.05, 0.22, 0.13, 0.13), thin));
    colour = mix(colour, [92.0, 176.0, 92.0], edge(y - 0.7 - 0.06 * (4.0 * x).sin(), thin));
    colour = mix(colour, [224.0, 92.0, 72.0], edge(1.0 - oval(x, y, 0.45, 0.55, 0.2, 0.26), thin));
    colour =
        mix(colour, [255.0, 255.0, 255.0], edge(1.0 - oval(x, y, 0.4, 0.47, 0.06, 0.08), thin));
    mix(colour, [24.0, 20.0, 32.0], edge(1.0 - oval(x, y, 0.41, 0.48, 0.025, 0.035), thin))
}

fn mix(from: [f64; 3], to: [f64; 3], part: f64) -> [f64; 3] {
    let part = part.clamp(0.0, 1.0);
    [0, 1, 2].map(|i| from[i] + part * (to[i] - from[i]))
}

/// From 0 to 1 where `inside` passes 0, over a width.
fn edge(inside: f64, width: f64) -> f64 {
    (0.5 + inside / width).clamp(0.0, 1.0)
}

fn oval(x: f64, y: f64, cx: f64, cy: f64, rx: f64, ry: f64) -> f64 {
    ((x - cx) / rx).hypot((y - cy) / ry)
}

fn bump(x: f64, y: f64, cx: f64, cy: f64, reach: f64) -> f64 {
    (-((x - cx).powi(2) + (y - cy).powi(2)) / (reach * reach)).exp()
}

/// Value noise (0 to 1) of some octaves.
fn waves(x: f64, y: f64, octaves: u32) -> f64 {
    let (mut sum, mut reach) = (0.0, 0.0);
    for octave in 0..octaves {
        let scale = f64::from(1 << octave);
        sum += lattice(x * scale, y * scale) / scale;
        reach += 1.0 / scale;
    }
    sum / reach
}

fn lattice(x: f64, y: f64) -> f64 {
    let (left, top) = (x.floor(), y.floor());
    let value = |dx: f64, dy: f64| {
        let mut grain = Grain(((left + dx) as i64 as u64) << 32 ^ (top + dy) as i64 as u64);
        (grain.next() >> 11) as f64 / (1_u64 << 53) as f64
    };
    let smooth = |t: f64| t * t * (3.0 - 2.0 * t);
    let (u, v) = (smooth(x - left), smooth(y - top));
    let row = |dy| value(0.0, dy) + u * (value(1.0, dy) - value(0.0, dy));
    row(0.0) + v * (row(1.0) - row(0.0))
}

fn bytes(colour: [f64; 3], grain: [f64; 3]) -> [u8; 3] {
    [0, 1, 2].map(|i| (colour[i] + grain[i]).round().clamp(0.0, 255.0) as u8)
}

/// Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators" (2014).
struct Grain(u64);

impl Grain {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Noise near to a normal one, of this standard deviation: mostly of lightness, as a camera's.
    fn soft(&mut self, deviation: f64) -> [f64; 3] {
        let bits = self.next();
        let part = |shift: u32| {
            // Two bytes make a triangle; its standard deviation is 255 / √6.
            let [a, b] = [(bits >> shift) & 255, (bits >> (shift + 8)) & 255];
            (a as f64 + b as f64 - 255.0) * deviation / 104.1
        };
        [16, 32, 48].map(|shift| 0.8 * part(0) + 0.6 * part(shift))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_what_they_say() {
        for kind in Kind::ALL {
            let pixels = kind.render(40, 30);
            assert_eq!(pixels.len(), 1_200);
            assert_eq!(pixels, kind.render(40, 30), "{}", kind.name());
            let colours = prebake_quantize::distinct(&pixels);
            let expected = match kind {
                Kind::OneColour => 1..=1,
                Kind::TwoColours => 2..=2,
                Kind::Cartoon => 6..=120,
                _ => 500..=1_200,
            };
            assert!(expected.contains(&colours), "{}: {colours}", kind.name());
        }
    }
}
