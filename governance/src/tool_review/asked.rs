use model::{Label, PersonId, Timestamp, ToolCategory, ToolId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Lifecycle;

/// Longest name of a tool, in characters.
const LONGEST_NAME: usize = 80;

/// That someone wants to use a tool. Requests for the same tool share one review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolRequest {
    /// The tool, as its review names it.
    pub tool: ToolId,
    /// The review that will answer.
    pub review: Uuid,
    /// Who wants it.
    pub person: PersonId,
    /// What for.
    pub purpose: String,
    /// Which data would be entered.
    #[serde(default)]
    pub data: Vec<Label>,
    /// That it is no longer wanted, and since when.
    pub withdrawn: Option<Timestamp>,
}

/// What people say of a tool that the catalogue does not list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ToolListing))]
pub struct Listing {
    /// Its name.
    pub name: String,
    /// The host under which it is reached, if known; once the tool is decided about, rules hold for this host.
    pub host: Option<String>,
    /// What it is mainly for, if known.
    #[serde(default)]
    pub category: Option<ToolCategory>,
}

/// Why a tool cannot be named like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListingError {
    /// No name that an id can be made of.
    #[error(
        "give the tool's name, with at least two letters or digits and at most {LONGEST_NAME} characters"
    )]
    Name,
    /// No host name.
    #[error("a host is written as `tool.example.com`, without `https://` and path")]
    Host,
}

impl Lifecycle for ToolRequest {
    const KIND: &'static str = "tool_request";

    fn state(&self) -> &'static str {
        match self.withdrawn {
            None => "wanted",
            Some(_) => "withdrawn",
        }
    }

    fn subject(&self) -> Option<&str> {
        Some(self.tool.as_str())
    }

    fn person(&self) -> Option<&PersonId> {
        Some(&self.person)
    }
}

impl Listing {
    /// A tool by name and host, both as people typed them.
    pub fn new(name: &str, host: Option<&str>) -> Result<Self, ListingError> {
        let name = name.trim();
        if name.chars().count() > LONGEST_NAME || tool_id(name).is_none() {
            return Err(ListingError::Name);
        }
        let host = host.map(str::trim).filter(|host| !host.is_empty());
        let host = host.map(|host| host_name(host).ok_or(ListingError::Host)).transpose()?;
        Ok(Self { name: name.to_owned(), host, category: None })
    }
}

/// The id of a tool that has none yet: its name in lower-case letters, digits and dashes. Two spellings of one name give
/// one id, so that requests for the tool meet.
pub fn tool_id(name: &str) -> Option<ToolId> {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let id = words.collect::<Vec<_>>().join("-");
    (id.len() >= 2).then(|| ToolId::new(id))
}

/// The host of what people typed: a name, or a whole address from the browser.
pub(crate) fn host_name(text: &str) -> Option<String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default().trim_end_matches('.').to_lowercase();
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let labels: Vec<&str> = host.split('.').collect();
    let numeric = labels.last().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    (labels.len() >= 2 && host.len() <= 253 && !numeric && labels.into_iter().all(label)).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, host: Option<&str>, expected: Result<(&str, Option<&str>), ListingError>) {
        let listing = Listing::new(name, host);
        let told = listing.as_ref().map(|listing| (listing.name.as_str(), listing.host.as_deref()));
        assert_eq!(told.map_err(|error| *error), expected, "{name} {host:?}");
    }

    #[test]
    fn listings() {
        check(" Slide Maker ", None, Ok(("Slide Maker", None)));
        check("Slides", Some(""), Ok(("Slides", None)));
        check("Slides", Some("Slides.Example.com."), Ok(("Slides", Some("slides.example.com"))));
        check(
            "Slides",
            Some("https://slides.example.com/new?x=1"),
            Ok(("Slides", Some("slides.example.com"))),
        );
        for host in
            ["slides", "a b.com", "-a.com", "a..com", "10.0.0.1", "a.com:8080", "user@a.com", "*.a.com"]
        {
            check("Slides", Some(host), Err(ListingError::Host));
        }
        for name in ["", " ", "!", "x", "図"] {
            check(name, None, Err(ListingError::Name));
        }
        check(&"x".repeat(81), None, Err(ListingError::Name));
    }

    #[test]
    fn spellings_of_a_name_meet() {
        for name in ["Slide Maker", "slide-maker", " SLIDE  maker! "] {
            assert_eq!(tool_id(name), Some(ToolId::new("slide-maker")), "{name}");
        }
    }
}
