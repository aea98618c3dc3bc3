use super::*;
use proptest::prelude::*;

fn s15(value: f64) -> [u8; 4] {
    ((value * 65_536.0).round() as i32).to_be_bytes()
}

fn gamma_curve(gamma: f64) -> Vec<u8> {
    let mut curve = b"curv\0\0\0\0\0\0\0\x01".to_vec();
    curve.extend(((gamma * 256.0).round() as u16).to_be_bytes());
    curve
}

fn srgb_curve() -> Vec<u8> {
    let mut curve = b"para\0\0\0\0\0\x03\0\0".to_vec();
    for value in [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.040_45] {
        curve.extend(s15(value));
    }
    curve
}

/// A profile of colour space `space` under XYZ with these tags.
fn profile(space: &[u8; 4], tags: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![0; 128];
    bytes[12..16].copy_from_slice(b"mntr");
    bytes[16..20].copy_from_slice(space);
    bytes[20..24].copy_from_slice(b"XYZ ");
    bytes[36..40].copy_from_slice(b"acsp");
    bytes.extend((tags.len() as u32).to_be_bytes());
    let mut offset = 132 + 12 * tags.len();
    for (name, tag) in tags {
        bytes.extend(*name);
        bytes.extend((offset as u32).to_be_bytes());
        bytes.extend((tag.len() as u32).to_be_bytes());
        offset += tag.len();
    }
    bytes.extend(tags.iter().flat_map(|(_, tag)| tag.iter().copied()));
    bytes
}

fn rgb_profile(colorants: [[f64; 3]; 3], curve: &[u8]) -> Vec<u8> {
    let xyz = |column: [f64; 3]| {
        let mut tag = b"XYZ \0\0\0\0".to_vec();
        tag.extend(column.iter().flat_map(|&value| s15(value)));
        tag
    };
    let [red, green, blue] = colorants.map(xyz);
    let curve = || curve.to_vec();
    profile(
        b"RGB ",
        &[
            (b"rXYZ", red),
            (b"gXYZ", green),
            (b"bXYZ", blue),
            (b"rTRC", curve()),
            (b"gTRC", curve()),
            (b"bTRC", curve()),
        ],
    )
}

const SRGB_COLORANTS: [[f64; 3]; 3] =
    [[0.4361, 0.2225, 0.0139], [0.3851, 0.7169, 0.0971], [0.1431, 0.0606, 0.7141]];
const P3_COLORANTS: [[f64; 3]; 3] =
    [[0.5151, 0.2412, -0.0011], [0.2920, 0.6922, 0.0419], [0.1571, 0.0666, 0.7841]];

fn convert(colour: &DeclaredColour, channels: Channels, samples: &[u8]) -> Vec<[u8; 3]> {
    let (conversion, problem) = Conversion::new(colour, channels);
    assert_eq!(problem, None);
    conversion.opaque_srgb(samples, channels).0
}

#[test]
fn an_srgb_profile_changes_nothing() {
    let icc = DeclaredColour::Icc(rgb_profile(SRGB_COLORANTS, &srgb_curve()));
    let (conversion, problem) = Conversion::new(&icc, Channels::Rgb);
    assert!(matches!(conversion, Conversion::None));
    assert_eq!(problem, None);
}

#[test]
fn display_p3_is_brought_into_srgb() {
    let icc = DeclaredColour::Icc(rgb_profile(P3_COLORANTS, &srgb_curve()));
    let cicp = DeclaredColour::Cicp { primaries: 12, transfer: 13 };
    for colour in [icc, cicp] {
        let samples = [255, 255, 255, 128, 128, 128, 0, 0, 0, 200, 100, 50, 255, 0, 0];
        let pixels = convert(&colour, Channels::Rgb, &samples);
        assert_eq!(pixels[..3], [[255; 3], [128; 3], [0; 3]]);
        // By CSS Color 4's matrix, color(display-p3 0.7843 0.3922 0.1961) is rgb(214 95 33).
        let near = |channel: u8, expect: u8| channel.abs_diff(expect) <= 2;
        assert!(near(pixels[3][0], 214) && near(pixels[3][1], 95), "{:?}", pixels[3]);
        assert_eq!(pixels[4], [255, 0, 0], "what sRGB cannot show is clipped");
    }
}

