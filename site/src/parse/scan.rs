//! Finds what may be a tag or an expression, from left to right, before Markdown has said what is code.

use super::brace;
use super::mistake::Mistake;
use super::settle::Shown;
use super::tag::{self, RawTag};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

/// Something that is a tag or an expression unless Markdown says that it stands in code or the like.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) range: Range<usize>,
    pub(crate) kind: Rc<CandidateKind>,
}

#[derive(Debug, Clone)]
pub(crate) enum CandidateKind {
    /// A whole component tag.
    Tag(RawTag),
    /// A `<script>` block; the range is that of its content.
    Script(Range<usize>),
    /// A `<style>` block; the range is that of its content.
    Style(Range<usize>),
    /// The start of a tag or block that never ends.
    Incomplete(Mistake),
    /// An expression in braces; the range is that of what stands between them.
    Expression(Range<usize>),
    /// HTML in capitals, if Markdown takes it for HTML; otherwise the mistake.
    CapitalHtml(Mistake),
}

impl Candidate {
    /// Whether it is hidden from Markdown unless it is known to be text.
    pub(crate) fn can_mask(&self) -> bool {
        !matches!(*self.kind, CandidateKind::Incomplete(_) | CandidateKind::CapitalHtml(_))
    }

    /// Whether it is a `<script>` or a `<style>`, the article's own only at its top level.
    pub(crate) fn is_block(&self) -> bool {
        matches!(*self.kind, CandidateKind::Script(_) | CandidateKind::Style(_))
    }

    /// Whether it is an expression in braces.
    pub(crate) fn is_expression(&self) -> bool {
        matches!(*self.kind, CandidateKind::Expression(_))
    }
}

/// Scans one text again and again, while it is being learnt which candidates are text.
pub(crate) struct Scanner<'a> {
    text: &'a str,
    body: usize,
    known: &'a [&'a str],
    imported: BTreeSet<String>,
    /// What may begin an expression.
    names: BTreeSet<String>,
    seen: BTreeMap<usize, Option<Candidate>>,
    /// How many more bytes may be looked at in search of the ends of tags.
    budget: usize,
}

/// A tag or block longer than this is not looked at to its end once the budget is spent.
const SHORT: usize = 256;

impl<'a> Scanner<'a> {
    /// A scanner of `text` from the byte `body` on. `imported` are names that imports bind.
    pub(crate) fn new(
        text: &'a str,
        body: usize,
        known: &'a [&'a str],
        imported: BTreeSet<String>,
    ) -> Self {
        let budget = text.len().saturating_mul(16).saturating_add(1 << 20);
        let (names, seen) = (BTreeSet::new(), BTreeMap::new());
        Self { text, body, known, imported, names, seen, budget }
    }

    /// The same, which finds expressions that begin with one of `names`, or with `Math.`, too.
    pub(crate) fn with_names(mut self, names: BTreeSet<String>) -> Self {
        self.names = names;
        self.seen.retain(|&start, _| self.text[start..].starts_with('<'));
        self
    }

    /// The candidates in order of place. Those that are shown as text own only their first byte, so
    /// that others may start inside them.
    pub(crate) fn scan(&mut self, shown: &BTreeMap<usize, Shown>) -> Vec<Candidate> {
        let mut found = Vec::new();
        let mut at = self.body;
        while let Some(step) = self.text[at..].find(['<', '{']) {
            let start = at + step;
            at = start + 1;
            let Some(candidate) = self.candidate(start) else { continue };
            if candidate.can_mask() && shown.get(&start) != Some(&Shown::AsText) {
                at = candidate.range.end;
            }
            found.push(candidate);
        }
        found
    }

    /// Places that can be link destinations: text, unless Markdown says otherwise.
    pub(crate) fn link_destinations(&self) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut at = self.body;
        while let Some(step) = self.text[at..].find("](") {
            at += step + 2;
            let rest = self.text[at..].trim_start();
            if tag::starts_tag(rest) {
                found.insert(self.text.len() - rest.len());
            }
            at = self.text.len() - rest.len();
        }
        found
    }

    fn candidate(&mut self, start: usize) -> Option<Candidate> {
        if let Some(candidate) = self.seen.get(&start) {
            return candidate.clone();
        }
        let candidate = self.look(start);
        self.seen.insert(start, candidate.clone());
        candidate
    }

    fn look(&mut self, start: usize) -> Option<Candidate> {
        let rest = &self.text[start..];
        if self.is_escaped(start) {
            return None;
        }
        let kind = if rest.starts_with('{') {
            CandidateKind::Expression(brace::find(self.text, start, &self.names)?)
        } else if tag::starts_tag(rest) {
            if is_autolink(rest) {
                return None;
            }
            self.tag(start)
        } else {
            self.block(start)?
        };
        let end = match &kind {
            CandidateKind::Tag(tag) => tag.range.end,
            CandidateKind::Expression(inner) => inner.end + 1,
            CandidateKind::Script(content) | CandidateKind::Style(content) => {
                let close = &self.text[content.end..];
                content.end + close.find('>').map_or(close.len(), |at| at + 1)
            }
            CandidateKind::Incomplete(_) | CandidateKind::CapitalHtml(_) => start + 1,
        };
        Some(Candidate { range: start..end, kind: Rc::new(kind) })
    }

    fn tag(&mut self, start: usize) -> CandidateKind {
        let (limit, is_cut) = self.limit(start);
        let (parsed, end) = tag::parse(self.text, start, limit);
        self.budget = self.budget.saturating_sub(end - start);
        let name = self.text[start..]
            .trim_start_matches(['<', '/'])
            .split(|c: char| !c.is_ascii_alphanumeric())
            .next()
            .unwrap_or("");
        let html =
            !self.known.contains(&name) && !self.imported.contains(name) && is_capital_html(name);
        match parsed {
            Ok(tag) if html => CandidateKind::CapitalHtml(
                Mistake::new("incomplete-tag", "this is neither HTML nor a tag", tag.range)
                    .hint("where no tag is meant, write `\\<`"),
            ),
            Ok(tag) => CandidateKind::Tag(tag),
            Err(mistake) if html => CandidateKind::CapitalHtml(mistake),
            Err(_) if is_cut => CandidateKind::Incomplete(
                Mistake::new("incomplete-tag", "no end of this tag is near", start..start + 1)
                    .hint("mend the unfinished tags before it first"),
            ),
            Err(mistake) => CandidateKind::Incomplete(mistake),
        }
    }

    /// A `<script>` or `<style>` that starts a line and is the article's own.
    fn block(&mut self, start: usize) -> Option<CandidateKind> {
        let rest = &self.text[start..];
        let name = ["script", "style"].into_iter().find(|name| {
            let opening = rest.get(1..1 + name.len());
            opening.is_some_and(|opening| opening.eq_ignore_ascii_case(name))
                && rest[1 + name.len()..].starts_with([' ', '\t', '\r', '\n', '>'])
        })?;
        let before = &self.text.as_bytes()[self.body..start];
        let indent = before.iter().rev().take(4).take_while(|&&byte| byte == b' ').count();
        let starts_line = before[..before.len() - indent].last().is_none_or(|&byte| byte == b'\n');
        if indent > 3 || !starts_line {
            return None;
        }
        let (limit, _) = self.limit(start);
        let unclosed = || {
            let range = start..start + 1 + name.len();
            CandidateKind::Incomplete(
                Mistake::new("unclosed-tag", format!("this `<{name}>` is never closed"), range)
                    .hint(format!("close it with `</{name}>`")),
            )
        };
        let window = &self.text[start..limit];
        let Some(open) = window.find('>') else {
            self.budget = self.budget.saturating_sub(window.len());
            return Some(unclosed());
        };
        self.budget = self.budget.saturating_sub(open);
        // A script with a source or a type of its own is HTML that passes through.
        let attributes = window[..open].to_ascii_lowercase();
        if name == "script" && (attributes.contains("src") || attributes.contains("type")) {
            return None;
        }
        let content = start + open + 1;
        let close = find_close(&self.text[content..limit], name);
        self.budget = self.budget.saturating_sub(close.unwrap_or(limit - content));
        let Some(length) = close else { return Some(unclosed()) };
        let range = content..content + length;
        Some(if name == "script" {
            CandidateKind::Script(range)
        } else {
            CandidateKind::Style(range)
        })
    }

    /// How far to look from `start`, and whether that is short of the text's end.
    fn limit(&self, start: usize) -> (usize, bool) {
        let end = self.text.len();
        if self.budget > 0 || end - start <= SHORT {
            return (end, false);
        }
        (self.text.floor_char_boundary(start + SHORT), true)
    }

    fn is_escaped(&self, start: usize) -> bool {
        let before = self.text[self.body..start].bytes().rev();
        before.take_while(|&byte| byte == b'\\').count() % 2 == 1
    }
}

