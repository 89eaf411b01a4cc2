use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use behavior::Deviation;

use super::key::{DAY, Incident, Key, LEARNING_DAYS, number};

/// What became of what was raised in one run, or in several.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    weeks: f64,
    right: u32,
    wrong: u32,
    repeats: u32,
    kinds: BTreeMap<String, Kind>,
    /// Of the incidents found: whose first reason, and one of whose first three reasons, named a true cause.
    named_first: u32,
    named_in_three: u32,
    misled: BTreeMap<String, u32>,
    /// Most alerts in any seven days.
    most_in_a_week: usize,
    details: String,
}

#[derive(Debug, Default)]
struct Kind {
    all: u32,
    /// Hours from the first event to the alert.
    delays: Vec<f64>,
}

impl Sheet {
    pub(super) fn of(key: &Key, raised: &[Deviation]) -> Self {
        let mut sheet = Self { weeks: (key.days - LEARNING_DAYS) as f64 / 7.0, ..Self::default() };
        for (kind, all) in key.kinds() {
            sheet.kinds.insert(kind.to_owned(), Kind { all, delays: Vec::new() });
        }
        let begun = |deviation: &&Deviation| second(deviation) >= LEARNING_DAYS * DAY;
        let mut found = BTreeSet::new();
        for deviation in raised.iter().filter(begun) {
            let people: Vec<u32> =
                deviation.people.iter().filter_map(|person| number(person.as_str())).collect();
            match key.incident(&people, second(deviation)) {
                Some(incident) => sheet.is_right(incident, deviation, found.insert(incident.id)),
                None => sheet.is_wrong(key, deviation, &people),
            }
        }
        for missed in key.incidents.iter().filter(|incident| !found.contains(&incident.id)) {
            let Incident { kind, users, first, .. } = missed;
            let day = *first as f64 / DAY as f64;
            let _ = writeln!(sheet.details, "  missed {kind} of {users:?} from day {day:.2}");
        }
        let days: Vec<i64> = raised.iter().map(second).collect();
        let week = |from: i64| days.iter().filter(|at| (from..from + 7 * DAY).contains(*at)).count();
        sheet.most_in_a_week = days.iter().map(|from| week(*from)).max().unwrap_or_default();
        sheet
    }

    fn is_right(&mut self, incident: &Incident, deviation: &Deviation, first: bool) {
        self.right += 1;
        if !first {
            self.repeats += 1;
            return;
        }
        let delay = (second(deviation) - incident.first).max(0) as f64 / 3600.0;
        self.kinds.entry(incident.kind.clone()).or_default().delays.push(delay);
        let causes = families(deviation);
        let is_true = |cause: &&str| incident.expect.contains(*cause);
        self.named_first += u32::from(causes.first().is_some_and(is_true));
        self.named_in_three += u32::from(causes.iter().take(3).any(|cause| is_true(cause)));
    }

    fn is_wrong(&mut self, key: &Key, deviation: &Deviation, people: &[u32]) {
        self.wrong += 1;
        let looks_like = key.look_alike(people.first().copied().unwrap_or(u32::MAX), second(deviation));
        *self.misled.entry(looks_like.to_owned()).or_default() += 1;
        let day = second(deviation) as f64 / DAY as f64;
        let causes = families(deviation).join("|");
        let score = deviation.score;
        let _ = writeln!(
            self.details,
            "  in vain {people:?} on day {day:.2} for {score:.1}: {causes} ({looks_like})"
        );
    }

    pub(super) fn add(&mut self, other: Self) {
        self.weeks += other.weeks;
        self.right += other.right;
        self.wrong += other.wrong;
        self.repeats += other.repeats;
        self.named_first += other.named_first;
        self.named_in_three += other.named_in_three;
        self.most_in_a_week = self.most_in_a_week.max(other.most_in_a_week);
        for (kind, Kind { all, delays }) in other.kinds {
            let sum = self.kinds.entry(kind).or_default();
            sum.all += all;
            sum.delays.extend(delays);
        }
        for (looks_like, count) in other.misled {
            *self.misled.entry(looks_like).or_default() += count;
        }
    }

    /// What was missed and what was raised in vain, a line each.
    pub(super) fn details(&self) -> &str {
        &self.details
    }

    fn found(&self) -> usize {
        self.kinds.values().map(|kind| kind.delays.len()).sum()
    }

    pub(super) fn line(&self, budget: f64) -> String {
        let raised = f64::from(self.right + self.wrong);
        let all: u32 = self.kinds.values().map(|kind| kind.all).sum();
        format!(
            "{:.2} a week ({:.2} of the budget, at most {} in a week), precision {:.3}, recall {:.3}, repeats {}",
            raised / self.weeks,
            raised / self.weeks / budget,
            self.most_in_a_week,
            f64::from(self.right) / raised.max(1.0),
            self.found() as f64 / f64::from(all.max(1)),
            self.repeats
        )
    }

    pub(super) fn table(&self, budget: f64) -> String {
        let found = self.found().max(1) as f64;
        let mut text = format!("\nall: {}\n", self.line(budget));
        for (name, Kind { all, delays }) in &self.kinds {
            let share = 100.0 * delays.len() as f64 / f64::from((*all).max(1));
            let delay = median(delays).map_or("–".to_owned(), |hours| format!("{hours:.1} h"));
            let _ = writeln!(text, "| {name} | {} of {all} | {share:.0} % | {delay} |", delays.len());
        }
        let (first, three) = (f64::from(self.named_first), f64::from(self.named_in_three));
        let _ = writeln!(
            text,
            "a true cause first: {:.0} %, among three: {:.0} %",
            100.0 * first / found,
            100.0 * three / found
        );
        let _ = writeln!(text, "raised in vain, by what misled: {:?}", self.misled);
        text
    }
}

fn second(deviation: &Deviation) -> i64 {
    deviation.at.as_millis().div_euclid(1000)
}

/// Families of the reasons, each once.
fn families(deviation: &Deviation) -> Vec<&'static str> {
    let mut families = Vec::new();
    for reason in &deviation.reasons {
        let word = reason.family.as_str();
        if !families.contains(&word) {
            families.push(word);
        }
    }
    families
}

/// The middle value, or the mean of the two in the middle.
pub(super) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    let below = sorted.get((sorted.len() - 1) / 2).copied().unwrap_or(upper);
    Some(f64::midpoint(below, upper))
}
