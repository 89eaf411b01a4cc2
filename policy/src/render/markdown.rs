use super::{
    example::{Guidance, guidance},
    html::by_section,
    machine,
    words::approved_by,
};
use crate::{Clause, Policy, ladder::Ladder};

/// The policy as Markdown for people: every rule as a sentence, every example as guidance.
pub fn markdown(policy: &Policy) -> String {
    let front = policy.front();
    let mut parts = vec![format!("# {}", front.title)];
    let days = front.review_every.as_secs() / 86_400;
    parts.push(format!(
        "Owner: {} · Version: `{}` · Reviewed every {days} days · Approved by: {}",
        front.owner,
        policy.version(),
        approved_by(front)
    ));
    parts.extend((!policy.preamble.is_empty()).then(|| policy.preamble.clone()));
    parts.push("## Contents".to_owned());
    parts.push(contents(policy));
    for (section, clauses) in by_section(policy) {
        if let Some(section) = section.and_then(|at| policy.sections().get(at)) {
            parts.push(format!("## {}", section.title));
            parts.extend((!section.prose.is_empty()).then(|| section.prose.clone()));
        }
        parts.extend(clauses.into_iter().map(clause));
    }
    parts.join("\n\n") + "\n"
}

fn contents(policy: &Policy) -> String {
    let mut lines = Vec::new();
    for (section, clauses) in by_section(policy) {
        let title = section.and_then(|at| policy.sections().get(at)).map(|section| &section.title);
        lines.extend(title.map(|title| format!("- {title}")));
        let indent = if title.is_some() { "  " } else { "" };
        lines.extend(
            clauses.iter().map(|clause| format!("{indent}- [{0} {1}](#{0})", clause.id, clause.title)),
        );
    }
    lines.join("\n")
}

fn clause(clause: &Clause) -> String {
    let mut parts = vec![format!("### <a id=\"{0}\"></a>{0} {1}", clause.id, clause.title)];
    parts.extend((!clause.prose.is_empty()).then(|| clause.prose.clone()));
    parts.push(match &clause.machine {
        Some(rule) => format!("**In practice:** {}", machine(rule)),
        None if clause.ladder.is_some() => "**In practice:**".to_owned(),
        None if clause.invariants.is_empty() => "**In practice:** upheld by people.".to_owned(),
        None => "**Always holds**, as is checked before a version is published:".to_owned(),
    });
    let always: Vec<String> =
        clause.invariants.iter().map(|invariant| format!("- {}.", invariant.says)).collect();
    parts.extend((!always.is_empty()).then(|| always.join("\n")));
    let ladder: Vec<String> =
        clause.ladder.iter().flat_map(Ladder::sentences).map(|line| format!("- {line}")).collect();
    parts.extend((!ladder.is_empty()).then(|| ladder.join("\n")));
    parts.extend(clause.why.as_ref().map(|why| format!("> Why: {}", why.replace('\n', "\n> "))));
    let examples: Vec<String> = clause.examples.iter().map(|example| bullet(&guidance(example))).collect();
    parts.extend((!examples.is_empty()).then(|| examples.join("\n")));
    parts.join("\n\n")
}

fn bullet(Guidance { lead, says, circumstances }: &Guidance) -> String {
    let says: String = says.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let says = if says.is_empty() {
        says
    } else {
        format!(" “{}”", says.replace('*', "\\*").replace('<', "\\<"))
    };
    format!("- **{lead}**{says} {circumstances}.")
}
