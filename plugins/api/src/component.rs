//! The typed side of a component, which plugin authors implement.

use crate::{
    Artifact, Context, DeliveryCost, Domain, Inputs, Markup, Numbers, Place, Problem, SitePath,
    Widget,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What a tag such as `<KMeansImage selected={0}/>` names.
///
/// The four steps are called in order: [`resolve`](Self::resolve), [`job`](Self::job),
/// [`bake`](Self::bake), [`render`](Self::render). Only `bake` may read files, and only through
/// [`Inputs`], so that what was read is the cache key.
pub trait Component: Send + Sync + 'static {
    /// The tag's name: starts with a capital letter.
    const NAME: &'static str;

    /// Digest of the component's own sources and path dependencies, made by its `build.rs`.
    /// A new value makes every cached artifact of the component stale.
    const VERSION: &'static str;

    /// Whose artifacts this component uses: its own, unless it shows in another way what another
    /// component of the same crate bakes. Components of one `ARTIFACT` and one `VERSION` must bake
    /// equal jobs alike; then a page that shows both computes once.
    const ARTIFACT: &'static str = Self::NAME;

    /// The props that `bind:` may tie to a state of the article, such as `selected`. Each is also a
    /// key of the island's model, which the widget sets when the reader moves its control, and
    /// follows when anything else does.
    const BINDABLE: &'static [&'static str] = &[];

    /// Whether baking takes no time that anybody would notice, as where there is nothing to compute.
    /// `serve` bakes that before it shows a page; all else it shows when it is there.
    const INSTANT: bool = false;

    /// What the component's own problems mean, for `prebake explain` and the manual: Markdown with a
    /// section for each code, usually `include_str!("../explanations.md")`.
    ///
    /// A section begins `## code: severity`. Its first paragraph is the cause in a sentence, then
    /// comes what to do. A fenced block whose info string says `wrong` behind its language is an
    /// article that provokes the problem, one that says `right` the same, mended; a path from the
    /// site's root behind that word makes it another file of the site. The codes that
    /// `prebake-plugin` itself makes, such as `missing-file`, need no section.
    const EXPLANATIONS: &'static str = "";

    /// The tag's attributes. Use `#[serde(deny_unknown_fields)]`: the generator reports unknown
    /// and ill-typed props with the list that the schema gives.
    type Props: DeserializeOwned + JsonSchema + Send + Sync;

    /// The part of the props that the artifact depends on. Two tags whose jobs serialise alike
    /// share one artifact.
    type Job: Serialize + DeserializeOwned + Send + Sync;

    /// Fills in what the place in the article says, and checks what can be checked without files.
    ///
    /// # Errors
    /// Every problem of these props at once.
    fn resolve(
        &self,
        props: Self::Props,
        context: &Context<'_>,
    ) -> Result<Self::Props, Vec<Problem>>;

    /// The picture that these resolved props show, so that a later tag can mean "the picture shown
    /// last".
    fn picture<'p>(&self, _props: &'p Self::Props) -> Option<&'p SitePath> {
        None
    }

    /// The computation that these props ask for.
    fn job(&self, props: &Self::Props) -> Self::Job;

    /// Computes the artifact: a pure function of the job and of the bytes read through `inputs`.
    ///
    /// # Errors
    /// Every problem found; nothing is cached then.
    fn bake(&self, job: &Self::Job, inputs: &mut Inputs<'_>) -> Result<Artifact, Vec<Problem>>;

    /// The static HTML of one tag, complete without JavaScript.
    ///
    /// # Errors
    /// Problems that only the artifact reveals.
    fn render(
        &self,
        props: &Self::Props,
        artifact: &Artifact,
        place: &Place<'_>,
    ) -> Result<Markup, Vec<Problem>>;

    /// HTML that takes the place of a tag on a served page while its artifact is being baked: as wide
    /// and as high as what [`render`](Self::render) will give. `picture` is the width and the height
    /// of the [`picture`](Self::picture), in pixels, where it can be read. `None` where the room is
    /// not known; then the page keeps the room that the tag took before.
    fn placeholder(
        &self,
        _props: &Self::Props,
        _picture: Option<(u32, u32)>,
        _place: &Place<'_>,
    ) -> Option<String> {
        None
    }

    /// The values that a bindable prop can take; `None` where they are not known.
    fn domain(&self, _prop: &str, _props: &Self::Props, _artifact: &Artifact) -> Option<Domain> {
        None
    }

    /// The numbers that prose may ask the figure for, where its tag has an `id`.
    ///
    /// # Errors
    /// Where the artifact is damaged.
    fn numbers(&self, _artifact: &Artifact) -> Result<Option<Numbers>, Problem> {
        Ok(None)
    }

    /// The ways in which the states of a tag can reach a reader, for the build's table; none where
    /// there is nothing to choose.
    fn deliveries(&self, _props: &Self::Props, _artifact: &Artifact) -> Vec<DeliveryCost> {
        Vec::new()
    }

    /// The browser half, if the component has one.
    fn widget(&self) -> Option<Widget<'_>> {
        None
    }
}
