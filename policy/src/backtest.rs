//! What a draft would have said of exchanges that were recorded.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    num::NonZeroUsize,
    sync::Arc,
    thread,
};

use model::{Action, ClauseId, ExchangeId, Facts, Finding, Label, PersonId, Timestamp, ToolId};

use crate::Policy;

/// Examples kept of each change.
const EXAMPLES: usize = 3;
/// A week, in milliseconds.
const WEEK: f64 = 7.0 * 24.0 * 3_600_000.0;

/// A backtest that is under way: exchanges are counted by their facts, and at the end each set of facts is put to the draft
/// once, however many exchanges share it.
pub struct Backtest {
    draft: Arc<Policy>,
    numbers: HashMap<Arc<Facts>, Known>,
    facts: Vec<Arc<Facts>>,
    people: HashMap<PersonId, u32>,
    groups: HashMap<(Known, Action), Group>,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

/// A set of facts that a backtest knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Known(usize);

/// A recorded exchange beside its facts.
#[derive(Clone, Copy, Debug)]
pub struct Past<'a> {
    /// Which.
    pub id: ExchangeId,
    /// When.
    pub at: Timestamp,
    /// Whose.
    pub person: &'a str,
    /// What was said of it.
    pub said: Action,
}

/// Exchanges of the same facts of which the same was said.
#[derive(Default)]
struct Group {
    exchanges: u64,
    people: HashSet<u32>,
    earliest: Vec<(Timestamp, ExchangeId)>,
}

/// What the draft says of a set of facts.
#[derive(Clone)]
struct Told {
    action: Action,
    clause: Option<ClauseId>,
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
    pub people: usize,
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
    /// Adds `exchanges` of these facts.
    fn add(&mut self, action: Action, facts: &Facts, exchanges: u64) {
        if action > Action::Allow {
            self.interruptions += exchanges;
        }
        if action <= Action::Coach {
            let families: HashSet<&str> = facts.labels.keys().map(Label::family).collect();
            for family in families {
                *self.exposed.entry(family.to_owned()).or_default() += exchanges;
            }
        }
    }
}

impl Report {
    /// Interruptions per person and week.
    pub fn friction(&self, burden: &Burden) -> f64 {
        burden.interruptions as f64 / self.people.max(1) as f64 / self.weeks.max(1.0)
    }

    /// The examples, to be told what was found in them.
    pub fn examples(&mut self) -> impl Iterator<Item = &mut Case> {
        self.changes.iter_mut().flat_map(|change| &mut change.examples)
    }
}

impl Case {
    /// Takes over what is safe to show of an exchange's findings.
    pub fn show(&mut self, findings: &[Finding]) {
        let shown = findings.iter().take(EXAMPLES);
        self.findings = shown.map(|finding| (finding.label.clone(), finding.excerpt.clone())).collect();
    }
}

impl Backtest {
    /// A backtest of a draft, without exchanges so far.
    pub fn of(draft: Arc<Policy>) -> Self {
        Self {
            draft,
            numbers: HashMap::new(),
            facts: Vec::new(),
            people: HashMap::new(),
            groups: HashMap::new(),
            first: None,
            last: None,
        }
    }

    /// Facts to which [`Backtest::add`] then refers.
    pub fn know(&mut self, facts: Facts) -> Known {
        let facts = Arc::new(facts);
        let next = Known(self.facts.len());
        *self.numbers.entry(facts).or_insert_with_key(|facts| {
            self.facts.push(Arc::clone(facts));
            next
        })
    }

    /// Counts an exchange of facts that are known.
    pub fn add(&mut self, facts: Known, past: Past<'_>) {
        self.first = Some(self.first.map_or(past.at, |first| first.min(past.at)));
        self.last = Some(self.last.map_or(past.at, |last| last.max(past.at)));
        let person = self.number(past.person);
        let group = self.groups.entry((facts, past.said)).or_default();
        group.exchanges += 1;
        group.people.insert(person);
        if group.earliest.len() < EXAMPLES {
            group.earliest.push((past.at, past.id));
        }
    }

    fn number(&mut self, person: &str) -> u32 {
        if let Some(number) = self.people.get(person) {
            return *number;
        }
        let next = u32::try_from(self.people.len()).unwrap_or(u32::MAX);
        self.people.insert(PersonId::new(person), next);
        next
    }

    /// Puts every set of facts to the draft, on `threads` threads, and tells what comes of it.
    ///
    /// Examples are without their findings until [`Case::show`].
    pub fn finish(self, threads: NonZeroUsize) -> Report {
        let told = told(&self.draft, &self.facts, threads);
        let mut report = Report {
            distinct: self.facts.len(),
            people: self.people.len(),
            weeks: self.first.zip(self.last).map_or(1.0, |(first, last)| weeks(first, last)),
            ..Report::default()
        };
        let mut changes = BTreeMap::new();
        for ((Known(number), said), group) in self.groups {
            let (Some(facts), Some(told)) = (self.facts.get(number), told.get(number)) else { continue };
            report.records += group.exchanges;
            report.before.add(said, facts, group.exchanges);
            report.after.add(told.action, facts, group.exchanges);
            if said != told.action {
                let (to, clause) = (told.action, told.clause.clone());
                let changing = changes.entry((said, to, clause)).or_insert_with(Changing::default);
                changing.add(facts, &group);
            }
        }
        let ended = changes.into_iter().map(|((from, to, clause), changing)| changing.end(from, to, clause));
        report.changes = ended.collect();
        report.changes.sort_by_key(|change| std::cmp::Reverse(change.exchanges));
        report
    }
}

