//! A site in memory, and pictures made in code.
#![expect(dead_code, reason = "no one test file uses all of it")]

use image::codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder};
use image::{ExtendedColorType, ImageEncoder};
use prebake_kmeans_image::{Figure, KMeansImage};
use prebake_plugin::{
    AnyComponent, Artifact, Context, Inputs, Markup, Place, Problem, SitePath, Source,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

/// Files by path.
#[derive(Default)]
pub(crate) struct Site(BTreeMap<SitePath, Arc<[u8]>>);

impl Source for Site {
    fn read(&self, path: &SitePath) -> io::Result<Arc<[u8]>> {
        self.0.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn list(&self, path: &SitePath) -> io::Result<Vec<String>> {
        let inside = self.0.keys().filter(|file| file.parent() == *path);
        Ok(inside.map(|file| file.file_name().to_owned()).collect())
    }
}

/// What one tag came to.
pub(crate) struct Figured {
    pub(crate) artifact: Artifact,
    pub(crate) figure: Figure,
    pub(crate) markup: Markup,
}

impl Site {
    pub(crate) fn with(path: &str, bytes: Vec<u8>) -> Self {
        let mut site = Self::default();
        site.0.insert(SitePath::new(path).unwrap(), bytes.into());
        site
    }

    /// Takes a tag through the four steps, as the generator does.
    pub(crate) fn tag(&self, props: Value) -> Result<Figured, Vec<Problem>> {
        let base = "figures/dog-0/";
        self.tag_at(props, Place { base, unique: "kmeans-image-1", inline: false, children: "" })
    }

    pub(crate) fn tag_at(&self, props: Value, place: Place<'_>) -> Result<Figured, Vec<Problem>> {
        let component: &dyn AnyComponent = &KMeansImage;
        let folder = SitePath::new("content/a").unwrap();
        let context = Context { folder: &folder, last_picture: None, heading: None };
        let props = component.resolve(props, &context)?;
        let artifact = component.bake(&component.job(&props)?, &mut Inputs::new(self))?;
        let markup = component.render(&props, &artifact, &place)?;
        let figure = artifact.json(Figure::FILE).map_err(|problem| vec![problem])?;
        Ok(Figured { artifact, figure, markup })
    }
}

/// The figure of one picture, `dog.png`, with these numbers of colours.
pub(crate) fn figure_of(bytes: Vec<u8>, ks: &[u16]) -> Figured {
    let site = Site::with("content/a/dog.png", bytes);
    site.tag(serde_json::json!({ "src": "dog.png", "ks": ks })).unwrap()
}

/// The codes of what is wrong with a picture.
pub(crate) fn codes_of(bytes: Vec<u8>) -> Vec<String> {
    let site = Site::with("content/a/dog.png", bytes);
    match site.tag(serde_json::json!({ "src": "dog.png", "ks": [1, 2] })) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.into_iter().map(|problem| problem.code).collect(),
    }
}

/// The canonical picture of an artifact.
pub(crate) fn canonical(artifact: &Artifact) -> image::RgbImage {
    let bytes = artifact.file("picture.webp").or(artifact.file("picture.png")).unwrap();
    image::load_from_memory(bytes).unwrap().to_rgb8()
}

/// A smooth picture with some texture, so that it has many colours.
pub(crate) fn gradient(width: u32, height: u32) -> Vec<u8> {
    (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .flat_map(|(x, y)| {
            [(x * 255 / width) as u8, (y * 255 / height) as u8, ((x * 7 + y * 13) % 97) as u8]
        })
        .collect()
}

pub(crate) fn png(width: u32, height: u32, samples: &[u8], colour: ExtendedColorType) -> Vec<u8> {
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes).write_image(samples, width, height, colour).unwrap();
    bytes
}

pub(crate) fn rgb_png(width: u32, height: u32, samples: &[u8]) -> Vec<u8> {
    png(width, height, samples, ExtendedColorType::Rgb8)
}

pub(crate) fn jpeg(
    width: u32,
    height: u32,
    samples: &[u8],
    colour: ExtendedColorType,
    exif: Option<Vec<u8>>,
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    if let Some(exif) = exif {
        encoder.set_exif_metadata(exif).unwrap();
    }
    encoder.write_image(samples, width, height, colour).unwrap();
    bytes
}

pub(crate) fn webp(width: u32, height: u32, samples: &[u8], colour: ExtendedColorType) -> Vec<u8> {
    let mut bytes = Vec::new();
    WebPEncoder::new_lossless(&mut bytes).write_image(samples, width, height, colour).unwrap();
    bytes
}