/// The length of what stands before `</name`, whatever its case.
fn find_close(text: &str, name: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        at += text[at..].find("</")?;
        let close = text.get(at + 2..at + 2 + name.len());
        if close.is_some_and(|close| close.eq_ignore_ascii_case(name)) {
            return Some(at);
        }
        at += 2;
    }
}

/// `<Https://…>` or `<User@host>` (CommonMark 0.31, 6.5).
fn is_autolink(rest: &str) -> bool {
    let inner = rest[1..].split(|c: char| c == '<' || c.is_whitespace()).next().unwrap_or("");
    let Some((inner, _)) = inner.split_once('>') else { return false };
    if let Some((scheme, _)) = inner.split_once(':') {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-');
        if (2..=32).contains(&scheme.len()) && scheme.chars().all(plain) {
            return true;
        }
    }
    inner.split_once('@').is_some_and(|(user, host)| {
        let local = |c: char| c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
        let domain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        user.chars().all(local) && !host.is_empty() && host.chars().all(domain)
    })
}

/// Names of HTML elements in capitals: `<DIV>` is HTML, as it has been since 1993.
fn is_capital_html(name: &str) -> bool {
    const NAMES: &str = " A ABBR ACRONYM ADDRESS APPLET AREA ARTICLE ASIDE AUDIO B BASE BASEFONT \
        BDI BDO BIG BLINK BLOCKQUOTE BODY BR BUTTON CANVAS CAPTION CENTER CITE CODE COL COLGROUP \
        DATA DATALIST DD DEL DETAILS DFN DIALOG DIR DIV DL DT EM EMBED FIELDSET FIGCAPTION FIGURE \
        FONT FOOTER FORM FRAME FRAMESET H1 H2 H3 H4 H5 H6 HEAD HEADER HGROUP HR HTML I IFRAME IMG \
        INPUT INS KBD LABEL LEGEND LI LINK MAIN MAP MARK MARQUEE MENU META METER NAV NOFRAMES \
        NOSCRIPT OBJECT OL OPTGROUP OPTION OUTPUT P PARAM PICTURE PRE PROGRESS Q RP RT RUBY S SAMP \
        SCRIPT SEARCH SECTION SELECT SLOT SMALL SOURCE SPAN STRIKE STRONG STYLE SUB SUMMARY SUP \
        TABLE TBODY TD TEMPLATE TEXTAREA TFOOT TH THEAD TIME TITLE TR TRACK TT U UL VAR VIDEO WBR ";
    !name.is_empty() && NAMES.split(' ').any(|html| html == name)
}
