use mail_parser::{HeaderValue, Message, MessageParser, MimeHeaders, PartType};

use super::{
    budget::Text,
    document::Trouble,
    html,
    reader::{Reader, inside},
};

/// Headers a message begins with; two different ones make a text a message.
const TELLING: [&str; 14] = [
    "from:",
    "to:",
    "date:",
    "subject:",
    "message-id:",
    "mime-version:",
    "received:",
    "return-path:",
    "delivered-to:",
    "reply-to:",
    "content-type:",
    "cc:",
    "x-mailer:",
    "dkim-signature:",
];
/// Most messages of a mailbox.
const MOST_MESSAGES: usize = 2000;

/// Whether a text begins like a message (RFC 5322) or a mailbox of messages (RFC 4155): with at least three of the
/// usual headers, `From:` or `Received:` among them.
pub(super) fn is_mail(text: &str) -> bool {
    let headers =
        text.lines().skip(usize::from(text.starts_with("From "))).take_while(|line| !line.is_empty());
    let mut found = Vec::new();
    for line in headers.take(60).filter(|line| !line.starts_with([' ', '\t'])) {
        let Some((name, _)) = line.split_once(':') else { return false };
        if name.contains(' ') || name.is_empty() {
            return false;
        }
        let name = format!("{}:", name.to_ascii_lowercase());
        found.extend(TELLING.iter().filter(|telling| **telling == name));
    }
    found.sort_unstable();
    found.dedup();
    found.len() >= 3 && (found.contains(&&"from:") || found.contains(&&"received:"))
}

/// Reads a message, or a mailbox message by message.
pub(super) fn read(reader: &mut Reader, bytes: &[u8], path: &str) -> Result<(), Trouble> {
    if !bytes.starts_with(b"From ") {
        return message(reader, bytes, path);
    }
    let mut starts: Vec<usize> = vec![0];
    starts.extend(memchr::memmem::find_iter(bytes, b"\n\nFrom ").map(|at| at + 2));
    starts.extend(memchr::memmem::find_iter(bytes, b"\r\n\r\nFrom ").map(|at| at + 4));
    starts.sort_unstable();
    for (number, start) in starts.iter().enumerate().take(MOST_MESSAGES) {
        let end = starts.get(number + 1).copied().unwrap_or(bytes.len());
        let whole = bytes.get(*start..end).unwrap_or_default();
        let first = memchr::memchr(b'\n', whole).map_or(whole.len(), |at| at + 1);
        message(
            reader,
            whole.get(first..).unwrap_or_default(),
            &inside(path, &format!("message {}", number + 1)),
        )?;
    }
    Ok(())
}

fn message(reader: &mut Reader, bytes: &[u8], path: &str) -> Result<(), Trouble> {
    let parser = MessageParser::new().with_mime_headers().default_header_text();
    let message = parser.parse(bytes).ok_or(Trouble::Unreadable)?;
    contents(reader, &message, path, 8);
    Ok(())
}

fn contents(reader: &mut Reader, message: &Message<'_>, path: &str, deepest: usize) {
    headers(reader, message, path);
    let mut body = Text::new(&reader.meter);
    // Of a body given twice, as text and as a page, the page may say more: both are read.
    for part in message.text_body.iter().filter_map(|id| message.part(*id)) {
        if let PartType::Text(text) = &part.body {
            body.push(text);
            body.end_line();
        }
    }
    let text_only = body.len() > 0;
    let mut page = Text::new(&reader.meter);
    for part in message.html_body.iter().filter_map(|id| message.part(*id)) {
        if let PartType::Html(text) = &part.body {
            html::strip(text, &mut page);
            page.end_line();
        }
    }
    reader.finish(path, body);
    reader.finish(&if text_only { inside(path, "html") } else { path.to_owned() }, page);
    for (number, attachment) in message.attachments().enumerate() {
        let name = attachment.attachment_name().map(str::to_owned);
        let path = inside(path, &name.unwrap_or_else(|| format!("attachment {}", number + 1)));
        if attachment.is_content_type("multipart", "encrypted")
            || attachment.is_content_type("application", "pkcs7-mime")
        {
            reader.problem(&path, Trouble::Encrypted);
            continue;
        }
        match &attachment.body {
            PartType::Text(text) => reader.inner(text.as_bytes(), &path),
            PartType::Html(text) => reader.inner(text.as_bytes(), &path),
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => reader.inner(bytes, &path),
            PartType::Message(message) => match deepest.checked_sub(1) {
                Some(deeper) => contents(reader, message, &path, deeper),
                None => reader.problem(&path, Trouble::OverBudget(super::Limit::Depth)),
            },
            PartType::Multipart(_) => {}
        }
    }
}

/// The headers, decoded, one a line.
fn headers(reader: &mut Reader, message: &Message<'_>, path: &str) {
    let mut text = Text::new(&reader.meter);
    for header in message.headers() {
        let HeaderValue::Text(value) = &header.value else { continue };
        let name = header.name.as_str();
        if name.eq_ignore_ascii_case("msip_labels") {
            labels(reader, value, path);
        }
        text.push(name);
        text.push(": ");
        text.push(value);
        text.end_line();
    }
    reader.finish(&inside(path, "headers"), text);
}

/// Outlook's labels: `MSIP_Label_<id>_Name=Confidential; …`.
fn labels(reader: &mut Reader, header: &str, path: &str) {
    for (name, value) in header.split(';').take(64).filter_map(|setting| setting.split_once('=')) {
        reader.property(path, name, value);
    }
}
