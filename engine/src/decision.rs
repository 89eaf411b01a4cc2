use std::sync::Arc;

use bytes::Bytes;
use dialect::{Answer, Dialect, Restorer};
use model::{Record, Sensitive};

use crate::{awaited::Awaited, evidence::Evidence, snapshot::Settings};

/// A request's body, as far as the gate has it.
#[derive(Clone, Debug)]
pub enum Body {
    /// All of it.
    Whole(Bytes),
    /// Its first [`Inspection::limit`] bytes; more follow.
    TooLarge {
        /// What has been read.
        prefix: Bytes,
    },
    /// What came before the client broke off or the framing broke.
    Broken {
        /// How many bytes came.
        bytes: u64,
        /// What broke, for the record and the client; names the framing, never content.
        reason: String,
    },
}

impl Body {
    /// Bytes as the client sent them, as far as they came.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Whole(bytes) | Self::TooLarge { prefix: bytes } => bytes.len() as u64,
            Self::Broken { bytes, .. } => *bytes,
        }
    }
}

/// What to do with an exchange, and what to record of it.
#[derive(Debug)]
pub struct Decision {
    /// To be made durable before the first byte of any answer reaches the client; `None` if it was no use of the tool.
    pub record: Option<Record>,
    /// What it held, where that is to be captured as evidence.
    pub evidence: Option<Box<Evidence>>,
    /// What to do.
    pub next: Next,
    /// If the policy has a say in the tool's answer: what listens to it.
    pub awaited: Option<Box<Awaited>>,
}

/// What is needed to capture an exchange's content once it is decided about.
pub(crate) struct Capturing {
    pub(crate) settings: Arc<Settings>,
    pub(crate) content_type: String,
}

impl Decision {
    pub(crate) fn of(record: Record, next: Next) -> Self {
        Self { record: Some(record), evidence: None, next, awaited: None }
    }

    /// The request was no use of the tool.
    pub(crate) fn unnoticed() -> Self {
        Self { record: None, evidence: None, next: Next::Forward, awaited: None }
    }

    /// The same, with the content if it is to be captured.
    pub(crate) fn captured(self, capturing: Option<&Capturing>, content: &[u8]) -> Self {
        let evidence = capturing.zip(self.record.as_ref()).and_then(|(capturing, record)| {
            Evidence::of(capturing.settings.capture.as_ref()?, record, &capturing.content_type, content)
        });
        Self { evidence, ..self }
    }

    /// The same, with someone who listens to the answer if there is an exchange and it goes to the tool.
    pub(crate) fn then_hear(self, awaited: Option<Box<Awaited>>) -> Self {
        let goes_on = self.record.is_some() && !matches!(self.next, Next::Answer(_));
        Self { awaited: awaited.filter(|_| goes_on), ..self }
    }
}

/// What to do with an exchange.
#[derive(Debug)]
pub enum Next {
    /// Send the request on, every byte as it came.
    Forward,
    /// Send it on with another body, unencoded, and turn placeholders in the answer back.
    Rewrite {
        /// The new body.
        body: Bytes,
        /// What turns the answer back.
        restore: Restore,
    },
    /// Do not send it on; this is the answer.
    Answer(Answer),
}

/// Turns the placeholders in an answer back into the person's own text.
#[derive(Clone, Debug)]
pub struct Restore {
    pub(crate) dialect: Dialect,
    pub(crate) originals: Vec<(String, Sensitive)>,
}

impl Restore {
    /// For an answer of this content type.
    pub fn restorer(&self, content_type: &str) -> Restorer {
        Restorer::new(self.dialect, content_type, self.originals.clone())
    }
}
