//! Past events from a table, through a learner, to a table of what it raises.
//!
//! The tables are comma-separated with a header; columns may stand in any order, further ones are ignored.

mod row; // one line -> its fields
mod table; // lines -> rows, those that cannot be read counted

use std::{
    collections::BTreeMap,
    io::{self, BufRead, Write},
};

use model::{AccountKind, Action, PersonId, ToolState};

use crate::{
    Client, Deviation, Learner, Profile,
    event::{CLASSES, Content, Sight},
};

use row::Row;
pub use table::{BadRow, ReadTableError, TableSummary};

/// Reads `tool,state` and gives the states by tool.
pub fn read_tools(
    input: impl BufRead,
) -> Result<(BTreeMap<Box<str>, ToolState>, TableSummary), ReadTableError> {
    let mut tools = BTreeMap::new();
    let summary = table::read(input, ["tool", "state"], [], &mut |row| {
        let state = row.text(1)?;
        let known = ToolState::ALL.into_iter().find(|known| known.as_str() == state);
        tools.insert(row.text(0)?.into(), known.ok_or("unknown state of a tool")?);
        Ok(())
    })?;
    Ok((tools, summary))
}

/// Reads `person,department,site` and tells a learner.
pub fn read_people(input: impl BufRead, learner: &mut Learner) -> Result<TableSummary, ReadTableError> {
    table::read(input, ["person"], ["department", "site", "service"], &mut |row| {
        let optional = |at| row.optional(at).map(|text| (!text.is_empty()).then(|| Box::from(text)));
        let service = matches!(row.optional(3)?, "1" | "true" | "yes");
        let profile = Profile { department: optional(1)?, site: optional(2)?, service };
        learner.know(&PersonId::new(row.text(0)?), &profile);
        Ok(())
    })
}

/// Reads events in the order of time into a learner and gives what is raised. `read` is told how many bytes were read so far.
pub fn replay(
    input: impl BufRead,
    tools: &BTreeMap<Box<str>, ToolState>,
    learner: &mut Learner,
    raised: &mut dyn FnMut(Deviation),
    read: &mut dyn FnMut(u64),
) -> Result<TableSummary, ReadTableError> {
    let optional = ["bytes_up", "bytes_down", "device", "asn", "content", "client", "account", "file"];
    let (mut bytes, mut rows) = (0, 0_u64);
    let summary = table::read(input, ["ts", "person", "tool"], optional, &mut |row| {
        bytes += row.len() as u64;
        rows += 1;
        if rows.is_multiple_of(4096) {
            read(bytes);
        }
        let event = event(row, tools)?;
        learner.see(&event).into_iter().for_each(&mut *raised);
        Ok(())
    })?;
    learner.finish().into_iter().for_each(raised);
    Ok(summary)
}

fn event<'a>(row: &'a Row<'_>, tools: &BTreeMap<Box<str>, ToolState>) -> Result<Sight<'a>, &'static str> {
    let tool = row.text(2)?;
    let file = match row.optional(10)? {
        "1" | "true" | "yes" => true,
        "0" | "false" | "no" | "" => false,
        _ => return Err("`file` is neither 0 nor 1"),
    };
    Ok(Sight {
        at: row.seconds(0)?,
        person: row.text(1)?,
        tool,
        state: tools.get(tool).copied().unwrap_or_default(),
        bytes_up: row.number(3)?,
        bytes_down: row.number(4)?,
        device: row.optional(5)?,
        network: row.optional(6)?,
        content: content(row.optional(7)?),
        client: client(row.optional(8)?)?,
        account: account(row.optional(9)?)?,
        file,
        documents: &[],
        action: Action::Allow,
    })
}

/// A label, or a plain word for what has no label of its own; any other word is nothing sensitive.
fn content(word: &str) -> Content {
    let family = match word.split('.').next().unwrap_or(word) {
        "legal" => "marking",
        family => family,
    };
    let class = CLASSES.iter().position(|(name, _)| *name == family).unwrap_or_default();
    Content { class: class as u8, attack: family == "attack" }
}

fn client(word: &str) -> Result<Client, &'static str> {
    Ok(match word {
        "browser" => Client::Browser,
        "ide" => Client::Ide,
        "desktop" => Client::Desktop,
        "sdk" => Client::Sdk,
        "agent" => Client::Agent,
        "" | "unknown" => Client::Unknown,
        _ => return Err("unknown kind of client"),
    })
}

fn account(word: &str) -> Result<AccountKind, &'static str> {
    if word.is_empty() {
        return Ok(AccountKind::Unknown);
    }
    AccountKind::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or("unknown kind of account")
}

/// Writes the header of a table of alerts.
pub fn write_header(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "ts,people,score,reasons")
}

/// Writes a deviation: seconds, people joined by `+`, score, families joined by `|`, strongest first.
pub fn write_alert(out: &mut impl Write, deviation: &Deviation) -> io::Result<()> {
    let people: Vec<&str> = deviation.people.iter().map(PersonId::as_str).collect();
    let mut families: Vec<&str> = Vec::new();
    for reason in &deviation.reasons {
        if !families.contains(&reason.family.as_str()) {
            families.push(reason.family.as_str());
        }
    }
    let seconds = deviation.at.as_millis().div_euclid(1000);
    writeln!(
        out,
        "{seconds},{},{:.3},{}",
        row::quoted(&people.join("+")),
        deviation.score,
        families.join("|")
    )
}
