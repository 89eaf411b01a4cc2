use model::{AccountKind, Label, PersonId, Timestamp, ToolId, ToolState};

/// One exchange as the learner sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When it began.
    pub at: Timestamp,
    /// Who acted.
    pub person: PersonId,
    /// With which tool.
    pub tool: ToolId,
    /// What the organisation had decided about the tool then.
    pub state: ToolState,
    /// Bytes from the person to the tool.
    pub bytes_up: u64,
    /// Bytes from the tool to the person; 0 if unknown.
    pub bytes_down: u64,
    /// The device, as far as it is known: any stable name.
    pub device: Option<Box<str>>,
    /// The network the device was in: an autonomous system's number or a site's name.
    pub network: Option<Box<str>>,
    /// What was found in the content.
    pub labels: Vec<Label>,
    /// With what kind of program.
    pub client: Client,
    /// How the person was signed in at the tool.
    pub account: AccountKind,
    /// Whether a file was sent.
    pub file: bool,
    /// Registered documents of which parts were found, by their ids.
    pub documents: Vec<Box<str>>,
}

/// Kind of program an exchange came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Client {
    /// A browser.
    Browser,
    /// An editor or its extension.
    Ide,
    /// A desktop or telephone application.
    Desktop,
    /// A program of one's own with a client library.
    Sdk,
    /// A program that acts on its own.
    Agent,
    /// Not known.
    #[default]
    Unknown,
}

/// What is known of a person beforehand, from the directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Department; people of one department are peers.
    pub department: Option<Box<str>>,
    /// Site, whose people share a time zone.
    pub site: Option<Box<str>>,
    /// Whether it is a program's account, whose regular ways are expected.
    pub service: bool,
}
