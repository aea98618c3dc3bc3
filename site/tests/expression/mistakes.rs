//! What authors are told.

use crate::grammar::environment;
use prebake::expression::Expression;
use std::fmt::Write;

/// Each text with what is said about it, what it is said of underlined.
fn told(texts: &[&str]) -> String {
    let environment = environment();
    let mut out = String::new();
    for text in texts {
        let mistakes = match Expression::parse(text) {
            Err(mistakes) => mistakes,
            Ok(expression) => match expression.check(&environment) {
                mistakes if mistakes.is_empty() => {
                    vec![expression.shown(&environment).expect_err(text)]
                }
                mistakes => mistakes,
            },
        };
        assert!(!mistakes.is_empty(), "{text}");
        for mistake in mistakes {
            let before = text[..mistake.range.start].chars().count();
            let under = text[mistake.range.clone()].chars().count().max(1);
            let _ = writeln!(out, "{text}\n{}{}", " ".repeat(before), "^".repeat(under));
            let _ = writeln!(out, "{}: {}", mistake.code, mistake.message);
            let hint = mistake.hint.as_deref().unwrap_or("-");
            let _ = writeln!(out, "  {hint}\n");
        }
    }
    out
}

#[test]
fn what_is_outside_the_subset() {
    insta::assert_snapshot!(told(&[
        "k = 3",
        "k += 1",
        "k++",
        "k == 3",
        "k != 3",
        "k | 1",
        "k >>> 1",
        "'a' in page",
        "typeof k",
        "~k",
        "() => k",
        "function () { return 1 }",
        "new Date()",
        "this.k",
        "await k",
        "import('x')",
        "/a/.length",
        "1n",
        "k, x",
        "[...sizes]",
        "[1, , 2]",
        "{ ...page }",
        "({ get a() { return 1 } })",
        "({ [k]: 1 })",
        "({ __proto__: page })",
        "tag`x`",
        "page?.()",
        "fetch('x')",
        "round(k)",
        "Number('5')",
        "eval('k')",
        "word.toUpperCase()",
        "k.toLocaleString()",
        "k.tofixed(1)",
        "k.toFixed(1, 2)",
        "Math",
        "Math.round",
        "Math.PI()",
        "Math.random()",
        "Math.flor(k)",
        "Math.sqrt()",
        "'\\ud800'",
        "k == 1 && (x = 2) && new Date()",
    ]));
}

#[test]
fn what_is_no_expression() {
    insta::assert_snapshot!(told(&[
        "",
        " ",
        "k +",
        "k x",
        "(k",
        "k)",
        "k ?? x || 1",
        "(k) && x ?? 1",
        "-k ** 2",
        "'é",
        "`a${k",
        "if (k) 1",
        "k;",
        "@k",
        "010",
        "let",
        "<b>k</b>",
        "k as any",
        "k é😀 ) 1",
    ]));
}

#[test]
fn what_names_and_figures_lack() {
    insta::assert_snapshot!(told(&[
        "dgo.at(k).psnr_db",
        "frobnicate",
        "dog",
        "dog + 1",
        "dog.at(k)",
        "dog.at(k).psnr",
        "dog.at(k).colour",
        "dog.psnr_db",
        "dog.states",
        "dog.states[0]",
        "dog?.at(k).psnr_db",
        "dog.at(k)[word]",
        "dog.at(9).psnr_db",
        "dog.at('3').psnr_db",
        "dog.states[8].psnr_db",
        "dog.states[-1].psnr_db",
        "dog.depth",
        "sizes.at(0)",
        "page.none.more",
        "page.none",
        "sizes.first",
        "k.toFixed",
        "k.toFixed(k * 100)",
        "(k > 2 ? dog : dog).width + nobody",
    ]));
}

#[test]
fn what_is_too_large() {
    let deep = "(".repeat(33) + "1" + &")".repeat(33);
    let long = "1+".repeat(500) + "1";
    let many = "1".to_owned() + &"-1".repeat(120);
    for text in [&deep, &long, &many] {
        let mistakes = Expression::parse(text).unwrap_err();
        assert_eq!(mistakes[0].code, "expression-too-large", "{text}");
    }
    assert!(Expression::parse(&("(".repeat(32) + "1" + &")".repeat(32))).is_ok());
    assert!(Expression::parse(&("1".to_owned() + &"+1".repeat(90))).is_ok());
}
