use std::{fmt, sync::Arc};

use model::{
    AccountKind, Action, Activity, Exchange, ExchangeId, Outcome, Person, PersonId, PersonKind, Purpose,
    Record, Risk, Sensitive, Source, Timestamp, ToolId, Uninspected, Verdict, Visibility,
};

use crate::{
    examine::{Examination, Legible},
    facts::{Content, Setting, facts},
    inspection::redacted_labels,
    login::{Errand, Who},
    placeholder::{Placeholders, to_replace},
    snapshot::Snapshot,
};

/// Something that someone might send to a tool.
#[derive(Clone, Debug)]
pub struct Check {
    /// What would be sent.
    pub parcel: Parcel,
    /// The tool it would go to.
    pub tool: ToolId,
    /// What would be done; for a file an upload, if nothing is said.
    pub activity: Option<Activity>,
    /// How the person would be signed in.
    pub account: AccountKind,
    /// What it would be for; detected if nothing is said.
    pub purpose: Option<Purpose>,
    /// Who would send it; an employee of no department if nobody is named.
    pub person: Option<PersonId>,
}

/// What someone might send.
#[derive(Clone)]
pub enum Parcel {
    /// A prompt, or the text of a file.
    Text {
        /// The text.
        text: Sensitive,
        /// The file it comes from, if it is one.
        file: Option<String>,
    },
    /// A file as it is.
    File {
        /// Its name.
        name: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
}

impl Parcel {
    fn file(&self) -> Option<&str> {
        match self {
            Self::Text { file, .. } => file.as_deref(),
            Self::File { name, .. } => Some(name),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Text { text, .. } => text.len(),
            Self::File { bytes, .. } => bytes.len(),
        }
    }
}

impl fmt::Debug for Parcel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: <{} bytes>", self.file().unwrap_or("text"), self.len())
    }
}

/// Why a check could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// The catalogue does not know the tool.
    #[error("unknown tool `{0}`: see the list of tools for the names that exist")]
    Tool(ToolId),
    /// The directory does not know the person.
    #[error("unknown person `{0}`: see the list of people for the names that exist")]
    Person(PersonId),
}

/// What would happen.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What would be recorded.
    pub record: Record,
    /// All findings with their places in the text, or in the text of the file's parts.
    pub findings: Vec<model::Finding>,
    /// The text as the tool would get it, if the verdict is to redact; files that are no text are withheld then.
    pub redacted: Option<Sensitive>,
}

pub(crate) fn check(snapshot: &Snapshot, asked: &Check, now: Timestamp) -> Result<Checked, CheckError> {
    let tool =
        snapshot.catalog.tool(asked.tool.as_str()).ok_or_else(|| CheckError::Tool(asked.tool.clone()))?;
    let by_file = if asked.parcel.file().is_some() { Activity::Upload } else { Activity::Prompt };
    let setting = Setting {
        activity: asked.activity.unwrap_or(by_file),
        tool: tool.id.clone(),
        category: tool.category,
        account: asked.account,
        sandbox: false,
    };
    let who = who(snapshot, asked.person.as_ref())?;
    let (found, legible) = examine_parcel(snapshot, &asked.parcel);
    let content = Content {
        labels: found.labels(),
        purpose: asked.purpose.or(found.purpose),
        visibility: if legible == Legible::Whole { Visibility::Content } else { Visibility::Flow },
    };
    let facts = facts(snapshot, &who, &setting, content, now);
    let verdict = snapshot.verdict(&facts);
    let redacted = redacted(snapshot, &asked.parcel, &found, &verdict);
    let exchange = Exchange {
        id: ExchangeId::at(now),
        at: now,
        source: Source::Check,
        person: who.id.clone(),
        method: String::new(),
        host: String::new(),
        path: String::new(),
        model: None,
        conversation: None,
        files: asked.parcel.file().map(str::to_owned).into_iter().collect(),
        bytes_up: asked.parcel.len() as u64,
        uninspected: (legible == Legible::InPart).then_some(Uninspected::Opaque),
    };
    let outcome = outcome(verdict.action, redacted.is_some());
    Ok(Checked {
        redacted,
        findings: found.spotted.iter().map(|spotted| spotted.finding.clone()).collect(),
        record: Record { exchange, facts, findings: found.findings(), verdict, outcome },
    })
}

/// What traffic with that verdict would meet; what cannot be rewritten is withheld.
fn outcome(action: Action, can_redact: bool) -> Outcome {
    match action {
        Action::Allow => Outcome::Forwarded,
        Action::Coach => Outcome::Coached,
        Action::Justify => Outcome::Held,
        Action::Redact if can_redact => Outcome::Redacted,
        Action::Redact | Action::Block => Outcome::Blocked,
    }
}

/// The findings in one text.
pub(crate) fn examine(snapshot: &Snapshot, text: &Sensitive) -> Examination {
    let texts = std::iter::once((0, text.reveal(), true));
    Examination::of(&snapshot.settings.key, texts, |text| snapshot.detectors.scan(text.as_bytes()).into())
}

fn examine_parcel(snapshot: &Snapshot, parcel: &Parcel) -> (Examination, Legible) {
    match parcel {
        Parcel::Text { text, .. } => (examine(snapshot, text), Legible::Whole),
        Parcel::File { name, bytes } => {
            let mut found = Examination::default();
            let key = &snapshot.settings.key;
            let legible = found.add_file(&snapshot.detectors, key, 0, bytes, Some(name));
            (found, legible)
        }
    }
}

fn who(snapshot: &Snapshot, named: Option<&PersonId>) -> Result<Who, CheckError> {
    let address = std::net::Ipv4Addr::UNSPECIFIED.into();
    let Some(id) = named else {
        return Ok(Who {
            id: PersonId::new("someone"),
            person: Some(Arc::new(someone())),
            address,
            errand: Errand::Real,
        });
    };
    let person = snapshot.directory.person(id.as_str()).ok_or_else(|| CheckError::Person(id.clone()))?;
    Ok(Who { id: id.clone(), person: Some(Arc::new(person.clone())), address, errand: Errand::Real })
}

/// An employee about whom nothing else is known.
fn someone() -> Person {
    Person {
        id: PersonId::new("someone"),
        name: "Someone".to_owned(),
        email: None,
        kind: PersonKind::Employee,
        department: None,
        groups: Default::default(),
        risk: Risk::Low,
        training: Default::default(),
        attested_until: None,
    }
}

fn redacted(
    snapshot: &Snapshot,
    parcel: &Parcel,
    found: &Examination,
    verdict: &Verdict,
) -> Option<Sensitive> {
    let Parcel::Text { text, .. } = parcel else { return None };
    if verdict.action != Action::Redact {
        return None;
    }
    let mut placeholders = Placeholders::default();
    let mut rewritten = String::with_capacity(text.len());
    let mut done = 0;
    for spotted in to_replace(&found.spotted, &redacted_labels(verdict)) {
        let original = text.reveal().get(spotted.range.clone())?;
        rewritten.push_str(text.reveal().get(done..spotted.range.start)?);
        rewritten.push_str(&placeholders.stand_in(&snapshot.settings.key, &spotted.finding.label, original));
        done = spotted.range.end;
    }
    rewritten.push_str(text.reveal().get(done..)?);
    Some(Sensitive::new(rewritten))
}
