use anyhow::Result;
use policy::Policy;

/// The policy as PDF, with what people may do as a table and a tree.
#[cfg(feature = "pdf")]
pub(crate) fn pdf(policy: &Policy) -> Result<Vec<u8>> {
    let front = policy.front();
    Ok(typeset::pdf(&typeset::Document {
        title: &front.title,
        markdown: &policy::render::booklet(policy),
        language: "en",
        mark: policy.version().as_str(),
        day: front.reviewed.and_then(day),
    })?)
}

/// Typesetting is left out of this program.
#[cfg(not(feature = "pdf"))]
pub(crate) fn pdf(_: &Policy) -> Result<Vec<u8>> {
    anyhow::bail!(
        "this Bylaw was built without PDF; build it with `cargo build --release --features pdf`, or take HTML or Markdown"
    )
}

/// What the console makes PDF of policies with.
#[cfg(feature = "pdf")]
pub(crate) fn printer() -> Option<server::Printer> {
    Some(server::Printer::new(|policy| pdf(policy).map_err(|error| crate::command::explain(&error))))
}

/// Typesetting is left out of this program.
#[cfg(not(feature = "pdf"))]
pub(crate) fn printer() -> Option<server::Printer> {
    None
}

/// Year, month and day of an instant, in UTC.
#[cfg(feature = "pdf")]
fn day(instant: model::Timestamp) -> Option<(i32, u8, u8)> {
    let text = instant.to_string();
    let mut parts = text.split_once('T')?.0.splitn(3, '-');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}
