//! Names of components that everything can bear that has to: tags, Rust, files.

use crate::island::kebab;
use crate::output::plain_file_name;
use std::str::FromStr;

/// Words of Rust and Python that no module or function can be called, and crates that every program
/// has.
/// <https://doc.rust-lang.org/reference/keywords.html>,
/// <https://docs.python.org/3/reference/lexical_analysis.html#keywords>
const RESERVED: &str = "
    abstract alloc and as assert async await become box break class const continue core crate def del
    do dyn elif else enum except extern false final finally fn for from gen global if impl import in
    is lambda let loop macro match mod move mut nonlocal not or override pass priv proc_macro pub raise
    ref return self static std struct super test trait true try type typeof unsafe unsized use virtual
    where while with yield";

/// Names that mean something else in the scaffold: in Rust's prelude, in the contract of plugins, and
/// the site itself.
const TAKEN: &str = "
    Artifact BTreeMap Box Component Context Default Deserialize Domain Err Figure Inputs Island Job
    Kernel Markup None Numbers Ok Option Place Prebake PrebakeBundle PrebakePlugin Problem Props Result
    Serde Serialize Site Some String Trigger Vec Widget";

/// The longest name.
const MOST: usize = 60;

/// The name of a component: `ColourWheel`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ComponentName(String);

impl ComponentName {
    /// As tags and Rust have it: `ColourWheel`.
    pub(crate) fn tag(&self) -> &str {
        &self.0
    }

    /// As folders, packages and styles have it: `colour-wheel`.
    pub(crate) fn kebab(&self) -> String {
        kebab(&self.0)
    }

    /// As modules have it: `colour_wheel`.
    pub(crate) fn module(&self) -> String {
        self.kebab().replace('-', "_")
    }
}

impl FromStr for ComponentName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if !text.starts_with(|c: char| c.is_ascii_uppercase()) {
            return Err("a component's name starts with a capital letter".to_owned());
        }
        if !text.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err("a component's name holds letters from A to z and digits only".to_owned());
        }
        if text.len() > MOST {
            return Err(format!("a component's name has at most {MOST} letters"));
        }
        let name = Self(text.to_owned());
        let among = |names: &str, name: &str| names.split_whitespace().any(|known| known == name);
        if among(TAKEN, text) || among(RESERVED, &name.module()) {
            return Err(format!("`{text}` means something else in Rust, in Python or in Prebake"));
        }
        plain_file_name(&name.kebab())
            .map_err(|reason| format!("its folder would be `{}`, which {reason}", name.kebab()))?;
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::ComponentName;

    #[test]
    fn names_become_folders_and_modules() {
        for (name, kebab, module) in [
            ("ColourWheel", "colour-wheel", "colour_wheel"),
            ("FFTWindow", "fft-window", "fft_window"),
            ("Orbit3", "orbit3", "orbit3"),
            ("A", "a", "a"),
        ] {
            let name: ComponentName = name.parse().unwrap();
            assert_eq!((name.kebab(), name.module()), (kebab.to_owned(), module.to_owned()));
        }
    }

    #[test]
    fn others_are_refused() {
        let words = "wheel 3D Colour-Wheel Colour_Wheel Größe ../Up Wheel; Loop Self Async Std Result \
                     Props Site Con Com1 Nul";
        for name in words.split(' ').chain(["", "Colour Wheel"]) {
            assert!(name.parse::<ComponentName>().is_err(), "{name:?}");
        }
        assert!("A".repeat(61).parse::<ComponentName>().is_err());
    }
}
