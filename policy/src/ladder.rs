//! What follows violations: points by severity within a window, and steps that are reached with them.
//!
//! Advice and training follow by themselves. Every harsher step only waits for a named person, who decides.

use std::time::Duration;

use model::{Action, Severity};

use crate::{
    document::{
        fields::Fields,
        yaml::{Node, Scalar},
    },
    front::duration,
    mistake::Log,
    nearest::remedy,
    render::words::{self, list},
    vocabulary::{Word, word},
};

/// The group of those whose access to AI tools is suspended; a rule of the policy acts on it.
pub const SUSPENDED: &str = "ai-suspended";

const KEYS: [&str; 5] = ["window", "counts", "repeats", "points", "steps"];
const STEP_KEYS: [&str; 4] = ["at", "do", "for", "to"];
const MEASURES: [&str; 5] = ["coach", "assign training", "notify manager", "suspend access", "refer"];
/// The same clause, tool and person within this time is one violation unless the ladder says otherwise.
const REPEATS: Duration = Duration::from_secs(10 * 60);

/// A policy's ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ladder {
    /// How long a violation counts.
    pub window: Duration,
    /// Which demands of a clause make an exchange a violation of it.
    pub counts: Vec<Action>,
    /// Within this time the same person, clause and tool count once: programs try again by themselves.
    pub repeats: Duration,
    /// What a violation counts.
    pub points: Points,
    /// The steps, mildest first.
    pub steps: Vec<Step>,
}

/// What a violation counts, by the severity of the clause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Points {
    low: u32,
    medium: u32,
    high: u32,
    critical: u32,
}

impl Points {
    /// What a violation of a clause of that severity counts; nothing if it is only informative.
    pub const fn of(self, severity: Severity) -> u32 {
        match severity {
            Severity::Info => 0,
            Severity::Low => self.low,
            Severity::Medium => self.medium,
            Severity::High => self.high,
            Severity::Critical => self.critical,
        }
    }
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The points with which it is reached.
    pub at: u32,
    /// What follows.
    pub measure: Measure,
}

/// What follows violations, mildest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Advice, shown to the person.
    Coach,
    /// The training tied to the violated clauses.
    AssignTraining,
    /// The person's manager is told.
    NotifyManager,
    /// The person is in the group [`SUSPENDED`] for a time.
    SuspendAccess {
        /// For how long.
        time: Duration,
    },
    /// The matter is handed to people outside Bylaw.
    Refer {
        /// To whom or what, in the policy's own words.
        to: String,
    },
}

/// Who sets a measure going.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It follows by itself.
    ByItself,
    /// A named person decides.
    ByPerson,
}

impl Measure {
    /// Who sets it going.
    pub const fn decided(&self) -> Decided {
        match self {
            Self::Coach | Self::AssignTraining => Decided::ByItself,
            Self::NotifyManager | Self::SuspendAccess { .. } | Self::Refer { .. } => Decided::ByPerson,
        }
    }

    /// It as prose says it: what happens to the person.
    pub fn words(&self) -> String {
        match self {
            Self::Coach => "you are told, with advice".to_owned(),
            Self::AssignTraining => "the training on the clauses concerned is assigned to you".to_owned(),
            Self::NotifyManager => "your manager is told".to_owned(),
            Self::SuspendAccess { time } => {
                format!("your access to AI tools is suspended for {}", span(*time))
            }
            Self::Refer { to } => format!("the matter is referred to {to}"),
        }
    }

    fn harshness(&self) -> usize {
        match self {
            Self::Coach => 0,
            Self::AssignTraining => 1,
            Self::NotifyManager => 2,
            Self::SuspendAccess { .. } => 3,
            Self::Refer { .. } => 4,
        }
    }
}

impl Ladder {
    /// The ladder as employees read it.
    pub fn sentences(&self) -> Vec<String> {
        let Points { low, medium, high, critical } = self.points;
        let actions: Vec<&str> = self.counts.iter().map(|action| words::action(*action)).collect();
        let mut sentences = vec![
            format!(
                "Exchanges that {} by a clause count against it for {}: {low} if its severity is low, {medium} if medium, \
                 {high} if high, {critical} if critical.",
                list(&actions, "or"),
                span(self.window)
            ),
            format!("The same clause on the same tool within {} counts once.", span(self.repeats)),
        ];
        sentences.extend(self.steps.iter().map(|step| {
            let what = step.measure.words();
            let points = if step.at == 1 { "1 point".to_owned() } else { format!("{} points", step.at) };
            match step.measure.decided() {
                Decided::ByItself => format!("From {points} on, {what}."),
                Decided::ByPerson => {
                    format!("From {points} on, a named person decides whether {what}; you can appeal.")
                }
            }
        }));
        sentences
    }
}

