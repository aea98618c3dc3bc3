//! Posts of some 890 words with code blocks, and a picture here and there.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use xtask::{Context, Result};

const WORDS: [&str; 48] = [
    "the", "a", "of", "and", "slider", "palette", "error", "colour", "weight", "bits", "model",
    "reader", "page", "figure", "build", "cache", "when", "every", "some", "small", "large",
    "value", "then", "number", "table", "curve", "point", "light", "green", "quick", "slow",
    "train", "centre", "sample", "mean", "median", "share", "index", "code", "book", "frame",
    "rate", "depth", "noise", "scale", "edge", "line", "block",
];
const LENGTH: usize = 890;
const CODE: &str = "```rust
fn nearest(palette: &[[u8; 3]], colour: [u8; 3]) -> usize {
    let distance = |entry: &[u8; 3]| {
        entry.iter().zip(colour).map(|(a, b)| (i32::from(*a) - i32::from(b)).pow(2)).sum::<i32>()
    };
    (0..palette.len()).min_by_key(|&at| distance(&palette[at])).unwrap_or(0)
}
```

";

/// Writes a site of so many posts.
pub(super) fn write(root: &Path, count: usize, base_url: Option<&str>) -> Result<()> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for number in 0..count {
        let path = post(root, number);
        let folder = path.parent().unwrap_or(root);
        fs::create_dir_all(folder).context("cannot make a folder")?;
        fs::write(&path, text(number, &mut random)).context("cannot write a post")?;
        if number % 10 == 0 {
            picture(&folder.join("picture.png"), number)?;
        }
    }
    let mut config = "title = \"Posts\"\n".to_owned();
    if let Some(url) = base_url {
        // Writing to a string cannot fail.
        let _ = writeln!(config, "base_url = \"{url}\"");
    }
    fs::write(root.join("prebake.toml"), config).context("cannot write the configuration")
}

/// Changes a paragraph of a post.
pub(super) fn edit(root: &Path, round: usize) -> Result<()> {
    let path = post(root, 500 + round);
    let text = fs::read_to_string(&path).context("cannot read a post")?;
    let text = text.replacen(". ", &format!(", and once more {round}. "), 1);
    fs::write(&path, text).context("cannot write a post")
}

fn post(root: &Path, number: usize) -> PathBuf {
    root.join("content").join(format!("post-{number:04}")).join("index.md")
}

fn text(number: usize, random: &mut Random) -> String {
    let (year, month, day) = (2010 + number % 15, 1 + number % 12, 1 + number % 28);
    let mut text = format!(
        "---\ntitle: Post {number}\ndescription: What post {number} is about\n\
         date: {year}-{month:02}-{day:02}\n---\n\n"
    );
    let mut paragraph = 0;
    while text.split_whitespace().count() < LENGTH {
        if paragraph % 3 == 0 {
            let _ = write!(text, "## Section {}\n\n", paragraph / 3 + 1);
        }
        for _ in 0..5 {
            sentence(&mut text, random);
        }
        text.push_str("\n\n");
        if paragraph % 4 == 1 {
            text.push_str(CODE);
        }
        paragraph += 1;
    }
    if number > 0 {
        let _ = write!(text, "See [the one before](../post-{:04}/index.md).\n\n", number - 1);
    }
    if number.is_multiple_of(10) {
        text.push_str("![stripes](picture.png)\n");
    }
    text
}

fn sentence(text: &mut String, random: &mut Random) {
    for at in 0..6 + random.below(12) {
        let word = WORDS[random.below(WORDS.len())];
        let _ = match (at, random.below(20)) {
            (0, _) => write!(text, "{}{}", word[..1].to_uppercase(), &word[1..]),
            (_, 0) => write!(text, " *{word}*"),
            (_, 1) => write!(text, " `{word}`"),
            _ => write!(text, " {word}"),
        };
    }
    text.push_str(". ");
}

fn picture(path: &Path, number: usize) -> Result<()> {
    let (width, height) = (120, 80);
    let file = fs::File::create(path).context("cannot write a picture")?;
    let mut encoder = png::Encoder::new(file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().context("cannot write a picture")?;
    let byte = |at: usize| ((at * 3 + number) % 251) as u8;
    let bytes: Vec<u8> = (0..(width * height * 3) as usize).map(byte).collect();
    writer.write_image_data(&bytes).context("cannot write a picture")
}

/// The same numbers on every machine (xorshift, Marsaglia 2003).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}
