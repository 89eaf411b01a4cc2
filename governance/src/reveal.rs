//! Captured content is revealed to two people who agree, never to one.

use std::{collections::BTreeMap, time::Duration};

use model::{ExchangeId, Label, PersonId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Lifecycle;

/// How long what was agreed to may be fetched.
const FETCHED_WITHIN: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How long captured content is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keeping {
    /// All of it.
    pub time: Duration,
    /// Content in which a label, or one below it, was found; the shortest time counts.
    pub labels: BTreeMap<Label, Duration>,
}

impl Keeping {
    /// Until when content of `at` is kept in which `found` was found.
    pub fn until<'a>(&self, at: Timestamp, found: impl IntoIterator<Item = &'a Label>) -> Timestamp {
        let times = found
            .into_iter()
            .flat_map(|label| self.labels.iter().filter(|(kept, _)| label.is(kept)).map(|(_, time)| *time));
        at.plus(times.chain([self.time]).min().unwrap_or(self.time))
    }
}

/// That somebody wants to see what an exchange held, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reveal {
    /// The exchange.
    pub exchange: ExchangeId,
    /// Whose it is.
    pub person: PersonId,
    /// Who asks, when and why.
    pub asked: Word,
    /// How it stands.
    pub state: RevealState,
}

/// What a named person says about a reveal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = RevealWord))]
pub struct Word {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// How a reveal stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevealState {
    /// Waits for somebody else.
    Asked,
    /// Somebody else agreed: both may fetch it for a time.
    Granted(Word),
    /// Somebody else did not agree.
    Declined(Word),
    /// Whoever asked took it back.
    Withdrawn(Word),
}

/// What is done about a reveal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevealCommand {
    /// Agrees; must be somebody else than who asked.
    Grant(Word),
    /// Does not agree; must be somebody else than who asked.
    Decline(Word),
    /// Takes it back; must be who asked.
    Withdraw(Word),
}

