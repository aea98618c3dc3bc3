//! The part of JavaScript's `Math` that is evaluated alike at build and in browsers.
//!
//! ECMAScript leaves the accuracy of the transcendental functions to the engine (section 21.3.2).
//! Those come from `libm`, and agree with browsers to the last digits but not to the last bit.

use std::f64::consts;

/// A function of `Math`.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: &'static str,
    compute: Compute,
}

/// By how many arguments it takes.
#[derive(Debug, Clone, Copy)]
enum Compute {
    One(fn(f64) -> f64),
    Two(fn(f64, f64) -> f64),
    /// One or more, combined from the left, beginning with a value.
    Many(f64, fn(f64, f64) -> f64),
}

/// A name in JavaScript names one function.
impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Function {
    const fn one(name: &'static str, compute: fn(f64) -> f64) -> Self {
        Self { name, compute: Compute::One(compute) }
    }

    const fn two(name: &'static str, compute: fn(f64, f64) -> f64) -> Self {
        Self { name, compute: Compute::Two(compute) }
    }

    const fn many(name: &'static str, first: f64, compute: fn(f64, f64) -> f64) -> Self {
        Self { name, compute: Compute::Many(first, compute) }
    }

    /// How many arguments it takes, in words, where `count` is wrong.
    pub(super) fn refuses(&self, count: usize) -> Option<&'static str> {
        match self.compute {
            Compute::One(_) if count != 1 => Some("one argument"),
            Compute::Two(_) if count != 2 => Some("two arguments"),
            Compute::Many(..) if count == 0 => Some("at least one argument"),
            _ => None,
        }
    }

    /// Its value for as many arguments as it takes.
    pub(super) fn call(&self, arguments: &[f64]) -> f64 {
        match (self.compute, arguments) {
            (Compute::One(compute), &[x]) => compute(x),
            (Compute::Two(compute), &[x, y]) => compute(x, y),
            (Compute::Many(first, compute), all) => {
                all.iter().fold(first, |value, &next| compute(value, next))
            }
            _ => f64::NAN,
        }
    }
}

static FUNCTIONS: [Function; 31] = [
    // Exact: the value that ECMAScript prescribes, to the bit.
    Function::one("abs", f64::abs),
    Function::one("ceil", f64::ceil),
    Function::one("floor", f64::floor),
    Function::one("round", round),
    Function::one("sign", sign),
    Function::one("sqrt", f64::sqrt),
    Function::one("trunc", f64::trunc),
    Function::many("max", f64::NEG_INFINITY, max),
    Function::many("min", f64::INFINITY, min),
    // To the last digits.
    Function::one("acos", libm::acos),
    Function::one("acosh", libm::acosh),
    Function::one("asin", libm::asin),
    Function::one("asinh", libm::asinh),
    Function::one("atan", libm::atan),
    Function::one("atanh", libm::atanh),
    Function::one("cbrt", libm::cbrt),
    Function::one("cos", libm::cos),
    Function::one("cosh", libm::cosh),
    Function::one("exp", libm::exp),
    Function::one("expm1", libm::expm1),
    Function::one("log", libm::log),
    Function::one("log10", libm::log10),
    Function::one("log1p", libm::log1p),
    Function::one("log2", libm::log2),
    Function::one("sin", libm::sin),
    Function::one("sinh", libm::sinh),
    Function::one("tan", libm::tan),
    Function::one("tanh", libm::tanh),
    Function::two("atan2", libm::atan2),
    Function::two("pow", power),
    Function::many("hypot", 0.0, libm::hypot),
];

const CONSTANTS: [(&str, f64); 8] = [
    ("E", consts::E),
    ("LN10", consts::LN_10),
    ("LN2", consts::LN_2),
    ("LOG10E", consts::LOG10_E),
    ("LOG2E", consts::LOG2_E),
    ("PI", consts::PI),
    ("SQRT1_2", consts::FRAC_1_SQRT_2),
    ("SQRT2", consts::SQRT_2),
];

pub(super) fn function(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

pub(super) fn constant(name: &str) -> Option<(&'static str, f64)> {
    CONSTANTS.into_iter().find(|(known, _)| *known == name)
}

/// The names of all functions and constants.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|function| function.name).chain(CONSTANTS.map(|(name, _)| name))
}

/// `x ** y`, which differs from IEEE's `pow` where the base is 1 or -1 (ECMAScript, 6.1.6.1.3).
pub(super) fn power(x: f64, y: f64) -> f64 {
    if y.is_nan() || (x.abs() == 1.0 && y.is_infinite()) {
        return f64::NAN;
    }
    libm::pow(x, y)
}

/// Halves go up: -2.5 becomes -2.
fn round(x: f64) -> f64 {
    let floor = x.floor();
    let rounded = if x - floor >= 0.5 { floor + 1.0 } else { floor };
    rounded.copysign(x)
}

fn sign(x: f64) -> f64 {
    if x > 0.0 {
        1.0
    } else if x < 0.0 {
        -1.0
    } else {
        x
    }
}

/// Unlike Rust's, NaN where one is NaN; 0 is more than -0.
fn max(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        f64::NAN
    } else if x > y || (x == y && y.is_sign_negative()) {
        x
    } else {
        y
    }
}

fn min(x: f64, y: f64) -> f64 {
    -max(-x, -y)
}
