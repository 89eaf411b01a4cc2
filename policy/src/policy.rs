use std::sync::Arc;

use cedar_policy::{PolicySet, Schema};
use model::{Action, Activity, ClauseId, Facts, PolicyVersion, Timestamp, Verdict};
use quick_cache::sync::Cache;

use crate::{
    Clause, Example, Exemption, FrontMatter, Machine, Mistakes, Notice, Section, Taxonomy,
    compile::{self, Sets, schema},
    decide,
    draft::{self, Draft},
    ladder::Ladder,
    lint::warnings,
    mistake::{Level, Log, Place},
};

/// Verdicts kept; an organisation's exchanges repeat far fewer distinct facts.
const CACHED_VERDICTS: usize = 16_384;

/// A policy that is ready to decide. Immutable: a change makes a new one, and its verdicts go with it.
pub struct Policy {
    pub(crate) version: PolicyVersion,
    pub(crate) source: String,
    pub(crate) front: FrontMatter,
    pub(crate) preamble: String,
    pub(crate) sections: Vec<Section>,
    pub(crate) clauses: Vec<Clause>,
    pub(crate) sets: Sets,
    schema: Schema,
    verdicts: Cache<Facts, Arc<Verdict>>,
}

/// Reads and compiles a policy; `name` is its file name, for messages.
///
/// # Errors
/// Every mistake in it, at once.
pub fn compile(name: &str, source: &str, taxonomy: &Taxonomy) -> Result<Policy, Mistakes> {
    let mut log = Log::default();
    let policy = build(source, taxonomy, &mut log);
    match policy {
        Some((policy, _)) if log.mistakes.is_empty() => Ok(policy),
        _ => Err(Mistakes::new(name, source, log.mistakes)),
    }
}

/// Every mistake in a policy or, if it has none, what someone should look at.
pub fn lint(name: &str, source: &str, taxonomy: &Taxonomy) -> Vec<Notice> {
    lint_on(name, source, taxonomy, None)
}

/// As [`lint`]; `today` lets it say that the policy's review is overdue.
pub fn lint_on(name: &str, source: &str, taxonomy: &Taxonomy, today: Option<Timestamp>) -> Vec<Notice> {
    let mut log = Log::default();
    let built = build(source, taxonomy, &mut log);
    if let Some((policy, places)) = built.filter(|_| log.mistakes.is_empty()) {
        return warnings(&policy, &places, today);
    }
    let mistakes = Mistakes::new(name, source, log.mistakes);
    mistakes.into_iter().map(|mistake| Notice { level: Level::Mistake, mistake }).collect()
}

/// The policy and where each clause's heading stands; nothing if mistakes leave no policy.
fn build(source: &str, taxonomy: &Taxonomy, log: &mut Log) -> Option<(Policy, Vec<Place>)> {
    let draft = draft::read(source, taxonomy, log);
    build_draft(source, draft, taxonomy, log)
}

/// The policy that a draft of `source` makes.
pub(crate) fn build_draft(
    source: &str,
    draft: Draft,
    taxonomy: &Taxonomy,
    log: &mut Log,
) -> Option<(Policy, Vec<Place>)> {
    let Draft { front, preamble, sections, clauses: drafts } = draft;
    let ids: Vec<ClauseId> = drafts.iter().map(|draft| draft.clause.id.clone()).collect();
    let schema = match schema(taxonomy, &ids) {
        Ok(schema) => schema,
        Err(error) => {
            compile::refused(Place { line: 1, column: 1, length: 1 }, &error, log);
            return None;
        }
    };
    let sets = compile::compile(&drafts, &schema, log);
    let (clauses, places) = drafts.into_iter().map(|draft| (draft.clause, draft.place)).unzip();
    let policy = Policy {
        version: version(source),
        source: source.to_owned(),
        front: front?,
        preamble,
        sections,
        clauses,
        sets,
        schema,
        verdicts: Cache::new(CACHED_VERDICTS),
    };
    Some((policy, places))
}

/// The first 12 hexadecimal digits of the BLAKE3 hash of the source.
fn version(source: &str) -> PolicyVersion {
    let hash = blake3::hash(source.as_bytes()).to_hex();
    PolicyVersion::new(hash.chars().take(12).collect::<String>())
}

impl Policy {
    /// Which policy this is.
    pub fn version(&self) -> &PolicyVersion {
        &self.version
    }

