use std::{collections::BTreeSet, fmt};

use model::{PolicyVersion, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Lifecycle, rollout::Stages};

/// The SHA-256 of a policy document, in hexadecimal, as `sha256sum` prints it: what an approval is bound to.
///
/// A version is the beginning of another hash and too short for that: who writes a document could prepare a second one
/// with the same version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentHash(String);

impl ContentHash {
    /// That of `source`.
    pub fn of(source: &str) -> Self {
        Self(crate::audit::hex(&Sha256::digest(source)))
    }

    /// As written by someone else, to be compared.
    pub fn given(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A policy that is being written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// What it is called; the policy's name if it came from a file.
    pub name: String,
    /// The document so far; it may have mistakes.
    pub source: String,
    /// The version in force that its writers started from; `None` before the first.
    pub base: Option<PolicyVersion>,
    /// Who began it.
    pub author: String,
    /// Everyone who wrote in it: they do not approve it.
    pub writers: BTreeSet<String>,
    /// What was last pushed from a file, so that a push does not overwrite what was written here since.
    pub pushed: Option<ContentHash>,
    /// Where it stands.
    pub state: DraftState,
}

/// Where a draft stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum DraftState {
    /// It can be written in and reviewed.
    Open {
        /// Why it did not come into force when it should have.
        #[serde(default)]
        returned: Option<String>,
    },
    /// It comes into force by itself.
    Scheduled {
        /// When.
        at: Timestamp,
        /// Who said so.
        by: String,
        /// How strictly then.
        rollout: Stages,
    },
    /// It came into force.
    Published {
        /// As what.
        version: PolicyVersion,
        /// When.
        at: Timestamp,
    },
    /// It was given up.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
}

/// What can be done with a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftCommand {
    /// Write something else.
    Edit {
        /// The whole document.
        source: String,
        /// By whom.
        by: String,
        /// What it now builds on; as before if nothing is said.
        base: Option<PolicyVersion>,
    },
    /// Replace it by a file.
    Push {
        /// The whole document.
        source: String,
        /// By whom.
        by: String,
        /// What it builds on.
        base: Option<PolicyVersion>,
        /// What the pusher knows it to be; what was pushed last if nothing is said.
        replaces: Option<ContentHash>,
    },
    /// Let it come into force at a time.
    Schedule {
        /// When.
        at: Timestamp,
        /// By whom.
        by: String,
        /// How strictly then.
        rollout: Stages,
    },
    /// Take that back.
    Unschedule,
    /// It could not come into force.
    Return {
        /// Why.
        why: String,
    },
    /// It is in force.
    Publish {
        /// As what.
        version: PolicyVersion,
        /// When.
        at: Timestamp,
    },
    /// Give it up.
    Withdraw {
        /// When.
        at: Timestamp,
    },
}

/// A command that a draft does not follow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftRefusal {
    /// It is not in a state for that.
    #[error("a draft that is {state} cannot be {done}; {remedy}")]
    State {
        /// The state it is in.
        state: &'static str,
        /// What was asked.
        done: &'static str,
        /// What to do instead.
        remedy: &'static str,
    },
    /// It was written in since it was pushed.
    #[error(
        "the draft was changed in the console since the last push, and now has the hash {current}; export it, merge it into \
         your file, and push with `--replaces {current}`"
    )]
    WrittenSince {
        /// What it is now.
        current: ContentHash,
    },
}

impl Draft {
    /// A new draft, by `author`, on top of version `base`.
    pub fn begin(name: String, source: String, base: Option<PolicyVersion>, author: String) -> Self {
        let writers = BTreeSet::from([author.clone()]);
        Self { name, source, base, author, writers, pushed: None, state: DraftState::Open { returned: None } }
    }

    /// The same, from a file that can be pushed again.
    pub fn push(name: String, source: String, base: Option<PolicyVersion>, author: String) -> Self {
        let pushed = Some(ContentHash::of(&source));
        Self { pushed, ..Self::begin(name, source, base, author) }
    }

    /// The hash of what it is now.
    pub fn hash(&self) -> ContentHash {
        ContentHash::of(&self.source)
    }

    /// Follows `command`.
    pub fn apply(self, command: DraftCommand) -> Result<Self, DraftRefusal> {
        use DraftCommand::*;
        use DraftState::*;
        match (&self.state, command) {
            (Open { .. }, Edit { source, by, base }) => Ok(self.written(source, by, base)),
            (Open { .. }, Push { source, by, base, replaces }) => self.pushed(source, by, base, replaces),
            (Open { .. }, Schedule { at, by, rollout }) => Ok(self.then(Scheduled { at, by, rollout })),
            (Scheduled { .. }, Unschedule) => Ok(self.then(Open { returned: None })),
            (Scheduled { .. }, Return { why }) => Ok(self.then(Open { returned: Some(why) })),
            (Open { .. } | Scheduled { .. }, Publish { version, at }) => {
                Ok(self.then(Published { version, at }))
            }
            (Open { .. }, Withdraw { at }) => Ok(self.then(Withdrawn { at })),
            (state, command) => Err(state.refuses(&command)),
        }
    }

    fn then(self, state: DraftState) -> Self {
        Self { state, ..self }
    }

