//! An expression as JavaScript for the page's module.

use super::evaluate::Evaluation;
use super::tree::{Binary, Kind, Literal, Logical, Node, Unary};
use super::{Environment, Value};
use std::fmt::Write;

/// How the module calls what the article names. Each gives a primary or member expression or a
/// call: `s.k`, `get("k")`.
pub struct Naming<'a> {
    /// Of a state.
    pub state: &'a dyn Fn(&str) -> String,
    /// Of a figure: an object with `at`, `states` and the figure's fields.
    pub figure: &'a dyn Fn(&str) -> String,
}

/// How tightly an expression binds (ECMAScript 2024, 13.2 to 13.14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Conditional,
    /// `||` and `??`, which may not meet without parentheses.
    Either,
    And,
    Equality,
    Order,
    Sum,
    Product,
    Power,
    Unary,
    /// What a `.` may follow.
    Reach,
}

pub(super) struct Printer<'a> {
    pub(super) environment: &'a Environment,
    pub(super) naming: &'a Naming<'a>,
}

impl Printer<'_> {
    pub(super) fn print(&self, node: &Node) -> String {
        self.within(node, Binding::Conditional)
    }

    /// In parentheses where it binds less than `least`.
    fn within(&self, node: &Node, least: Binding) -> String {
        let (text, binding) = self.node(node);
        if binding < least { format!("({text})") } else { text }
    }

    fn node(&self, node: &Node) -> (String, Binding) {
        if let Some(constant) = self.constant(node) {
            return value(&constant);
        }
        match &node.kind {
            Kind::Literal(one) => literal(one),
            Kind::Template { texts, parts } => (self.template(texts, parts), Binding::Reach),
            Kind::Array(items) => (format!("[{}]", self.list(items)), Binding::Reach),
            Kind::Object(members) => {
                let members = members
                    .iter()
                    .map(|(name, member)| format!("{}:{}", key(name), self.print(member)));
                // Always in parentheses: at the head of an arrow's body it would be a block.
                (format!("({{{}}})", members.collect::<Vec<_>>().join(",")), Binding::Reach)
            }
            Kind::Name(name) => {
                let text = if self.environment.states.contains_key(name) {
                    (self.naming.state)(name)
                } else if self.environment.figure(name).is_some() {
                    (self.naming.figure)(name)
                } else {
                    name.clone()
                };
                (text, Binding::Reach)
            }
            Kind::MathConstant(name) => (format!("Math.{name}"), Binding::Reach),
            Kind::MathCall { function, arguments } => {
                (format!("Math.{}({})", function.name, self.list(arguments)), Binding::Reach)
            }
            Kind::Member { object, name, optional } => {
                let dot = if *optional { "?." } else { "." };
                (format!("{}{dot}{name}", self.object(object)), Binding::Reach)
            }
            Kind::Index { object, index, optional } => {
                let dot = if *optional { "?." } else { "" };
                let text = format!("{}{dot}[{}]", self.object(object), self.print(index));
                (text, Binding::Reach)
            }
            Kind::Call { object, method, arguments, optional } => {
                let dot = if *optional { "?." } else { "." };
                let (object, arguments) = (self.object(object), self.list(arguments));
                (format!("{object}{dot}{}({arguments})", method.name()), Binding::Reach)
            }
            // What follows a chain in parentheses is no part of it.
            Kind::Chain(inner) => (self.print(inner), Binding::Unary),
            Kind::Unary(operator, inner) => {
                let sign = match operator {
                    Unary::Minus => "-",
                    Unary::Plus => "+",
                    Unary::Not => "!",
                };
                (joined(sign, &self.within(inner, Binding::Unary)), Binding::Unary)
            }
            Kind::Binary(operator, left, right) => self.binary(*operator, left, right),
            Kind::Logical(operator, left, right) => self.logical(*operator, left, right),
            Kind::Conditional { test, yes, no } => {
                let test = self.within(test, Binding::Either);
                let text = format!("{test}?{}:{}", self.print(yes), self.print(no));
                (text, Binding::Conditional)
            }
        }
    }

    /// The value of a constant, or of what can be reached from it without the reader's doing: the
    /// page is sent that alone.
    fn constant(&self, node: &Node) -> Option<Value> {
        let mut root = node;
        loop {
            root = match &root.kind {
                Kind::Member { object, optional: false, .. } => object,
                Kind::Index { object, index, optional: false }
                    if matches!(index.kind, Kind::Literal(_)) =>
                {
                    object
                }
                Kind::Name(_) => break,
                _ => return None,
            };
        }
        let Kind::Name(name) = &root.kind else { return None };
        let Environment { states, constants, .. } = self.environment;
        if states.contains_key(name) || !constants.contains_key(name) {
            return None;
        }
        let evaluation = Evaluation { environment: self.environment, states };
        evaluation.value(node).ok().map(std::borrow::Cow::into_owned)
    }

    fn list(&self, nodes: &[Node]) -> String {
        nodes.iter().map(|node| self.print(node)).collect::<Vec<_>>().join(",")
    }

    /// What stands before a `.`. A number's own point would be taken for it.
    fn object(&self, node: &Node) -> String {
        let text = self.within(node, Binding::Reach);
        if text.starts_with(|c: char| c.is_ascii_digit()) { format!("({text})") } else { text }
    }

    fn template(&self, texts: &[String], parts: &[Node]) -> String {
        let mut whole = "`".to_owned();
        for (index, text) in texts.iter().enumerate() {
            escape(text, '`', &mut whole);
            if let Some(part) = parts.get(index) {
                let _ = write!(whole, "${{{}}}", self.print(part));
            }
        }
        whole.push('`');
        whole
    }

    fn binary(&self, operator: Binary, left: &Node, right: &Node) -> (String, Binding) {
        let (sign, binding, next) = match operator {
            Binary::Equal => ("===", Binding::Equality, Binding::Order),
            Binary::Unequal => ("!==", Binding::Equality, Binding::Order),
            Binary::Less => ("<", Binding::Order, Binding::Sum),
            Binary::LessOrEqual => ("<=", Binding::Order, Binding::Sum),
            Binary::Greater => (">", Binding::Order, Binding::Sum),
            Binary::GreaterOrEqual => (">=", Binding::Order, Binding::Sum),
            Binary::Add => ("+", Binding::Sum, Binding::Product),
            Binary::Subtract => ("-", Binding::Sum, Binding::Product),
            Binary::Multiply => ("*", Binding::Product, Binding::Power),
            Binary::Divide => ("/", Binding::Product, Binding::Power),
            Binary::Remainder => ("%", Binding::Product, Binding::Power),
            // Groups to the right, and takes no sign on its left.
            Binary::Power => ("**", Binding::Reach, Binding::Power),
        };
        let text =
            format!("{}{}", self.within(left, binding), joined(sign, &self.within(right, next)));
        (text, if operator == Binary::Power { Binding::Power } else { binding })
    }

    fn logical(&self, operator: Logical, left: &Node, right: &Node) -> (String, Binding) {
        let (sign, binding, next) = match operator {
            Logical::Or => ("||", Binding::Either, Binding::And),
            Logical::And => ("&&", Binding::And, Binding::Equality),
            Logical::Coalesce => ("??", Binding::Either, Binding::Equality),
        };
        let least = match &left.kind {
            Kind::Logical(inner, ..) if *inner == operator => binding,
            Kind::Logical(Logical::And, ..) if operator == Logical::Or => binding,
            _ => Binding::Equality,
        };
        (format!("{}{sign}{}", self.within(left, least), self.within(right, next)), binding)
    }
}

