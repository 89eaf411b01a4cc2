use std::fmt::Write;

use super::{
    example::{Guidance, Lead, guidance},
    machine,
    words::approved_by,
};
use crate::{Clause, Example, Policy, document::outline};

/// The policy as one accessible HTML fragment: an `article` with a table of contents, a section for every heading and,
/// for every clause, an anchor of its id. Raw HTML in the document is shown as text.
pub fn html(policy: &Policy) -> String {
    let mut page = Page { out: String::with_capacity(policy.source().len() * 3) };
    page.article(policy);
    page.out
}

/// Markdown of a policy as HTML that is safe to show.
pub fn prose(markdown: &str) -> String {
    outline::html(markdown)
}

/// `text` with the characters that HTML gives a meaning replaced.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

struct Page {
    out: String,
}

impl Page {
    fn line(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.out.write_fmt(text);
        self.out.push('\n');
    }

    fn article(&mut self, policy: &Policy) {
        let front = policy.front();
        self.line(format_args!("<article class=\"policy\" lang=\"en-GB\">"));
        self.line(format_args!("<header>\n<h1>{}</h1>", escape(&front.title)));
        let days = front.review_every.as_secs() / 86_400;
        self.line(format_args!(
            "<dl><dt>Owner</dt><dd>{}</dd><dt>Version</dt><dd><code>{}</code></dd>\
             <dt>Reviewed every</dt><dd>{days} days</dd><dt>Approved by</dt><dd>{}</dd></dl>\n</header>",
            escape(&front.owner),
            policy.version(),
            escape(&approved_by(front)),
        ));
        self.out.push_str(&prose(&policy.preamble));
        self.contents(policy);
        for (section, clauses) in by_section(policy) {
            self.section(policy, section, &clauses);
        }
        self.line(format_args!("</article>"));
    }

    fn contents(&mut self, policy: &Policy) {
        self.line(format_args!(
            "<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">Contents</h2>\n<ol>"
        ));
        for (section, clauses) in by_section(policy) {
            if let Some(section) = section {
                let title = policy.sections().get(section).map_or("", |section| &section.title);
                self.line(format_args!(
                    "<li><a href=\"#section-{}\">{}</a>\n<ol>",
                    section + 1,
                    escape(title)
                ));
            }
            for Clause { id, title, .. } in &clauses {
                self.line(format_args!("<li><a href=\"#{id}\">{id} {}</a></li>", escape(title)));
            }
            if section.is_some() {
                self.line(format_args!("</ol></li>"));
            }
        }
        self.line(format_args!("</ol>\n</nav>"));
    }

    fn section(&mut self, policy: &Policy, section: Option<usize>, clauses: &[&Clause]) {
        if let Some((number, section)) = section.and_then(|at| Some((at + 1, policy.sections().get(at)?))) {
            self.line(format_args!("<section aria-labelledby=\"section-{number}\">"));
            self.line(format_args!("<h2 id=\"section-{number}\">{}</h2>", escape(&section.title)));
            self.out.push_str(&prose(&section.prose));
        }
        for clause in clauses {
            self.clause(clause);
        }
        if section.is_some() {
            self.line(format_args!("</section>"));
        }
    }

    fn clause(&mut self, clause: &Clause) {
        let Clause { id, title, .. } = clause;
        self.line(format_args!("<section class=\"clause\" aria-labelledby=\"{id}\">"));
        self.line(format_args!(
            "<h3 id=\"{id}\"><span class=\"clause-id\">{id}</span> {}</h3>",
            escape(title)
        ));
        self.out.push_str(&prose(&clause.prose));
        if let Some(rule) = &clause.machine {
            let action = rule.action();
            let severity = rule.severity().as_str();
            self.line(format_args!(
                "<p class=\"rule\" data-action=\"{action}\" data-severity=\"{severity}\"><strong>In practice:</strong> {}</p>",
                escape(&machine(rule))
            ));
        } else if clause.invariants.is_empty() && clause.ladder.is_none() {
            self.line(format_args!(
                "<p class=\"rule people\"><strong>In practice:</strong> upheld by people.</p>"
            ));
        }
        if !clause.invariants.is_empty() {
            self.line(format_args!("<ul class=\"invariants\" aria-label=\"What always holds\">"));
            for invariant in &clause.invariants {
                self.line(format_args!("<li>{}.</li>", escape(&invariant.says)));
            }
            self.line(format_args!("</ul>"));
        }
        if let Some(ladder) = &clause.ladder {
            self.line(format_args!("<ul class=\"ladder\" aria-label=\"What follows violations\">"));
            for sentence in ladder.sentences() {
                self.line(format_args!("<li>{}</li>", escape(&sentence)));
            }
            self.line(format_args!("</ul>"));
        }
        if let Some(why) = &clause.why {
            self.line(format_args!(
                "<div class=\"why\" role=\"note\" aria-label=\"Why\">{}</div>",
                prose(why)
            ));
        }
        if !clause.examples.is_empty() {
            self.line(format_args!("<ul class=\"examples\" aria-label=\"Examples for {id}\">"));
            for example in &clause.examples {
                self.example(example);
            }
            self.line(format_args!("</ul>"));
        }
        self.line(format_args!("</section>"));
    }

    fn example(&mut self, example: &Example) {
        let Guidance { lead, says, circumstances } = guidance(example);
        let class = match Lead::of(example.expect.action) {
            Lead::May => "may",
            Lead::MayBut => "may-but",
            Lead::MayNot => "may-not",
        };
        let says = if says.is_empty() { String::new() } else { format!(" <q>{}</q>", escape(&says)) };
        self.line(format_args!(
            "<li class=\"{class}\"><strong>{}</strong>{says} {}.</li>",
            escape(&lead),
            escape(&circumstances)
        ));
    }
}

/// The clauses in document order, those of one section together, with the section's position.
pub(super) fn by_section(policy: &Policy) -> Vec<(Option<usize>, Vec<&Clause>)> {
    let mut groups: Vec<(Option<usize>, Vec<&Clause>)> = Vec::new();
    if policy.clauses().iter().any(|clause| clause.section.is_none()) {
        groups.push((None, Vec::new()));
    }
    groups.extend((0..policy.sections().len()).map(|section| (Some(section), Vec::new())));
    for clause in policy.clauses() {
        if let Some((_, clauses)) = groups.iter_mut().find(|(section, _)| *section == clause.section) {
            clauses.push(clause);
        }
    }
    groups
}
