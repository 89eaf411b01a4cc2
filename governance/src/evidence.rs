use std::collections::BTreeMap;

use model::{Action, ClauseId, Label, Severity, Timestamp, ToolId};
use serde::Serialize;

use crate::mapping::{Control, Framework, Function};

/// What shows that one clause holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClauseEvidence {
    /// The clause.
    pub id: ClauseId,
    /// Its title.
    pub title: String,
    /// The heading it stands under.
    pub section: String,
    /// What makes it hold.
    pub upheld_by: Upheld,
    /// What it asks for; `None` without a rule.
    pub action: Option<Action>,
    /// How much harm breaking it does; `None` without a rule.
    pub severity: Option<Severity>,
    /// The labels whose findings it is about.
    pub labels: Vec<Label>,
    /// When it last applied to an exchange that is kept.
    pub last_triggered: Option<Timestamp>,
    /// How often it applied in the last 7 days.
    pub week: u64,
    /// Its examples.
    pub examples: Passing,
    /// Its canaries, by their latest run.
    pub canaries: Passing,
    /// Of the people who are to know it by training, those for whom every module that teaches it to them counts now; none where
    /// no module teaches it.
    pub trained: Passing,
    /// Of the people in the directory, those whose acceptance of the policy with this clause counts now.
    pub attested: Passing,
    /// Exceptions from it that have not ended.
    pub open_exceptions: u64,
    /// Identifiers that it serves, by framework.
    pub serves: BTreeMap<String, Vec<String>>,
}

/// What makes a clause hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Upheld {
    /// Its rule runs on every exchange.
    Rule,
    /// People are trained in it and tested.
    Training,
    /// People's word: they have accepted the policy.
    People,
}

/// Of how many, how many pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PassingCount))]
pub struct Passing {
    /// How many pass.
    pub passing: u64,
    /// How many there are.
    pub total: u64,
}

/// How many of the people know the policy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PeopleCoverage {
    /// People in the directory.
    pub people: u64,
    /// Those whose acceptance of the policy counts now.
    pub attested: u64,
    /// Those for whom a training module counts now, by module.
    pub trained: BTreeMap<String, u64>,
}

/// What is inspected of the exchanges of a span, and what is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Coverage {
    /// Counted from here.
    pub from: Timestamp,
    /// Up to here.
    pub to: Timestamp,
    /// Exchanges.
    pub exchanges: u64,
    /// Those whose content was inspected whole.
    pub inspected: u64,
    /// Those of which something was not, by reason, as in `pass_through`.
    pub uninspected: BTreeMap<String, u64>,
    /// Tools of which some exchanges were not inspected, the most first.
    pub tools: Vec<ToolCoverage>,
    /// Tools that were only ever seen by name: nothing of what is sent to them is inspected.
    pub by_name_only: Vec<ToolId>,
    /// Hosts whose TLS is never opened, by configuration.
    pub pass_through: Vec<String>,
    /// Tools whose clients insist on the vendor's certificate.
    pub pinned: Vec<ToolId>,
    /// Whether the policy looks at what tools answer.
    pub answers: Answers,
    /// Clauses that no rule upholds.
    pub by_people: Vec<ClauseId>,
}

/// How much of one tool's exchanges was inspected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ToolCoverage {
    /// The tool.
    pub tool: ToolId,
    /// Exchanges.
    pub exchanges: u64,
    /// Those that were not inspected whole.
    pub uninspected: u64,
}

/// Whether answers of tools are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = AnswerCoverage))]
pub enum Answers {
    /// A clause restrains them, so they are listened to.
    Inspected,
    /// No clause restrains them: they pass unread.
    NotInspected,
}

/// One point of a framework with what serves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ControlEvidence {
    /// Its identifier.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// From which day on it applies, if it has one of its own.
    pub applies: Option<String>,
    /// What is to be known of that day.
    pub status: Option<String>,
    /// Clauses of the policy in force that serve it.
    pub clauses: Vec<ClauseId>,
    /// What else of Bylaw serves it.
    pub functions: Vec<Function>,
    /// Why it is upheld outside Bylaw, if it is.
    pub outside: Option<String>,
}

