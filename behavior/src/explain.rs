//! What is known of one person, for whoever may ask: the baseline in natural units, and the level of risk with its reasons.

use model::{PersonId, Risk, Timestamp, ToolId};
use serde::{Deserialize, Serialize};

use crate::{
    Expected, Family, Learner, Reason, Unit, amount, channel::Channel, event::CLASSES, key, norms::Norms,
    person::Person, reason::reasons, score::Comparison, tool::is_approved,
};

/// Evidence of past days from which a person is at elevated risk, where few others have any.
const ELEVATED: f32 = 12.0;
/// And from which at high risk.
const HIGH: f32 = 30.0;

/// What the learner knows of a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// Who.
    pub person: PersonId,
    /// The first day seen.
    pub first: Timestamp,
    /// How many active days the baseline is worth; old ones fade.
    pub days: f64,
    /// Whether it acts like a program, and is compared with itself only.
    pub program: bool,
    /// Each measure of the day with the usual range.
    pub bands: Vec<Band>,
    /// Usual kinds of content by label family, empty for nothing sensitive; the person's share and the peers'.
    pub labels: Vec<(Box<str>, f64, f64)>,
    /// Share of active days on which something happened in each hour (UTC).
    pub hours: Vec<f64>,
    /// Familiar tools with the first and last day of use.
    pub tools: Vec<(ToolId, Timestamp, Timestamp)>,
    /// How risky recent use is.
    pub risk: RiskLevel,
}

/// One measure of a day beside its usual range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// Kind of signal.
    pub family: Family,
    /// The measure.
    pub channel: Box<str>,
    /// In what it is counted.
    pub unit: Unit,
    /// The day so far.
    pub observed: f64,
    /// A usual day.
    pub expected: Expected,
    /// Mean deviation of the last days, newer ones counting more; 0 is usual.
    pub sustained: f64,
}

impl Band {
    /// Whether it is usual, or was seen today; measures that only weigh others are told nowhere.
    pub fn is_told(&self) -> bool {
        self.unit != Unit::Nats && (self.observed > 0.0 || self.expected.high >= 0.5)
    }

    /// The measure in words, as `bytes up`.
    pub fn name(&self) -> String {
        self.channel.replace('_', " ")
    }

    /// The usual range in words, as `2.3 KB to 5.2 KB`.
    pub fn usual(&self) -> String {
        format!("{} to {}", amount(self.expected.low, self.unit), amount(self.expected.high, self.unit))
    }
}

/// How risky recent AI use is, and why. It fades by itself: after four days, half is left.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RiskLevel {
    /// The level that rules see.
    pub level: Risk,
    /// Evidence of the last days, in nats.
    pub evidence: f64,
    /// What it is about today, strongest first.
    pub reasons: Vec<Reason>,
}

impl Learner {
    /// Everything known of a person.
    pub fn explain(&self, person: &PersonId) -> Option<Explanation> {
        let known = self.find(person)?;
        let comparison = Comparison::new(known, &self.norms);
        let day = |day: i32| Timestamp::from_millis(i64::from(day) * 86_400_000);
        let all = known.labels.iter().sum::<f32>().max(1.0);
        let shares = known.labels.iter().zip(comparison.group.labels).zip(CLASSES);
        let tool = |(key, first, last)| {
            self.norms.tools.get(key).map(|tool| (tool.name.clone(), day(first), day(last)))
        };
        Some(Explanation {
            person: person.clone(),
            first: day(known.first),
            days: f64::from(known.days),
            program: known.is_program(),
            bands: Channel::ALL.iter().map(|channel| band(&comparison, *channel)).collect(),
            labels: shares
                .map(|((own, peers), (name, _))| (name.into(), f64::from(own / all), f64::from(peers)))
                .collect(),
            hours: known
                .hours
                .iter()
                .map(|days| f64::from(*days) / 256.0 / f64::from(known.days.max(1.0)))
                .collect(),
            tools: known.tools.iter().filter_map(tool).collect(),
            risk: self.risk(person),
        })
    }

    /// How risky a person's recent use is; low for someone never seen.
    pub fn risk(&self, person: &PersonId) -> RiskLevel {
        let Some(known) = self.find(person) else { return RiskLevel::default() };
        let comparison = Comparison::new(known, &self.norms);
        let scores = comparison.score();
        let evidence = known.evidence + scores.own;
        RiskLevel {
            level: level(evidence, &self.norms),
            evidence: f64::from(evidence),
            reasons: reasons(&comparison, &scores, self.cost_of_rises()),
        }
    }

    /// How risky a tool's recent use is: by the evidence against those who began with it lately, if it is not approved.
    pub fn tool_risk(&self, tool: &ToolId) -> RiskLevel {
        let known = self.norms.tools.get(key::short(tool.as_str()));
        let Some(known) = known.filter(|tool| !is_approved(tool.state)) else { return RiskLevel::default() };
        let users = known.adopters(known.latest()).filter_map(|one| self.find_key(one.person));
        let evidence = users.map(|person| person.evidence).fold(0.0, f32::max);
        RiskLevel { level: level(evidence, &self.norms), evidence: f64::from(evidence), reasons: Vec::new() }
    }

    fn find(&self, person: &PersonId) -> Option<&Person> {
        self.find_key(key::of(person.as_str()))
    }
}

/// High is what hardly one in a thousand reaches, and not before it is much in itself.
fn level(evidence: f32, norms: &Norms) -> Risk {
    let (one_in_a_hundred, one_in_a_thousand) = norms.evidence;
    if evidence >= one_in_a_thousand.max(HIGH) {
        Risk::High
    } else if evidence >= one_in_a_hundred.max(ELEVATED) {
        Risk::Elevated
    } else {
        Risk::Low
    }
}

fn band(comparison: &Comparison<'_>, channel: Channel) -> Band {
    Band {
        family: channel.family(),
        channel: channel.as_str().into(),
        unit: channel.unit(),
        observed: f64::from(comparison.person.today.get(channel)),
        expected: comparison.expected(channel),
        sustained: f64::from(comparison.person.sustained(channel)),
    }
}
