use std::process::ExitCode;

use anyhow::Result;
use policy::{
    Policy,
    guide::{self, Asked, Branch, Cell, Guide, Tree, advice},
};
use serde_json::{Value, json};

use super::{Document, compile};

/// Prints the decision tree.
pub(super) fn tree(document: &Document) -> Result<ExitCode> {
    let policy = compile(&document.file, &document.parts()?)?;
    let (tree, guide) = (guide::tree(&policy), Guide::of(&policy));
    if document.around.json {
        println!("{}", serde_json::to_string_pretty(&as_json(&tree, &guide))?);
    } else {
        print(&tree, &guide, 0);
    }
    Ok(ExitCode::SUCCESS)
}

/// A nested list in Markdown.
fn print(tree: &Tree, guide: &Guide<'_>, depth: usize) {
    let indent = "  ".repeat(depth);
    let Tree::Ask(asked, branches) = tree else {
        return println!("{indent}- {}", told(tree));
    };
    println!("{indent}- {}", asked.question());
    for Branch { answers, to } in branches {
        let answers: Vec<String> = answers.iter().map(|answer| guide.answer(*asked, *answer)).collect();
        let answers = answers.join("; ");
        match to {
            Tree::Told(..) => println!("{indent}  - **{answers}**: {}", told(to)),
            Tree::Ask(..) => {
                println!("{indent}  - **{answers}**");
                print(to, guide, depth + 2);
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

fn as_json(tree: &Tree, guide: &Guide<'_>) -> Value {
    match tree {
        Tree::Told(action, clauses) => json!({"action": action, "clauses": clauses}),
        Tree::Ask(asked, branches) => {
            let branch = |Branch { answers, to }: &Branch| {
                let answers: Vec<String> =
                    answers.iter().map(|answer| guide.answer(*asked, *answer)).collect();
                json!({"answers": answers, "to": as_json(to, guide)})
            };
            json!({"question": asked.question(), "branches": branches.iter().map(branch).collect::<Vec<_>>()})
        }
    }
}

/// Prints the table of tool, data and account.
pub(super) fn table(document: &Document) -> Result<ExitCode> {
    let policy = compile(&document.file, &document.parts()?)?;
    let cells = guide::table(&policy);
    if document.around.json {
        let cells: Vec<Value> = cells.iter().map(|cell| json!({
            "data": cell.data, "tool": cell.tool, "account": cell.account, "action": cell.action, "clause": cell.clause,
        })).collect();
        println!("{}", serde_json::to_string_pretty(&cells)?);
    } else {
        print_table(&policy, &cells);
    }
    Ok(ExitCode::SUCCESS)
}

/// A table in Markdown for each way of being signed in: a row for each kind of data, a column for each kind of tool.
fn print_table(policy: &Policy, cells: &[Cell]) {
    let guide = Guide::of(policy);
    let all = |asked: Asked| (0..guide.answers(asked)).map(move |number| (asked, number));
    let words = |asked: Asked| -> Vec<String> {
        all(asked).map(|(asked, number)| guide.answer(asked, number)).collect()
    };
    for account in words(Asked::Account) {
        println!("Signed in {account}:\n");
        let tools = words(Asked::Tool);
        println!("| | {} |\n| --- |{}", tools.join(" | "), " --- |".repeat(tools.len()));
        for data in words(Asked::Data) {
            let of = |tool: &String| {
                let cell = cells
                    .iter()
                    .find(|cell| cell.data == data && cell.account == account && cell.tool == *tool);
                cell.map_or_else(String::new, |cell| match &cell.clause {
                    Some(clause) => format!("{} ({clause})", cell.action),
                    None => cell.action.to_string(),
                })
            };
            println!("| {data} | {} |", tools.iter().map(of).collect::<Vec<_>>().join(" | "));
        }
        println!();
    }
}
