use std::fmt;

/// What may speak for a host being an AI tool's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sign {
    /// The name ends in `.ai`.
    AiDomain,
    /// The name contains the name of a well-known tool or model.
    Brand,
    /// The name contains a word of the field, as `gpt` or `llm`.
    Word,
    /// The name contains `ai` as a word, or before or after another.
    AiWord,
    /// The name contains a word that many AI tools have, and many other services too.
    CommonWord,
    /// The certificate names hosts that look like a tool's.
    Certificate,
    /// A request went to a path of a model's interface.
    ModelPath,
    /// A request went to a path of Ollama or another server for models of one's own.
    OwnModelPath,
    /// A request asked which models there are.
    ModelList,
    /// A request went to a path such as tools have, and other services too.
    CommonPath,
    /// A request spoke the Model Context Protocol.
    ToolProtocol,
    /// A request's body names a model and gives it messages or a prompt.
    ModelBody,
    /// An answer was a stream of events.
    EventStream,
    /// An answer came as streamed text comes: many small packets at a steady pace.
    Streamed,
    /// At least three did.
    StreamedOften,
    /// A firewall, proxy or resolver puts the host among those of AI.
    Category,
}

impl Sign {
    /// Every sign. Stored sets hold a sign as the bit of its place here: new signs come last.
    pub const ALL: [Self; 16] = [
        Self::AiDomain,
        Self::Brand,
        Self::Word,
        Self::AiWord,
        Self::CommonWord,
        Self::Certificate,
        Self::ModelPath,
        Self::OwnModelPath,
        Self::ModelList,
        Self::CommonPath,
        Self::ToolProtocol,
        Self::ModelBody,
        Self::EventStream,
        Self::Streamed,
        Self::StreamedOften,
        Self::Category,
    ];

    /// How much it speaks for a tool, in hundredths of certainty; signs of one family count once, the strongest.
    pub const fn points(self) -> u8 {
        match self {
            Self::AiDomain | Self::ToolProtocol => 55,
            Self::Brand | Self::Category => 60,
            Self::Word => 50,
            Self::AiWord => 30,
            Self::CommonWord | Self::CommonPath => 15,
            Self::Certificate | Self::ModelList => 25,
            Self::ModelPath | Self::OwnModelPath => 70,
            Self::ModelBody => 80,
            Self::EventStream | Self::Streamed => 25,
            Self::StreamedOften => 45,
        }
    }

    pub(crate) const fn family(self) -> Family {
        match self {
            Self::AiDomain | Self::Brand | Self::Word | Self::AiWord | Self::CommonWord => Family::Name,
            Self::Certificate => Family::Certificate,
            Self::ModelPath
            | Self::OwnModelPath
            | Self::ModelList
            | Self::CommonPath
            | Self::ToolProtocol
            | Self::ModelBody => Family::Request,
            Self::EventStream | Self::Streamed | Self::StreamedOften => Family::Answer,
            Self::Category => Family::Category,
        }
    }

    /// The word used in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AiDomain => "ai_domain",
            Self::Brand => "brand",
            Self::Word => "word",
            Self::AiWord => "ai_word",
            Self::CommonWord => "common_word",
            Self::Certificate => "certificate",
            Self::ModelPath => "model_path",
            Self::OwnModelPath => "own_model_path",
            Self::ModelList => "model_list",
            Self::CommonPath => "common_path",
            Self::ToolProtocol => "tool_protocol",
            Self::ModelBody => "model_body",
            Self::EventStream => "event_stream",
            Self::Streamed => "streamed",
            Self::StreamedOften => "streamed_often",
            Self::Category => "category",
        }
    }

    /// A sentence for people.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::AiDomain => "the name ends in `.ai`",
            Self::Brand => "the name contains that of a well-known tool or model",
            Self::Word => "the name contains a word of the field",
            Self::AiWord => "the name contains `ai` as a word",
            Self::CommonWord => "the name contains a word that many AI tools have",
            Self::Certificate => "its certificate names hosts that look like a tool’s",
            Self::ModelPath => "a request went to a path of a model’s interface",
            Self::OwnModelPath => "a request went to a path of a server for own models",
            Self::ModelList => "a request asked which models there are",
            Self::CommonPath => "a request went to a path such as tools have",
            Self::ToolProtocol => "a request spoke the Model Context Protocol",
            Self::ModelBody => "a request named a model and gave it a prompt",
            Self::EventStream => "an answer was a stream of events",
            Self::Streamed => "an answer came in small packets at a steady pace, as written text does",
            Self::StreamedOften => {
                "three answers or more came in small packets at a steady pace, as written text does"
            }
            Self::Category => "the firewall, proxy or resolver counts it among AI services",
        }
    }
}

/// Signs that say the same thing in different words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Family {
    Name,
    Certificate,
    Request,
    Answer,
    Category,
}

/// A set of signs.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Signs(u32);

impl Signs {
    /// No sign.
    pub const NONE: Self = Self(0);

    /// A set as it was stored: a bit for each sign, in the order of [`Sign::ALL`]. Other bits are dropped.
    pub fn from_bits(bits: u32) -> Self {
        Self(bits & ((1 << Sign::ALL.len()) - 1))
    }

    /// The set as it is stored.
    pub fn bits(self) -> u32 {
        self.0
    }

    /// Whether `sign` is in it.
    pub fn has(self, sign: Sign) -> bool {
        self.0 & (1 << sign as u32) != 0
    }

    /// Whether none is.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set with another sign.
    #[must_use]
    pub fn with(self, sign: Sign) -> Self {
        Self(self.0 | 1 << sign as u32)
    }

    /// All signs of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The signs, in the order of [`Sign::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Sign> {
        Sign::ALL.into_iter().filter(move |sign| self.has(*sign))
    }
}

impl From<Sign> for Signs {
    fn from(sign: Sign) -> Self {
        Self::NONE.with(sign)
    }
}

impl FromIterator<Sign> for Signs {
    fn from_iter<I: IntoIterator<Item = Sign>>(signs: I) -> Self {
        signs.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Debug for Signs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{Sign, Signs};

    #[test]
    fn a_stored_set_is_the_same_set() {
        for (at, sign) in Sign::ALL.into_iter().enumerate() {
            assert_eq!(sign as usize, at, "{sign:?} is stored as the bit of its place");
            assert_eq!(Signs::from_bits(Signs::from(sign).bits()), Signs::from(sign));
        }
        assert_eq!(Signs::from_bits(u32::MAX).iter().count(), Sign::ALL.len());
    }
}
