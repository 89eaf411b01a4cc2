use model::{AccountKind, Action, Activity, FAMILIES, Label, PersonKind, ToolState};

use crate::{FrontMatter, vocabulary::Word};

/// Labels that read better by a name of their own.
const LABELS: [(&str, &str); 20] = [
    ("pii.email", "e-mail addresses"),
    ("pii.phone", "telephone numbers"),
    ("pii.us_ssn", "US social security numbers"),
    ("pii.ip_address", "IP addresses"),
    ("pii.date_of_birth", "dates of birth"),
    ("phi.condition", "a person’s health conditions"),
    ("phi.medication", "a person’s medication"),
    ("financial.payment_card", "payment card numbers"),
    ("financial.iban", "bank account numbers"),
    ("secret.private_key", "private keys"),
    ("secret.password", "passwords"),
    ("secret.jwt", "access tokens"),
    ("marking.confidential", "text marked CONFIDENTIAL"),
    ("marking.internal", "text marked INTERNAL"),
    ("marking.tlp_red", "text marked TLP:RED"),
    ("marking.tlp_amber", "text marked TLP:AMBER"),
    ("marking.tlp_green", "text marked TLP:GREEN"),
    ("marking.tlp_clear", "text marked TLP:CLEAR"),
    ("marking", "text with a classification marking"),
    ("attack", "instructions hidden to mislead an AI tool"),
];

/// The functions that must approve a change.
pub(crate) fn approved_by(front: &FrontMatter) -> String {
    if front.approvals.is_empty() { "nobody in particular".to_owned() } else { front.approvals.join(", ") }
}

/// A label as prose says it: `pii.us_ssn` is "US social security numbers", `secret.aws_access_key` is "aws access key
/// (credentials and secrets)".
pub fn label(label: &Label) -> String {
    let text = label.as_str();
    if let Some((_, name)) = LABELS.iter().find(|(known, _)| *known == text) {
        return (*name).to_owned();
    }
    let family =
        FAMILIES.iter().find(|(family, _)| *family == label.family()).map_or(text, |(_, name)| *name);
    match text.split_once('.') {
        None => family.to_owned(),
        Some(("source_code", language)) => format!("{} source code", capitalised(&spaced(language))),
        Some((_, rest)) => format!("{} ({family})", spaced(rest)),
    }
}

fn spaced(name: &str) -> String {
    name.replace(['_', '.'], " ")
}

/// What people do, as a plural noun.
pub(crate) const fn activity(activity: Activity) -> &'static str {
    match activity {
        Activity::Prompt => "prompts",
        Activity::Upload => "uploads",
        Activity::Receive => "answers",
        Activity::SignIn => "sign-ins",
    }
}

/// What is done, after a plural noun.
pub(crate) const fn action(action: Action) -> &'static str {
    match action {
        Action::Allow => "are allowed",
        Action::Coach => "are held once, with advice",
        Action::Justify => "need a stated reason",
        Action::Redact => "are redacted",
        Action::Block => "are blocked",
    }
}

pub(crate) fn person(kind: PersonKind) -> String {
    match kind {
        PersonKind::Employee => "an employee".to_owned(),
        PersonKind::Unknown => "not identified".to_owned(),
        other => format!("a {}", other.word()),
    }
}

pub(crate) const fn account(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Corporate => "a corporate one",
        AccountKind::Personal => "a personal one",
        AccountKind::Anonymous => "anonymous",
        AccountKind::Unknown => "not known",
    }
}

pub(crate) const fn tool_state(state: ToolState) -> &'static str {
    match state {
        ToolState::Approved => "approved",
        ToolState::Conditional => "conditionally approved",
        ToolState::UnderReview => "under review",
        ToolState::Unreviewed => "not yet reviewed",
        ToolState::Denied => "denied",
    }
}

/// `a`, `a or b`, `a, b or c`
pub(crate) fn list<S: AsRef<str>>(items: &[S], joint: &str) -> String {
    let Some((last, init)) = items.split_last() else { return String::new() };
    let last = last.as_ref();
    if init.is_empty() {
        return last.to_owned();
    }
    let init: Vec<&str> = init.iter().map(AsRef::as_ref).collect();
    format!("{} {joint} {last}", init.join(", "))
}

/// `text` with its first letter in upper case.
pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}
