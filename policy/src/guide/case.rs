use std::collections::{BTreeMap, BTreeSet};

use model::{
    AccountKind, Action, Activity, ClauseId, Facts, Label, PersonFacts, PersonKind, Purpose, Risk,
    ToolCategory, ToolFacts, ToolId, ToolState, Visibility,
};

use crate::{Policy, render::words, rule::Test};

/// What is asked of someone who wants to know what they may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asked {
    /// What the prompt contains.
    Data,
    /// What was decided about the tool.
    Tool,
    /// How the person is signed in.
    Account,
    /// What the person is to the organisation.
    Person,
}

impl Asked {
    /// Every question, in the order in which people think.
    pub const ALL: [Self; 4] = [Self::Data, Self::Tool, Self::Account, Self::Person];

    /// The question.
    pub const fn question(self) -> &'static str {
        match self {
            Self::Data => "What does it contain?",
            Self::Tool => "What was decided about the tool?",
            Self::Account => "How are you signed in there?",
            Self::Person => "What are you to the organisation?",
        }
    }
}

/// A situation: for each question of [`Asked::ALL`], the number of the answer.
pub type Case = [usize; 4];

/// The answers that a policy tells apart, and what it says of each situation.
pub struct Guide<'a> {
    policy: &'a Policy,
    /// What prompts may contain, apart from nothing.
    data: Vec<Label>,
    /// Every training module that a rule names.
    training: BTreeSet<String>,
}

const ACCOUNTS: [AccountKind; 3] = [AccountKind::Corporate, AccountKind::Personal, AccountKind::Anonymous];
const PERSONS: [PersonKind; 3] = [PersonKind::Employee, PersonKind::Contractor, PersonKind::Vendor];

impl<'a> Guide<'a> {
    /// The situations that a policy tells apart.
    pub fn of(policy: &'a Policy) -> Self {
        let mut data: Vec<Label> = Vec::new();
        let sent =
            |clause: &&crate::Clause| clause.rule().is_none_or(|rule| rule.on.contains(&Activity::Prompt));
        for label in policy.clauses().iter().filter(sent).flat_map(crate::Clause::labels) {
            if !data.contains(&label) {
                data.push(label);
            }
        }
        let rules = policy.clauses().iter().filter_map(crate::Clause::rule);
        let tests = rules.flat_map(|rule| rule.conditions().flat_map(crate::Condition::tests));
        let training = tests.filter_map(|test| match test {
            Test::Training(modules) => Some(modules),
            _ => None,
        });
        Self { policy, data, training: training.flatten().cloned().collect() }
    }

    /// Number of answers to a question.
    pub fn answers(&self, asked: Asked) -> usize {
        match asked {
            Asked::Data => 1 + self.data.len(),
            Asked::Tool => 1 + ToolState::ALL.len(),
            Asked::Account => ACCOUNTS.len(),
            Asked::Person => PERSONS.len(),
        }
    }

    /// An answer in words.
    pub fn answer(&self, asked: Asked, number: usize) -> String {
        match (asked, number.checked_sub(1)) {
            (Asked::Data, None) => "nothing sensitive".to_owned(),
            (Asked::Data, Some(number)) => self.data.get(number).map(words::label).unwrap_or_default(),
            (Asked::Tool, None) => "approved for such data".to_owned(),
            (Asked::Tool, Some(number)) => ToolState::ALL
                .get(number)
                .map(|state| words::tool_state(*state).to_owned())
                .unwrap_or_default(),
            (Asked::Account, _) => {
                ACCOUNTS.get(number).map(|kind| account(*kind).to_owned()).unwrap_or_default()
            }
            (Asked::Person, _) => PERSONS.get(number).map(|kind| words::person(*kind)).unwrap_or_default(),
        }
    }

    /// Every situation.
    pub fn cases(&self) -> impl Iterator<Item = Case> + '_ {
        let [data, tools, accounts, persons] = Asked::ALL.map(|asked| self.answers(asked));
        (0..data).flat_map(move |data| {
            (0..tools).flat_map(move |tool| {
                (0..accounts)
                    .flat_map(move |account| (0..persons).map(move |person| [data, tool, account, person]))
            })
        })
    }

    /// What the policy says of a situation, and the clause that decides.
    pub fn verdict(&self, case: Case) -> (Action, Option<ClauseId>) {
        let verdict = self.policy.evaluate(&self.facts(case));
        let decisive = verdict.duties.first().filter(|_| !verdict.otherwise);
        (verdict.action, decisive.map(|duty| duty.clause.clone()))
    }

    /// A situation as facts.
    pub fn facts(&self, [data, tool, account, person]: Case) -> Facts {
        let found = data.checked_sub(1).and_then(|number| self.data.get(number));
        let state = tool.checked_sub(1).and_then(|number| ToolState::ALL.get(number));
        let covered = if state.is_none() { found.cloned() } else { None };
        Facts {
            activity: Activity::Prompt,
            person: PersonFacts {
                kind: PERSONS.get(person).copied().unwrap_or_default(),
                department: None,
                groups: BTreeSet::new(),
                risk: Risk::Low,
                training: self.training.clone(),
                attested: true,
            },
            tool: ToolFacts {
                id: ToolId::new("another"),
                category: ToolCategory::Chatbot,
                state: state.copied().unwrap_or(ToolState::Approved),
                approved_for: covered.into_iter().collect(),
            },
            account: ACCOUNTS.get(account).copied().unwrap_or_default(),
            labels: found.map(|label| (label.clone(), 1)).into_iter().collect::<BTreeMap<_, _>>(),
            purpose: Some(Purpose::Writing),
            sandbox: false,
            visibility: Visibility::Content,
            exempt: BTreeSet::new(),
        }
    }
}

const fn account(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Corporate => "with the company account",
        AccountKind::Personal => "with a personal account",
        AccountKind::Anonymous => "not at all",
        AccountKind::Unknown => "unknown",
    }
}
