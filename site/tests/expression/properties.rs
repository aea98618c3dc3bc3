//! What holds for every expression, and for every text.

use crate::grammar::{environment, expression};
use prebake::expression::{Environment, Expression, Naming};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Prints with names as they are, so that what comes out can be parsed again.
fn printed(expression: &Expression, environment: &Environment) -> String {
    let naming = Naming { state: &str::to_owned, figure: &str::to_owned };
    expression.to_javascript(environment, &naming)
}

const LINE_SEPARATOR: char = '\u{2028}';

/// Pieces that meet in awkward ways.
const PIECES: [&str; 56] = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "`",
    "${",
    "'",
    "\"",
    "\\",
    "/",
    "//",
    "/*",
    "*/",
    "=>",
    "=",
    "==",
    "...",
    ".",
    "?.",
    "?",
    ":",
    ",",
    ";",
    "\n",
    " ",
    "!",
    "-",
    "--",
    "**",
    "<",
    "<!--",
    "k",
    "dog.at(",
    "Math.",
    "new ",
    "async ",
    "await ",
    "function",
    "class ",
    "typeof ",
    "a:",
    "do ",
    "if(a)",
    "1",
    "0x",
    "1e",
    "n",
    "é",
    "\u{2028}",
    "😀",
    "\\u{d800}",
    "#x",
    "@",
    "\0",
];

fn survives(text: &str) {
    let environment = environment();
    match Expression::parse(text) {
        Ok(expression) => {
            expression.check(&environment);
            let _ = expression.shown(&environment);
            expression.figure_uses(&environment);
            printed(&expression, &environment);
        }
        Err(mistakes) => {
            assert!(!mistakes.is_empty());
            for mistake in mistakes {
                assert!(text.get(mistake.range.clone()).is_some(), "{text:?}: {mistake:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn what_is_printed_says_the_same(text in expression(true)) {
        if let Ok(parsed) = Expression::parse(&text) {
            // Without constants, which would be printed as their values.
            let bare = Environment::default();
            let again = printed(&parsed, &bare);
            let reparsed = Expression::parse(&again);
            prop_assert_eq!(reparsed.as_ref(), Ok(&parsed), "{}", again);
        }
    }

    #[test]
    fn printing_constants_changes_no_value(text in expression(true)) {
        let environment = environment();
        if let Ok(parsed) = Expression::parse(&text) && let Ok(value) = parsed.evaluate(&environment) {
            let again = printed(&parsed, &environment);
            prop_assert!(!again.contains(LINE_SEPARATOR) && !again.contains("</"), "{}", again);
            let value_again = Expression::parse(&again).map(|it| it.evaluate(&environment));
            let same = matches!(&value_again, Ok(Ok(it)) if format!("{it:?}") == format!("{value:?}"));
            prop_assert!(same, "{} is {:?}, {} is {:?}", text, value, again, value_again);
        }
    }

    /// What a check finds nothing in names no figure wrongly when it is evaluated.
    #[test]
    fn checks_find_what_holds_in_every_state(text in expression(true)) {
        let environment = environment();
        if let Ok(parsed) = Expression::parse(&text) && parsed.check(&environment).is_empty()
            && let Err(mistake) = parsed.evaluate(&environment)
        {
            let fixed = ["unknown-name", "misused-figure", "unknown-field"];
            prop_assert!(!fixed.contains(&mistake.code), "{}: {:?}", text, mistake);
            prop_assert!(text.get(mistake.range).is_some());
        }
    }

    #[test]
    fn pieces_of_anything_survive(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..60)) {
        survives(&pieces.concat());
    }

    #[test]
    fn any_text_survives(text in any::<String>()) {
        survives(&text);
    }
}

/// What nests without end, on the 2 MB of stack that a thread has.
#[test]
fn hostile_nesting_ends_soon() {
    for piece in [
        "(",
        "[",
        "{",
        "!",
        "- ",
        "-",
        "a?",
        "a?1:",
        "a=>",
        "()=>{",
        "new ",
        "typeof ",
        "await ",
        "1**",
        "`${",
        "a:",
        "do ",
        "()=>{do ",
        "()=>{a:",
        "()=>{if(a)",
        "async()=>",
        "class extends ",
        "class{[",
        "a[",
        "a(",
        "a.b(",
        "a?.",
        "(\")\"+",
        "[\")\",",
        "{a:",
        "...",
        "function(){",
        "x=",
        "x??",
        "x||",
        "1+",
        "yield ",
        "void ",
        "import(",
        "<a>",
        "((a)=>",
        "(a,",
        "[[",
        "{[",
        "(/*)*/",
        "()=>{for(;;)",
        "()=>{try{}finally{",
    ] {
        survives(&piece.repeat(999 / piece.len()));
        for around in ["()=>{", "()=>{//\n"] {
            let inside = (900 - around.len()) / piece.len();
            survives(&(around.to_owned() + &piece.repeat(inside)));
        }
    }
}

#[test]
fn sweeping_hostile_expressions_ends_soon() {
    let environment = environment();
    let values: Vec<_> = (0..100_000).map(|k| f64::from(k).into()).collect();
    let domains: BTreeMap<_, _> = ["k", "x"].map(|name| (name.to_owned(), values.clone())).into();
    let text = format!("`{}${{k * x}}`", "${dog.at(8).psnr_db}".repeat(20));
    assert_eq!(Expression::parse(&text).unwrap().check_over(&environment, &domains), []);
}
