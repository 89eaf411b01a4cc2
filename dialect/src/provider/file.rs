//! A body that is a file or plain text, as sent to storage hosts or by small tools.

use crate::{
    codec::Codec,
    dialect::media_type,
    draft::{Draft, Speaker},
    reading::{FileInfo, RequestHead},
};

pub(crate) fn read(draft: &mut Draft, head: &RequestHead<'_>, body: &[u8]) {
    draft.content(None, 0..body.len(), body, Speaker::HUMAN, file(head));
}

/// Plain text is a prompt, not a file, unless the path ends in a file's name.
fn file(head: &RequestHead<'_>) -> Option<FileInfo> {
    let path = head.path.split('?').next().unwrap_or_default();
    let name = path.rsplit('/').next().filter(|name| has_extension(name)).map(percent_decoded);
    let media_type = head.content_type.map(media_type).filter(|name| !name.is_empty());
    let is_prompt = name.is_none() && media_type.as_deref().is_none_or(|name| name == "text/plain");
    (!is_prompt).then_some(FileInfo { name, media_type })
}

fn percent_decoded(name: &str) -> String {
    let name = name.replace('+', "%2B");
    let said = Codec::Percent.decode(name.as_bytes()).unwrap_or_default();
    String::from_utf8_lossy(&said).into_owned()
}

fn has_extension(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.is_empty()
            && (1..=5).contains(&extension.len())
            && extension.chars().all(|c| c.is_ascii_alphanumeric())
    })
}
