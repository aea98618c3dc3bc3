//! The four steps of `<KMeansImage>`.

use crate::figure::{Figure, Measured};
use crate::picture::{Picture, PictureError};
use crate::props::{ColourSpace, Props};
use crate::{markup, packed, widget};
use prebake_plugin::{
    Artifact, Component, Context, Inputs, Markup, Place, Problem, SitePath, Twin, Widget,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// `<KMeansImage>`: a picture in k colours, for every k of a domain, behind one slider.
#[derive(Debug, Clone, Copy, Default)]
pub struct KMeansImage;

/// The part of the props that the artifact depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The picture.
    pub src: SitePath,
    /// The numbers of colours, rising, each from 1 to 256.
    pub ks: Vec<u16>,
    /// Where distances are measured.
    pub space: ColourSpace,
    /// The author's working width in pixels; `None` for the default.
    pub width: Option<u32>,
}

impl Component for KMeansImage {
    const NAME: &'static str = "KMeansImage";
    const VERSION: &'static str = widget::VERSION;
    type Props = Props;
    type Job = Job;

    fn resolve(&self, props: Props, context: &Context<'_>) -> Result<Props, Vec<Problem>> {
        props.resolve(context)
    }

    fn picture<'p>(&self, props: &'p Props) -> Option<&'p SitePath> {
        Some(&props.resolved().picture)
    }

    fn job(&self, props: &Props) -> Job {
        let resolved = props.resolved();
        Job {
            src: resolved.picture.clone(),
            ks: resolved.ks.clone(),
            space: props.space,
            width: resolved.width,
        }
    }

    fn bake(&self, job: &Job, inputs: &mut Inputs<'_>) -> Result<Artifact, Vec<Problem>> {
        let bytes = read_picture(&job.src, inputs).map_err(|problem| vec![problem])?;
        let mut picture = Picture::decode(&bytes, job.width)
            .map_err(|error| vec![picture_problem(&job.src, error)])?;
        drop(bytes);
        let mut artifact = Artifact {
            name: slug(job.src.stem()),
            problems: std::mem::take(&mut picture.problems),
            ..Artifact::default()
        };
        let file = picture.encode();
        if picture.replaces_source {
            artifact.twin = Some(Twin {
                picture: job.src.clone(),
                file: file.name.to_owned(),
                width: picture.width,
                height: picture.height,
            });
        }
        artifact.push(file.name, file.bytes);
        let Measured { figure, frames } = Measured::new(&picture, &job.ks, job.space);
        artifact.states = figure.states.len();
        artifact.push(packed::PALETTES, packed::pack(&figure, picture.digest()));
        artifact.push(Figure::FILE, figure.to_json());
        for (state, frame) in figure.states.iter().zip(frames) {
            artifact.push(&state.frame, frame);
        }
        Ok(artifact)
    }

    fn render(
        &self,
        props: &Props,
        artifact: &Artifact,
        place: &Place<'_>,
    ) -> Result<Markup, Vec<Problem>> {
        markup::render(props, artifact, place).map_err(|problem| vec![problem])
    }

    fn widget(&self) -> Option<Widget> {
        Some(widget::widget())
    }
}

/// The picture's bytes; where it is missing, the nearest name in its folder is the hint.
fn read_picture(path: &SitePath, inputs: &mut Inputs<'_>) -> Result<Arc<[u8]>, Problem> {
    let problem = match inputs.read(path) {
        Ok(bytes) => return Ok(bytes),
        Err(problem) => problem.prop("src"),
    };
    if problem.code != "missing-file" {
        return Err(problem);
    }
    let names = inputs.list(&path.parent()).ok().flatten().unwrap_or_default();
    let wanted = path.file_name();
    let nearest = names
        .iter()
        .filter(|name| !name.ends_with('/'))
        .map(|name| {
            (strsim::damerau_levenshtein(&name.to_lowercase(), &wanted.to_lowercase()), name)
        })
        .min();
    Err(match nearest {
        Some((distance, name)) if distance <= 1 + wanted.chars().count() / 4 => {
            problem.hint(format!("did you mean `{name}`?"))
        }
        _ => problem.hint("paths are relative to the article; a leading `/` is the site's root"),
    })
}

fn picture_problem(path: &SitePath, error: PictureError) -> Problem {
    let problem = match error {
        PictureError::Unsupported(what) => {
            Problem::error("unsupported-picture", format!("`{path}` is {what}"))
                .hint("save it as PNG, JPEG or WebP")
        }
        PictureError::TooLarge { width, height } => Problem::error(
            "picture-too-large",
            format!("`{path}` has {width} × {height} pixels, more than 50 million"),
        )
        .hint("make it smaller: pages show at most 1600 pixels across"),
        PictureError::Corrupt(reason) => {
            Problem::error("corrupt-picture", format!("`{path}` cannot be decoded: {reason}"))
                .hint("open it in a picture editor and save it again")
        }
    };
    problem.prop("src")
}

/// A file name in lower case of `a-z`, `0-9` and single hyphens, for the artifact's folder.
fn slug(stem: &str) -> String {
    let mut slug = String::new();
    for character in stem.chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "picture".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn slugs_are_plain() {
        assert_eq!(slug("dog"), "dog");
        assert_eq!(slug("My Dog (2).final"), "my-dog-2-final");
        assert_eq!(slug("--a__b--"), "a-b");
        assert_eq!(slug("犬"), "picture");
        assert_eq!(slug("été"), "t");
    }
}
