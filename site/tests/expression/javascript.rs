//! What is printed for the page's module. That it has the same values, Chromium says in the browser
//! tests.

use crate::grammar::environment;
use prebake::expression::{Expression, Naming};

fn printed(text: &str) -> String {
    let naming = Naming { state: &|name| format!("s.{name}"), figure: &|name| format!("f.{name}") };
    Expression::parse(text).unwrap().to_javascript(&environment(), &naming)
}

#[test]
fn names_become_what_the_module_calls_them() {
    for (text, expected) in [
        ("dog.at( k ).psnr_db.toFixed(1)", "f.dog.at(s.k).psnr_db.toFixed(1)"),
        ("dog.states[k - 1].k", "f.dog.states[s.k-1].k"),
        ("dog.states.length - 1", "f.dog.states.length-1"),
        ("page.width - page['my-key']", "640- -7"),
        ("page.deep.er[k]", "[10,20,30][s.k]"),
        (
            "page?.width",
            "({[\"__proto__\"]:5,deep:({er:[10,20,30]}),\"my-key\":-7,width:640})?.width",
        ),
        ("sizes.length", "5"),
        ("page['my-key'].toFixed(1)", "(-7).toFixed(1)"),
        ("page['my-key'] ** 2", "(-7)**2"),
        ("5..toFixed(1)", "(5).toFixed(1)"),
        ("(-k) ** -x", "(-s.k)** -s.x"),
        ("-(-k) - -x", "- -s.k- -s.x"),
        ("k < !x", "s.k< !s.x"),
        ("(k - x) - (k - x)", "s.k-s.x-(s.k-s.x)"),
        ("(k || x) ?? (k && x)", "(s.k||s.x)??(s.k&&s.x)"),
        ("k && x || k && (x || k)", "s.k&&s.x||s.k&&(s.x||s.k)"),
        ("(k ? x : k) ? x : (k ? 1 : 2)", "(s.k?s.x:s.k)?s.x:s.k?1:2"),
        ("({ a: k }).a", "({a:s.k}).a"),
        ("(word?.length)?.toFixed(1)", "(s.word?.length)?.toFixed(1)"),
        ("`</script>${k}$`", "`\\x3c/script>${s.k}\\$`"),
        ("'<!--\\u2028\\0'", "\"\\x3c!--\\u2028\\u0000\""),
        ("1e400 + NaN", "Infinity+NaN"),
    ] {
        assert_eq!(printed(text), expected, "{text}");
    }
}
