//! Renders the dog of the quantization article: `quantization-art OUT.png [WIDTH]`.

mod backdrop;
mod camera;
mod canvas;
mod coat;
mod dog;
mod fur;
mod lens;
mod light;
mod noise;
mod portrait;
mod shading;
mod solid;
mod vector;
mod whiskers;

use std::error::Error;
use std::ffi::OsString;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

/// Width of the published picture; its height is three quarters of it.
const WIDTH: usize = 960;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let path = arguments.next().ok_or("usage: quantization-art OUT.png [WIDTH]")?;
    let width = match arguments.next().map(OsString::into_string) {
        None => WIDTH,
        Some(text) => text.map_err(|_| "the width is not text")?.parse()?,
    };
    if !(16..=4_096).contains(&width) {
        return Err("the width is from 16 to 4096 pixels".into());
    }
    let height = width * 3 / 4;
    write_png(Path::new(&path), width, height, &portrait::render(width, height, fur::FULL_COAT))
}

fn write_png(path: &Path, width: usize, height: usize, rgb: &[u8]) -> Result<(), Box<dyn Error>> {
    let file = BufWriter::new(File::create(path)?);
    let mut encoder = png::Encoder::new(file, width.try_into()?, height.try_into()?);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::Adaptive);
    encoder.write_header()?.write_image_data(rgb)?;
    Ok(())
}
