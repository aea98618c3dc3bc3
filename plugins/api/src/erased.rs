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

/// A job in its serialised form: equal values ask for the same computation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnyJob(pub Value);

/// A [`Component`] with its types erased. Implemented for every component; not for implementing by
/// hand.
pub trait AnyComponent: Send + Sync {
    /// [`Component::NAME`].
    fn name(&self) -> &'static str;

    /// [`Component::VERSION`].
    fn version(&self) -> &'static str;

    /// [`Component::ARTIFACT`].
    fn artifact(&self) -> &'static str;

    /// [`Component::BINDABLE`].
    fn bindable(&self) -> &'static [&'static str];

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
    fn widget(&self) -> Option<Widget>;
}

impl<C: Component> AnyComponent for C {
    fn name(&self) -> &'static str {
        C::NAME
    }

    fn version(&self) -> &'static str {
        C::VERSION
    }

    fn artifact(&self) -> &'static str {
        C::ARTIFACT
    }

    fn bindable(&self) -> &'static [&'static str] {
        C::BINDABLE
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
        Ok(AnyProps(Box::new(props)))
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

    fn widget(&self) -> Option<Widget> {
        Component::widget(self)
    }
}

fn typed<C: Component>(props: &AnyProps) -> Result<&C::Props, Vec<Problem>> {
    props.0.downcast_ref().ok_or_else(|| {
        vec![Problem::error("foreign-props", format!("these are no props of `{}`", C::NAME))]
    })
}
