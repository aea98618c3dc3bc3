//! The article's `<script>`: imports that name components, and values for `{name}`.

use super::cursor::{Cursor, is_line_end};
use super::literal::Literal;
use super::mistake::Mistake;
use super::scope::Scope;
use super::string;
use crate::expression::Expression;
use prebake_plugin::nearest;
use std::collections::BTreeSet;
use std::ops::Range;

const CODE: &str = "unsupported-script";
const HINT: &str = "a script holds imports of components, and `let` and `const` with literals";

/// What one statement says.
enum Statement {
    Import { local: String, path: String, path_range: Range<usize> },
    Values { can_change: bool, values: Vec<(String, Range<usize>, Literal)> },
}

/// What the scripts of a text say, whether they count or not.
#[derive(Debug, Default)]
pub(crate) struct Declared {
    /// The names that imports bind.
    pub(crate) imports: BTreeSet<String>,
    /// The names of values.
    pub(crate) values: BTreeSet<String>,
}

/// Reads the script in `range`, and adds what it declares to `scope`. `known` are the names of the
/// components that there are.
pub(crate) fn read(
    text: &str,
    range: Range<usize>,
    known: &[&str],
    scope: &mut Scope,
) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let mut declared: BTreeSet<String> = BTreeSet::new();
    for statement in statements(text, range) {
        match statement {
            Err(mistake) => mistakes.push(mistake),
            Ok(Statement::Import { local, path, path_range }) => {
                if scope.imports.contains_key(&local) {
                    mistakes.push(twice(&local, path_range));
                    continue;
                }
                let component = component(&path, path_range.clone(), known, &mut mistakes);
                scope.declared.insert(local.clone(), path_range);
                scope.imports.insert(local, component);
            }
            Ok(Statement::Values { can_change, values }) => {
                for (name, range, literal) in values {
                    if !is_name(&name) {
                        mistakes.push(reserved(&name, range));
                        continue;
                    }
                    if !declared.insert(name.clone()) || scope.states.contains_key(&name) {
                        mistakes.push(twice(&name, range));
                        continue;
                    }
                    match literal.evaluate(scope) {
                        Ok(value) => {
                            scope.declared.insert(name.clone(), range.clone());
                            if can_change
                                && (value.is_number() || value.is_string() || value.is_boolean())
                            {
                                scope.states.insert(name.clone(), range);
                            }
                            scope.values.insert(name, value);
                        }
                        Err(mistake) => mistakes.push(mistake),
                    }
                }
            }
        }
    }
    mistakes
}

/// What every script of the text declares, whether it counts or not: asked before it is known what
/// is code.
pub(crate) fn declared(text: &str, body: usize) -> Declared {
    let mut found = Declared::default();
    let mut at = body;
    while let Some(step) = text[at..].find("<script") {
        let start = at + step;
        let Some(length) = text[start..].find("</script") else { break };
        at = start + length;
        let content = text[start..at].find('>').map_or(at, |open| start + open + 1);
        for statement in statements(text, content..at) {
            match statement {
                Ok(Statement::Import { local, .. }) => drop(found.imports.insert(local)),
                Ok(Statement::Values { values, .. }) => {
                    found.values.extend(values.into_iter().map(|(name, ..)| name));
                }
                Err(_) => {}
            }
        }
    }
    found
}

fn statements(text: &str, range: Range<usize>) -> Vec<Result<Statement, Mistake>> {
    let mut cursor = Cursor::new(text, range.start, range.end);
    let mut found = Vec::new();
    loop {
        if let Err(mistake) = cursor.skip_trivia() {
            found.push(Err(mistake));
        }
        if cursor.peek().is_none() {
            return found;
        }
        if cursor.eat(";") {
            continue;
        }
        let start = cursor.at();
        let statement = match cursor.identifier() {
            Some("import") => import(&mut cursor),
            Some(keyword @ ("let" | "const")) => values(&mut cursor, keyword == "let"),
            _ => {
                cursor.set(start);
                skip_statement(&mut cursor);
                let written = cursor.since(start).trim_end();
                let line = written.lines().next().unwrap_or("");
                let range = start..start + line.len();
                found.push(Err(Mistake::new(CODE, "this is not supported", range).hint(HINT)));
                continue;
            }
        };
        let statement = statement.and_then(|statement| end(&mut cursor).map(|()| statement));
        if statement.is_err() {
            cursor.set(cursor.at().max(start + 1));
            skip_statement(&mut cursor);
        }
        found.push(statement);
    }
}

