use std::{collections::BTreeSet, time::Duration};

use crate::{
    document::{
        fields::Fields,
        yaml::{Node, Scalar},
    },
    front::duration,
    mistake::{Log, Place},
    nearest::remedy,
    vocabulary::Vocabulary,
};

/// The keys of the front matter that say how people decide about exceptions, tools and what was made with AI.
pub(crate) const KEYS: [&str; 5] =
    ["exceptions", "longest_exception", "tool_reviews", "review_topics", "asset_flags"];

/// What the review of a tool may be asked to look at beside what it always does.
pub const REVIEW_TOPICS: [&str; 2] = ["accessibility", "fairness"];
/// Why something made with AI may need a second look.
pub const ASSET_FLAGS: [&str; 4] =
    ["unlicensed_training", "machine_made", "outputs_not_owned", "unreviewed_tool"];

/// An exception lasts at most this long unless the policy says otherwise.
const LONGEST_EXCEPTION: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// How people decide about exceptions, tools and what was made with AI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workflow {
    /// Who may exempt from clauses that do not say it themselves.
    pub exceptions: Exemption,
    /// How long an exception lasts at most.
    pub longest_exception: Duration,
    /// The functions that must agree to a decision about a tool.
    pub tool_reviews: BTreeSet<String>,
    /// What reviews of tools look at beside what they always do: some of [`REVIEW_TOPICS`].
    pub review_topics: Vec<String>,
    /// Why something made with AI needs a second look: some of [`ASSET_FLAGS`].
    pub asset_flags: BTreeSet<String>,
}

/// Who may exempt from a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exemption {
    /// All of these functions, together.
    By(BTreeSet<String>),
    /// Nobody.
    Never,
}

/// Reads the keys of the front matter; `approvals` are the policy's functions. What is not said is the first of them.
pub(crate) fn read(fields: &Fields<'_>, approvals: &[String], log: &mut Log) -> Workflow {
    let first: BTreeSet<String> = approvals.iter().take(1).cloned().collect();
    let exceptions = fields.get("exceptions").and_then(|node| exemption(node, approvals, log));
    let longest = fields.text("longest_exception", log).and_then(|text| duration(text, log));
    let tool_reviews = fields.get("tool_reviews").map(|node| functions(node.texts(log), approvals, log));
    Workflow {
        exceptions: exceptions.unwrap_or_else(|| Exemption::By(first.clone())),
        longest_exception: longest.unwrap_or(LONGEST_EXCEPTION),
        tool_reviews: tool_reviews.unwrap_or(first),
        review_topics: words(fields, "review_topics", "topic of reviews", &REVIEW_TOPICS, log)
            .unwrap_or_default(),
        asset_flags: words(fields, "asset_flags", "reason to flag an asset", &ASSET_FLAGS, log)
            .map_or_else(|| ASSET_FLAGS.map(str::to_owned).into(), |flags| flags.into_iter().collect()),
    }
}

/// Reads who may exempt: `none`, or functions.
pub(crate) fn exemption(node: &Node, known: &[String], log: &mut Log) -> Option<Exemption> {
    let texts = node.texts(log);
    match texts.as_slice() {
        [] => None,
        [text] if text.text == "none" => Some(Exemption::Never),
        texts => Some(Exemption::By(functions(texts.to_vec(), known, log))),
    }
}

/// Reads what a `cedar` fence says of it, as in `exceptions=security,legal`.
pub(crate) fn exemption_in_fence(value: &str, place: Place, words: &Vocabulary, log: &mut Log) -> Exemption {
    if value == "none" {
        return Exemption::Never;
    }
    let functions = value.split(',');
    Exemption::By(functions.filter_map(|name| function(name, place, words.functions(), log)).collect())
}

fn functions(texts: Vec<&Scalar>, known: &[String], log: &mut Log) -> BTreeSet<String> {
    texts.into_iter().filter_map(|text| function(&text.text, text.place, known, log)).collect()
}

/// A function that the policy's `approvals` name; any, where those could not be read.
fn function(name: &str, place: Place, known: &[String], log: &mut Log) -> Option<String> {
    if known.is_empty() || known.iter().any(|function| function == name) {
        return Some(name.to_owned());
    }
    let remedy = remedy(name, known.iter().map(String::as_str), "add it to `approvals`");
    log.add(place, format!("`{name}` is no function of this policy"), remedy);
    None
}

/// The words of a list that are among `known`; dashes and blanks count as underscores.
fn words(
    fields: &Fields<'_>,
    key: &str,
    noun: &str,
    known: &[&'static str],
    log: &mut Log,
) -> Option<Vec<String>> {
    let texts = fields.get(key)?.texts(log);
    if let [text] = texts.as_slice()
        && text.text == "none"
    {
        return Some(Vec::new());
    }
    let found = texts.into_iter().filter_map(|text| {
        let word = text.text.replace([' ', '-'], "_");
        if known.contains(&word.as_str()) {
            return Some(word);
        }
        let remedy = remedy(&word, known.iter().copied(), "remove it");
        log.add(text.place, format!("`{}` is no {noun}", text.text), remedy);
        None
    });
    Some(found.collect())
}