    /// Its front matter.
    pub fn front(&self) -> &FrontMatter {
        &self.front
    }

    /// Its clauses, in document order.
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// The clause called `id`.
    pub fn clause(&self, id: &ClauseId) -> Option<&Clause> {
        self.clauses.iter().find(|clause| clause.id == *id)
    }

    /// What follows violations, and the clause that says so.
    pub fn ladder(&self) -> Option<(&Clause, &Ladder)> {
        self.clauses.iter().find_map(|clause| Some((clause, clause.ladder.as_ref()?)))
    }

    /// Who may exempt from `clause`: as it says itself or, if it says nothing, as the policy does.
    pub fn exemption<'a>(&'a self, clause: &'a Clause) -> &'a Exemption {
        let own = clause.machine.as_ref().and_then(Machine::exceptions);
        own.unwrap_or(&self.front.workflow.exceptions)
    }

    /// Its sections, in document order.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The heading that `clause` stands under; empty if it stands under none.
    pub fn section_of(&self, clause: &Clause) -> &str {
        let section = clause.section.and_then(|at| self.sections.get(at));
        section.map_or("", |section| &section.title)
    }

    /// The document it was read from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The Markdown of `clause`, from its heading up to the next one of its rank.
    pub fn text_of(&self, clause: &Clause) -> &str {
        let first = usize::try_from(clause.line).unwrap_or(usize::MAX).saturating_sub(1);
        let mut lines = self.source.split_inclusive('\n').skip(first);
        let heading = lines.next().unwrap_or_default();
        let start: usize = self.source.split_inclusive('\n').take(first).map(str::len).sum();
        let rank = |line: &str| line.chars().take_while(|c| *c == '#').count();
        let (own, mut fenced) = (rank(heading), false);
        let ends = |line: &&str| {
            fenced ^= line.trim_start().starts_with("```");
            fenced || !(1..=own).contains(&rank(line))
        };
        let length: usize = lines.take_while(ends).map(str::len).sum();
        self.source.get(start..start + heading.len() + length).unwrap_or_default()
    }

    /// Every example with its clause, in document order.
    pub fn examples(&self) -> impl Iterator<Item = (&Clause, &Example)> {
        self.clauses.iter().flat_map(|clause| clause.examples.iter().map(move |example| (clause, example)))
    }

    /// What the policy says of an exchange. Equal facts get the same verdict, kept for the next time.
    pub fn decide(&self, facts: &Facts) -> Arc<Verdict> {
        if let Some(verdict) = self.verdicts.get(facts) {
            return verdict;
        }
        let verdict = Arc::new(self.evaluate(facts));
        self.verdicts.insert(facts.clone(), verdict.clone());
        verdict
    }

    /// As [`Policy::decide`], but always asks Cedar.
    pub fn evaluate(&self, facts: &Facts) -> Verdict {
        decide::verdict(self, facts)
    }

    /// As [`Policy::evaluate`], without first leaving out the Cedar policies that cannot apply; slower, and the same
    /// verdict.
    pub fn evaluate_all(&self, facts: &Facts) -> Verdict {
        decide::verdict_of_all(self, facts)
    }

    /// Whether a clause may keep `activity` from happening. No clause need be asked of any other activity that nothing
    /// has to permit, as answers are.
    pub fn restrains(&self, activity: Activity) -> bool {
        self.clauses.iter().filter_map(|clause| clause.machine.as_ref()).any(|machine| {
            let acts = machine.action().max(machine.if_uninspected().unwrap_or(Action::Allow));
            acts > Action::Allow
                && match machine {
                    Machine::Rule(rule) => rule.on.contains(&activity),
                    Machine::Cedar(_) => true,
                }
        })
    }

    /// The schema that its Cedar policies are validated against, for experts and provers.
    pub fn cedar_schema(&self) -> &Schema {
        &self.schema
    }

    /// The set that permits and forbids, for provers.
    pub fn decision_set(&self) -> &PolicySet {
        &self.sets.whole.decision
    }

    /// The set whose decision says whether a duty applies, for provers; `None` if no clause asks for it.
    pub fn duty_set(&self, action: Action) -> Option<&PolicySet> {
        self.sets.whole.duties.iter().find(|(duty, _)| *duty == action).map(|(_, set)| set)
    }
}

impl std::fmt::Debug for Policy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "policy {} {}, {} clauses", self.front.policy, self.version, self.clauses.len())
    }
}
