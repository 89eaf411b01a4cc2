//! A YAML map whose keys are known.

use crate::{
    document::yaml::{Node, Scalar},
    mistake::{Log, Place},
    nearest::remedy,
};

/// The entries of one YAML map whose keys are all known and given once.
pub struct Fields<'a> {
    entries: Vec<(&'a Scalar, &'a Node)>,
    what: &'static str,
    place: Place,
}

impl<'a> Fields<'a> {
    /// Reads `node` as a map; notes unknown and repeated keys. `what` names it in messages, as in "a rule".
    pub fn read(node: &'a Node, what: &'static str, known: &[&str], log: &mut Log) -> Option<Self> {
        let Node::Map(pairs, place) = node else {
            let example = known.first().copied().unwrap_or("key");
            log.add(
                node.place(),
                format!("{what} is written as `key: value` lines"),
                format!("start a line with `{example}:`"),
            );
            return None;
        };
        let mut entries: Vec<(&Scalar, &Node)> = Vec::new();
        for (key, value) in pairs {
            if !known.contains(&key.text.as_str()) {
                let remedy = remedy(&key.text, known.iter().copied(), "remove it");
                log.add(key.place, format!("{what} has no key `{}`", key.text), remedy);
            } else if entries.iter().any(|(earlier, _)| earlier.text == key.text) {
                log.add(key.place, format!("`{}` is given twice", key.text), "keep one of them");
            } else {
                entries.push((key, value));
            }
        }
        Some(Self { entries, what, place: *place })
    }

    /// Where the map begins.
    pub fn place(&self) -> Place {
        self.place
    }

    /// The value of `key`, if it is given.
    pub fn get(&self, key: &str) -> Option<&'a Node> {
        self.entries.iter().find(|(given, _)| given.text == key).map(|(_, value)| *value)
    }

    /// The value of `key`; notes a mistake if it is missing.
    pub fn require(&self, key: &str, example: &str, log: &mut Log) -> Option<&'a Node> {
        let value = self.get(key);
        if value.is_none() {
            let message = format!("{} needs the key `{key}`", self.what);
            log.add(self.place, message, format!("add a line such as `{key}: {example}`"));
        }
        value
    }

    /// The single text of `key`, if it is given and sound.
    pub fn text(&self, key: &str, log: &mut Log) -> Option<&'a Scalar> {
        self.get(key).and_then(|node| node.text(log))
    }

    /// The single text of `key`, which must be given.
    pub fn require_text(&self, key: &str, example: &str, log: &mut Log) -> Option<&'a Scalar> {
        self.require(key, example, log).and_then(|node| node.text(log))
    }

    /// The texts of `key`, or nothing.
    pub fn texts(&self, key: &str, log: &mut Log) -> Vec<&'a Scalar> {
        self.get(key).map(|node| node.texts(log)).unwrap_or_default()
    }
}
