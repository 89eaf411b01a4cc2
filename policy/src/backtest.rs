//! What a draft would have said of exchanges that were recorded.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use model::{Action, ClauseId, ExchangeId, Facts, Label, PersonId, Record, Timestamp, ToolId};

use crate::Policy;

/// Examples kept of each change.
const EXAMPLES: usize = 3;
/// A week, in milliseconds.
const WEEK: f64 = 7.0 * 24.0 * 3_600_000.0;

/// A backtest that is under way. Equal facts are put to the draft once, however many records share them.
pub struct Backtest {
    draft: Arc<Policy>,
    verdicts: HashMap<Facts, (Action, Option<ClauseId>)>,
    people: HashSet<PersonId>,
    changes: BTreeMap<(Action, Action, Option<ClauseId>), Change>,
    report: Report,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Records that were looked at.
    pub records: u64,
    /// Sets of facts among them.
    pub distinct: usize,
    /// People among them.
    pub people: usize,
    /// Weeks from the first record to the last, at least one.
    pub weeks: f64,
    /// The verdicts that change, the most frequent change first.
    pub changes: Vec<Change>,
    /// What the policies in force then asked of people, and let pass.
    pub before: Burden,
    /// What the draft would have.
    pub after: Burden,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

/// Exchanges whose verdict changes in one way.
#[derive(Clone, Debug)]
pub struct Change {
    /// What was said.
    pub from: Action,
    /// What the draft says.
    pub to: Action,
    /// The clause of the draft that decides; none where no clause speaks of it.
    pub clause: Option<ClauseId>,
    /// Exchanges.
    pub exchanges: u64,
    /// People among them.
    pub people: HashSet<PersonId>,
    /// Exchanges by tool.
    pub tools: BTreeMap<ToolId, u64>,
    /// Exchanges by department; those of nobody's are left out.
    pub departments: BTreeMap<String, u64>,
    /// A few of them.
    pub examples: Vec<Case>,
}

/// A recorded exchange, as masked as its record.
#[derive(Clone, Debug)]
pub struct Case {
    /// Which.
    pub id: ExchangeId,
    /// When.
    pub at: Timestamp,
    /// With which tool.
    pub tool: ToolId,
    /// What was found, with what is safe to show of it.
    pub findings: Vec<(Label, String)>,
}

/// What a policy asks of people, and what it lets pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Burden {
    /// Exchanges that were not simply allowed.
    pub interruptions: u64,
    /// Exchanges in which something sensitive was found and that passed as they were, by label family.
    pub exposed: BTreeMap<String, u64>,
}

impl Burden {
    fn add(&mut self, action: Action, record: &Record) {
        self.interruptions += u64::from(action > Action::Allow);
        if action <= Action::Coach {
            let families: HashSet<&str> = record.facts.labels.keys().map(Label::family).collect();
            for family in families {
                *self.exposed.entry(family.to_owned()).or_default() += 1;
            }
        }
    }
}

impl Report {
    /// Interruptions per person and week.
    pub fn friction(&self, burden: &Burden) -> f64 {
        burden.interruptions as f64 / self.people.max(1) as f64 / self.weeks.max(1.0)
    }
}

impl Backtest {
    /// A backtest of a draft, without records so far.
    pub fn of(draft: Arc<Policy>) -> Self {
        Self {
            draft,
            verdicts: HashMap::new(),
            people: HashSet::new(),
            changes: BTreeMap::new(),
            report: Report::default(),
        }
    }

    /// Puts a recorded exchange to the draft.
    pub fn add(&mut self, record: &Record) {
        let from = record.verdict.action;
        let (to, clause) = self.verdict(&record.facts);
        let report = &mut self.report;
        report.records += 1;
        report.first = Some(report.first.map_or(record.exchange.at, |first| first.min(record.exchange.at)));
        report.last = Some(report.last.map_or(record.exchange.at, |last| last.max(record.exchange.at)));
        report.before.add(from, record);
        report.after.add(to, record);
        self.people.insert(record.exchange.person.clone());
        if from == to {
            return;
        }
        let change = self.changes.entry((from, to, clause.clone())).or_insert_with(|| Change {
            from,
            to,
            clause,
            exchanges: 0,
            people: HashSet::new(),
            tools: BTreeMap::new(),
            departments: BTreeMap::new(),
            examples: Vec::new(),
        });
        change.add(record);
    }

    /// What came of it.
    pub fn finish(self) -> Report {
        let Self { verdicts, people, changes, mut report, .. } = self;
        report.distinct = verdicts.len();
        report.people = people.len();
        let span = |first: Timestamp, last: Timestamp| (last.as_millis() - first.as_millis()) as f64 / WEEK;
        report.weeks = report.first.zip(report.last).map_or(1.0, |(first, last)| span(first, last).max(1.0));
        report.changes = changes.into_values().collect();
        report.changes.sort_by_key(|change| std::cmp::Reverse(change.exchanges));
        report
    }

    fn verdict(&mut self, facts: &Facts) -> (Action, Option<ClauseId>) {
        if let Some(known) = self.verdicts.get(facts) {
            return known.clone();
        }
        let verdict = self.draft.evaluate(facts);
        let told = (verdict.action, verdict.decisive().map(|duty| duty.clause.clone()));
        self.verdicts.insert(facts.clone(), told.clone());
        told
    }
}

impl Change {
    fn add(&mut self, record: &Record) {
        self.exchanges += 1;
        self.people.insert(record.exchange.person.clone());
        *self.tools.entry(record.facts.tool.id.clone()).or_default() += 1;
        if let Some(department) = &record.facts.person.department {
            *self.departments.entry(department.clone()).or_default() += 1;
        }
        if self.examples.len() < EXAMPLES {
            let findings = record.findings.iter().take(EXAMPLES);
            self.examples.push(Case {
                id: record.exchange.id,
                at: record.exchange.at,
                tool: record.facts.tool.id.clone(),
                findings: findings.map(|finding| (finding.label.clone(), finding.excerpt.clone())).collect(),
            });
        }
    }
}
