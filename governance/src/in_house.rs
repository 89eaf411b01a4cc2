//! A model that the organisation runs itself: where it is reached and which interface it speaks, so that rules hold for it.

use std::net::IpAddr;

use model::{Timestamp, ToolCategory, ToolId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Lifecycle, id_of,
    tool_review::{host_name, tool_id},
};

/// Most hosts of one model.
pub const MOST_HOSTS: usize = 20;
/// Longest name, in characters.
const LONGEST_NAME: usize = 80;

/// A model that was registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InHouseModel {
    /// The tool it is in the catalogue.
    pub tool: ToolId,
    /// What it is.
    pub entry: InHouseEntry,
    /// Whether it counts.
    pub stage: InHouseStage,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// What is said of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InHouseEntry {
    /// Its name.
    pub name: String,
    /// Names and addresses under which it is reached.
    pub hosts: Vec<String>,
    /// What it is mainly for.
    pub category: ToolCategory,
    /// The interface it speaks.
    pub shape: Shape,
}

/// Whose interface a model speaks: where in its requests the text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = InHouseShape))]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// OpenAI's, as vLLM, LiteLLM and llama.cpp do.
    Openai,
    /// Anthropic's.
    Anthropic,
    /// Gemini's.
    Gemini,
    /// Ollama's own.
    Ollama,
    /// None of them: every request to its hosts counts, and texts are looked for anywhere in it.
    Other,
}

impl Shape {
    /// The interface as the catalogue names it; `None` where it has no name for it.
    pub const fn wire(self) -> Option<&'static str> {
        match self {
            Self::Openai => Some("openai"),
            Self::Anthropic => Some("anthropic"),
            Self::Gemini => Some("gemini"),
            Self::Ollama => Some("ollama"),
            Self::Other => None,
        }
    }
}

/// Whether a model counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InHouseStage {
    /// It is in the catalogue.
    Registered,
    /// It was taken out; what was recorded of it stays.
    Withdrawn,
}

/// What people do with a model's entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InHouseCommand {
    /// Put it into the catalogue, or back into it.
    Register(InHouseEntry),
    /// Say something else of it.
    Amend(InHouseEntry),
    /// Take it out.
    Withdraw,
}

/// Why an entry did not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an in-house model that is {stage} cannot be {done}")]
pub struct InHouseRefused {
    /// What it is.
    pub stage: &'static str,
    /// What was wanted.
    pub done: &'static str,
}

/// Why a model cannot be described like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InHouseError {
    /// No name that an id can be made of.
    #[error(
        "give the model's name, with at least two letters or digits and at most {LONGEST_NAME} characters"
    )]
    Name,
    /// None, or too many.
    #[error("name 1 to {MOST_HOSTS} hosts under which the model is reached")]
    Hosts,
    /// No host name and no address.
    #[error("a host is written as `llm.example.com` or as an address, without `https://`, port and path")]
    Host,
}

impl InHouseEntry {
    /// An entry as people typed it.
    pub fn new(
        name: &str,
        hosts: &[String],
        category: ToolCategory,
        shape: Shape,
    ) -> Result<Self, InHouseError> {
        let name = name.trim();
        if name.chars().count() > LONGEST_NAME || tool_id(name).is_none() {
            return Err(InHouseError::Name);
        }
        let mut own = Vec::new();
        for host in hosts.iter().map(|host| host.trim()).filter(|host| !host.is_empty()) {
            let address = host.parse::<IpAddr>().map(|address| address.to_string()).ok();
            let host = address.or_else(|| host_name(host)).ok_or(InHouseError::Host)?;
            if !own.contains(&host) {
                own.push(host);
            }
        }
        if !(1..=MOST_HOSTS).contains(&own.len()) {
            return Err(InHouseError::Hosts);
        }
        Ok(Self { name: name.to_owned(), hosts: own, category, shape })
    }
}

impl InHouseModel {
    /// The model after `command`; the caller says who and when.
    pub fn follow(self, command: InHouseCommand, by: &str, at: Timestamp) -> Result<Self, InHouseRefused> {
        use InHouseCommand as Command;
        use InHouseStage::{Registered, Withdrawn};
        let by = by.to_owned();
        match (self.stage, command) {
            (Withdrawn, Command::Register(entry)) => Ok(Self { entry, stage: Registered, by, at, ..self }),
            (Registered, Command::Amend(entry)) => Ok(Self { entry, by, at, ..self }),
            (Registered, Command::Withdraw) => Ok(Self { stage: Withdrawn, by, at, ..self }),
            (from, command) => Err(InHouseRefused { stage: from.as_str(), done: command.done() }),
        }
    }

    /// The id of what is kept of the model `tool`: the same on all nodes.
    pub fn id(tool: &ToolId) -> Uuid {
        id_of(&format!("in-house model {tool}"))
    }
}

impl InHouseStage {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl InHouseCommand {
    const fn done(&self) -> &'static str {
        match self {
            Self::Register(_) => "registered",
            Self::Amend(_) => "changed",
            Self::Withdraw => "withdrawn",
        }
    }

    /// The entry of the audit log.
    pub const fn act(&self) -> &'static str {
        match self {
            Self::Register(_) => "in_house_model.registered",
            Self::Amend(_) => "in_house_model.changed",
            Self::Withdraw => "in_house_model.withdrawn",
        }
    }
}

impl Lifecycle for InHouseModel {
    const KIND: &'static str = "in_house_model";

    fn state(&self) -> &'static str {
        self.stage.as_str()
    }

    fn subject(&self) -> Option<&str> {
        Some(self.tool.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(hosts: &[&str]) -> Result<InHouseEntry, InHouseError> {
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        InHouseEntry::new("Research LLM", &hosts, ToolCategory::SelfHosted, Shape::Openai)
    }

    #[test]
    fn hosts_are_names_or_addresses() {
        let hosts = |given: &[&str]| entry(given).map(|entry| entry.hosts.join(" "));
        assert_eq!(hosts(&["LLM.example.com", " llm.example.com "]), Ok("llm.example.com".into()));
        assert_eq!(hosts(&["10.0.0.7", "2001:DB8::1", ""]), Ok("10.0.0.7 2001:db8::1".into()));
        assert_eq!(hosts(&[""]), Err(InHouseError::Hosts));
        assert_eq!(hosts(&["llm.example.com:8000"]), Err(InHouseError::Host));
        assert_eq!(hosts(&["llm"]), Err(InHouseError::Host));
        let many: Vec<String> = (0..=MOST_HOSTS).map(|number| format!("m{number}.example.com")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(hosts(&many), Err(InHouseError::Hosts));
    }

    #[test]
    fn a_model_is_registered_changed_and_withdrawn() {
        let entry = entry(&["llm.example.com"]).unwrap();
        let commands = [
            InHouseCommand::Register(entry.clone()),
            InHouseCommand::Amend(entry.clone()),
            InHouseCommand::Withdraw,
        ];
        for (stage, expected) in [
            (InHouseStage::Registered, [None, Some("registered"), Some("withdrawn")]),
            (InHouseStage::Withdrawn, [Some("registered"), None, None]),
        ] {
            let model = InHouseModel {
                tool: ToolId::new("research-llm"),
                entry: entry.clone(),
                stage,
                by: "jo".into(),
                at: Timestamp::from_millis(0),
            };
            let follow = |command: &InHouseCommand| {
                let next = model.clone().follow(command.clone(), "kim", Timestamp::from_millis(1));
                next.ok().map(|next| next.state())
            };
            assert_eq!(commands.each_ref().map(follow), expected, "{}", stage.as_str());
        }
    }
}