/// A time as prose says it.
pub fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    let (number, unit) = match seconds {
        s if s % 86_400 == 0 => (s / 86_400, "day"),
        s if s % 3_600 == 0 => (s / 3_600, "hour"),
        s if s % 60 == 0 => (s / 60, "minute"),
        s => (s, "second"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// Reads a `ladder` block; nothing if it has mistakes.
pub(crate) fn read_ladder(node: &Node, log: &mut Log) -> Option<Ladder> {
    let before = log.mistakes.len();
    let fields = Fields::read(node, "a ladder", &KEYS, log)?;
    let window = fields.require_text("window", "90d", log).and_then(|text| duration(text, log));
    let repeats = fields.text("repeats", log).and_then(|text| duration(text, log));
    let counts: Vec<Action> =
        fields.texts("counts", log).into_iter().filter_map(|text| counting(text, log)).collect();
    let points = fields
        .require("points", "{low: 1, medium: 2, high: 4, critical: 8}", log)
        .and_then(|node| read_points(node, log));
    let steps =
        fields.require("steps", "[{at: 4, do: assign training}]", log).map(|node| read_steps(node, log));
    (log.mistakes.len() == before).then_some(Ladder {
        window: window?,
        counts: if counts.is_empty() { vec![Action::Redact, Action::Block] } else { counts },
        repeats: repeats.unwrap_or(REPEATS),
        points: points?,
        steps: steps?,
    })
}

fn counting(text: &Scalar, log: &mut Log) -> Option<Action> {
    let action = word(&text.text, text.place, log)?;
    if action == Action::Allow {
        log.add(text.place, "what is allowed is no violation", "remove `allow`");
        return None;
    }
    Some(action)
}

fn read_points(node: &Node, log: &mut Log) -> Option<Points> {
    const KEYS: [&str; 4] = ["low", "medium", "high", "critical"];
    let fields = Fields::read(node, "the points", &KEYS, log)?;
    let mut of = |severity: Severity| {
        fields.require_text(severity.word(), "1", log).and_then(|text| number(text, 0, log))
    };
    let points = Points {
        low: of(Severity::Low)?,
        medium: of(Severity::Medium)?,
        high: of(Severity::High)?,
        critical: of(Severity::Critical)?,
    };
    let Points { low, medium, high, critical } = points;
    if !(low <= medium && medium <= high && high <= critical) {
        let remedy = "give a graver clause at least as many points as a milder one";
        log.add(fields.place(), "a milder severity counts more than a graver one", remedy);
    }
    if critical == 0 {
        log.add(fields.place(), "no violation counts anything", "give `critical` at least 1 point");
    }
    Some(points)
}

fn read_steps(node: &Node, log: &mut Log) -> Vec<Step> {
    let Node::List(items, place) = node else {
        log.add(node.place(), "steps are a list", "begin each step with `- at:`");
        return Vec::new();
    };
    if items.is_empty() {
        log.add(*place, "the ladder has no step", "add one, such as `- {at: 4, do: assign training}`");
    }
    let mut steps: Vec<Step> = Vec::new();
    for item in items {
        let Some(step) = read_step(item, log) else { continue };
        if let Some(last) = steps.last() {
            if step.at <= last.at {
                let message =
                    format!("this step is reached at {} points, the one before at {}", step.at, last.at);
                log.add(
                    item.place(),
                    message,
                    "order the steps by their points, each with more than the last",
                );
            }
            if step.measure.harshness() < last.measure.harshness() {
                let remedy =
                    "put milder steps first: coach, assign training, notify manager, suspend access, refer";
                log.add(item.place(), "this step is milder than the one before", remedy);
            }
        }
        steps.push(step);
    }
    steps
}

fn read_step(node: &Node, log: &mut Log) -> Option<Step> {
    let fields = Fields::read(node, "a step", &STEP_KEYS, log)?;
    let before = log.mistakes.len();
    let at = fields.require_text("at", "4", log).and_then(|text| number(text, 1, log));
    let measure =
        fields.require_text("do", "assign training", log).and_then(|text| measure(text, &fields, log));
    let sound = log.mistakes.len() == before;
    Some(Step { at: at?, measure: measure? }).filter(|_| sound)
}

fn measure(text: &Scalar, fields: &Fields<'_>, log: &mut Log) -> Option<Measure> {
    let measure = match text.text.as_str() {
        "coach" => Measure::Coach,
        "assign training" => Measure::AssignTraining,
        "notify manager" => Measure::NotifyManager,
        "suspend access" => {
            let time = fields.require_text("for", "14d", log).and_then(|text| duration(text, log))?;
            Measure::SuspendAccess { time }
        }
        "refer" => {
            let to = fields.require_text("to", "formal disciplinary proceedings", log)?;
            Measure::Refer { to: to.text.trim_end_matches('.').to_owned() }
        }
        other => {
            let choice = remedy(other, MEASURES, "see the policy language");
            log.add(text.place, format!("`{other}` is no step that Bylaw knows"), choice);
            return None;
        }
    };
    for (key, belongs) in [
        ("for", matches!(measure, Measure::SuspendAccess { .. })),
        ("to", matches!(measure, Measure::Refer { .. })),
    ] {
        if let Some(stray) = fields.get(key).filter(|_| !belongs) {
            log.add(stray.place(), format!("`{}` has no `{key}`", text.text), "remove it");
        }
    }
    Some(measure)
}

fn number(text: &Scalar, least: u32, log: &mut Log) -> Option<u32> {
    let found = text.text.parse().ok().filter(|number| (least..=1_000).contains(number));
    if found.is_none() {
        let remedy = format!("write a whole number from {least} to 1000");
        log.add(text.place, format!("`{}` is not a number of points", text.text), remedy);
    }
    found
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::read_ladder;
    use crate::{document::yaml, mistake::Log};

    /// What employees read of a ladder, or every mistake in it.
    fn check(source: &str, expected: Expect) {
        let mut log = Log::default();
        let ladder = yaml::read(source, 1, &mut log).and_then(|node| read_ladder(&node, &mut log));
        let mistakes = log.mistakes.iter().map(|mistake| {
            let (place, message) = (mistake.place, &mistake.message);
            format!("{}:{} {message}; {}", place.line, place.column, mistake.remedy)
        });
        let told = ladder.map_or_else(|| mistakes.collect(), |ladder| ladder.sentences());
        expected.assert_eq(&told.join("\n"));
    }

    #[test]
    fn a_ladder_reads_as_sentences() {
        check(
            "window: 90d\npoints: {low: 1, medium: 2, high: 4, critical: 8}\nsteps:\n\
             - {at: 1, do: coach}\n- {at: 4, do: assign training}\n- {at: 8, do: notify manager}\n\
             - {at: 16, do: suspend access, for: 14d}\n- {at: 24, do: refer, to: formal proceedings.}\n",
            expect![[r#"
                Exchanges that are redacted or are blocked by a clause count against it for 90 days: 1 if its severity is low, 2 if medium, 4 if high, 8 if critical.
                The same clause on the same tool within 10 minutes counts once.
                From 1 point on, you are told, with advice.
                From 4 points on, the training on the clauses concerned is assigned to you.
                From 8 points on, a named person decides whether your manager is told; you can appeal.
                From 16 points on, a named person decides whether your access to AI tools is suspended for 14 days; you can appeal.
                From 24 points on, a named person decides whether the matter is referred to formal proceedings; you can appeal."#]],
        );
    }

    #[test]
    fn every_mistake_at_once() {
        check(
            "window: 90d",
            expect![[r#"
            1:1 a ladder needs the key `points`; add a line such as `points: {low: 1, medium: 2, high: 4, critical: 8}`
            1:1 a ladder needs the key `steps`; add a line such as `steps: [{at: 4, do: assign training}]`"#]],
        );
        check(
            "window: often\ncounts: [allow, blocks]\npoints: {low: 3, medium: 2, high: many, critical: 0}\nsteps:\n\
             - {at: 0, do: fire}\n- {at: 5, do: refer}\n- {at: 9, do: suspend access, for: 2d, to: x}\n\
             - {at: 4, do: coach}\n- {do: asign training}\nstep: 1\n",
            expect![[r#"
                10:1 a ladder has no key `step`; did you mean `steps`?
                1:9 `often` is not a duration; write a number and a unit: `180d`, `26w`, `2h`, `15m` or `30s`
                2:10 what is allowed is no violation; remove `allow`
                2:17 `blocks` is not an action; did you mean `block`?
                3:35 `many` is not a number of points; write a whole number from 0 to 1000
                5:8 `0` is not a number of points; write a whole number from 1 to 1000
                5:15 `fire` is no step that Bylaw knows; use one of `coach`, `assign training`, `notify manager`, `suspend access`, `refer`
                6:3 a step needs the key `to`; add a line such as `to: formal disciplinary proceedings`
                7:44 `suspend access` has no `to`; remove it
                9:3 a step needs the key `at`; add a line such as `at: 4`
                9:8 `asign training` is no step that Bylaw knows; did you mean `assign training`?"#]],
        );
        check(
            "window: 1d\npoints: {low: 3, medium: 2, high: 2, critical: 2}\nsteps: []\n",
            expect![[r#"
            2:9 a milder severity counts more than a graver one; give a graver clause at least as many points as a milder one
            3:8 the ladder has no step; add one, such as `- {at: 4, do: assign training}`"#]],
        );
    }
}
