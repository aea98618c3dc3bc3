//! The live half of a page: the loader, the widgets' files, and the element around each island.

use prebake_plugin::{AnyComponent, Digest, Island, escape};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// The script, inlined in pages with islands, that fetches a widget when its trigger fires.
pub const LOADER: &str = include_str!(concat!(env!("OUT_DIR"), "/loader.js"));

/// The script, inlined in pages with states as the first half of a module, that keeps islands, prose
/// and address in step.
pub const STATE: &str = include_str!(concat!(env!("OUT_DIR"), "/state.js"));

/// A component's browser half, under the names that its content gives it.
#[derive(Debug, Clone)]
pub struct WidgetFiles {
    /// Styles for the page.
    pub style: String,
    module: File,
    /// The module, and its glue.
    kernel: Option<(File, Option<File>)>,
    /// With the key of the model that holds the URL.
    more: Vec<(String, File)>,
}

/// A path in the output, and the bytes there.
type File = (String, Arc<[u8]>);

impl WidgetFiles {
    /// The files of a component, if it has a browser half.
    #[must_use]
    pub fn of(component: &dyn AnyComponent) -> Option<Self> {
        let widget = component.widget()?;
        let file = |name: &str, extension: &str, bytes: &[u8]| {
            let digest = Digest::of(bytes).short();
            (format!("assets/{name}-{digest}.{extension}"), Arc::from(bytes))
        };
        let named = |name: &str, bytes: &[u8]| {
            let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
            file(stem, extension, bytes)
        };
        Some(Self {
            style: widget.style.to_owned(),
            module: file(widget.name, "js", widget.module.as_bytes()),
            kernel: widget.kernel.map(|kernel| {
                let glue = format!("{}-glue", kernel.name);
                let glue = kernel.glue.map(|text| file(&glue, "js", text.as_bytes()));
                (file(kernel.name, "wasm", kernel.wasm), glue)
            }),
            more: widget
                .files
                .iter()
                .map(|it| (it.key.to_owned(), named(it.name, it.bytes)))
                .collect(),
        })
    }

    /// Changes with everything that a page takes from them.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let paths = self.files().map(|(path, _)| path.as_str());
        let keys = self.more.iter().map(|(key, _)| key.as_str());
        let all: Vec<&str> = std::iter::once(&*self.style).chain(paths).chain(keys).collect();
        Digest::of(json!(all).to_string().as_bytes())
    }

    /// Every file, by its path in the output.
    pub fn files(&self) -> impl Iterator<Item = &File> {
        let more = self.more.iter().map(|(_, file)| file);
        let kernel = self.kernel.iter().flat_map(|(wasm, glue)| std::iter::once(wasm).chain(glue));
        std::iter::once(&self.module).chain(kernel).chain(more)
    }

    /// Wraps a tag's static HTML so that the loader can make it live. `root` leads from the page to
    /// the site's root; `binds` has the keys of the model that are states of the article, with their
    /// names.
    #[must_use]
    pub fn wrap(
        &self,
        html: &str,
        island: &Island,
        root: &str,
        binds: &BTreeMap<String, String>,
    ) -> String {
        let mut model = island.model.clone();
        let mut preload = island.preload.clone();
        let url = |path: &str| format!("{root}{path}");
        for (key, (path, _)) in &self.more {
            model.insert(key.clone(), Value::String(url(path)));
        }
        if let (true, Some(((wasm, _), glue))) = (island.kernel, &self.kernel) {
            if let Some((glue, _)) = glue {
                model.insert("glue".to_owned(), Value::String(url(glue)));
            }
            model.insert("wasm".to_owned(), Value::String(url(wasm)));
            // The glue is imported, not fetched: asking for it here would fetch it twice.
            preload.push(url(wasm));
        }
        let mut element = String::from("<prebake-island");
        let bind = (!binds.is_empty()).then(|| ("bind", json!(binds).to_string()));
        let attributes = [
            ("on", island.trigger.as_str().to_owned()),
            ("widget", format!("{root}{}", self.module.0)),
            ("preload", preload.join(" ")),
            ("model", Value::Object(model).to_string()),
        ];
        for (name, value) in attributes.into_iter().chain(bind) {
            // Writing to a string cannot fail.
            let _ = write!(element, " {name}=\"{}\"", escape(&value));
        }
        format!("{element}>{html}</prebake-island>")
    }
}

/// `KMeansImage` as file names have it: `kmeans-image`.
#[must_use]
pub fn kebab(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut kebab = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let starts_word = letter.is_uppercase()
            && at >= 2
            && (letters[at - 1].is_lowercase()
                || letters.get(at + 1).is_some_and(|next| next.is_lowercase()));
        if starts_word {
            kebab.push('-');
        }
        kebab.extend(letter.to_lowercase());
    }
    kebab
}

#[cfg(test)]
mod tests {
    use super::kebab;

    #[test]
    fn names_files_after_components() {
        assert_eq!(kebab("KMeansImage"), "kmeans-image");
        assert_eq!(kebab("StableDiffusion"), "stable-diffusion");
        assert_eq!(kebab("Scrub"), "scrub");
        assert_eq!(kebab("HTMLTable"), "html-table");
    }
}
