//! From what a file says of its colours to opaque sRGB bytes.

use super::decode::{Channels, Chromaticities, DeclaredColour};
use super::icc::{Curve, Profile, Unusable};
use super::matrix::{self, IDENTITY, Matrix, SRGB};
use prebake_kmeans_image_core::over_white;
use prebake_kmeans_image_core::srgb::{ENCODER, LINEAR};
use prebake_plugin::Problem;

/// A PNG gamma this near to 1/2.2 means sRGB, as libpng has it.
const GAMMA_TOLERANCE: f64 = 0.05;

/// A matrix this near to the identity belongs to sRGB: profiles round their colorants differently.
const MATRIX_TOLERANCE: f64 = 0.005;

/// ITU-T H.273: ITU-R BT.2020's primaries.
const BT2020: Chromaticities = Chromaticities {
    white: SRGB.white,
    primaries: [[0.708, 0.292], [0.170, 0.797], [0.131, 0.046]],
};

/// ITU-T H.273: those of SMPTE EG 432-1, known as Display P3.
const DISPLAY_P3: Chromaticities = Chromaticities {
    white: SRGB.white,
    primaries: [[0.680, 0.320], [0.265, 0.690], [0.150, 0.060]],
};

/// How samples become sRGB bytes.
pub(super) enum Conversion {
    /// They are sRGB.
    None,
    /// Linear light of every byte of the three channels, then a matrix to linear sRGB.
    Rgb { linear: Box<[[f64; 256]; 3]>, matrix: Matrix },
    /// The sRGB byte of every gray.
    Gray(Box<[u8; 256]>),
}

impl Conversion {
    /// The conversion that a file asks for, and what its author should know. A profile that cannot
    /// be used is a warning, and the picture is taken as sRGB.
    pub(super) fn new(colour: &DeclaredColour, channels: Channels) -> (Self, Option<Problem>) {
        let converted = match colour {
            DeclaredColour::Srgb => Ok(Self::None),
            DeclaredColour::Icc(profile) => from_profile(profile, channels),
            DeclaredColour::Gamma { gamma, chromaticities } => {
                from_gamma(*gamma, chromaticities.as_ref())
            }
            DeclaredColour::Cicp { primaries, transfer } => from_code_points(*primaries, *transfer),
        };
        match converted {
            Ok(conversion) => (conversion, None),
            Err(unusable) => {
                let why = match unusable {
                    Unusable::Kind => "is of a kind that is not converted",
                    Unusable::Damaged => "is damaged",
                };
                let problem = Problem::warning(
                    "unsupported-profile",
                    format!("the picture's colour profile {why}, so it is taken as sRGB"),
                )
                .prop("src")
                .hint("save it as sRGB");
                (Self::None, Some(problem))
            }
        }
    }

    /// From three curves and a matrix; nothing where they are sRGB's.
    fn from_curves(curves: [&Curve; 3], matrix: Matrix) -> Self {
        let linear = Box::new(curves.map(tabulate));
        let srgb = matrix::distance(&matrix, &IDENTITY) <= MATRIX_TOLERANCE
            && linear.iter().all(is_srgb_curve);
        if srgb { Self::None } else { Self::Rgb { linear, matrix } }
    }

    /// Converts samples and composites their alpha over white, in sRGB bytes, as a browser does on
    /// a white page. Says whether every pixel was opaque.
    pub(super) fn opaque_srgb(&self, samples: &[u8], channels: Channels) -> (Vec<[u8; 3]>, bool) {
        let mut opaque = true;
        let pixels = samples
            .chunks_exact(channels.count())
            .map(|sample| {
                let (rgb, alpha) = match *sample {
                    [gray] => ([gray; 3], 255),
                    [gray, alpha] => ([gray; 3], alpha),
                    [r, g, b, alpha] => ([r, g, b], alpha),
                    _ => ([sample[0], sample[1], sample[2]], 255),
                };
                opaque &= alpha == 255;
                self.convert(rgb).map(|channel| over_white(channel, alpha))
            })
            .collect();
        (pixels, opaque)
    }

    fn convert(&self, rgb: [u8; 3]) -> [u8; 3] {
        match self {
            Self::None => rgb,
            Self::Gray(bytes) => rgb.map(|gray| bytes[usize::from(gray)]),
            Self::Rgb { linear, matrix } => {
                let [r, g, b] = rgb.map(usize::from);
                matrix::apply(matrix, [linear[0][r], linear[1][g], linear[2][b]])
                    .map(|channel| ENCODER.byte(channel))
            }
        }
    }
}

fn from_profile(profile: &[u8], channels: Channels) -> Result<Conversion, Unusable> {
    match Profile::parse(profile)? {
        Profile::Rgb { curves, matrix } => {
            let [red, green, blue] = &*curves;
            Ok(Conversion::from_curves([red, green, blue], matrix))
        }
        Profile::Gray(curve) if matches!(channels, Channels::Gray | Channels::GrayAlpha) => {
            let linear = tabulate(&curve);
            if is_srgb_curve(&linear) {
                return Ok(Conversion::None);
            }
            Ok(Conversion::Gray(Box::new(linear.map(|light| ENCODER.byte(light)))))
        }
        Profile::Gray(_) => Err(Unusable::Kind),
    }
}

fn from_gamma(
    gamma: Option<f64>,
    chromaticities: Option<&Chromaticities>,
) -> Result<Conversion, Unusable> {
    let curve = match gamma {
        Some(gamma) if gamma <= 0.0 => return Err(Unusable::Damaged),
        Some(gamma) if (gamma * 2.2 - 1.0).abs() > GAMMA_TOLERANCE => Curve::Gamma(1.0 / gamma),
        _ => Curve::Srgb,
    };
    let matrix = match chromaticities {
        Some(source) => matrix::from_chromaticities(source).ok_or(Unusable::Damaged)?,
        None => IDENTITY,
    };
    Ok(Conversion::from_curves([&curve; 3], matrix))
}

fn from_code_points(primaries: u8, transfer: u8) -> Result<Conversion, Unusable> {
    let source = match primaries {
        1 => &SRGB,
        9 => &BT2020,
        12 => &DISPLAY_P3,
        _ => return Err(Unusable::Kind),
    };
    let curve = match transfer {
        4 => Curve::Gamma(2.2),
        8 => Curve::Gamma(1.0),
        13 => Curve::Srgb,
        _ => return Err(Unusable::Kind),
    };
    let matrix = matrix::from_chromaticities(source).ok_or(Unusable::Damaged)?;
    Ok(Conversion::from_curves([&curve; 3], matrix))
}

fn tabulate(curve: &Curve) -> [f64; 256] {
    std::array::from_fn(|byte| curve.linear(byte as f64 / 255.0))
}

/// Every byte lands within one byte of itself.
fn is_srgb_curve(linear: &[f64; 256]) -> bool {
    (0_u8..=255).zip(linear).all(|(byte, &light)| {
        ENCODER.byte(light).abs_diff(ENCODER.byte(LINEAR[usize::from(byte)])) <= 1
    })
}

#[cfg(test)]
mod tests;
