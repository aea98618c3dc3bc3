//! Three by three matrices and the colorimetry of primaries.

use super::decode::Chromaticities;

/// Row by row.
pub(super) type Matrix = [[f64; 3]; 3];

pub(super) const IDENTITY: Matrix = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

/// IEC 61966-2-1, with ITU-R BT.709's primaries.
pub(super) const SRGB: Chromaticities = Chromaticities {
    white: [0.3127, 0.3290],
    primaries: [[0.64, 0.33], [0.30, 0.60], [0.15, 0.06]],
};

/// Linear sRGB to XYZ under D50: the colorants of sRGB profiles (adapted with Bradford).
const SRGB_TO_XYZ_D50: Matrix = [
    [0.436_074_7, 0.385_064_9, 0.143_080_4],
    [0.222_504_5, 0.716_878_6, 0.060_616_9],
    [0.013_932_2, 0.097_104_5, 0.714_173_3],
];

/// The Bradford cone response (Lam, 1985).
const BRADFORD: Matrix =
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]];

pub(super) fn apply(m: &Matrix, v: [f64; 3]) -> [f64; 3] {
    m.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
}

fn multiply(a: &Matrix, b: &Matrix) -> Matrix {
    let columns = [0, 1, 2].map(|column| apply(a, [b[0][column], b[1][column], b[2][column]]));
    [0, 1, 2].map(|row| [columns[0][row], columns[1][row], columns[2][row]])
}

/// The inverse, by the adjugate; `None` where the matrix is singular or not finite.
fn invert(m: &Matrix) -> Option<Matrix> {
    let cofactor = |row: usize, column: usize| {
        let (r1, r2) = ((row + 1) % 3, (row + 2) % 3);
        let (c1, c2) = ((column + 1) % 3, (column + 2) % 3);
        m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1]
    };
    let determinant =
        m[0][0] * cofactor(0, 0) + m[0][1] * cofactor(0, 1) + m[0][2] * cofactor(0, 2);
    if !determinant.is_finite() || determinant.abs() < 1e-9 {
        return None;
    }
    Some([0, 1, 2].map(|row| [0, 1, 2].map(|column| cofactor(column, row) / determinant)))
}

/// From linear RGB with these colorants under D50, as ICC profiles have them, to linear sRGB.
pub(super) fn from_colorants(colorants: &Matrix) -> Option<Matrix> {
    invert(colorants)?;
    Some(multiply(&invert(&SRGB_TO_XYZ_D50)?, colorants))
}

/// From linear RGB with these primaries to linear sRGB, white to white (Bradford).
pub(super) fn from_chromaticities(source: &Chromaticities) -> Option<Matrix> {
    let from_xyz = invert(&to_xyz(&SRGB)?)?;
    let adapt = adapt(white_xyz(source.white)?, white_xyz(SRGB.white)?)?;
    Some(multiply(&from_xyz, &multiply(&adapt, &to_xyz(source)?)))
}

/// Linear RGB to XYZ: the primaries scaled so that they add up to white (SMPTE RP 177).
fn to_xyz(source: &Chromaticities) -> Option<Matrix> {
    let columns = source.primaries.map(|[x, y]| [x, y, 1.0 - x - y]);
    let primaries = [0, 1, 2].map(|row| [columns[0][row], columns[1][row], columns[2][row]]);
    let scale = apply(&invert(&primaries)?, white_xyz(source.white)?);
    Some(primaries.map(|row| [row[0] * scale[0], row[1] * scale[1], row[2] * scale[2]]))
}

fn white_xyz([x, y]: [f64; 2]) -> Option<[f64; 3]> {
    (y > 0.0 && y.is_finite()).then(|| [x / y, 1.0, (1.0 - x - y) / y])
}

fn adapt(from: [f64; 3], to: [f64; 3]) -> Option<Matrix> {
    let (from, to) = (apply(&BRADFORD, from), apply(&BRADFORD, to));
    if from.iter().any(|cone| cone.abs() < 1e-9) {
        return None;
    }
    let mut scaled = BRADFORD;
    for (row, (to, from)) in scaled.iter_mut().zip(to.iter().zip(from)) {
        *row = row.map(|value| value * to / from);
    }
    Some(multiply(&invert(&BRADFORD)?, &scaled))
}

/// The largest difference of two entries.
pub(super) fn distance(a: &Matrix, b: &Matrix) -> f64 {
    a.iter().flatten().zip(b.iter().flatten()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn srgb_is_itself() {
        let by_chromaticities = from_chromaticities(&SRGB).unwrap();
        assert!(distance(&by_chromaticities, &IDENTITY) < 1e-12);
        let by_colorants = from_colorants(&SRGB_TO_XYZ_D50).unwrap();
        assert!(distance(&by_colorants, &IDENTITY) < 1e-12);
    }

    #[test]
    fn white_stays_white() {
        let p3 = Chromaticities {
            white: SRGB.white,
            primaries: [[0.68, 0.32], [0.265, 0.69], [0.15, 0.06]],
        };
        let matrix = from_chromaticities(&p3).unwrap();
        for channel in apply(&matrix, [1.0; 3]) {
            assert!((channel - 1.0).abs() < 1e-12);
        }
        // Display P3's red and green in sRGB, as CSS Color 4 has them.
        assert!((matrix[0][0] - 1.224_940_2).abs() < 1e-4);
        assert!((matrix[2][1] - -0.078_635_1).abs() < 1e-4);
    }

    #[test]
    fn nonsense_has_no_matrix() {
        let flat = Chromaticities { white: [0.0, 0.0], primaries: [[0.3, 0.3]; 3] };
        assert_eq!(from_chromaticities(&flat), None);
        assert_eq!(from_colorants(&[[0.0; 3]; 3]), None);
        assert_eq!(from_colorants(&[[f64::NAN; 3]; 3]), None);
    }
}
