//! The report as text.

use super::columns::Columns;
use super::{ArticleRow, FigureRow, Made, Report};
use prebake_plugin::DeliveryCost;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

const HEAD: [&str; COLUMNS] = ["article", "figure", "states", "bytes", "seconds", "made"];
const COLUMNS: usize = 6;
/// The columns of numbers, which end at one edge.
const RIGHT: [bool; COLUMNS] = [false, false, true, true, true, false];
/// Longer names are cut, so that the numbers stay on the screen.
const MOST_COLUMNS: usize = 40;

enum Line {
    Cells([String; COLUMNS]),
    Note(String),
}

pub(super) fn table(report: &Report, bold: bool) -> String {
    let mut lines: Vec<Line> = report.articles.iter().flat_map(article).collect();
    lines.push(Line::Cells(total(report)));
    let head = HEAD.map(str::to_owned);
    let cells = lines.iter().filter_map(|line| match line {
        Line::Cells(cells) => Some(cells),
        Line::Note(_) => None,
    });
    let columns = Columns::of(cells.chain([&head]), RIGHT);
    let head = columns.row(&head);
    let mut text = if bold { format!("\x1b[1m{head}\x1b[0m\n") } else { format!("{head}\n") };
    for line in &lines {
        match line {
            Line::Cells(cells) => text.push_str(&columns.row(cells)),
            // Below the figure that it is about.
            Line::Note(note) => {
                text.push_str(&format!("{:indent$}note: {note}", "", indent = columns.start(1)));
            }
        }
        text.push('\n');
    }
    text
}

fn article(article: &ArticleRow) -> Vec<Line> {
    let name = match article.page.trim_end_matches("index.html").trim_end_matches('/') {
        "" => "/",
        name => name,
    };
    let name = plain(name);
    let mut head = [const { String::new() }; COLUMNS];
    head[0] = name;
    head[3] = grouped(article.bytes);
    let mut lines = vec![Line::Cells(head)];
    for figure in &article.figures {
        let FigureRow { component, name, states, bytes, seconds, made, deliveries, notes } = figure;
        lines.push(Line::Cells([
            String::new(),
            plain(&format!("{component} {name}")),
            grouped(*states as u64),
            grouped(*bytes),
            format!("{seconds:.2}"),
            plain(&made.to_string()),
        ]));
        lines.extend(deliveries.iter().map(delivery));
        lines.extend(notes.iter().map(|note| Line::Note(without_controls(note))));
    }
    lines
}

/// Under the figure, with its bytes in their column and its remark behind them.
fn delivery(cost: &DeliveryCost) -> Line {
    let mark = if cost.picked { '>' } else { ' ' };
    let mut cells = [const { String::new() }; COLUMNS];
    cells[1] = plain(&format!("{mark} {}", cost.name));
    cells[3] = grouped(cost.bytes);
    cells[5] = plain(&cost.remark);
    Line::Cells(cells)
}

fn total(report: &Report) -> [String; COLUMNS] {
    let figures = || report.articles.iter().flat_map(|article| &article.figures);
    let own = || figures().filter(|figure| figure.made != Made::Shared);
    let pages: u64 = report.articles.iter().map(|article| article.bytes).sum();
    let baked = own().filter(|figure| matches!(figure.made, Made::Baked(_))).count();
    [
        counted(report.articles.len(), "article"),
        counted(figures().count(), "figure"),
        grouped(own().map(|figure| figure.states as u64).sum()),
        grouped(pages + own().map(|figure| figure.bytes).sum::<u64>()),
        format!("{:.2}", report.seconds),
        format!("{baked} baked, {} cached", own().count() - baked),
    ]
}

/// `1 figure`, `2 figures`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// One cell's text: no control characters, and not too wide.
fn plain(text: &str) -> String {
    let text = without_controls(text);
    if text.width() <= MOST_COLUMNS {
        return text;
    }
    let mut width = 0;
    let fits = |character: &char| {
        width += character.width().unwrap_or(0);
        width < MOST_COLUMNS
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

/// Names come from the disk: none may steer the terminal.
fn without_controls(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::{grouped, plain};
    use crate::cache::Why;
    use crate::report::{ArticleRow, FigureRow, Made, Report};
    use prebake_plugin::DeliveryCost;
    use unicode_width::UnicodeWidthStr as _;

    fn figure(name: &str, made: Made, notes: &[&str]) -> FigureRow {
        FigureRow {
            component: "KMeansImage".to_owned(),
            name: name.to_owned(),
            states: 64,
            bytes: 1_234_567,
            seconds: 3.456,
            made,
            deliveries: Vec::new(),
            notes: notes.iter().map(|&note| note.to_owned()).collect(),
        }
    }

    #[test]
    fn columns_are_aligned() {
        let cost = |name: &str, bytes, picked, remark: &str| DeliveryCost {
            name: name.to_owned(),
            bytes,
            picked,
            remark: remark.to_owned(),
        };
        let mut dog =
            figure("dog", Made::Baked(Why::First), &["the JPEG stays; \x1b[31m300,000 bytes more"]);
        dog.deliveries =
            vec![cost("recolour", 12_345, true, "exact"), cost("frames", 1_200_000, false, "\x07")];
        let report = Report {
            articles: vec![
                ArticleRow {
                    page: "quantization/index.html".to_owned(),
                    bytes: 12_345,
                    figures: vec![
                        dog,
                        figure("犬", Made::Cached, &[]),
                        figure("dog", Made::Shared, &[]),
                    ],
                },
                ArticleRow { page: "index.html".to_owned(), bytes: 99, figures: Vec::new() },
            ],
            seconds: 4.0,
        };
        insta::assert_snapshot!(report.table(false), @r"
        article       figure           states      bytes  seconds  made
        quantization                              12,345
                      KMeansImage dog      64  1,234,567     3.46  baked: first time
                      > recolour                  12,345           exact
                        frames                 1,200,000           �
                      note: the JPEG stays; �[31m300,000 bytes more
                      KMeansImage 犬       64  1,234,567     3.46  cached
                      KMeansImage dog      64  1,234,567     3.46  shared
        /                                             99
        2 articles    3 figures           128  2,481,578     4.00  1 baked, 1 cached
        ");
        let head = report.table(true);
        assert!(head.starts_with("\x1b[1marticle"));
        assert!(!head[4..].contains("\x1b[31m"));
    }

    #[test]
    fn numbers_are_grouped() {
        for (number, expect) in
            [(0, "0"), (999, "999"), (1000, "1,000"), (12_345_678, "12,345,678")]
        {
            assert_eq!(grouped(number), expect);
        }
    }

    #[test]
    fn long_names_are_cut_by_width() {
        assert_eq!(plain("short"), "short");
        assert_eq!(plain(&"長".repeat(60)).width(), 39);
        assert_eq!(plain(&"a".repeat(60)).width(), 40);
    }
}
