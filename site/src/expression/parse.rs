//! From text to tree. The grammar is the parser's, all of JavaScript; what comes out is the subset.

use super::Mistake;
use super::limits;
use super::maths;
use super::refuse::{self, SUBSET, UNSUPPORTED, unsupported};
use super::tree::{Binary, Kind, Literal, Logical, Method, Node, Unary};
use crate::diagnostic::house;
use oxc_allocator::Allocator;
use oxc_ast::ast::{
    Argument, ArrayExpression, ArrayExpressionElement, BinaryOperator, CallExpression,
    ChainElement, ComputedMemberExpression, Expression, IdentifierReference, LogicalOperator,
    ObjectExpression, ObjectPropertyKind, PropertyKey, PropertyKind, StaticMemberExpression,
    TemplateLiteral, UnaryOperator,
};
use oxc_parser::Parser;
use oxc_span::{GetSpan, SourceType, Span};
use std::ops::Range;

pub(super) fn parse(text: &str) -> Result<Node, Vec<Mistake>> {
    limits::check(text).map_err(|mistake| vec![mistake])?;
    if text.trim().is_empty() {
        let mistake =
            Mistake::new("invalid-expression", "an expression is missing", &(0..text.len()));
        return Err(vec![mistake.hint(SUBSET)]);
    }
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, SourceType::mjs()).parse_expression();
    let expression = match parsed {
        Ok(expression) => expression,
        Err(found) => {
            let mistakes = found.into_vec().into_iter().map(|one| {
                let label = one.labels.iter().next();
                let place = label.map_or(0..text.len(), |label| {
                    label.offset() as usize..(label.offset() + label.len()) as usize
                });
                syntax(text, &one.message, one.help.as_deref(), &place)
            });
            return Err(mistakes.collect());
        }
    };
    let mut conversion = Conversion { text, mistakes: Vec::new(), level: 0 };
    let node = conversion.node(&expression);
    match node {
        Some(node) if conversion.mistakes.is_empty() => Ok(node),
        _ => Err(conversion.mistakes),
    }
}

/// What the parser says, in the house's form.
fn syntax(text: &str, said: &str, help: Option<&str>, place: &Range<usize>) -> Mistake {
    let start = text.floor_char_boundary(place.start);
    let end = text.ceil_char_boundary(place.end).max(start);
    let message = format!("this is no expression: {}", house(said));
    // What the parser could be told to allow is no help here.
    let help = help.filter(|help| !help.contains("parser")).map_or(SUBSET.to_owned(), house);
    Mistake::new("invalid-expression", message, &(start..end)).hint(help)
}

fn range(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}

struct Conversion<'t> {
    text: &'t str,
    mistakes: Vec<Mistake>,
    level: usize,
}

