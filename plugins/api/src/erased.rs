//! The erased side of a component, which the generator holds.

use crate::{
    Artifact, Component, Context, DeliveryCost, Domain, Inputs, Markup, Numbers, Place, Problem,
    SitePath, Widget,
};
use schemars::Schema;
use serde::Deserialize as _;
use serde_json::Value;
use std::any::Any;

/// Resolved props of some component; only the component that made them can use them.
pub struct AnyProps(Box<dyn Any + Send + Sync>);

impl AnyProps {
    /// Props whose type only their component knows.
    #[must_use]
    pub fn new(props: impl Any + Send + Sync) -> Self {
        Self(Box::new(props))
    }

    /// The props of `component`, as the type that it made them of.
    ///
    /// # Errors
    /// A `foreign-props` problem where another component made them.
    pub fn of<T: Any>(&self, component: &str) -> Result<&T, Vec<Problem>> {
        self.0.downcast_ref().ok_or_else(|| {
            let message = format!("these are no props of `{component}`");
            vec![Problem::error("foreign-props", message)]
        })
    }
}

/// A job in its serialised form: equal values ask for the same computation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnyJob(pub Value);

/// A [`Component`] with its types erased. Implemented for every component; by hand only for one that
/// is known when the site is read and not before, such as a program that its author names.
pub trait AnyComponent: Send + Sync {
    /// [`Component::NAME`].
    fn name(&self) -> &str;

    /// [`Component::VERSION`].
    fn version(&self) -> &str;

    /// Changes with whatever pages show of the component beyond its artifacts, where its version does
    /// not: of one whose browser half is none of its own sources.
    fn face(&self) -> &str {
        ""
    }

    /// [`Component::ARTIFACT`].
    fn artifact(&self) -> &str;

    /// [`Component::BINDABLE`].
    fn bindable(&self) -> Vec<&str>;

    /// [`Component::INSTANT`].
    fn is_instant(&self) -> bool;

    /// [`Component::EXPLANATIONS`].
    fn explanations(&self) -> &str {
        ""
    }

    /// The JSON Schema of the props.
    fn schema(&self) -> Schema;

    /// Deserialises props and resolves them.
    ///
    /// # Errors
    /// The problems of these props; `invalid-props` where they do not fit the type although the
    /// schema let them pass.
    fn resolve(&self, props: Value, context: &Context<'_>) -> Result<AnyProps, Vec<Problem>>;

    /// [`Component::picture`].
    fn picture<'p>(&self, props: &'p AnyProps) -> Option<&'p SitePath>;

    /// [`Component::job`], serialised.
    ///
    /// # Errors
    /// A `foreign-props` problem where another component made `props`.
    fn job(&self, props: &AnyProps) -> Result<AnyJob, Vec<Problem>>;

    /// Called before the first bake of a build that is not in the cache, while nothing else goes on:
    /// the place to ask the author something. What it learns, `bake` has to remember.
    fn prepare(&self) {}

    /// [`Component::bake`].
    ///
    /// # Errors
    /// As for the component's own step.
    fn bake(&self, job: &AnyJob, inputs: &mut Inputs<'_>) -> Result<Artifact, Vec<Problem>>;

    /// [`Component::render`].
    ///
    /// # Errors
    /// As for the component's own step.
    fn render(
        &self,
        props: &AnyProps,
        artifact: &Artifact,
        place: &Place<'_>,
    ) -> Result<Markup, Vec<Problem>>;

    /// [`Component::placeholder`]; `None` also where another component made `props`.
    fn placeholder(
        &self,
        props: &AnyProps,
        picture: Option<(u32, u32)>,
        place: &Place<'_>,
    ) -> Option<String>;

    /// [`Component::domain`]; `None` also where another component made `props`.
    fn domain(&self, prop: &str, props: &AnyProps, artifact: &Artifact) -> Option<Domain>;

    /// [`Component::numbers`].
    ///
    /// # Errors
    /// As for the component's own function.
    fn numbers(&self, artifact: &Artifact) -> Result<Option<Numbers>, Problem>;

    /// [`Component::deliveries`]; none also where another component made `props`.
    fn deliveries(&self, props: &AnyProps, artifact: &Artifact) -> Vec<DeliveryCost>;

    /// [`Component::widget`].
    fn widget(&self) -> Option<Widget<'_>>;
}

impl<C: Component> AnyComponent for C {
    fn name(&self) -> &str {
        C::NAME
    }

    fn version(&self) -> &str {
        C::VERSION
    }

    fn artifact(&self) -> &str {
        C::ARTIFACT
    }

    fn bindable(&self) -> Vec<&str> {
        C::BINDABLE.to_vec()
    }

    fn is_instant(&self) -> bool {
        C::INSTANT
    }

    fn explanations(&self) -> &str {
        C::EXPLANATIONS
    }

    fn schema(&self) -> Schema {
        schemars::schema_for!(C::Props)
    }

    fn resolve(&self, props: Value, context: &Context<'_>) -> Result<AnyProps, Vec<Problem>> {
        let props = serde_json::from_value::<C::Props>(props)
            .map_err(|error| vec![Problem::error("invalid-props", error.to_string())])?;
        let props = Component::resolve(self, props, context)?;
        Ok(AnyProps::new(props))
    }

    fn picture<'p>(&self, props: &'p AnyProps) -> Option<&'p SitePath> {
        Component::picture(self, typed::<C>(props).ok()?)
    }

    fn job(&self, props: &AnyProps) -> Result<AnyJob, Vec<Problem>> {
        serde_json::to_value(Component::job(self, typed::<C>(props)?))
            .map(AnyJob)
            .map_err(|error| vec![Problem::error("invalid-job", error.to_string())])
    }

    fn bake(&self, job: &AnyJob, inputs: &mut Inputs<'_>) -> Result<Artifact, Vec<Problem>> {
        let job = C::Job::deserialize(&job.0)
            .map_err(|error| vec![Problem::error("invalid-job", error.to_string())])?;
        Component::bake(self, &job, inputs)
    }

    fn render(
        &self,
        props: &AnyProps,
        artifact: &Artifact,
        place: &Place<'_>,
    ) -> Result<Markup, Vec<Problem>> {
        Component::render(self, typed::<C>(props)?, artifact, place)
    }

    fn placeholder(
        &self,
        props: &AnyProps,
        picture: Option<(u32, u32)>,
        place: &Place<'_>,
    ) -> Option<String> {
        Component::placeholder(self, typed::<C>(props).ok()?, picture, place)
    }

    fn domain(&self, prop: &str, props: &AnyProps, artifact: &Artifact) -> Option<Domain> {
        Component::domain(self, prop, typed::<C>(props).ok()?, artifact)
    }

    fn numbers(&self, artifact: &Artifact) -> Result<Option<Numbers>, Problem> {
        Component::numbers(self, artifact)
    }

    fn deliveries(&self, props: &AnyProps, artifact: &Artifact) -> Vec<DeliveryCost> {
        typed::<C>(props)
            .map_or_else(|_| Vec::new(), |props| Component::deliveries(self, props, artifact))
    }

    fn widget(&self) -> Option<Widget<'_>> {
        Component::widget(self)
    }
}

fn typed<C: Component>(props: &AnyProps) -> Result<&C::Props, Vec<Problem>> {
    props.of(C::NAME)
}