fn weeks(first: Timestamp, last: Timestamp) -> f64 {
    ((last.as_millis() - first.as_millis()) as f64 / WEEK).max(1.0)
}

/// What the draft says of each, in the same order.
fn told(draft: &Policy, facts: &[Arc<Facts>], threads: NonZeroUsize) -> Vec<Told> {
    let share = facts.len().div_ceil(threads.get()).max(1);
    let mut told = vec![Told { action: Action::Allow, clause: None }; facts.len()];
    thread::scope(|scope| {
        for (facts, told) in facts.chunks(share).zip(told.chunks_mut(share)) {
            scope.spawn(move || {
                for (facts, told) in facts.iter().zip(told) {
                    let verdict = draft.evaluate(facts);
                    let clause = verdict.decisive().map(|duty| duty.clause.clone());
                    *told = Told { action: verdict.action, clause };
                }
            });
        }
    });
    told
}

/// A change whose exchanges are being counted.
#[derive(Default)]
struct Changing {
    exchanges: u64,
    people: HashSet<u32>,
    tools: BTreeMap<ToolId, u64>,
    departments: BTreeMap<String, u64>,
    earliest: Vec<(Timestamp, ExchangeId, ToolId)>,
}

impl Changing {
    fn add(&mut self, facts: &Facts, group: &Group) {
        self.exchanges += group.exchanges;
        self.people.extend(&group.people);
        *self.tools.entry(facts.tool.id.clone()).or_default() += group.exchanges;
        if let Some(department) = &facts.person.department {
            *self.departments.entry(department.clone()).or_default() += group.exchanges;
        }
        self.earliest.extend(group.earliest.iter().map(|(at, id)| (*at, *id, facts.tool.id.clone())));
        self.earliest.sort();
        self.earliest.truncate(EXAMPLES);
    }

    fn end(self, from: Action, to: Action, clause: Option<ClauseId>) -> Change {
        let example = |(at, id, tool)| Case { id, at, tool, findings: Vec::new() };
        Change {
            from,
            to,
            clause,
            exchanges: self.exchanges,
            people: self.people.len(),
            tools: self.tools,
            departments: self.departments,
            examples: self.earliest.into_iter().map(example).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{num::NonZeroUsize, sync::Arc};

    use expect_test::expect;
    use model::{
        AccountKind, Action, Activity, ExchangeId, Facts, PersonFacts, Timestamp, ToolCategory, ToolFacts,
        ToolId, ToolState, Visibility,
    };
    use uuid::Uuid;

    use super::{Backtest, Past};
    use crate::{Taxonomy, compile};

    const DRAFT: &str = "---\npolicy: test\ntitle: Test\nowner: me\nreview_every: 90d\napprovals: [me]\n\
        otherwise: allow\n---\n### T-1 Numbers\n```rule\ndata: pii.email\nthen: redact\n```\n";

    fn facts(department: &str, emails: u32) -> Facts {
        let labels = (emails > 0).then(|| ("pii.email".parse().unwrap(), emails));
        Facts {
            activity: Activity::Prompt,
            person: PersonFacts { department: Some(department.to_owned()), ..PersonFacts::default() },
            tool: ToolFacts {
                id: ToolId::new("chatgpt"),
                category: ToolCategory::Chatbot,
                state: ToolState::Approved,
                approved_for: Default::default(),
            },
            account: AccountKind::Corporate,
            labels: labels.into_iter().collect(),
            purpose: None,
            sandbox: false,
            visibility: Visibility::Content,
            exempt: Default::default(),
        }
    }

    /// The same report, however many threads make it and however often facts are told.
    #[test]
    fn equal_facts_count_together() {
        let taxonomy = Taxonomy { labels: vec!["pii.email".parse().unwrap()], ..Taxonomy::default() };
        let draft =
            Arc::new(compile("test.md", DRAFT, &taxonomy).unwrap_or_else(|mistakes| panic!("{mistakes}")));
        for threads in [1, 2, 5] {
            let mut backtest = Backtest::of(Arc::clone(&draft));
            for number in 0..12_u32 {
                let facts = backtest.know(facts(if number < 8 { "sales" } else { "law" }, number % 3));
                let past = Past {
                    id: ExchangeId(Uuid::from_u128(number.into())),
                    at: Timestamp::from_millis(i64::from(number) * 86_400_000),
                    person: ["anna", "ben"][number as usize % 2],
                    said: if number == 11 { Action::Redact } else { Action::Allow },
                };
                backtest.add(facts, past);
            }
            let report = backtest.finish(NonZeroUsize::new(threads).unwrap());
            let change = &report.changes[0];
            let examples: Vec<_> = change.examples.iter().map(|case| case.id.0.as_u128()).collect();
            expect![[r#"
                12 records, 6 distinct, 2 people, 1.57 weeks, 1 changes
                allow -> redact T-1: 7 of 2, {chatgpt: 7} {"law": 2, "sales": 5} [1, 2, 4]
                before 1 {"pii": 7}, after 8 {}"#]]
            .assert_eq(&format!(
                "{} records, {} distinct, {} people, {:.2} weeks, {} changes\n{} -> {} {}: {} of {}, {:?} {:?} {:?}\n\
                 before {} {:?}, after {} {:?}",
                report.records, report.distinct, report.people, report.weeks, report.changes.len(),
                change.from, change.to, change.clause.as_ref().unwrap(), change.exchanges, change.people,
                change.tools, change.departments, examples,
                report.before.interruptions, report.before.exposed,
                report.after.interruptions, report.after.exposed,
            ));
        }
    }
}