#[test]
fn gamma_alone_keeps_the_primaries() {
    let linear = DeclaredColour::Gamma { gamma: Some(1.0), chromaticities: None };
    let pixels = convert(&linear, Channels::Gray, &[0, 55, 128, 255]);
    assert_eq!(pixels, [[0; 3], [128; 3], [188; 3], [255; 3]]);
    let usual = DeclaredColour::Gamma { gamma: Some(0.45455), chromaticities: Some(SRGB) };
    assert!(matches!(Conversion::new(&usual, Channels::Rgb).0, Conversion::None));
    let none = DeclaredColour::Gamma { gamma: Some(0.0), chromaticities: None };
    assert!(Conversion::new(&none, Channels::Rgb).1.is_some());
}

#[test]
fn gray_profiles_belong_to_gray_pictures() {
    let gray = DeclaredColour::Icc(profile(b"GRAY", &[(b"kTRC", gamma_curve(1.0))]));
    assert_eq!(convert(&gray, Channels::Gray, &[0, 55, 255]), [[0; 3], [128; 3], [255; 3]]);
    assert!(Conversion::new(&gray, Channels::Rgb).1.is_some());
}

#[test]
fn tables_are_read_between_their_samples() {
    let mut table = b"curv\0\0\0\0\0\0\0\x03".to_vec();
    table.extend([0_u16, 0x4000, 0xFFFF].iter().flat_map(|sample| sample.to_be_bytes()));
    let icc = DeclaredColour::Icc(profile(b"GRAY", &[(b"kTRC", table)]));
    // Light of 64/255 of the way: half of 0x4000, an eighth of white.
    let pixels = convert(&icc, Channels::Gray, &[0, 64, 255]);
    assert_eq!(pixels, [[0; 3], [ENCODER.byte(0.1255); 3], [255; 3]]);
}

#[test]
fn what_cannot_be_used_is_a_warning() {
    let cmyk = profile(b"CMYK", &[]);
    let lut_only = profile(b"RGB ", &[(b"A2B0", vec![0; 32])]);
    for bytes in [cmyk, lut_only, b"nonsense".to_vec(), Vec::new()] {
        let (conversion, problem) = Conversion::new(&DeclaredColour::Icc(bytes), Channels::Rgb);
        assert!(matches!(conversion, Conversion::None));
        assert_eq!(problem.unwrap().code, "unsupported-profile");
    }
}

#[test]
fn alpha_lies_over_white() {
    let (pixels, opaque) = Conversion::None
        .opaque_srgb(&[10, 20, 30, 255, 10, 20, 30, 0, 0, 100, 255, 128], Channels::Rgba);
    assert_eq!(pixels, [[10, 20, 30], [255; 3], [127, 177, 255]]);
    assert!(!opaque);
    assert_eq!(Conversion::None.opaque_srgb(&[9, 255], Channels::GrayAlpha), (vec![[9; 3]], true));
}

proptest! {
    #[test]
    fn no_damaged_profile_panics(
        at in 0_usize..400,
        bytes in proptest::collection::vec(any::<u8>(), 1..8),
        cut in 0_usize..500,
    ) {
        let mut icc = rgb_profile(P3_COLORANTS, &srgb_curve());
        for (offset, byte) in bytes.into_iter().enumerate() {
            if let Some(target) = icc.get_mut(at + offset) {
                *target = byte;
            }
        }
        icc.truncate(cut.max(1));
        let (conversion, _) = Conversion::new(&DeclaredColour::Icc(icc), Channels::Rgb);
        prop_assert_eq!(conversion.opaque_srgb(&[1, 2, 3], Channels::Rgb).0.len(), 1);
    }
}
