//! ICC profiles of the kind that three curves and a matrix describe (ICC.1:2022, clause 8.3), and
//! gray ones. Evaluated here in doubles, so that the result is the same on every platform.

use super::matrix::{Matrix, from_colorants};
use prebake_kmeans_image_core::srgb::to_linear;

/// How the samples of a profile become linear light.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Profile {
    /// One curve for each channel, then a matrix to linear sRGB.
    Rgb { curves: Box<[Curve; 3]>, matrix: Matrix },
    /// One curve to luminance.
    Gray(Curve),
}

/// A tone reproduction curve, from a device value to linear light, both from 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Curve {
    /// The transfer function of sRGB.
    Srgb,
    /// A power.
    Gamma(f64),
    /// Samples at equal distances, at least two, between which lines run.
    Table(Vec<u16>),
    /// `parametricCurveType`: the function's number, then g, a, b, c, d, e, f.
    Parametric(u16, [f64; 7]),
}

/// Why a profile cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unusable {
    /// It needs a lookup table in more than one dimension, or speaks of another device's colours.
    Kind,
    /// It is damaged.
    Damaged,
}

impl Profile {
    /// Reads a profile.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Unusable> {
        if bytes.get(36..40).ok_or(Unusable::Damaged)? != b"acsp" {
            return Err(Unusable::Damaged);
        }
        match (&bytes[16..20], &bytes[20..24]) {
            (b"RGB ", b"XYZ ") => Self::parse_rgb(bytes),
            (b"GRAY", b"XYZ " | b"Lab ") => {
                let curve = tag(bytes, b"kTRC").ok_or(Unusable::Kind)?;
                Curve::parse(curve).map(Self::Gray).ok_or(Unusable::Damaged)
            }
            _ => Err(Unusable::Kind),
        }
    }

    fn parse_rgb(bytes: &[u8]) -> Result<Self, Unusable> {
        let column =
            |name| parse_xyz(tag(bytes, name).ok_or(Unusable::Kind)?).ok_or(Unusable::Damaged);
        let [red, green, blue] = [column(b"rXYZ")?, column(b"gXYZ")?, column(b"bXYZ")?];
        let colorants = [0, 1, 2].map(|row| [red[row], green[row], blue[row]]);
        let curve =
            |name| Curve::parse(tag(bytes, name).ok_or(Unusable::Kind)?).ok_or(Unusable::Damaged);
        let curves = Box::new([curve(b"rTRC")?, curve(b"gTRC")?, curve(b"bTRC")?]);
        let matrix = from_colorants(&colorants).ok_or(Unusable::Damaged)?;
        Ok(Self::Rgb { curves, matrix })
    }
}

impl Curve {
    /// Reads a `curv` or `para` tag.
    fn parse(tag: &[u8]) -> Option<Self> {
        match tag.get(..4)? {
            b"curv" => {
                let count = u32_at(tag, 8)? as usize;
                let values = tag.get(12..12_usize.checked_add(count.checked_mul(2)?)?)?;
                let value = |at: usize| u16::from_be_bytes([values[2 * at], values[2 * at + 1]]);
                Some(match count {
                    0 => Self::Gamma(1.0),
                    1 => Self::Gamma(f64::from(value(0)) / 256.0),
                    _ => Self::Table((0..count).map(value).collect()),
                })
            }
            b"para" => {
                let function = u16_at(tag, 8)?;
                let count = *[1, 3, 4, 5, 7].get(usize::from(function))?;
                let mut parameters = [0.0; 7];
                for (at, parameter) in parameters.iter_mut().take(count).enumerate() {
                    *parameter = fixed_at(tag, 12 + 4 * at)?;
                }
                Some(Self::Parametric(function, parameters))
            }
            _ => None,
        }
    }

    /// Linear light of a device value from 0 to 1.
    pub(super) fn linear(&self, value: f64) -> f64 {
        let power = |base: f64, exponent: f64| libm::pow(base.max(0.0), exponent);
        let linear = match self {
            Self::Srgb => to_linear(value),
            Self::Gamma(gamma) => power(value, *gamma),
            Self::Table(table) => {
                let last = table.len() - 1;
                let position = value * last as f64;
                let below = (position as usize).min(last - 1);
                let (low, high) = (f64::from(table[below]), f64::from(table[below + 1]));
                (low + (high - low) * (position - below as f64)) / 65_535.0
            }
            Self::Parametric(function, [g, a, b, c, d, e, f]) => match function {
                0 => power(value, *g),
                1 if a * value + b < 0.0 => 0.0,
                1 => power(a * value + b, *g),
                2 if a * value + b < 0.0 => *c,
                2 => power(a * value + b, *g) + c,
                _ if value < *d => c * value + f,
                _ => power(a * value + b, *g) + e,
            },
        };
        if linear.is_nan() { 0.0 } else { linear.clamp(0.0, 1.0) }
    }
}

/// The bytes of a tag, from its type signature on.
fn tag<'a>(bytes: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    let count = (u32_at(bytes, 128)? as usize).min(bytes.len() / 12);
    let entry =
        (0..count).map(|n| 132 + 12 * n).find(|&at| bytes.get(at..at + 4) == Some(&name[..]))?;
    let offset = u32_at(bytes, entry + 4)? as usize;
    let size = u32_at(bytes, entry + 8)? as usize;
    bytes.get(offset..offset.checked_add(size)?)
}

fn parse_xyz(tag: &[u8]) -> Option<[f64; 3]> {
    if tag.get(..4)? != b"XYZ " {
        return None;
    }
    Some([fixed_at(tag, 8)?, fixed_at(tag, 12)?, fixed_at(tag, 16)?])
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// An `s15Fixed16Number`.
fn fixed_at(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from(i32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?)) / 65_536.0)
}