impl Conversion<'_> {
    /// The node of `expression`; `None` where a mistake was noted.
    fn node(&mut self, expression: &Expression<'_>) -> Option<Node> {
        let range = range(expression.span());
        if self.level == limits::LEVELS {
            return self.note(limits::too_deep(&range));
        }
        self.level += 1;
        let kind = self.kind(expression);
        self.level -= 1;
        Some(Node { kind: kind?, range })
    }

    fn boxed(&mut self, expression: &Expression<'_>) -> Option<Box<Node>> {
        self.node(expression).map(Box::new)
    }

    fn note<T>(&mut self, mistake: Mistake) -> Option<T> {
        self.mistakes.push(mistake);
        None
    }

    fn kind(&mut self, expression: &Expression<'_>) -> Option<Kind> {
        match expression {
            Expression::NullLiteral(_) => Some(Kind::Literal(Literal::Null)),
            Expression::BooleanLiteral(it) => Some(Kind::Literal(Literal::Bool(it.value))),
            Expression::NumericLiteral(it) if is_old_octal(it.raw.as_deref()) => {
                self.note(unsupported("a number begins with a needless 0", it.span, "leave it out"))
            }
            Expression::NumericLiteral(it) => Some(Kind::Literal(number(it.value))),
            Expression::StringLiteral(it) if it.lone_surrogates => self.note(half(it.span)),
            Expression::StringLiteral(it) => {
                Some(Kind::Literal(Literal::Text(it.value.to_string())))
            }
            Expression::TemplateLiteral(it) => self.template(it),
            Expression::Identifier(it) => self.name(it),
            Expression::ArrayExpression(it) => self.array(it),
            Expression::ObjectExpression(it) => self.object(it),
            Expression::ParenthesizedExpression(it) => self.kind_within(&it.expression),
            Expression::StaticMemberExpression(it) => self.member(it),
            Expression::ComputedMemberExpression(it) => self.index(it),
            Expression::CallExpression(it) => self.call(it),
            Expression::ChainExpression(it) => {
                let range = range(it.span);
                let kind = match &it.expression {
                    ChainElement::StaticMemberExpression(it) => self.member(it),
                    ChainElement::ComputedMemberExpression(it) => self.index(it),
                    ChainElement::CallExpression(it) => self.call(it),
                    _ => self.note(refuse::other(expression)),
                };
                Some(Kind::Chain(Box::new(Node { kind: kind?, range })))
            }
            Expression::UnaryExpression(it) => {
                let operator = match it.operator {
                    UnaryOperator::UnaryNegation => Unary::Minus,
                    UnaryOperator::UnaryPlus => Unary::Plus,
                    UnaryOperator::LogicalNot => Unary::Not,
                    _ => return self.note(refuse::other(expression)),
                };
                Some(Kind::Unary(operator, self.boxed(&it.argument)?))
            }
            Expression::BinaryExpression(it) => {
                let operator = binary(it.operator);
                if operator.is_none() {
                    self.mistakes.push(refuse::operator(it, self.text));
                }
                let (left, right) = (self.boxed(&it.left), self.boxed(&it.right));
                Some(Kind::Binary(operator?, left?, right?))
            }
            Expression::LogicalExpression(it) => {
                let operator = match it.operator {
                    LogicalOperator::Or => Logical::Or,
                    LogicalOperator::And => Logical::And,
                    LogicalOperator::Coalesce => Logical::Coalesce,
                };
                // The parser overlooks some: `(a) && b ?? c`.
                let mixed = [&it.left, &it.right].into_iter().any(|side| match side {
                    Expression::LogicalExpression(inner) => {
                        (inner.operator == LogicalOperator::Coalesce)
                            != (it.operator == LogicalOperator::Coalesce)
                    }
                    _ => false,
                });
                if mixed {
                    return self.note(
                        Mistake::new(
                            "invalid-expression",
                            "`??` meets `&&` or `||` without parentheses",
                            &range(it.span),
                        )
                        .hint("put parentheses around one of them"),
                    );
                }
                let (left, right) = (self.boxed(&it.left), self.boxed(&it.right));
                Some(Kind::Logical(operator, left?, right?))
            }
            Expression::ConditionalExpression(it) => {
                let test = self.boxed(&it.test);
                let (yes, no) = (self.boxed(&it.consequent), self.boxed(&it.alternate));
                Some(Kind::Conditional { test: test?, yes: yes?, no: no? })
            }
            other => self.note(refuse::other(other)),
        }
    }

    /// Parentheses count as a level too: they are where the parser recurses.
    fn kind_within(&mut self, expression: &Expression<'_>) -> Option<Kind> {
        self.node(expression).map(|node| node.kind)
    }

    fn name(&mut self, it: &IdentifierReference<'_>) -> Option<Kind> {
        Some(match it.name.as_str() {
            "undefined" => Kind::Literal(Literal::Undefined),
            "NaN" => Kind::Literal(Literal::NotANumber),
            "Infinity" => Kind::Literal(Literal::Infinity),
            "Math" => {
                return self.note(unsupported(
                    "`Math` is no value by itself",
                    it.span,
                    "write one of its functions or constants: `Math.round(x)`, `Math.PI`",
                ));
            }
            name => Kind::Name(name.to_owned()),
        })
    }

    fn template(&mut self, it: &TemplateLiteral<'_>) -> Option<Kind> {
        let texts: Option<Vec<String>> = it
            .quasis
            .iter()
            .map(|text| match &text.value.cooked {
                Some(cooked) if !text.lone_surrogates => Some(cooked.to_string()),
                _ => self.note(half(text.span)),
            })
            .collect();
        let parts = self.all(it.expressions.iter());
        Some(Kind::Template { texts: texts?, parts: parts? })
    }

    /// Every one of them is looked at, so that all their mistakes are found.
    fn all<'e, 'a: 'e>(
        &mut self,
        expressions: impl Iterator<Item = &'e Expression<'a>>,
    ) -> Option<Vec<Node>> {
        let nodes: Vec<Option<Node>> = expressions.map(|one| self.node(one)).collect();
        nodes.into_iter().collect()
    }

    fn array(&mut self, it: &ArrayExpression<'_>) -> Option<Kind> {
        let mut nodes = Vec::new();
        for element in &it.elements {
            nodes.push(match element {
                ArrayExpressionElement::SpreadElement(spread) => {
                    self.note(refuse::spread(spread.span))
                }
                ArrayExpressionElement::Elision(hole) => self.note(unsupported(
                    "an item is missing between these commas",
                    hole.span,
                    "write `undefined` where nothing is meant",
                )),
                element => element.as_expression().and_then(|item| self.node(item)),
            });
        }
        let nodes: Option<Vec<Node>> = nodes.into_iter().collect();
        nodes.map(Kind::Array)
    }

    fn object(&mut self, it: &ObjectExpression<'_>) -> Option<Kind> {
        let mut members = Vec::new();
        for property in &it.properties {
            let property = match property {
                ObjectPropertyKind::ObjectProperty(property) => property,
                ObjectPropertyKind::SpreadProperty(spread) => {
                    self.mistakes.push(refuse::spread(spread.span));
                    continue;
                }
            };
            let key = match &property.key {
                PropertyKey::StaticIdentifier(key) => Some(key.name.to_string()),
                PropertyKey::StringLiteral(key) if !key.lone_surrogates => {
                    Some(key.value.to_string())
                }
                PropertyKey::NumericLiteral(key) => Some(super::number::text(key.value)),
                _ => None,
            };
            let plain =
                property.kind == PropertyKind::Init && !property.method && !property.computed;
            match key {
                // In JavaScript this sets the object's prototype.
                Some(key) if plain && key != "__proto__" => {
                    let value = self.node(&property.value);
                    members.push(value.map(|value| (key, value)));
                }
                _ => members.push(self.note(unsupported(
                    "this is no plain member of an object",
                    property.span,
                    "write `name: value`",
                ))),
            }
        }
        let members: Option<Vec<_>> = members.into_iter().collect();
        members.map(Kind::Object)
    }

    fn member(&mut self, it: &StaticMemberExpression<'_>) -> Option<Kind> {
        let name = it.property.name.as_str();
        if is_math(&it.object) {
            return match maths::constant(name) {
                Some((name, _)) => Some(Kind::MathConstant(name)),
                None => self.note(refuse::maths(name, it.property.span)),
            };
        }
        let object = self.boxed(&it.object)?;
        Some(Kind::Member { object, name: name.to_owned(), optional: it.optional })
    }

    fn index(&mut self, it: &ComputedMemberExpression<'_>) -> Option<Kind> {
        let (object, index) = (self.boxed(&it.object), self.boxed(&it.expression));
        Some(Kind::Index { object: object?, index: index?, optional: it.optional })
    }

    fn call(&mut self, it: &CallExpression<'_>) -> Option<Kind> {
        if it.optional {
            return self.note(unsupported(
                "a call that may be left out is not supported",
                it.span,
                "write `.` or `?.` and the method's name before its parentheses",
            ));
        }
        let arguments: Vec<Option<Node>> = it
            .arguments
            .iter()
            .map(|argument| match argument {
                Argument::SpreadElement(spread) => self.note(refuse::spread(spread.span)),
                argument => argument.as_expression().and_then(|one| self.node(one)),
            })
            .collect();
        let arguments: Option<Vec<Node>> = arguments.into_iter().collect();
        let Expression::StaticMemberExpression(callee) = &it.callee else {
            return self.note(refuse::call(it));
        };
        let name = callee.property.name.as_str();
        let place = range(callee.property.span);
        if is_math(&callee.object) {
            let Some(function) = maths::function(name) else {
                return self.note(refuse::maths(name, callee.property.span));
            };
            let arguments = arguments?;
            return match function.refuses(arguments.len()) {
                Some(wanted) => {
                    self.note(arity(&format!("Math.{name}"), wanted, arguments.len(), &place))
                }
                None => Some(Kind::MathCall { function, arguments }),
            };
        }
        let object = self.boxed(&callee.object);
        let Some(method) = Method::ALL.into_iter().find(|method| method.name() == name) else {
            return self.note(refuse::method(name, callee.property.span));
        };
        let (object, arguments) = (object?, arguments?);
        let wanted = match (method, arguments.len()) {
            (Method::At, 1) | (Method::ToFixed, 0 | 1) | (Method::ToString, 0) => {
                return Some(Kind::Call { object, method, arguments, optional: callee.optional });
            }
            (Method::At, _) => "one argument, a value of the figure's control",
            (Method::ToFixed, _) => "one argument, the number of decimals",
            (Method::ToString, _) => "no argument",
        };
        self.note(arity(name, wanted, arguments.len(), &place))
    }
}