/// A sign and what follows, kept apart where they would run together: `--` is one sign, and `<!--`
/// begins a comment.
fn joined(sign: &str, text: &str) -> String {
    let gap = if text.starts_with(['+', '-', '!']) && !sign.ends_with('!') { " " } else { "" };
    format!("{sign}{gap}{text}")
}

fn literal(literal: &Literal) -> (String, Binding) {
    value(&super::evaluate::literal(literal))
}

/// A value as a literal.
fn value(one: &Value) -> (String, Binding) {
    let text = match one {
        Value::Number(number) if *number == 0.0 && number.is_sign_negative() => "-0".to_owned(),
        Value::Text(text) => quoted(text),
        Value::Array(items) => {
            let items = items.iter().map(|item| value(item).0);
            format!("[{}]", items.collect::<Vec<_>>().join(","))
        }
        Value::Object(members) => {
            let members =
                members.iter().map(|(name, member)| format!("{}:{}", key(name), value(member).0));
            format!("({{{}}})", members.collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    };
    let binding = if text.starts_with('-') { Binding::Unary } else { Binding::Reach };
    (text, binding)
}

/// The key of an object's member.
fn key(name: &str) -> String {
    let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    match name {
        // Plain, it would set the prototype.
        "__proto__" => "[\"__proto__\"]".to_owned(),
        _ if is_word => name.to_owned(),
        _ => quoted(name),
    }
}

fn quoted(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    escape(text, '"', &mut quoted);
    quoted.push('"');
    quoted
}

/// Escapes what would end the string or, inside `<script>`, the script.
fn escape(text: &str, quote: char, out: &mut String) {
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '<' => out.push_str("\\x3c"),
            '$' if quote == '`' => out.push_str("\\$"),
            '\u{2028}' | '\u{2029}' | '\u{feff}' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
}