/// Why something is not done about a reveal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RevealRefused {
    /// One person alone must not see it.
    #[error("whoever asked for captured content cannot agree to it: somebody else must")]
    SamePerson,
    /// Only who asked takes it back.
    #[error("only whoever asked for it can take it back")]
    NotTheirs,
    /// Nobody decides about their own.
    #[error("the exchange is your own: somebody else has to decide")]
    Own,
    /// It is decided.
    #[error("this request is {0} already; ask again if it is still needed")]
    Over(&'static str),
    /// It is not, or not yet, to be fetched.
    #[error("this content cannot be fetched: the request for it is {0}")]
    NotGranted(&'static str),
    /// The time to fetch it is over.
    #[error("this content was to be fetched within 7 days after it was agreed to; ask again")]
    Late,
}

impl Reveal {
    /// The reveal after `command`; `who` is the person of whoever gives it, if that is known.
    pub fn after(&self, command: RevealCommand, who: Option<&PersonId>) -> Result<Self, RevealRefused> {
        use RevealCommand::{Decline, Grant, Withdraw};
        use RevealState::{Asked, Declined, Granted, Withdrawn};
        let state = match (&self.state, command) {
            (Asked, Grant(word) | Decline(word)) if word.by == self.asked.by => {
                return Err(RevealRefused::SamePerson);
            }
            (Asked, Grant(_) | Decline(_)) if who == Some(&self.person) => return Err(RevealRefused::Own),
            (Asked, Withdraw(word)) if word.by != self.asked.by => return Err(RevealRefused::NotTheirs),
            (Asked, Grant(word)) => Granted(word),
            (Asked, Decline(word)) => Declined(word),
            (Asked, Withdraw(word)) => Withdrawn(word),
            (Granted(_) | Declined(_) | Withdrawn(_), _) => return Err(RevealRefused::Over(self.state())),
        };
        Ok(Self { state, ..self.clone() })
    }

    /// Whether `by` may fetch the content at `now`.
    pub fn may_fetch(&self, by: &str, now: Timestamp) -> Result<(), RevealRefused> {
        match &self.state {
            RevealState::Granted(word) if word.at.plus(FETCHED_WITHIN) <= now => Err(RevealRefused::Late),
            RevealState::Granted(word) if word.by == by || self.asked.by == by => Ok(()),
            RevealState::Granted(_) => Err(RevealRefused::NotTheirs),
            _ => Err(RevealRefused::NotGranted(self.state())),
        }
    }

    /// Until when it may be fetched.
    pub fn fetched_until(&self) -> Option<Timestamp> {
        match &self.state {
            RevealState::Granted(word) => Some(word.at.plus(FETCHED_WITHIN)),
            _ => None,
        }
    }

    /// What was decided, if anything was.
    pub fn decided(&self) -> Option<&Word> {
        match &self.state {
            RevealState::Asked => None,
            RevealState::Granted(word) | RevealState::Declined(word) | RevealState::Withdrawn(word) => {
                Some(word)
            }
        }
    }
}

impl Lifecycle for Reveal {
    const KIND: &'static str = "evidence_reveal";

    fn state(&self) -> &'static str {
        match self.state {
            RevealState::Asked => "asked",
            RevealState::Granted(_) => "granted",
            RevealState::Declined(_) => "declined",
            RevealState::Withdrawn(_) => "withdrawn",
        }
    }

    fn person(&self) -> Option<&PersonId> {
        Some(&self.person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(by: &str, at: i64) -> Word {
        Word { by: by.to_owned(), at: Timestamp::from_millis(at), reason: "case 7".to_owned() }
    }

    fn asked() -> Reveal {
        Reveal {
            exchange: ExchangeId(uuid::Uuid::nil()),
            person: PersonId::new("ben"),
            asked: word("ada", 1),
            state: RevealState::Asked,
        }
    }

    #[test]
    fn two_people_agree() {
        use RevealCommand::{Decline, Grant, Withdraw};
        let (ben, eve) = (PersonId::new("ben"), PersonId::new("eve"));
        let after = |from: &Reveal, command: RevealCommand, who: &PersonId| {
            from.after(command, Some(who)).map(|next| next.state())
        };
        let granted = asked().after(Grant(word("eve", 2)), Some(&eve)).unwrap();
        for (from, command, who, expected) in [
            (asked(), Grant(word("ada", 2)), &eve, Err(RevealRefused::SamePerson)),
            (asked(), Decline(word("ada", 2)), &eve, Err(RevealRefused::SamePerson)),
            (asked(), Grant(word("ben", 2)), &ben, Err(RevealRefused::Own)),
            (asked(), Grant(word("eve", 2)), &eve, Ok("granted")),
            (asked(), Decline(word("eve", 2)), &eve, Ok("declined")),
            (asked(), Withdraw(word("ada", 2)), &eve, Ok("withdrawn")),
            (asked(), Withdraw(word("eve", 2)), &eve, Err(RevealRefused::NotTheirs)),
            (granted.clone(), Decline(word("eve", 3)), &eve, Err(RevealRefused::Over("granted"))),
            (granted.clone(), Withdraw(word("ada", 3)), &eve, Err(RevealRefused::Over("granted"))),
        ] {
            assert_eq!(after(&from, command.clone(), who), expected, "{command:?}");
        }
        let now = Timestamp::from_millis(9);
        let late = granted.fetched_until().unwrap();
        for (reveal, by, at, expected) in [
            (asked(), "ada", now, Err(RevealRefused::NotGranted("asked"))),
            (granted.clone(), "ada", now, Ok(())),
            (granted.clone(), "eve", now, Ok(())),
            (granted.clone(), "bob", now, Err(RevealRefused::NotTheirs)),
            (granted, "ada", late, Err(RevealRefused::Late)),
        ] {
            assert_eq!(reveal.may_fetch(by, at), expected, "{by} {at}");
        }
    }

    #[test]
    fn the_shortest_time_counts() {
        let day = |days: u64| Duration::from_secs(days * 86_400);
        let labels = [("phi".parse().unwrap(), day(7)), ("pii.us_ssn".parse().unwrap(), day(3))];
        let keeping = Keeping { time: day(30), labels: labels.into() };
        for (found, days) in
            [(vec![], 30), (vec!["phi.mrn"], 7), (vec!["pii.email"], 30), (vec!["phi", "pii.us_ssn"], 3)]
        {
            let labels: Vec<Label> = found.iter().map(|label| label.parse().unwrap()).collect();
            assert_eq!(
                keeping.until(Timestamp::from_millis(0), &labels),
                Timestamp::from_millis(0).plus(day(days))
            );
        }
    }
}