fn is_math(expression: &Expression<'_>) -> bool {
    matches!(expression, Expression::Identifier(it) if it.name == "Math")
}

/// `010`, which is 8 in old scripts and no number in modules.
fn is_old_octal(raw: Option<&str>) -> bool {
    raw.is_some_and(|raw| matches!(raw.as_bytes(), [b'0', b'0'..=b'9' | b'_', ..]))
}

/// A literal beyond every double is infinite.
fn number(value: f64) -> Literal {
    if value.is_finite() { Literal::Number(value) } else { Literal::Infinity }
}

fn half(span: Span) -> Mistake {
    unsupported(
        "this string holds half of a surrogate pair",
        span,
        "write the character itself, or `\\u{…}` with its whole code",
    )
}

fn arity(name: &str, wanted: &str, count: usize, range: &Range<usize>) -> Mistake {
    Mistake::new(UNSUPPORTED, format!("`{name}` takes {wanted}, not {count}"), range)
}

fn binary(operator: BinaryOperator) -> Option<Binary> {
    Some(match operator {
        BinaryOperator::StrictEquality => Binary::Equal,
        BinaryOperator::StrictInequality => Binary::Unequal,
        BinaryOperator::LessThan => Binary::Less,
        BinaryOperator::LessEqualThan => Binary::LessOrEqual,
        BinaryOperator::GreaterThan => Binary::Greater,
        BinaryOperator::GreaterEqualThan => Binary::GreaterOrEqual,
        BinaryOperator::Addition => Binary::Add,
        BinaryOperator::Subtraction => Binary::Subtract,
        BinaryOperator::Multiplication => Binary::Multiply,
        BinaryOperator::Division => Binary::Divide,
        BinaryOperator::Remainder => Binary::Remainder,
        BinaryOperator::Exponential => Binary::Power,
        _ => return None,
    })
}
