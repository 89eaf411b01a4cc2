use std::collections::BTreeSet;

use model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Lifecycle, draft::ContentHash};

/// What someone says of a draft for one function of the organisation, as `legal`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    /// The draft's id.
    pub draft: String,
    /// For which function.
    pub function: String,
    /// Of exactly this content.
    pub hash: ContentHash,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub stance: Stance,
}

/// What an opinion comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Stance {
    /// It may come into force.
    Approves,
    /// It may not before something is changed.
    AsksForChanges {
        /// What.
        what: String,
    },
}

impl Lifecycle for Opinion {
    const KIND: &'static str = "policy_opinion";

    fn state(&self) -> &'static str {
        match self.stance {
            Stance::Approves => "approves",
            Stance::AsksForChanges { .. } => "asks_for_changes",
        }
    }

    fn subject(&self) -> Option<&str> {
        Some(&self.draft)
    }
}

/// How a function stands to a draft as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Position<'a> {
    /// Nobody has said anything for it.
    Missing,
    /// It approved something else: the draft was edited since.
    Void(&'a Opinion),
    /// Whoever approved it also wrote it.
    OwnWork(&'a Opinion),
    /// It asked for changes and has not approved since.
    ChangesAsked(&'a Opinion),
    /// It approved exactly this.
    Approved(&'a Opinion),
}

/// How `function` stands to the content with `hash` that `writers` wrote; its latest opinion counts, and of those of the
/// same instant the last.
pub fn position<'a>(
    function: &str,
    opinions: &'a [Opinion],
    hash: &ContentHash,
    writers: &BTreeSet<String>,
) -> Position<'a> {
    let of_function = opinions.iter().filter(|opinion| opinion.function == function);
    let Some(latest) = of_function.max_by_key(|opinion| opinion.at) else { return Position::Missing };
    match latest.stance {
        Stance::AsksForChanges { .. } => Position::ChangesAsked(latest),
        Stance::Approves if latest.hash != *hash => Position::Void(latest),
        Stance::Approves if writers.contains(&latest.by) => Position::OwnWork(latest),
        Stance::Approves => Position::Approved(latest),
    }
}

/// An opinion that is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpinionRefusal {
    /// It is about what the draft was.
    #[error(
        "the draft has changed since you read it: it was {given} and is now {current}; read it again, then say what you think"
    )]
    Stale {
        /// What it is about.
        given: ContentHash,
        /// What the draft is.
        current: ContentHash,
    },
    /// The account does not speak for that function.
    #[error("your account does not speak for `{function}`{held}; an administrator can change that")]
    Function {
        /// For which one it was.
        function: String,
        /// Which ones the account speaks for, in words.
        held: String,
    },
    /// Nobody approves what they wrote.
    #[error("you wrote in this draft, so somebody else has to approve it for `{function}`")]
    OwnWork {
        /// For which function.
        function: String,
    },
}

impl Opinion {
    /// This opinion, if its maker, who speaks for `functions`, may give it of what the draft is now.
    pub fn given(
        self,
        functions: &BTreeSet<String>,
        current: &ContentHash,
        writers: &BTreeSet<String>,
    ) -> Result<Self, OpinionRefusal> {
        let function = self.function.clone();
        if !functions.contains(&function) {
            let held: Vec<&str> = functions.iter().map(String::as_str).collect();
            let held =
                if held.is_empty() { String::new() } else { format!(", only for {}", held.join(", ")) };
            return Err(OpinionRefusal::Function { function, held });
        }
        if self.hash != *current {
            return Err(OpinionRefusal::Stale { given: self.hash, current: current.clone() });
        }
        if self.stance == Stance::Approves && writers.contains(&self.by) {
            return Err(OpinionRefusal::OwnWork { function });
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opinion(by: &str, hash: &str, at: i64, stance: Stance) -> Opinion {
        Opinion {
            draft: "d".into(),
            function: "legal".into(),
            hash: ContentHash::of(hash),
            by: by.into(),
            at: Timestamp::from_millis(at),
            stance,
        }
    }

    fn changes() -> Stance {
        Stance::AsksForChanges { what: "name the law".into() }
    }

    fn word(position: &Position<'_>) -> &'static str {
        match position {
            Position::Missing => "missing",
            Position::Void(_) => "void",
            Position::OwnWork(_) => "own work",
            Position::ChangesAsked(_) => "changes asked",
            Position::Approved(_) => "approved",
        }
    }

    #[test]
    fn the_latest_opinion_of_a_function_counts_for_exactly_what_it_saw() {
        let yes = |by, hash, at| opinion(by, hash, at, Stance::Approves);
        let no = |hash, at| opinion("leo", hash, at, changes());
        let writers = BTreeSet::from(["ada".to_owned()]);
        let of_security = Opinion { function: "security".into(), ..yes("leo", "now", 1) };
        for (opinions, expected) in [
            (vec![], "missing"),
            (vec![of_security], "missing"),
            (vec![yes("leo", "now", 1)], "approved"),
            (vec![yes("leo", "before", 1)], "void"),
            (vec![yes("ada", "now", 1)], "own work"),
            (vec![no("before", 1)], "changes asked"),
            (vec![yes("leo", "now", 1), no("now", 2)], "changes asked"),
            (vec![no("before", 1), yes("mia", "now", 2)], "approved"),
            (vec![yes("leo", "now", 2), yes("leo", "before", 1)], "approved"),
        ] {
            let standing = position("legal", &opinions, &ContentHash::of("now"), &writers);
            assert_eq!(word(&standing), expected, "{opinions:?}");
        }
    }

    #[test]
    fn opinions_are_taken_of_what_is_there_from_those_who_speak_for_a_function() {
        let (legal, none) = (BTreeSet::from(["legal".to_owned()]), BTreeSet::new());
        let writers = BTreeSet::from(["ada".to_owned()]);
        for (functions, opinion, expected) in [
            (&legal, opinion("leo", "now", 1, Stance::Approves), None),
            (&legal, opinion("leo", "before", 1, Stance::Approves), Some("has changed since you read it")),
            (&legal, opinion("leo", "before", 1, changes()), Some("has changed since you read it")),
            (&legal, opinion("ada", "now", 1, Stance::Approves), Some("somebody else")),
            (&legal, opinion("ada", "now", 1, changes()), None),
            (&none, opinion("leo", "now", 1, Stance::Approves), Some("does not speak for `legal`;")),
        ] {
            let given = opinion.clone().given(functions, &ContentHash::of("now"), &writers);
            let refusal = given.err().map(|refusal| refusal.to_string());
            let matches = match (&refusal, expected) {
                (None, None) => true,
                (Some(refusal), Some(expected)) => refusal.contains(expected),
                _ => false,
            };
            assert!(matches, "{opinion:?}: {refusal:?}");
        }
    }
}
