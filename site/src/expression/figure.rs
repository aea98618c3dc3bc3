//! How expressions reach into figures: four forms, told apart before anything is evaluated, so that
//! the page is sent the columns that it uses and no others.

use super::tree::{Kind, Literal, Method, Node};
use super::{Environment, Figure, Mistake};
use prebake_plugin::nearest;
use std::collections::{BTreeMap, BTreeSet};

/// What the expressions of a page use of one figure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FigureUse {
    /// Names of values that belong to states, through `at` or `states`.
    pub columns: BTreeSet<String>,
    /// Names of values that belong to the figure as a whole.
    pub fields: BTreeSet<String>,
    /// Whether states are looked up by the control's value, `dog.at(k)`, for which the page needs the
    /// control's own column as well.
    pub by_control: bool,
    /// Whether states are looked up by their index, `dog.states[0]`.
    pub by_index: bool,
    /// Whether states are counted, `dog.states.length`.
    pub count: bool,
}

impl FigureUse {
    /// Adds what another expression uses of the same figure.
    pub fn merge(&mut self, other: Self) {
        self.columns.extend(other.columns);
        self.fields.extend(other.fields);
        self.by_control |= other.by_control;
        self.by_index |= other.by_index;
        self.count |= other.count;
    }
}

/// One of the forms, as it stands in the tree.
pub(super) enum Access<'a> {
    /// `dog.at(x).column` and `dog.states[i].column`.
    State { by: Place<'a>, column: &'a str },
    /// `dog.states.length`.
    Count,
    /// `dog.field`.
    Field(&'a str),
}

/// Which state.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    Control(&'a Node),
    Index(&'a Node),
}

/// The figure that `node` reaches into, with its name, where it is one of the forms.
pub(super) fn access<'a>(
    node: &'a Node,
    environment: &'a Environment,
) -> Option<(&'a str, &'a Figure, Access<'a>)> {
    let (object, name) = member(node)?;
    if let Some((figure_name, figure)) = figure(object, environment) {
        // Alone, `states` and `at` are halves of other forms.
        return (name != "states").then_some((figure_name, figure, Access::Field(name)));
    }
    let (inner, by) = match &object.kind {
        Kind::Call { object, method: Method::At, arguments, optional: false } => {
            (&**object, Place::Control(arguments.first()?))
        }
        Kind::Index { object, index, optional: false } => (states(object)?, Place::Index(index)),
        _ => {
            let (figure_name, figure) = figure(states(object)?, environment)?;
            return (name == "length").then_some((figure_name, figure, Access::Count));
        }
    };
    let (figure_name, figure) = figure(inner, environment)?;
    Some((figure_name, figure, Access::State { by, column: name }))
}

/// `object.name` or `object["name"]`.
fn member(node: &Node) -> Option<(&Node, &str)> {
    match &node.kind {
        Kind::Member { object, name, optional: false } => Some((object, name)),
        Kind::Index { object, index, optional: false } => match &index.kind {
            Kind::Literal(Literal::Text(name)) => Some((object, name)),
            _ => None,
        },
        _ => None,
    }
}

/// What stands before `.states`.
fn states(node: &Node) -> Option<&Node> {
    member(node).and_then(|(object, name)| (name == "states").then_some(object))
}

fn figure<'a>(node: &'a Node, environment: &'a Environment) -> Option<(&'a str, &'a Figure)> {
    match &node.kind {
        Kind::Name(name) => environment.figure(name).map(|figure| (name.as_str(), figure)),
        _ => None,
    }
}

/// What is wrong whatever the states: names that nothing has, figures used in no known form, and
/// columns and fields that they lack.
pub(super) fn check(node: &Node, environment: &Environment, mistakes: &mut Vec<Mistake>) {
    if let Some((name, figure, access)) = access(node, environment) {
        mistakes.extend(lacks(node, name, figure, &access));
        if let Access::State { by: Place::Control(x) | Place::Index(x), .. } = access {
            check(x, environment, mistakes);
        }
        return;
    }
    if let Some(mistake) = misuse(node, environment) {
        mistakes.push(mistake);
        return;
    }
    if let Kind::Name(name) = &node.kind
        && !environment.states.contains_key(name)
        && !environment.constants.contains_key(name)
    {
        mistakes.push(environment.unknown(name, &node.range));
    }
    for child in node.children() {
        check(child, environment, mistakes);
    }
}

/// The mistake of an access to what the figure does not have.
pub(super) fn lacks(
    node: &Node,
    name: &str,
    figure: &Figure,
    access: &Access<'_>,
) -> Option<Mistake> {
    let (wanted, what, known) = match *access {
        Access::State { column, .. } if !figure.has_column(column) => {
            (column, "states of ", figure.columns())
        }
        Access::Field(field) if !figure.fields.contains_key(field) => {
            (field, "", figure.fields.keys().map(String::as_str).collect())
        }
        _ => return None,
    };
    let have = if what.is_empty() { "has" } else { "have" };
    let message = format!("{what}`{name}` {have} no `{wanted}`");
    let mistake = Mistake::new("unknown-field", message, &node.range);
    Some(match nearest(wanted, known.iter().copied()) {
        Some(near) => mistake.hint(format!("did you mean `{near}`?")),
        None if what.is_empty() && figure.has_column(wanted) => {
            let control = &figure.control;
            mistake.hint(format!("each state has one: write `{name}.at({control}).{wanted}`"))
        }
        None => mistake.hint(format!("there are {}", list(&known))),
    })
}

/// The mistake of a figure that stands in no known form.
pub(super) fn misuse(node: &Node, environment: &Environment) -> Option<Mistake> {
    let (inner, message) = match &node.kind {
        Kind::Name(name) => (node, format!("`{name}` is a figure, and no value by itself")),
        Kind::Call { object, method: Method::At, .. } => {
            (&**object, "a state is no value by itself".to_owned())
        }
        Kind::Index { object, .. } => (states(object)?, "a state is no value by itself".to_owned()),
        _ => (states(node)?, "the states are no value by themselves".to_owned()),
    };
    let (name, figure) = figure(inner, environment)?;
    let columns = figure.columns();
    let plain = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let mut candidates = columns.iter().filter(|column| plain(column));
    let column = candidates.clone().find(|column| **column != figure.control);
    let column = column.or_else(|| candidates.next());
    let at = format!("{name}.at({})", figure.control);
    let forms = column.map_or_else(
        || format!("write `{name}.` and one of its fields: {}", field_list(figure)),
        |column| {
            format!("write `{at}.{column}`, `{name}.states[0].{column}` or `{name}.states.length`")
        },
    );
    Some(Mistake::new("misused-figure", message, &node.range).hint(forms))
}

fn field_list(figure: &Figure) -> String {
    list(&figure.fields.keys().map(String::as_str).collect::<Vec<_>>())
}

fn list(names: &[&str]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// What is used of each figure.
pub(super) fn uses(
    node: &Node,
    environment: &Environment,
    found: &mut BTreeMap<String, FigureUse>,
) {
    if let Some((name, _, access)) = access(node, environment) {
        let used = found.entry(name.to_owned()).or_default();
        match access {
            Access::State { by, column } => {
                used.columns.insert(column.to_owned());
                match by {
                    Place::Control(x) => {
                        used.by_control = true;
                        uses(x, environment, found);
                    }
                    Place::Index(x) => {
                        used.by_index = true;
                        uses(x, environment, found);
                    }
                }
            }
            Access::Count => used.count = true,
            Access::Field(field) => {
                used.fields.insert(field.to_owned());
            }
        }
        return;
    }
    for child in node.children() {
        uses(child, environment, found);
    }
}
