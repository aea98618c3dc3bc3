//! An expression as a tree: no more kinds of nodes than the subset has.

use super::maths::Function;
use std::ops::Range;

/// A node, and the bytes that it was parsed from.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

/// Two nodes are equal that say the same, wherever they stand.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Literal(Literal),
    Template {
        texts: Vec<String>,
        parts: Vec<Node>,
    },
    Array(Vec<Node>),
    Object(Vec<(String, Node)>),
    Name(String),
    /// A constant of `Math`, by its name.
    MathConstant(&'static str),
    MathCall {
        function: &'static Function,
        arguments: Vec<Node>,
    },
    Member {
        object: Box<Node>,
        name: String,
        optional: bool,
    },
    Index {
        object: Box<Node>,
        index: Box<Node>,
        optional: bool,
    },
    Call {
        object: Box<Node>,
        method: Method,
        arguments: Vec<Node>,
        optional: bool,
    },
    /// The reach of the `?.` inside: where one meets nothing, all of it is undefined.
    Chain(Box<Node>),
    Unary(Unary, Box<Node>),
    Binary(Binary, Box<Node>, Box<Node>),
    Logical(Logical, Box<Node>, Box<Node>),
    Conditional {
        test: Box<Node>,
        yes: Box<Node>,
        no: Box<Node>,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    Undefined,
    NotANumber,
    Infinity,
    Null,
    Bool(bool),
    /// Finite, and not negative.
    Number(f64),
    Text(String),
}

/// What can be called on a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    At,
    ToFixed,
    ToString,
}

impl Method {
    pub(super) const ALL: [Self; 3] = [Self::At, Self::ToFixed, Self::ToString];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::At => "at",
            Self::ToFixed => "toFixed",
            Self::ToString => "toString",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unary {
    Minus,
    Plus,
    Not,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binary {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Logical {
    Or,
    And,
    Coalesce,
}

impl Node {
    /// The nodes right below, in the order in which they are evaluated.
    pub(super) fn children(&self) -> Vec<&Self> {
        match &self.kind {
            Kind::Literal(_) | Kind::Name(_) | Kind::MathConstant(_) => Vec::new(),
            Kind::Template { parts: nodes, .. }
            | Kind::Array(nodes)
            | Kind::MathCall { arguments: nodes, .. } => nodes.iter().collect(),
            Kind::Object(members) => members.iter().map(|(_, node)| node).collect(),
            Kind::Member { object: node, .. } | Kind::Chain(node) | Kind::Unary(_, node) => {
                vec![node]
            }
            Kind::Index { object: one, index: two, .. }
            | Kind::Binary(_, one, two)
            | Kind::Logical(_, one, two) => vec![one, two],
            Kind::Call { object, arguments, .. } => {
                std::iter::once(&**object).chain(arguments).collect()
            }
            Kind::Conditional { test, yes, no } => vec![test, yes, no],
        }
    }

    /// Calls `visit` with every name, from the left.
    pub(super) fn each_name<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &Range<usize>)) {
        if let Kind::Name(name) = &self.kind {
            visit(name, &self.range);
        }
        for child in self.children() {
            child.each_name(visit);
        }
    }
}
