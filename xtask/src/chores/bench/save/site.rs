//! Sites to write in.

use std::fs;
use std::path::Path;
use xtask::{Context, Result};

const WORDS: [&str; 16] = [
    "palette", "of", "colours", "that", "a", "picture", "keeps", "when", "it", "must", "do",
    "with", "few", "and", "nobody", "notices",
];

/// The colour behind the sentence that a save changes: another one with each.
pub(super) fn colour(number: usize) -> [u8; 3] {
    [(number * 53 % 200) as u8 + 40, (number * 97 % 200) as u8 + 40, 200]
}

/// One article, `essay`, of 3,000 words, with three figures in sight.
pub(super) fn essay(root: &Path) -> Result<()> {
    let folder = root.join("content/essay");
    fs::create_dir_all(&folder).context("cannot make a folder")?;
    save_picture(&folder.join("picture.png"))?;
    save(root, "essay", 0)
}

/// So many posts of some 890 words, `post-0` and so on, with code in them.
pub(super) fn posts(root: &Path, count: usize) -> Result<()> {
    for number in 0..count {
        let name = format!("post-{number}");
        fs::create_dir_all(root.join("content").join(&name)).context("cannot make a folder")?;
        save(root, &name, 0)?;
    }
    Ok(())
}

/// Saves an article over its old text; its first sentence and the colour behind it are new.
pub(super) fn save(root: &Path, article: &str, number: usize) -> Result<()> {
    let [red, green, blue] = colour(number);
    let mut text = format!(
        "---\ntitle: {article}\ndate: 2026-01-01\n---\n\n\
         <p id=\"mark\" style=\"background: rgb({red}, {green}, {blue})\">Save {number}.</p>\n\n"
    );
    let paragraphs = if article == "essay" {
        for k in [2, 4, 8] {
            let selected = k - 1;
            text += &format!(
                "<KMeansImage src=\"picture.png\" ks=\"1..16\" selected={{{selected}}} \
                 alt=\"a picture in {k} colours\"/>\n\n"
            );
        }
        60
    } else {
        text +=
            "```rust\nfn main() {\n    let colours = 16;\n    println!(\"{colours}\");\n}\n```\n\n";
        17
    };
    for paragraph in 0..paragraphs {
        if paragraph % 6 == 0 {
            text += &format!("## Section {paragraph}\n\n");
        }
        for word in 0..50 {
            let end = if word % 10 == 9 { ".\n" } else { " " };
            text += WORDS[(paragraph * 7 + word * 3) % WORDS.len()];
            text += end;
        }
        text.push('\n');
    }
    let file = root.join("content").join(article).join("index.md");
    fs::write(file, text).context("cannot write an article")
}

/// Soft colours with some grain, 320 by 200 pixels.
fn save_picture(path: &Path) -> Result<()> {
    let (width, height) = (320_u32, 200_u32);
    let mut noise = 0x2545_f491_u32;
    let mut pixels = Vec::new();
    for y in 0..height {
        for x in 0..width {
            noise ^= noise << 13;
            noise ^= noise >> 17;
            noise ^= noise << 5;
            let grain = noise % 16;
            let waves = (x * y / 97) % 60;
            pixels.extend(
                [x * 3 / 5 + grain, y + waves / 2 + grain / 2, 90 + waves + grain]
                    .map(|it| it as u8),
            );
        }
    }
    let file = fs::File::create(path).context("cannot write a picture")?;
    let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), width, height);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().context("cannot write a picture")?;
    writer.write_image_data(&pixels).context("cannot write a picture")
}
