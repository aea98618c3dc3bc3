//! "Did you mean …?"

/// The one of `names` that `wrong` was probably meant to be: one slip of the keyboard away for every
/// three letters, whatever their case. `None` where nothing is that near, or where only a name of
/// other letters altogether is.
///
/// The distance is that of optimal string alignment: letters left out, put in, exchanged, or two
/// neighbours swapped. Looks at the first 256 names of at most 64 bytes, so that no input makes it
/// slow.
///
/// ```
/// use prebake_plugin::nearest;
///
/// assert_eq!(nearest("selectd", ["alt", "selected"]), Some("selected"));
/// assert_eq!(nearest("dgo.PNG", ["cat.png", "dog.png"]), Some("dog.png"));
/// assert_eq!(nearest("width", ["alt", "selected"]), None);
/// ```
#[must_use]
pub fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const MOST: usize = 256;
    const LONGEST: usize = 64;
    if wrong.len() > LONGEST {
        return None;
    }
    let length = wrong.chars().count();
    // A case that differs is no slip at all.
    let lower = wrong.to_lowercase();
    names
        .into_iter()
        .take(MOST)
        .filter(|name| name.len() <= LONGEST)
        .map(|name| (strsim::osa_distance(&lower, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= (length / 3).max(1) && *distance < length)
        .min()
        .map(|(_, name)| name)
}
