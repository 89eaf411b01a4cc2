use std::fmt;

use model::{Action, ClauseId, Record};

/// Which exchanges' content is captured as evidence, and how much of it. Without this, none is.
#[derive(Clone, Debug)]
pub struct Capture {
    /// The clauses whose violation is captured: ids, or beginnings of ids followed by `*`.
    pub clauses: Vec<String>,
    /// Most bytes of one exchange's content.
    pub limit: usize,
}

/// The content of an exchange that broke a clause, on its way to being sealed. It cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Evidence {
    content: Vec<u8>,
    /// Bytes of the whole content.
    pub whole: usize,
}

impl Capture {
    /// Whether the content of what `record` tells of is captured: a clause that is named asked for more than to allow it.
    fn wants(&self, record: &Record) -> bool {
        let broken = record.verdict.duties.iter().filter(|duty| duty.action > Action::Allow);
        broken.into_iter().any(|duty| self.clauses.iter().any(|pattern| names(pattern, &duty.clause)))
    }
}

fn names(pattern: &str, clause: &ClauseId) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => clause.as_str().starts_with(beginning),
        None => clause.as_str() == pattern,
    }
}

impl Evidence {
    /// What people who open it read: the request's line, then its content, without any other header, as those may hold
    /// what signs the person in.
    pub(crate) fn of(
        capture: &Capture,
        record: &Record,
        content_type: &str,
        content: &[u8],
    ) -> Option<Box<Self>> {
        if content.is_empty() || !capture.wants(record) {
            return None;
        }
        let kept = content.get(..capture.limit).unwrap_or(content);
        let exchange = &record.exchange;
        let mut text = format!("{} {}{}\n", exchange.method, exchange.host, exchange.path).into_bytes();
        text.extend_from_slice(
            format!("content-type: {content_type}\nexchange: {}\n", exchange.id).as_bytes(),
        );
        if kept.len() < content.len() {
            let cut = format!("captured: the first {} of {} bytes\n", kept.len(), content.len());
            text.extend_from_slice(cut.as_bytes());
        }
        text.push(b'\n');
        text.extend_from_slice(kept);
        Some(Box::new(Self { content: text, whole: content.len() }))
    }

    /// What is to be sealed.
    pub fn reveal(&self) -> &[u8] {
        &self.content
    }
}

impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.content.len())
    }
}

#[cfg(test)]
mod tests {
    use model::ClauseId;

    use super::names;

    #[test]
    fn patterns_name_clauses() {
        for (pattern, clause, named) in [
            ("*", "DATA-1", true),
            ("DATA-*", "DATA-1", true),
            ("DATA-*", "CODE-1", false),
            ("DATA-1", "DATA-1", true),
            ("DATA-1", "DATA-10", false),
        ] {
            assert_eq!(names(pattern, &ClauseId::new(clause)), named, "{pattern} {clause}");
        }
    }
}
