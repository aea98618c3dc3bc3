//! Expressions in prose and props: a subset of JavaScript that has the same value when the site is
//! built and in the page.
//!
//! An expression is parsed once ([`Expression::parse`]), looked at in every state that a reader can
//! reach ([`Expression::check`], [`Expression::check_over`]), evaluated for the states that the page
//! begins with ([`Expression::shown`]), and printed as JavaScript for a module of the page
//! ([`Expression::to_javascript`]). The page never evaluates text.
//!
//! # What stands in braces
//!
//! | | |
//! | --- | --- |
//! | literals | `1`, `0.5`, `1e3`, `0xff`, `"text"`, `'text'`, `true`, `null`, `undefined`, `NaN`, `Infinity`, `[1, 2]`, `{ a: 1 }` |
//! | templates | `` `${k} colours` `` |
//! | names | states, constants and figures of the article |
//! | members | `a.b`, `a?.b`, `a[i]`, `a?.[i]`; `length` of strings and arrays |
//! | figures | `dog.at(k).psnr_db`, `dog.states[0].psnr_db`, `dog.states.length`, `dog.width` |
//! | arithmetic | `+ - * / % **`, and signs |
//! | comparison | `< <= > >= === !==` |
//! | logic | `&&`, <code>&#124;&#124;</code>, `??`, `!`, `a ? b : c` |
//! | methods | `toFixed(digits)` of numbers; `toString()` |
//! | `Math`, exact | `abs ceil floor max min round sign sqrt trunc`; `E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2` |
//! | `Math`, to the last digits | `acos acosh asin asinh atan atan2 atanh cbrt cos cosh exp expm1 hypot log log10 log1p log2 pow sin sinh tan tanh`, and `**` |
//!
//! The exact ones, and all arithmetic but `**`, give every bit that ECMAScript prescribes. Engines
//! differ in the last digits of the others: show them through `toFixed`.
//!
//! What is shown, put into a template or added to a string must be a string, a number or a boolean:
//! `NaN`, `undefined`, `null`, arrays and objects are mistakes there, for no reader is helped by
//! them. Arrays and objects are not compared and are not numbers. All else is as ECMAScript 2024
//! has it. An expression has at most 1,000 bytes, 32 open brackets and 100 levels.
//!
//! # Mistakes
//!
//! | code | |
//! | --- | --- |
//! | `invalid-expression` | not JavaScript |
//! | `unsupported-expression` | JavaScript outside the subset |
//! | `expression-too-large` | beyond the limits |
//! | `unknown-name` | a name that nothing has |
//! | `misused-figure` | a figure in none of the four forms |
//! | `unknown-field` | a figure lacks it |
//! | `no-such-state` | a figure has no state there |
//! | `unknown-member` | a value lacks it, or is nothing |
//! | `not-a-number`, `not-comparable`, `not-shown` | a value of the wrong kind |
//! | `out-of-range` | `toFixed` of more than 100 digits |

mod environment;
mod evaluate;
mod figure;
mod limits;
mod maths;
mod member;
mod mistake;
mod number;
mod operate;
mod parse;
mod print;
mod refuse;
mod sweep;
mod tree;
mod value;

pub use environment::{Environment, Figure};
pub use figure::FigureUse;
pub use mistake::Mistake;
pub use print::Naming;
pub use value::Value;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

/// Names that mean the same in every expression, and that no state should have.
pub const RESERVED: [&str; 4] = ["Infinity", "Math", "NaN", "undefined"];

/// A parsed expression. Two are equal that say the same, whatever their parentheses and spaces.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    root: tree::Node,
}

/// A name in an expression, and its bytes in the expression's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name<'a> {
    /// As written.
    pub text: &'a str,
    /// Where.
    pub range: Range<usize>,
}

impl Expression {
    /// Parses what stands between the braces.
    ///
    /// # Errors
    ///
    /// At least one mistake, where it is no expression or outside the subset.
    pub fn parse(text: &str) -> Result<Self, Vec<Mistake>> {
        parse::parse(text).map(|root| Self { root })
    }

    /// Its names, from the left, as often as they stand there; without the [`RESERVED`] ones.
    pub fn names(&self) -> Vec<Name<'_>> {
        let mut names = Vec::new();
        self.root.each_name(&mut |text, range| names.push(Name { text, range: range.clone() }));
        names
    }

    /// Whether its value depends on a state.
    pub fn is_live(&self, environment: &Environment) -> bool {
        self.names().iter().any(|name| environment.states.contains_key(name.text))
    }

    /// What is wrong whatever the values of the states: unknown names, figures used in no known
    /// form, and fields that they lack.
    pub fn check(&self, environment: &Environment) -> Vec<Mistake> {
        let mut mistakes = Vec::new();
        figure::check(&self.root, environment, &mut mistakes);
        mistakes
    }

    /// What goes wrong when it is shown for some values of the states. `domains` has the values that
    /// a state can take; a state that it lacks keeps its value.
    ///
    /// Every combination is tried where there are at most 4,096, and beyond each state alone, with
    /// at most 4,096 values. Each mistake is told once, with the first values that bring it.
    pub fn check_over(
        &self,
        environment: &Environment,
        domains: &BTreeMap<String, Vec<Value>>,
    ) -> Vec<Mistake> {
        sweep::check(&self.root, environment, domains)
    }

    /// What it uses of each figure, by the figure's name.
    pub fn figure_uses(&self, environment: &Environment) -> BTreeMap<String, FigureUse> {
        let mut found = BTreeMap::new();
        figure::uses(&self.root, environment, &mut found);
        found
    }

    /// Its value.
    ///
    /// # Errors
    ///
    /// The first mistake that evaluation meets.
    pub fn evaluate(&self, environment: &Environment) -> Result<Value, Mistake> {
        let evaluation = evaluate::Evaluation { environment, states: &environment.states };
        evaluation.value(&self.root).map(Cow::into_owned)
    }

    /// Its value as the text that the page shows: `String(value)`.
    ///
    /// # Errors
    ///
    /// As [`evaluate`](Self::evaluate), and where the value is not one to show.
    pub fn shown(&self, environment: &Environment) -> Result<String, Mistake> {
        let value = self.evaluate(environment)?;
        operate::text_of(&value, &self.root.range)
    }

    /// JavaScript with the same value, safe inside a `<script>`. Constants become literals, and of
    /// an object only what is reached. It binds as tightly as a conditional expression: where a
    /// comma may follow, no parentheses are needed.
    pub fn to_javascript(&self, environment: &Environment, naming: &Naming<'_>) -> String {
        print::Printer { environment, naming }.print(&self.root)
    }
}
