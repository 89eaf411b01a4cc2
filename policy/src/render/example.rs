use model::{AccountKind, Action, Activity, Label, PersonKind, Visibility};

use super::words::{self, label, list};
use crate::{example::Example, vocabulary::Word};

/// What an example tells people, by the action it expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// "You may …"
    May,
    /// Something happens first: "You get advice before you …"
    MayBut,
    /// "You may not …"
    MayNot,
}

impl Lead {
    /// What `action` means for the person.
    pub const fn of(action: Action) -> Self {
        match action {
            Action::Allow => Self::May,
            Action::Coach | Action::Justify | Action::Redact => Self::MayBut,
            Action::Block => Self::MayNot,
        }
    }
}

/// The words that lead to what the person does.
const fn lead(action: Action) -> &'static str {
    match action {
        Action::Allow => "You may",
        Action::Coach => "You get advice before you",
        Action::Justify => "You state a reason before you",
        Action::Redact => "Sensitive parts are replaced when you",
        Action::Block => "You may not",
    }
}

/// An example as guidance, in three parts around what is said: "You may not send", the text, "to chatgpt".
pub(super) struct Guidance {
    pub(super) lead: String,
    pub(super) says: String,
    pub(super) circumstances: String,
}

pub(super) fn guidance(example: &Example) -> Guidance {
    let verb = match (example.on, &example.file) {
        (Activity::SignIn, _) => "sign in".to_owned(),
        (Activity::Receive, _) => "receive".to_owned(),
        (_, Some(file)) => format!("upload the file {file}"),
        (Activity::Upload, None) => "upload".to_owned(),
        (Activity::Prompt, None) => "send".to_owned(),
    };
    Guidance {
        lead: format!("{} {verb}", lead(example.expect.action)),
        says: example.says.reveal().trim().to_owned(),
        circumstances: circumstances(example),
    }
}

fn circumstances(example: &Example) -> String {
    let direction = match example.on {
        Activity::Receive => "from",
        Activity::Prompt | Activity::Upload | Activity::SignIn => "to",
    };
    let mut parts = vec![format!("{direction} {}", example.tool)];
    if let Some(state) = example.tool_state {
        parts.push(format!("while that tool is {}", words::tool_state(state)));
    }
    if let Some(classes) = example.approved_for.as_ref().filter(|classes| !classes.is_empty()) {
        let classes: Vec<String> = classes.iter().map(|class: &Label| label(class)).collect();
        parts.push(format!("while that tool is approved for {}", list(&classes, "and")));
    }
    match example.account {
        AccountKind::Corporate => {}
        AccountKind::Personal => parts.push("with a personal account".to_owned()),
        AccountKind::Anonymous => parts.push("without signing in".to_owned()),
        AccountKind::Unknown => parts.push("with an unknown account".to_owned()),
    }
    if example.person.kind != PersonKind::Employee {
        parts.push(match example.person.kind {
            PersonKind::Unknown => "without being identified".to_owned(),
            kind => format!("as a {}", kind.word()),
        });
    }
    parts.extend(example.person.department.iter().map(|name| format!("in the department {name}")));
    parts.extend(example.purpose.map(|purpose| format!("for {}", purpose.plain())));
    if example.sandbox {
        parts.push("from a sandbox".to_owned());
    }
    if example.visibility != Visibility::Content {
        parts.push("where the content cannot be inspected".to_owned());
    }
    if !example.person.attested {
        parts.push("before attesting this policy".to_owned());
    }
    if !example.exempt.is_empty() {
        let ids: Vec<_> = example.exempt.iter().map(|id| id.as_str()).collect();
        parts.push(format!("under an approved exception from {}", list(&ids, "and")));
    }
    parts.join(", ")
}
