use std::borrow::Cow;

use model::Timestamp;

use super::{Each, Reader, UNKNOWN, WRAPPINGS};
use crate::log::{Format, draft::Reason, json, time};

/// Longest JSON text over several lines that is read, in bytes.
const LONGEST_TEXT: usize = 16 << 20;
/// Keys under which shippers put a list of records.
const LISTS: [&str; 8] = ["Records", "records", "events", "logEvents", "logs", "data", "result", "value"];
/// Keys under which shippers put the line or object they carry.
const CARRIERS: [&str; 10] =
    ["message", "log", "_raw", "MESSAGE", "event", "raw", "line", "body", "msg", "log_processed"];

impl Reader {
    /// An object of JSON.
    pub(super) fn object(
        &mut self,
        line: &str,
        at: Option<Timestamp>,
        depth: u32,
        each: Each<'_>,
    ) -> Result<(), Reason> {
        let line = line.strip_suffix(',').unwrap_or(line).trim_end();
        if line == "{" {
            self.text = Some((line.to_owned(), 1));
            return Ok(());
        }
        let forced = self.settings.format.filter(|format| format.is_json());
        let sticky = self.current.filter(|format| marked(*format, line));
        if let Some(format) = forced.or(sticky).or_else(|| Format::of_object(line)) {
            return self.known(format, line, at, each);
        }
        if depth == 0 {
            return Err(UNKNOWN);
        }
        if let Some(records) = json::elements(line, &LISTS) {
            return self.records(&records, at, depth - 1, each);
        }
        if !line.ends_with('}') {
            return Err(json::MALFORMED);
        }
        match self.carried(line, at, depth - 1, each) {
            Err(UNKNOWN) => {
                let before = self.current;
                let read = self.known(Format::Fields, line, at, each);
                if read == Err(UNKNOWN) {
                    self.current = before;
                }
                read
            }
            read => read,
        }
    }

    /// A line or an object that an object carries.
    fn carried(
        &mut self,
        line: &str,
        at: Option<Timestamp>,
        depth: u32,
        each: Each<'_>,
    ) -> Result<(), Reason> {
        let members = json::members(line);
        let member = |name: &str| members.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
        let original = member("event").and_then(|event| {
            json::members(event).into_iter().find(|(key, _)| *key == "original").map(|(_, value)| value)
        });
        let time = ["@timestamp", "timestamp", "time", "ts", "date"].into_iter().find_map(|name| {
            let value = member(name)?;
            let text = json::text_of(value).unwrap_or(Cow::Borrowed(value));
            time::instant(&text, &self.settings.clock)
        });
        let at = time.or(at);
        let mut outcome = Err(UNKNOWN);
        for value in member("event.original")
            .into_iter()
            .chain(original)
            .chain(CARRIERS.into_iter().filter_map(member))
        {
            let read = match (value.as_bytes().first(), json::text_of(value)) {
                (Some(b'{'), _) => self.object(value, at, depth, each),
                (_, Some(text)) => self.text(text.trim_end(), at, depth, each),
                _ => continue,
            };
            match read {
                Err(UNKNOWN) => (),
                read => {
                    outcome = read;
                    break;
                }
            }
        }
        outcome
    }

    /// A list of JSON in one line, or a bracket of one over many.
    pub(super) fn list(
        &mut self,
        line: &str,
        at: Option<Timestamp>,
        depth: u32,
        each: Each<'_>,
    ) -> Result<(), Reason> {
        if matches!(line.trim_end_matches([',', ' ']), "[" | "]") {
            return Ok(());
        }
        let records = json::elements(line, &[]).filter(|_| depth > 0).ok_or(json::MALFORMED)?;
        self.records(&records, at, depth - 1, each)
    }

    fn records(
        &mut self,
        records: &[&str],
        at: Option<Timestamp>,
        depth: u32,
        each: Each<'_>,
    ) -> Result<(), Reason> {
        let mut outcome = Ok(());
        for record in records {
            let read = match json::text_of(record) {
                Some(text) => self.text(&text, at, depth, each),
                None => self.object(record, at, depth, each),
            };
            outcome = outcome.and(read);
        }
        outcome
    }

    /// A further line of a JSON text that is written over several.
    pub(super) fn more_text(&mut self, line: &str, each: Each<'_>) -> Result<(), Reason> {
        let Some((mut text, open)) = self.text.take() else { return Ok(()) };
        if text.len() + line.len() > LONGEST_TEXT {
            return Err("a JSON text longer than 16 MiB");
        }
        text.push('\n');
        text.push_str(line);
        let open = open + braces(line);
        if open > 0 {
            self.text = Some((text, open));
            return Ok(());
        }
        self.object(&text, None, WRAPPINGS, each)
    }
}

/// Whether an object has the mark of the format that came before, so that its keys need not be looked at.
fn marked(format: Format, line: &str) -> bool {
    let has = |mark: &str| memchr::memmem::find(line.as_bytes(), mark.as_bytes()).is_some();
    match format {
        Format::ZeekJson => has("\"id.orig_h\":"),
        Format::SuricataEve => has("\"event_type\":"),
        Format::Route53 => has("\"srcaddr\":"),
        _ => false,
    }
}

/// Whether a text in a bracket is a list of JSON, and not a time or a number in brackets.
pub(super) fn is_list(line: &str) -> bool {
    let after = line.get(1..).unwrap_or_default().trim_start();
    after.is_empty() || after.starts_with(['{', '"', ']', ',', '['])
}

/// Braces and brackets opened less those closed, outside strings, which end on the line they begin on.
fn braces(line: &str) -> i64 {
    let (mut open, mut quoted, mut escaped) = (0, false, false);
    for byte in line.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => open += 1,
            b'}' | b']' if !quoted => open -= 1,
            _ => (),
        }
    }
    open
}