impl ControlEvidence {
    /// A point with the clauses of `policy` that serve it.
    pub fn of(control: &Control, policy: &policy::Policy) -> Self {
        Self {
            id: control.id.clone(),
            title: control.title.clone(),
            applies: control.applies.clone(),
            status: control.status.clone(),
            clauses: control.clauses_of(policy).iter().map(|clause| clause.id.clone()).collect(),
            functions: control.functions.clone(),
            outside: control.outside.clone(),
        }
    }
}

/// Everything that an evidence pack says in words.
#[derive(Clone, Debug, Serialize)]
pub struct Summary<'a> {
    /// The framework's id.
    pub framework: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Whether and since when it applies.
    pub status: &'a str,
    /// Where its text is.
    pub source: &'a str,
    /// When the pack was made.
    pub made_at: Timestamp,
    /// The policy's title.
    pub policy: &'a str,
    /// Its version.
    pub version: &'a str,
    /// The framework's points.
    pub controls: Vec<ControlEvidence>,
    /// The clauses that serve them.
    pub clauses: Vec<ClauseEvidence>,
    /// What is inspected and what is not.
    pub coverage: Coverage,
    /// How many of the people know the policy.
    pub people: PeopleCoverage,
}

impl<'a> Summary<'a> {
    /// Leaves out the clauses that do not serve the framework.
    pub fn new(
        framework: &'a Framework,
        policy: &'a policy::Policy,
        clauses: Vec<ClauseEvidence>,
        coverage: Coverage,
        people: PeopleCoverage,
        made_at: Timestamp,
    ) -> Self {
        let serves = |clause: &ClauseEvidence| clause.serves.contains_key(&framework.id);
        Self {
            framework: &framework.id,
            name: &framework.name,
            status: &framework.status,
            source: &framework.source,
            made_at,
            policy: &policy.front().title,
            version: policy.version().as_str(),
            controls: framework.controls.iter().map(|control| ControlEvidence::of(control, policy)).collect(),
            clauses: clauses.into_iter().filter(serves).collect(),
            coverage,
            people,
        }
    }

    /// For people to read.
    pub fn markdown(&self) -> String {
        let mut text = format!(
            "# Evidence for {}\n\n{} (version `{}`), as of {}.\n\n{}\nSource: <{}>\n\n\
             What this pack says can be verified offline: `bylaw audit verify --pack` with this file.\n\n## Points\n\n\
             | point | about | served by |\n| --- | --- | --- |\n",
            self.name, self.policy, self.version, self.made_at, self.status, self.source
        );
        for control in &self.controls {
            text += &format!("| {} | {} | {} |\n", control.id, control.title, served_by(control));
        }
        text += "\n## Clauses\n\n| clause | upheld by | last applied | last 7 days | examples | canaries | trained | accepted \
                 | exceptions |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
        for clause in &self.clauses {
            let last = clause.last_triggered.map_or_else(|| "–".to_owned(), |at| at.to_string());
            text += &format!(
                "| {} {} | {} | {last} | {} | {} | {} | {} | {} | {} |\n",
                clause.id,
                clause.title.replace('|', "\\|"),
                upheld(clause.upheld_by),
                clause.week,
                passing(clause.examples),
                passing(clause.canaries),
                passing(clause.trained),
                passing(clause.attested),
                clause.open_exceptions
            );
        }
        text + &self.coverage_text()
    }

