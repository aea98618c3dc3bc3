//! The explainer in `examples/dithering`, whose figures are made by its own program.

use crate::examples::copy;
use prebake::diagnostic::render;
use prebake::disk::RealDisk;
use prebake::output::Output;
use prebake::program::Permission;
use prebake::progress::Silent;
use prebake::site::{Options, Site};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// The site, with its picture at a fifth of its width: enough for what is tested, and soon done.
fn build() -> Output {
    let folder = tempfile::tempdir().unwrap();
    copy(&xtask::workspace().join("examples/dithering"), folder.path());
    let picture = folder.path().join("content/dithering/lighthouse.png");
    let small = image::open(&picture).unwrap().to_rgb8();
    let filter = image::imageops::FilterType::Triangle;
    image::imageops::resize(&small, 96, 64, filter).save(&picture).unwrap();
    let options = Options { commands: Permission::Granted, ..Options::default() };
    let built = Site::new(Arc::new(RealDisk), folder.path().to_owned()).build(&options, &Silent);
    assert!(built.diagnostics.is_empty(), "{}", render(&built.diagnostics, false, 100));
    built.output.unwrap()
}

/// The frames of the figure of that name, by their numbers of colours.
fn frame(output: &Output, figure: &str, colours: usize) -> image::RgbImage {
    let is_frame = |path: &str| {
        let path = Path::new(path);
        let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        folder.to_string_lossy().starts_with(&format!("{figure}-"))
            && name == format!("{colours}.png")
    };
    let (_, bytes) = output.iter().find(|(path, _)| is_frame(path)).expect("a frame");
    image::load_from_memory(bytes).unwrap().to_rgb8()
}

fn distinct(picture: &image::RgbImage) -> BTreeSet<[u8; 3]> {
    picture.pixels().map(|pixel| pixel.0).collect()
}

/// The two numbers beneath a figure, as the page that is printed has them.
fn told(page: &str, figure: &str) -> (f64, f64) {
    let here = &page[page.find(&format!("id=\"{figure}\"")).unwrap()..];
    let number = |before: &str| {
        let text = here.split(before).nth(1).unwrap();
        let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap();
        text[..end].trim_end_matches('.').parse::<f64>().unwrap()
    };
    (number("Off by "), number("up close, by "))
}

#[test]
fn the_explainer_builds_and_its_dots_are_what_it_says() {
    let output = build();
    let page = String::from_utf8(output.get("dithering/index.html").unwrap().to_vec()).unwrap();
    for name in ["round", "noise", "ordered", "blue-noise", "diffusion"] {
        for greys in [2, 3, 4] {
            let picture = frame(&output, name, greys);
            assert_eq!(picture.dimensions(), (48, 32), "{name}");
            let step = 255.0 / (greys - 1) as f64;
            for [red, green, blue] in distinct(&picture) {
                assert!(red == green && green == blue, "{name}");
                let steps = f64::from(red) / step;
                assert!((steps - steps.round()).abs() * step <= 0.5, "{name} has {red}");
            }
        }
    }
    for (name, most) in [("grid", 8), ("own", 27)] {
        assert!(distinct(&frame(&output, name, most)).len() <= most, "{name}");
    }
    // What the article says of them: dots are wrong up close, and right from afar.
    let (close, afar) = told(&page, "rounded");
    for dithered in ["diced", "laid", "blue", "diffused"] {
        let (dots_close, dots_afar) = told(&page, dithered);
        assert!(dots_close > close && dots_afar < afar / 2.0, "{dithered}");
    }
    assert!(told(&page, "blue").1 < told(&page, "diced").1);
    assert!(told(&page, "both").0 < told(&page, "grid").0 / 2.0);
    assert!(page.contains("by the rule of sRGB half the light is 188."), "{page}");
}