    fn written(mut self, source: String, by: String, base: Option<PolicyVersion>) -> Self {
        self.writers.insert(by);
        Self { source, base: base.or(self.base), state: DraftState::Open { returned: None }, ..self }
    }

    fn pushed(
        self,
        source: String,
        by: String,
        base: Option<PolicyVersion>,
        replaces: Option<ContentHash>,
    ) -> Result<Self, DraftRefusal> {
        let current = self.hash();
        let pushed = ContentHash::of(&source);
        let known = replaces.as_ref().or(self.pushed.as_ref());
        if known != Some(&current) && pushed != current {
            return Err(DraftRefusal::WrittenSince { current });
        }
        Ok(Self { pushed: Some(pushed), ..self.written(source, by, base) })
    }
}

impl DraftState {
    const fn word(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Scheduled { .. } => "scheduled",
            Self::Published { .. } => "published",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }

    fn refuses(&self, command: &DraftCommand) -> DraftRefusal {
        let remedy = match self {
            Self::Open { .. } => "it has no date to come into force",
            Self::Scheduled { .. } => "take back its date first",
            Self::Published { .. } | Self::Withdrawn { .. } => "begin a new draft",
        };
        DraftRefusal::State { state: self.word(), done: command.done(), remedy }
    }
}

impl DraftCommand {
    const fn done(&self) -> &'static str {
        match self {
            Self::Edit { .. } => "edited",
            Self::Push { .. } => "pushed to",
            Self::Schedule { .. } => "scheduled",
            Self::Unschedule => "unscheduled",
            Self::Return { .. } => "returned",
            Self::Publish { .. } => "published",
            Self::Withdraw { .. } => "withdrawn",
        }
    }
}

impl Lifecycle for Draft {
    const KIND: &'static str = "policy_draft";

    fn state(&self) -> &'static str {
        self.state.word()
    }

    fn subject(&self) -> Option<&str> {
        Some(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn open() -> Draft {
        Draft::push("ai-use".into(), "one".into(), Some(PolicyVersion::new("v1")), "ada".into())
    }

    fn edit() -> DraftCommand {
        DraftCommand::Edit { source: "two".into(), by: "ben".into(), base: None }
    }

    fn push(source: &str, replaces: Option<&str>) -> DraftCommand {
        let replaces = replaces.map(ContentHash::of);
        DraftCommand::Push { source: source.into(), by: "eve".into(), base: None, replaces }
    }

    fn schedule() -> DraftCommand {
        DraftCommand::Schedule { at: at(9), by: "ada".into(), rollout: Stages::default() }
    }

    fn publish() -> DraftCommand {
        DraftCommand::Publish { version: PolicyVersion::new("v2"), at: at(9) }
    }

    fn back() -> DraftCommand {
        DraftCommand::Return { why: "its base went".into() }
    }

    const WITHDRAW: DraftCommand = DraftCommand::Withdraw { at: Timestamp::from_millis(3) };

    #[test]
    fn every_state_follows_its_commands_and_no_other() {
        let follow = |draft: Draft, command| draft.apply(command).unwrap();
        let states =
            [open(), follow(open(), schedule()), follow(open(), publish()), follow(open(), WITHDRAW)];
        let commands =
            [edit(), push("two", None), schedule(), DraftCommand::Unschedule, back(), publish(), WITHDRAW];
        let table = [
            ["open", "open", "scheduled", "-", "-", "published", "withdrawn"],
            ["-", "-", "-", "open", "open", "published", "-"],
            ["-"; 7],
            ["-"; 7],
        ];
        for (draft, row) in states.iter().zip(table) {
            for (command, expected) in commands.iter().zip(row) {
                let next = draft.clone().apply(command.clone());
                let state = next.as_ref().map_or("-", |draft| draft.state());
                assert_eq!(state, expected, "{} {command:?}", draft.state());
            }
        }
    }

    #[test]
    fn whoever_writes_is_a_writer_and_a_base_stays_until_another_is_named() {
        let draft = open().apply(edit()).unwrap();
        assert_eq!(draft.writers, ["ada", "ben"].map(str::to_owned).into());
        assert_eq!(draft.base, Some(PolicyVersion::new("v1")));
        let base = Some(PolicyVersion::new("v5"));
        let again = DraftCommand::Edit { source: "3".into(), by: "ada".into(), base: base.clone() };
        assert_eq!(draft.apply(again).unwrap().base, base);
    }

    #[test]
    fn a_push_overwrites_only_what_the_pusher_knows() {
        let written = open().apply(edit()).unwrap();
        for (draft, command, passes) in [
            (open(), push("two", None), true),
            (written.clone(), push("three", None), false),
            (written.clone(), push("three", Some("one")), false),
            (written.clone(), push("three", Some("two")), true),
            (written.clone(), push("two", None), true),
        ] {
            let pushed = draft.apply(command.clone());
            assert_eq!(pushed.is_ok(), passes, "{command:?}");
            let Err(refusal) = pushed else { continue };
            assert!(refusal.to_string().contains(ContentHash::of("two").as_str()), "{refusal}");
        }
    }

    #[test]
    fn a_hash_is_what_sha256sum_prints() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(ContentHash::of("abc").as_str(), expected);
    }
}
