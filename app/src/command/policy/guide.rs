use std::process::ExitCode;

use anyhow::Result;
use policy::{
    guide::{self, Branch, Guide, Tree},
    render,
};
use serde_json::{Value, json};

use super::{Document, compile};

/// Prints the decision tree.
pub(super) fn tree(document: &Document) -> Result<ExitCode> {
    let policy = compile(&document.file, &document.parts()?)?;
    if document.around.json {
        let (tree, guide) = (guide::tree(&policy), Guide::of(&policy));
        println!("{}", serde_json::to_string_pretty(&as_json(&tree, &guide))?);
    } else {
        print!("{}", render::may_tree(&policy));
    }
    Ok(ExitCode::SUCCESS)
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
    if document.around.json {
        let cells = guide::table(&policy);
        let cells: Vec<Value> = cells.iter().map(|cell| json!({
            "data": cell.data, "tool": cell.tool, "account": cell.account, "action": cell.action, "clause": cell.clause,
        })).collect();
        println!("{}", serde_json::to_string_pretty(&cells)?);
    } else {
        print!("{}", render::may_table(&policy));
    }
    Ok(ExitCode::SUCCESS)
}
