//! What a policy says of all exchanges at once: proofs, differences, clauses that decide nothing.
//!
//! The compiled Cedar policies are turned into decision diagrams over the few facts that they ask for, so that a
//! question about every possible exchange is answered exactly and in milliseconds. Parts of an expert's `cedar` block
//! that have no counterpart are taken to hold or not to hold, whichever is worse; what that makes look possible is
//! asked of Cedar, and told as unsettled where Cedar does not confirm it.

mod claim; // invariants as questions for a solver
mod compare; // one version against another
mod diagram; // sets of exchanges
mod idle; // clauses that decide nothing
mod meaning; // a policy, as diagrams
mod prove; // invariants: proved, or refuted by an exchange
mod region; // exchanges alike, in words
mod space; // which facts go together, and facts as an exchange
mod translate; // Cedar's syntax tree -> diagram
mod variable; // one fact that a policy asks for

pub use claim::{Claim, ClaimError, Claims, Question, claims};
pub use compare::{Change, compare};
pub use idle::{Idle, idle};
pub use prove::{Outcome, Proof, Refutation, prove};

#[cfg(test)]
mod tests {
    use model::{Action, ToolId};
    use proptest::{prelude::*, sample::Index, test_runner::TestRunner};

    use super::{diagram::Set, meaning::Meaning, space::Space};
    use crate::{Policy, Taxonomy, compile};

    fn starter(source: &str) -> Policy {
        let label = |name: &str| name.parse().unwrap();
        let taxonomy = Taxonomy {
            labels: LABELS.map(label).into(),
            tools: TOOLS.map(ToolId::new).into(),
            ..Taxonomy::default()
        };
        compile("starter.md", source, &taxonomy).unwrap_or_else(|mistakes| panic!("{mistakes}"))
    }

    const LABELS: [&str; 14] = [
        "pii.email",
        "pii.us_ssn",
        "financial.payment_card",
        "financial.iban",
        "secret.password",
        "source_code.rust",
        "marking.confidential",
        "marking.internal",
        "marking.tlp_red",
        "marking.tlp_amber",
        "marking.tlp_green",
        "marking.tlp_clear",
        "attack.hidden_text",
        "phi.condition",
    ];
    const TOOLS: [&str; 18] = [
        "chatgpt",
        "claude",
        "gemini",
        "perplexity",
        "deepseek",
        "grok",
        "mistral",
        "cursor",
        "github-copilot",
        "microsoft-365-copilot",
        "microsoft-copilot",
        "salesforce-einstein",
        "google-workspace-ai",
        "ollama",
        "open-webui",
        "openai-api",
        "otter",
        "midjourney",
    ];

    struct Told {
        policy: Policy,
        space: Space,
        lawful: Set,
        actions: Vec<(Action, Set)>,
    }

    impl Told {
        fn of(source: &str) -> Self {
            let policy = starter(source);
            let (mut space, meaning) = Space::of(|space| Meaning::of(&policy, space));
            let lawful = space.lawful();
            let actions = Action::ALL.map(|action| (action, meaning.exactly(action, &mut space))).into();
            Self { policy, space, lawful, actions }
        }

        /// The verdict that diagrams tell of an exchange is Cedar's.
        fn check(&self, choices: &[Index]) {
            let mut choices = choices.iter().cycle();
            let path = self.space.sample(self.lawful, |size| choices.next().unwrap().index(size));
            let facts = self.space.facts(&path);
            let told = self.actions.iter().find(|(_, set)| self.space.diagrams.holds(*set, &path));
            let told = told.map(|(action, _)| *action);
            assert_eq!(told, Some(self.policy.evaluate_all(&facts).action), "{facts:?}");
        }
    }

    #[test]
    fn diagrams_tell_what_cedar_tells() {
        let starters = [
            include_str!("../../../policies/balanced.md"),
            include_str!("../../../policies/strict.md"),
            include_str!("../../../policies/healthcare.md"),
        ];
        let told = starters.map(Told::of);
        let choices = prop::collection::vec(any::<Index>(), 120);
        let run = |choices: Vec<Index>| {
            told.iter().for_each(|told| told.check(&choices));
            Ok(())
        };
        TestRunner::default().run(&choices, run).unwrap();
    }
}
