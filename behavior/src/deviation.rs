use model::{PersonId, Timestamp, ToolId};
use serde::{Deserialize, Serialize};

/// How far an entity is from its learned normal, worth a person's look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deviation {
    /// When it was raised.
    pub at: Timestamp,
    /// What it is about; deviations of one entity belong together.
    pub entity: Entity,
    /// The people concerned, at least one.
    pub people: Vec<PersonId>,
    /// Since when what deviates has been going on.
    pub since: Timestamp,
    /// How surprising, in natural units of information; comparable within one organisation.
    pub score: f64,
    /// Why, strongest first, at least one.
    pub reasons: Vec<Reason>,
}

/// What can deviate.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entity {
    /// A person or a service account.
    Person(PersonId),
    /// A department as a whole.
    Department(Box<str>),
    /// A tool that several people began to use.
    Tool(ToolId),
}

/// One of the ways in which an entity deviates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// Kind of signal.
    pub family: Family,
    /// The measure within the family, as `personal_bytes`.
    pub channel: Box<str>,
    /// What was observed, in `unit`.
    pub observed: f64,
    /// What was to be expected.
    pub expected: Expected,
    /// In what both are counted.
    pub unit: Unit,
    /// How surprising: −ln p after correction for the number of channels.
    pub surprise: f64,
    /// The tool that it is mostly about, if one is.
    pub tool: Option<ToolId>,
    /// The label or document that it is mostly about, if one is.
    pub data: Option<Box<str>>,
}

/// What was to be expected, in the unit of the reason.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expected {
    /// A usual day's lower end (10 %).
    pub low: f64,
    /// A usual day's upper end (90 %).
    pub high: f64,
    /// The median of the peers, if there are any.
    pub peers: Option<f64>,
}

/// In what something is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Bytes.
    Bytes,
    /// Exchanges.
    Exchanges,
    /// People.
    People,
    /// A share from 0 to 1.
    Share,
    /// Information in nats: how rare something is for this entity.
    Nats,
}

/// Kind of signal. The words are those of the simulated organisation's answer key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Number of exchanges.
    Count,
    /// Bytes sent.
    Bytes,
    /// Bytes received.
    Down,
    /// Sensitive data sent.
    Sens,
    /// Use of an account that is not the organisation's.
    Pers,
    /// Tools new to the person and to the organisation.
    Novel,
    /// Unusual hours.
    Hour,
    /// Unusual kinds of data.
    Cat,
    /// Regular intervals, as programs make them.
    Regular,
    /// A burst within ten minutes.
    Burst,
    /// A network or device not seen before.
    Asn,
    /// A kind of program not seen before.
    Client,
    /// A standing difference from peers.
    Peer,
    /// A sum that grew slowly over days.
    Cum,
    /// Several people at one new tool.
    Svc,
    /// Attempts to talk a tool out of its rules.
    Probing,
    /// Repeats with small changes after advice or a refusal.
    Evasion,
    /// Registered documents that the person had not touched before, or in many parts.
    Doc,
}

impl Family {
    /// Every family, in the order of declaration.
    pub const ALL: [Self; 18] = [
        Self::Count,
        Self::Bytes,
        Self::Down,
        Self::Sens,
        Self::Pers,
        Self::Novel,
        Self::Hour,
        Self::Cat,
        Self::Regular,
        Self::Burst,
        Self::Asn,
        Self::Client,
        Self::Peer,
        Self::Cum,
        Self::Svc,
        Self::Probing,
        Self::Evasion,
        Self::Doc,
    ];

    /// The word used in lists of alerts, the API and the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Bytes => "bytes",
            Self::Down => "down",
            Self::Sens => "sens",
            Self::Pers => "pers",
            Self::Novel => "novel",
            Self::Hour => "hour",
            Self::Cat => "cat",
            Self::Regular => "regular",
            Self::Burst => "burst",
            Self::Asn => "asn",
            Self::Client => "client",
            Self::Peer => "peer",
            Self::Cum => "cum",
            Self::Svc => "svc",
            Self::Probing => "probing",
            Self::Evasion => "evasion",
            Self::Doc => "doc",
        }
    }
}