    fn coverage_text(&self) -> String {
        let coverage = &self.coverage;
        let mut text = format!(
            "\n## What is inspected\n\nOf {} exchanges from {} to {}, {} were inspected whole.\n\n",
            coverage.exchanges, coverage.from, coverage.to, coverage.inspected
        );
        for (reason, count) in &coverage.uninspected {
            text += &format!("- {count} not inspected: {}\n", reason.replace('_', " "));
        }
        let names = |tools: &[ToolId]| tools.iter().map(ToolId::as_str).collect::<Vec<_>>().join(", ");
        if !coverage.by_name_only.is_empty() {
            text += &format!("- seen by name only: {}\n", names(&coverage.by_name_only));
        }
        if !coverage.pass_through.is_empty() {
            text += &format!("- never opened, by configuration: {}\n", coverage.pass_through.join(", "));
        }
        if !coverage.pinned.is_empty() {
            text += &format!("- cannot be opened: {}\n", names(&coverage.pinned));
        }
        text += match coverage.answers {
            Answers::Inspected => "- answers of tools are inspected\n",
            Answers::NotInspected => "- answers of tools are not inspected\n",
        };
        text += &format!(
            "\n## People\n\n{} of {} people have accepted the policy.\n\n",
            self.people.attested, self.people.people
        );
        for (module, count) in &self.people.trained {
            text += &format!("- {module}: {count} of {}\n", self.people.people);
        }
        text
    }

    /// The same as a page of its own.
    pub fn html(&self) -> String {
        let body: String = tables(&self.markdown());
        format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Evidence for {}</title>\
             <style>body{{font:15px/1.5 system-ui;max-width:70rem;margin:2rem auto;padding:0 1rem}}\
             table{{border-collapse:collapse}}th,td{{border:1px solid #bbb;padding:.3rem .6rem;text-align:left;\
             vertical-align:top}}</style></head><body>\n{body}</body></html>\n",
            escaped(self.name)
        )
    }
}

fn served_by(control: &ControlEvidence) -> String {
    if let Some(outside) = &control.outside {
        return format!("outside Bylaw: {outside}");
    }
    let clauses = control.clauses.iter().map(ToString::to_string);
    let functions = control.functions.iter().map(|function| function.as_str().replace('_', " "));
    clauses.chain(functions).collect::<Vec<_>>().join(", ")
}

fn upheld(by: Upheld) -> &'static str {
    match by {
        Upheld::Rule => "rule",
        Upheld::Training => "training",
        Upheld::People => "people",
    }
}

fn passing(count: Passing) -> String {
    match count.total {
        0 => "–".to_owned(),
        total => format!("{} of {total}", count.passing),
    }
}

/// The headings, tables, lists and paragraphs that [`Summary::markdown`] writes, as HTML.
fn tables(markdown: &str) -> String {
    let (mut html, mut open) = (String::new(), "");
    for line in markdown.lines() {
        let (block, content) = match line {
            line if line.starts_with("| ---") => continue,
            line if line.starts_with("| ") => ("table", row(line)),
            line => match line.strip_prefix("- ") {
                Some(item) => ("ul", format!("<li>{}</li>", escaped(item))),
                None => ("", plain(line)),
            },
        };
        if block != open {
            html += &closing(open);
            html += &opening(block);
            open = block;
        }
        html += &content;
        html.push('\n');
    }
    html + &closing(open)
}

fn opening(block: &str) -> String {
    if block.is_empty() { String::new() } else { format!("<{block}>") }
}

fn closing(block: &str) -> String {
    if block.is_empty() { String::new() } else { format!("</{block}>\n") }
}

fn row(line: &str) -> String {
    let cells = line.trim_matches(['|', ' ']).split(" | ");
    format!("<tr>{}</tr>", cells.map(|cell| format!("<td>{}</td>", escaped(cell))).collect::<String>())
}

fn plain(line: &str) -> String {
    if let Some(heading) = line.strip_prefix("## ") {
        return format!("<h2>{}</h2>", escaped(heading));
    }
    if let Some(heading) = line.strip_prefix("# ") {
        return format!("<h1>{}</h1>", escaped(heading));
    }
    if line.is_empty() { String::new() } else { format!("<p>{}</p>", escaped(line)) }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_the_same_tables_and_nothing_runs_in_it() {
        let html = tables("# A\n\nB <script>\n\n| x | y |\n| --- | --- |\n| 1 | <2> |\n\n- z\n");
        let expected = "<h1>A</h1>\n\n<p>B &lt;script&gt;</p>\n\n<table><tr><td>x</td><td>y</td></tr>\n\
                        <tr><td>1</td><td>&lt;2&gt;</td></tr>\n</table>\n\n<ul><li>z</li>\n</ul>\n";
        assert_eq!(html, expected);
    }
}
