use model::{AccountKind, Action, Label, PersonId, Timestamp, ToolId, ToolState};

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
    /// What the policy wanted done.
    pub action: Action,
}

impl Event {
    /// An exchange of which nothing is known but who used what when; the rest is filled in by whoever knows it.
    pub fn new(at: Timestamp, person: PersonId, tool: ToolId) -> Self {
        Self {
            at,
            person,
            tool,
            state: ToolState::default(),
            bytes_up: 0,
            bytes_down: 0,
            device: None,
            network: None,
            labels: Vec::new(),
            client: Client::default(),
            account: AccountKind::default(),
            file: false,
            documents: Vec::new(),
            action: Action::Allow,
        }
    }

    /// The same, borrowed.
    pub(crate) fn sight(&self) -> Sight<'_> {
        Sight {
            at: self.at,
            person: self.person.as_str(),
            tool: self.tool.as_str(),
            state: self.state,
            bytes_up: self.bytes_up,
            bytes_down: self.bytes_down,
            device: self.device.as_deref().unwrap_or_default(),
            network: self.network.as_deref().unwrap_or_default(),
            content: Content::of(&self.labels),
            client: self.client,
            account: self.account,
            file: self.file,
            documents: &self.documents,
            action: self.action,
        }
    }
}

/// An event that owns nothing, so that millions can be read from a file without a copy each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sight<'a> {
    pub at: Timestamp,
    pub person: &'a str,
    pub tool: &'a str,
    pub state: ToolState,
    pub bytes_up: u64,
    pub bytes_down: u64,
    /// Empty if unknown.
    pub device: &'a str,
    /// Empty if unknown.
    pub network: &'a str,
    pub content: Content,
    pub client: Client,
    pub account: AccountKind,
    pub file: bool,
    pub documents: &'a [Box<str>],
    pub action: Action,
}

/// What an exchange's labels come to: the most sensitive family, and whether attacks were among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Content {
    /// Number in [`CLASSES`].
    pub class: u8,
    /// Whether something was labelled as an attack.
    pub attack: bool,
}

/// How many classes of content there are.
pub(crate) const CLASS_COUNT: usize = CLASSES.len();

/// Classes of content with how much a byte of it weighs: the label families and nothing sensitive. A byte of credentials
/// opens more than a byte of a contract; what weighs nothing in itself keeps a trace, so that mere volume is seen too.
pub(crate) const CLASSES: [(&str, f32); 10] = [
    ("", 0.02),
    ("pii", 1.0),
    ("phi", 1.3),
    ("financial", 1.0),
    ("source_code", 0.6),
    ("ip", 1.3),
    ("strategy", 1.2),
    ("secret", 2.0),
    ("marking", 1.0),
    ("attack", 0.3),
];

impl Content {
    pub(crate) fn of(labels: &[Label]) -> Self {
        let mut content = Self::default();
        for label in labels {
            let family = label.family();
            content.attack |= family == "attack";
            let class = CLASSES.iter().position(|(name, _)| *name == family).unwrap_or_default();
            if weight(class as u8) > content.weight() || content.class == 0 {
                content.class = class as u8;
            }
        }
        content
    }

    pub(crate) fn weight(self) -> f32 {
        weight(self.class)
    }
}

fn weight(class: u8) -> f32 {
    CLASSES.get(usize::from(class)).map_or(0.0, |(_, weight)| *weight)
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
