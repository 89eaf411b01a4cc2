use super::markdown;
use crate::{
    Policy,
    guide::{self, Asked, Branch, Cell, Guide, Tree, advice},
};

/// The policy as Markdown for people, with what they may do as a table and as a decision tree behind it.
pub fn booklet(policy: &Policy) -> String {
    format!(
        "{}\n## What may I send where?\n\nThis speaks of ordinary work by someone who has passed the training and accepted the \
         policy.\n\n{}\n## Which questions lead where?\n\n{}",
        markdown(policy),
        may_table(policy),
        may_tree(policy)
    )
}

/// The decision tree as a nested list in Markdown.
pub fn may_tree(policy: &Policy) -> String {
    let mut out = String::new();
    branch(&guide::tree(policy), &Guide::of(policy), 0, &mut out);
    out
}

fn branch(tree: &Tree, guide: &Guide<'_>, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    let Tree::Ask(asked, branches) = tree else {
        return out.push_str(&format!("{indent}- {}\n", told(tree)));
    };
    out.push_str(&format!("{indent}- {}\n", asked.question()));
    for Branch { answers, to } in branches {
        let answers: Vec<String> = answers.iter().map(|answer| guide.answer(*asked, *answer)).collect();
        let answers = format!("{indent}  - **{}**", answers.join("; "));
        match to {
            Tree::Told(..) => out.push_str(&format!("{answers}: {}\n", told(to))),
            Tree::Ask(..) => {
                out.push_str(&format!("{answers}\n"));
                branch(to, guide, depth + 2, out);
            }
        }
    }
}

fn told(tree: &Tree) -> String {
    let Tree::Told(action, clauses) = tree else { return String::new() };
    let clauses: Vec<&str> = clauses.iter().map(|clause| clause.as_str()).collect();
    if clauses.is_empty() {
        advice(*action).to_owned()
    } else {
        format!("{} ({})", advice(*action), clauses.join(", "))
    }
}

/// A table in Markdown for each way of being signed in: a row for each kind of data, a column for each kind of tool.
pub fn may_table(policy: &Policy) -> String {
    let (cells, guide) = (guide::table(policy), Guide::of(policy));
    let words = |asked: Asked| -> Vec<String> {
        (0..guide.answers(asked)).map(|number| guide.answer(asked, number)).collect()
    };
    let (tools, data) = (words(Asked::Tool), words(Asked::Data));
    let tables = words(Asked::Account).into_iter().map(|account| {
        let head = format!("| | {} |\n| --- |{}", tools.join(" | "), " --- |".repeat(tools.len()));
        let row = |data: &String| {
            let cells: Vec<String> = tools.iter().map(|tool| cell(&cells, data, tool, &account)).collect();
            format!("| {data} | {} |", cells.join(" | "))
        };
        let rows: Vec<String> = data.iter().map(row).collect();
        format!("Signed in {account}:\n\n{head}\n{}\n", rows.join("\n"))
    });
    tables.collect::<Vec<_>>().join("\n")
}

fn cell(cells: &[Cell], data: &str, tool: &str, account: &str) -> String {
    let found = cells.iter().find(|cell| cell.data == data && cell.account == account && cell.tool == tool);
    found.map_or_else(String::new, |cell| match &cell.clause {
        Some(clause) => format!("{} ({clause})", cell.action),
        None => cell.action.to_string(),
    })
}