fn import(cursor: &mut Cursor<'_>) -> Result<Statement, Mistake> {
    cursor.skip_trivia()?;
    let start = cursor.at();
    let Some(local) = cursor.identifier() else {
        return Err(unexpected(cursor, "the name of a component")
            .hint("write `import Name from \"…/Name.svelte\"`"));
    };
    if !local.starts_with(|c: char| c.is_ascii_uppercase())
        || !local.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    {
        let message = format!("`{local}` can name no tag");
        return Err(Mistake::new(CODE, message, start..cursor.at())
            .hint("the name of a component starts with a capital and holds letters and digits"));
    }
    cursor.skip_trivia()?;
    let at = cursor.at();
    if cursor.identifier() != Some("from") {
        cursor.set(at);
        return Err(unexpected(cursor, "`from`"));
    }
    cursor.skip_trivia()?;
    let path_start = cursor.at();
    if !matches!(cursor.peek(), Some('"' | '\'')) {
        return Err(unexpected(cursor, "the quoted path of a component"));
    }
    let path = string::parse(cursor)?;
    Ok(Statement::Import { local: local.to_owned(), path, path_range: path_start..cursor.at() })
}

fn values(cursor: &mut Cursor<'_>, can_change: bool) -> Result<Statement, Mistake> {
    let mut values = Vec::new();
    loop {
        cursor.skip_trivia()?;
        let start = cursor.at();
        let Some(name) = cursor.identifier() else { return Err(unexpected(cursor, "a name")) };
        let range = start..cursor.at();
        cursor.skip_trivia()?;
        if !cursor.eat("=") {
            return Err(unexpected(cursor, "`=` and a literal"));
        }
        values.push((name.to_owned(), range, Literal::parse(cursor)?));
        let before = cursor.at();
        cursor.skip_trivia()?;
        if !cursor.eat(",") {
            cursor.set(before);
            return Ok(Statement::Values { can_change, values });
        }
    }
}

/// A statement ends with a semicolon, a line or the script.
fn end(cursor: &mut Cursor<'_>) -> Result<(), Mistake> {
    let before = cursor.at();
    cursor.skip_trivia()?;
    if cursor.peek().is_none() || cursor.eat(";") || cursor.since(before).contains(is_line_end) {
        return Ok(());
    }
    Err(unexpected(cursor, "the end of the statement"))
}

/// Steps to behind the next semicolon or line end that stands in no bracket.
fn skip_statement(cursor: &mut Cursor<'_>) {
    let mut depth = 0_usize;
    loop {
        if cursor.rest().starts_with('{') {
            if cursor.skip_braces().is_none() {
                return;
            }
            continue;
        }
        match cursor.next() {
            None => return,
            Some('(' | '[') => depth += 1,
            Some(')' | ']') => depth = depth.saturating_sub(1),
            Some(';') if depth == 0 => return,
            Some(end) if depth == 0 && is_line_end(end) => return,
            Some(_) => {}
        }
    }
}

/// The component that an import means, by the name of its file.
fn component(
    path: &str,
    range: Range<usize>,
    known: &[&str],
    mistakes: &mut Vec<Mistake>,
) -> Option<String> {
    let file = path.rsplit('/').next().unwrap_or(path);
    let name = file.split('.').next().unwrap_or(file);
    if known.contains(&name) {
        return Some(name.to_owned());
    }
    if name.starts_with(|c: char| c.is_ascii_uppercase()) {
        mistakes.push(unknown_component(name, range, known));
    } else {
        mistakes
            .push(Mistake::new(CODE, "this import names no component", range).hint(
                "write `import Name from \"…/Name.svelte\"`: the file's name is what counts",
            ));
    }
    None
}

/// No component is called `name`.
pub(crate) fn unknown_component(name: &str, range: Range<usize>, known: &[&str]) -> Mistake {
    let mistake =
        Mistake::new("unknown-component", format!("no component is called `{name}`"), range);
    match nearest(name, known.iter().copied()) {
        Some(near) => mistake.hint(format!("did you mean `{near}`?")),
        None if known.is_empty() => mistake.hint("where no tag is meant, write `\\<`"),
        None => {
            let mut names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            names.sort();
            mistake
                .hint(format!("there are {}; where no tag is meant, write `\\<`", names.join(", ")))
        }
    }
}

/// Whether an expression can call something by this name.
pub(crate) fn is_name(name: &str) -> bool {
    name != "__proto__" && Expression::parse(name).is_ok_and(|it| it.names().len() == 1)
}

fn reserved(name: &str, range: Range<usize>) -> Mistake {
    Mistake::new("reserved-name", format!("`{name}` means something else in JavaScript"), range)
        .hint("choose another name")
}

fn twice(name: &str, range: Range<usize>) -> Mistake {
    Mistake::new(CODE, format!("`{name}` is declared twice"), range).hint("keep one of them")
}

fn unexpected(cursor: &Cursor<'_>, wanted: &str) -> Mistake {
    let at = cursor.at();
    let (found, end) = match cursor.peek() {
        Some(found) => (format!("`{}`", found.escape_debug()), at + found.len_utf8()),
        None => ("the end of the script".to_owned(), at),
    };
    Mistake::new(CODE, format!("expected {wanted}, found {found}"), at..end).hint(HINT)
}
