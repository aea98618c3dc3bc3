//! The value of a tree.

use super::figure::{self, Access, Place};
use super::maths;
use super::member::member;
use super::number;
use super::operate::{binary, number_of, text_of};
use super::tree::{Kind, Literal, Logical, Method, Node, Unary};
use super::{Environment, Figure, Mistake, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

/// Evaluates with `states` in the place of the environment's own.
pub(super) struct Evaluation<'a> {
    pub(super) environment: &'a Environment,
    pub(super) states: &'a BTreeMap<String, Value>,
}

/// Why there is no value.
enum Stop {
    /// `?.` met nothing: the chain around is undefined.
    Short,
    Mistake(Mistake),
}

impl From<Mistake> for Stop {
    fn from(mistake: Mistake) -> Self {
        Self::Mistake(mistake)
    }
}

type Outcome<'a> = Result<Cow<'a, Value>, Stop>;

impl<'a> Evaluation<'a> {
    pub(super) fn value(&self, node: &'a Node) -> Result<Cow<'a, Value>, Mistake> {
        match self.node(node) {
            Ok(value) => Ok(value),
            // No tree has `?.` outside a chain.
            Err(Stop::Short) => Ok(Cow::Owned(Value::Undefined)),
            Err(Stop::Mistake(mistake)) => Err(mistake),
        }
    }

    fn node(&self, node: &'a Node) -> Outcome<'a> {
        match &node.kind {
            Kind::Literal(literal) => Ok(Cow::Owned(self::literal(literal))),
            Kind::Template { texts, parts } => self.template(texts, parts),
            Kind::Array(items) => {
                let items: Result<_, Stop> =
                    items.iter().map(|item| self.node(item).map(Cow::into_owned)).collect();
                Ok(Cow::Owned(Value::Array(items?)))
            }
            Kind::Object(members) => {
                let mut object = BTreeMap::new();
                for (name, member) in members {
                    object.insert(name.clone(), self.node(member)?.into_owned());
                }
                Ok(Cow::Owned(Value::Object(object)))
            }
            Kind::Name(name) => self.name(name, node),
            Kind::MathConstant(name) => {
                Ok(owned(maths::constant(name).map_or(f64::NAN, |it| it.1)))
            }
            Kind::MathCall { function, arguments } => {
                let numbers: Result<Vec<f64>, Stop> =
                    arguments.iter().map(|argument| self.number(argument)).collect();
                Ok(owned(function.call(&numbers?)))
            }
            Kind::Member { .. } | Kind::Index { .. } | Kind::Call { .. } => self.reach(node),
            Kind::Chain(inner) => match self.node(inner) {
                Err(Stop::Short) => Ok(Cow::Owned(Value::Undefined)),
                outcome => outcome,
            },
            Kind::Unary(operator, inner) => Ok(Cow::Owned(match operator {
                Unary::Not => Value::Bool(!self.node(inner)?.is_truthy()),
                Unary::Plus => Value::Number(self.number(inner)?),
                Unary::Minus => Value::Number(-self.number(inner)?),
            })),
            Kind::Binary(operator, left, right) => {
                let (one, two) = (self.node(left)?, self.node(right)?);
                Ok(Cow::Owned(binary(*operator, (&one, &left.range), (&two, &right.range))?))
            }
            Kind::Logical(operator, left, right) => {
                let one = self.node(left)?;
                let decided = match operator {
                    Logical::Or => one.is_truthy(),
                    Logical::And => !one.is_truthy(),
                    Logical::Coalesce => !one.is_nothing(),
                };
                if decided { Ok(one) } else { self.node(right) }
            }
            Kind::Conditional { test, yes, no } => {
                let branch = if self.node(test)?.is_truthy() { yes } else { no };
                self.node(branch)
            }
        }
    }

    fn number(&self, node: &'a Node) -> Result<f64, Stop> {
        let value = self.node(node)?;
        Ok(number_of(&value, &node.range)?)
    }

    fn template(&self, texts: &'a [String], parts: &'a [Node]) -> Outcome<'a> {
        let mut whole = String::new();
        for (index, text) in texts.iter().enumerate() {
            whole.push_str(text);
            if let Some(part) = parts.get(index) {
                whole.push_str(&text_of(&*self.node(part)?, &part.range)?);
            }
        }
        Ok(Cow::Owned(Value::Text(whole)))
    }

    fn name(&self, name: &str, node: &'a Node) -> Outcome<'a> {
        if let Some(value) = self.states.get(name).or_else(|| self.environment.constants.get(name))
        {
            return Ok(Cow::Borrowed(value));
        }
        Err(figure::misuse(node, self.environment)
            .unwrap_or_else(|| self.environment.unknown(name, &node.range))
            .into())
    }

    /// A member, an item, a method or a number of a figure.
    fn reach(&self, node: &'a Node) -> Outcome<'a> {
        if let Some((name, figure, access)) = figure::access(node, self.environment) {
            return self.figure(node, name, figure, &access);
        }
        if let Some(mistake) = figure::misuse(node, self.environment) {
            return Err(mistake.into());
        }
        match &node.kind {
            Kind::Member { object, name, optional } => {
                let value = self.object(object, *optional)?;
                Ok(member(value, name, &node.range)?)
            }
            Kind::Index { object, index, optional } => {
                let value = self.object(object, *optional)?;
                let key = self.node(index)?;
                if matches!(*key, Value::Array(_) | Value::Object(_)) {
                    let message = format!("{} is no index", key.kind());
                    return Err(Mistake::new("not-a-number", message, &index.range).into());
                }
                let name = key.to_string();
                Ok(member(value, &name, &node.range)?)
            }
            Kind::Call { object, method, arguments, optional } => {
                let value = self.object(object, *optional)?;
                let digits = match arguments.first() {
                    Some(argument) if *method == Method::ToFixed => self.number(argument)?,
                    _ => 0.0,
                };
                let digits_range = arguments.first().map_or(&node.range, |one| &one.range);
                Ok(Cow::Owned(call(&value, *method, (digits, digits_range), node, object)?))
            }
            _ => Ok(Cow::Owned(Value::Undefined)),
        }
    }

    /// What stands before a `.`, `?.` or `[`.
    fn object(&self, object: &'a Node, optional: bool) -> Outcome<'a> {
        let value = self.node(object)?;
        if optional && value.is_nothing() { Err(Stop::Short) } else { Ok(value) }
    }

    fn figure(
        &self,
        node: &'a Node,
        name: &str,
        figure: &'a Figure,
        access: &Access<'a>,
    ) -> Outcome<'a> {
        if let Some(mistake) = figure::lacks(node, name, figure, access) {
            return Err(mistake.into());
        }
        let (state, column) = match *access {
            Access::Count => return Ok(owned(figure.states.len() as f64)),
            Access::Field(field) => return Ok(present(figure.fields.get(field))),
            Access::State { by: Place::Control(x), column } => {
                let value = self.node(x)?;
                let message =
                    || format!("`{name}` has no state where `{}` is {value}", figure.control);
                let state = figure.at(&value);
                (state.ok_or_else(|| no_state(message(), figure, "", &x.range)), column)
            }
            Access::State { by: Place::Index(x), column } => {
                let value = self.node(x)?;
                let index = match *value {
                    Value::Number(number) if number >= 0.0 && number.fract() == 0.0 => {
                        // Saturates, and then lies beyond every state.
                        figure.states.get(number as usize)
                    }
                    _ => None,
                };
                let message = || format!("`{name}` has no state {}", told(&value));
                (index.ok_or_else(|| no_state(message(), figure, "index", &x.range)), column)
            }
        };
        Ok(present(state?.get(column)))
    }
}

/// A string in quotes, lest it be taken for a number.
fn told(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("\"{text}\""),
        value => value.to_string(),
    }
}

fn no_state(message: String, figure: &Figure, by: &str, range: &Range<usize>) -> Mistake {
    let hint = match (by, figure.states.len()) {
        (_, 0) => "it has no states".to_owned(),
        ("index", count) => format!("its states are numbered 0 to {}", count - 1),
        _ => format!("`{}` is one of {}", figure.control, figure.domain()),
    };
    Mistake::new("no-such-state", message, range).hint(hint)
}

fn owned<'a>(number: f64) -> Cow<'a, Value> {
    Cow::Owned(Value::Number(number))
}

fn present(value: Option<&Value>) -> Cow<'_, Value> {
    value.map_or(Cow::Owned(Value::Undefined), Cow::Borrowed)
}

pub(super) fn literal(literal: &Literal) -> Value {
    match literal {
        Literal::Undefined => Value::Undefined,
        Literal::NotANumber => Value::Number(f64::NAN),
        Literal::Infinity => Value::Number(f64::INFINITY),
        Literal::Null => Value::Null,
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Number(number) => Value::Number(*number),
        Literal::Text(text) => Value::Text(text.clone()),
    }
}

fn call(
    value: &Value,
    method: Method,
    (digits, digits_range): (f64, &Range<usize>),
    node: &Node,
    object: &Node,
) -> Result<Value, Mistake> {
    let wrong = |hint: &str| {
        let message = format!("{} has no `{}`", value.kind(), method.name());
        Err(Mistake::new("unknown-member", message, &node.range).hint(hint))
    };
    match (method, value) {
        (Method::At, _) => wrong("`at` belongs to figures; write `[…]` with an index"),
        (Method::ToString, _) => text_of(value, &object.range).map(Value::Text),
        (Method::ToFixed, Value::Number(number)) => {
            text_of(value, &object.range)?;
            // NaN counts as 0, and what is behind the point is cut off.
            let digits = if digits.is_nan() { 0.0 } else { digits.trunc() };
            if !(0.0..=100.0).contains(&digits) {
                let message =
                    format!("`toFixed` takes 0 to 100 decimals, not {}", number::text(digits));
                return Err(Mistake::new("out-of-range", message, digits_range));
            }
            Ok(Value::Text(number::fixed(*number, digits as u8)))
        }
        (Method::ToFixed, Value::Text(_)) => wrong("write `(+…)` around it to make it a number"),
        (Method::ToFixed, _) => wrong("numbers have it"),
    }
}
