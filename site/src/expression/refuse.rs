//! What JavaScript has and expressions do not: each with what to write instead.

use super::Mistake;
use super::maths;
use super::tree::Method;
use oxc_ast::ast::{BinaryExpression, BinaryOperator, CallExpression, Expression};
use oxc_span::{GetSpan, Span};
use prebake_plugin::nearest;

pub(super) const UNSUPPORTED: &str = "unsupported-expression";
pub(super) const SUBSET: &str = "only literals, names, members, indexing, arithmetic, comparison, \
                                 logic, `?:`, templates, `Math.*`, `toFixed` and `toString` stand \
                                 in braces";

pub(super) fn unsupported(
    message: impl Into<String>,
    span: Span,
    hint: impl Into<String>,
) -> Mistake {
    Mistake::new(UNSUPPORTED, message, &(span.start as usize..span.end as usize)).hint(hint)
}

/// A kind of expression that is none of the subset's.
pub(super) fn other(expression: &Expression<'_>) -> Mistake {
    let (message, hint) = match expression {
        Expression::AssignmentExpression(_) => (
            "an expression reads values, and assigns none",
            "to compare, write `===`; what changes a state is a control",
        ),
        Expression::UpdateExpression(_) => {
            ("an expression reads values, and changes none", "write `+ 1` or `- 1`")
        }
        Expression::ArrowFunctionExpression(_)
        | Expression::FunctionExpression(_)
        | Expression::ClassExpression(_) => ("functions and classes are not supported", SUBSET),
        Expression::NewExpression(_) | Expression::NewTarget(_) => {
            ("`new` is not supported", SUBSET)
        }
        Expression::ThisExpression(_) | Expression::Super(_) => {
            ("there is no object around an expression", "write a name that the article declares")
        }
        Expression::AwaitExpression(_) | Expression::YieldExpression(_) => {
            ("an expression has its value at once", SUBSET)
        }
        Expression::ImportExpression(_) | Expression::ImportMeta(_) => {
            ("an expression imports nothing", "imports stand in the article's `<script>`")
        }
        Expression::BigIntLiteral(_) => {
            ("big integers are not supported", "leave out the `n`: numbers are exact to 2^53")
        }
        Expression::RegExpLiteral(_) => ("regular expressions are not supported", SUBSET),
        Expression::SequenceExpression(_) => {
            ("a comma makes two expressions of it", "keep one of them")
        }
        Expression::TaggedTemplateExpression(_) => (
            "tags of template literals are not supported",
            "leave out what stands before the backtick",
        ),
        Expression::UnaryExpression(it) => {
            let message = format!("the operator `{}` is not supported", it.operator.as_str());
            return unsupported(message, it.span, SUBSET);
        }
        _ => ("this is not supported", SUBSET),
    };
    unsupported(message, expression.span(), hint)
}

pub(super) fn operator(it: &BinaryExpression<'_>, text: &str) -> Mistake {
    let hint = match it.operator {
        BinaryOperator::Equality => "write `===`, which compares without converting",
        BinaryOperator::Inequality => "write `!==`, which compares without converting",
        _ => SUBSET,
    };
    let sign = it.operator.as_str();
    let (start, end) = (it.left.span().end, it.right.span().start);
    let gap = text.get(start as usize..end as usize).and_then(|between| between.find(sign));
    // Texts are short.
    let start = start + gap.unwrap_or(0) as u32;
    let span = Span::new(start, start + sign.len() as u32);
    unsupported(format!("the operator `{sign}` is not supported"), span, hint)
}

pub(super) fn spread(span: Span) -> Mistake {
    unsupported("`...` is not supported", span, "write the items one by one")
}

/// A call of something that is no method.
pub(super) fn call(it: &CallExpression<'_>) -> Mistake {
    let Expression::Identifier(name) = &it.callee else {
        return unsupported("this cannot be called", it.span, SUBSET);
    };
    let hint = match name.name.as_str() {
        "Number" | "parseFloat" | "parseInt" => {
            "write `+` before it to make it a number".to_owned()
        }
        "String" => "write `${…}` in a template literal to make it text".to_owned(),
        "Boolean" => "write `!!` before it to make it a boolean".to_owned(),
        other if maths::function(other).is_some() => format!("did you mean `Math.{other}`?"),
        _ => SUBSET.to_owned(),
    };
    unsupported(format!("`{}` cannot be called", name.name), it.span, hint)
}

pub(super) fn method(name: &str, span: Span) -> Mistake {
    let hint = match name {
        "toLocaleString" => {
            "it depends on the reader's language: write `toFixed(0)`, or the number as it is"
                .to_owned()
        }
        "toPrecision" | "toExponential" => "write `toFixed` and a number of decimals".to_owned(),
        _ => match nearest(name, Method::ALL.iter().map(|method| method.name())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => SUBSET.to_owned(),
        },
    };
    unsupported(format!("`{name}` cannot be called"), span, hint)
}

/// A member of `Math` that is none, or a function where a constant is meant or the other way round.
pub(super) fn maths(name: &str, span: Span) -> Mistake {
    if maths::function(name).is_some() {
        let hint = format!("call it: `Math.{name}(x)`");
        return unsupported(format!("`Math.{name}` is a function"), span, hint);
    }
    if maths::constant(name).is_some() {
        let hint = format!("leave out the parentheses: `Math.{name}`");
        return unsupported(format!("`Math.{name}` is a number"), span, hint);
    }
    let message = format!("`Math.{name}` is not supported");
    if name == "random" {
        let hint = "what is shown must be the same at build and in the page";
        return unsupported(message, span, hint);
    }
    let hint = match nearest(name, maths::names()) {
        Some(near) => format!("did you mean `Math.{near}`?"),
        None => {
            let names: Vec<&str> = maths::names().collect();
            format!("`Math` has {}", names.join(", "))
        }
    };
    unsupported(message, span, hint)
}
