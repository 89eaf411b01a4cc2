//! Why something was raised, in natural units.

use crate::{
    Expected, Family, Reason, Unit,
    calibration::View,
    channel::Channel,
    event::CLASSES,
    learn,
    person::{Person, level_to_sum},
    rise::{Day, EXCEPTIONAL, Rising},
    score::{Comparison, Scores, Strongest},
};

/// A usual day's ends are so many deviations from the mean: a tenth of days lies beyond each.
const TENTH: f32 = 1.2816;
/// Surprise from which a family is a reason.
const LEAST: f32 = 2.0;

/// A day's reasons, strongest first, with the family each word stands for. A rise is one if it would be raised by itself.
pub(crate) fn reasons(comparison: &Comparison<'_>, scores: &Scores, cost: f32) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = Family::ALL
        .into_iter()
        .zip(&scores.families)
        .filter(|(_, strongest)| strongest.surprise >= LEAST)
        .map(|(family, strongest)| comparison.reason(family, strongest, scores))
        .collect();
    reasons.extend(comparison.over_days(scores));
    let most = reasons.iter().map(|reason| reason.surprise).fold(0.0, f64::max);
    let rising = comparison.rising(cost, Day::SoFar).filter(|rising| rising.surprise >= EXCEPTIONAL);
    reasons.extend(rising.map(|rising| rise(rising, most)));
    reasons.sort_by(|a, b| b.surprise.total_cmp(&a.surprise).then(a.family.cmp(&b.family)));
    reasons
}

impl Comparison<'_> {
    fn reason(&self, family: Family, strongest: &Strongest, scores: &Scores) -> Reason {
        let channel = strongest.channel;
        let observed = match strongest.view {
            View::Standing => self.person.mean(channel),
            View::Own | View::Everyone | View::Sustained => scores.levels.get(channel),
        };
        let mut reason = Reason {
            family,
            channel: channel.as_str().into(),
            observed: f64::from(level_to_sum(channel, observed)),
            expected: self.expected(channel),
            unit: channel.unit(),
            surprise: f64::from(strongest.surprise),
            tool: self.tool(channel),
            data: None,
        };
        if channel == Channel::Labels {
            self.describe_label(&mut reason);
        }
        if strongest.view == View::Standing {
            let group = self.group;
            let spread = group.between.get(channel).sqrt() * TENTH;
            let end = |level: f32| f64::from(level_to_sum(channel, level.max(0.0)));
            reason.expected.low = end(group.mean.get(channel) - spread);
            reason.expected.high = end(group.mean.get(channel) + spread);
        }
        reason
    }

    /// A usual day of the person, and the peers' middle.
    pub(crate) fn expected(&self, channel: Channel) -> Expected {
        let (mean, deviation) = self.usual(channel);
        let end = |level: f32| f64::from(level_to_sum(channel, level.max(0.0)));
        let known = self.group.people >= 3.0;
        Expected {
            low: end(mean - TENTH * deviation),
            high: end(mean + TENTH * deviation),
            peers: known.then(|| end(self.group.mean.get(channel))),
        }
    }

    /// What lasts over days is a reason of its own: the mean of the last days against a usual one.
    fn over_days(&self, scores: &Scores) -> Option<Reason> {
        let most = scores.families.iter().max_by(|a, b| a.sustained.total_cmp(&b.sustained))?;
        if most.sustained < LEAST || most.view != View::Sustained {
            return None;
        }
        let channel = most.channel;
        Some(Reason {
            family: Family::Cum,
            channel: channel.as_str().into(),
            observed: f64::from(recent_mean(self.person, channel)),
            expected: self.expected(channel),
            unit: channel.unit(),
            // Behind the family that it is about.
            surprise: f64::from(most.sustained) * 0.99,
            tool: self.tool(channel),
            data: None,
        })
    }

    fn tool(&self, channel: Channel) -> Option<model::ToolId> {
        let key = match channel.family() {
            Family::Novel | Family::Svc => self.person.new_tool,
            Family::Bytes | Family::Sens | Family::Pers | Family::Count | Family::Down | Family::Doc => {
                self.person.focus
            }
            _ => 0,
        };
        self.norms.tools.get(key).map(|tool| tool.name.clone())
    }

    /// Names the kind of content of which there is most more than usual, and gives its share.
    fn describe_label(&self, reason: &mut Reason) {
        let usual = self.usual_labels();
        let all = self.person.labels_today.iter().map(|count| f32::from(*count)).sum::<f32>().max(1.0);
        let shares = self.person.labels_today.map(|count| f32::from(count) / all);
        let excess = |(share, usual, weight): (f32, f32, f32)| (share - usual) * weight;
        let each = shares
            .iter()
            .zip(usual)
            .zip(CLASSES)
            .map(|((share, usual), (name, weight))| (*share, usual, weight, name));
        let most = each.max_by(|a, b| excess((a.0, a.1, a.2)).total_cmp(&excess((b.0, b.1, b.2))));
        if let Some((share, usual, _, name)) = most {
            let spread = TENTH * (usual * (1.0 - usual) / all).sqrt();
            let peers =
                CLASSES.iter().position(|(class, _)| *class == name).and_then(|at| self.group.labels.get(at));
            reason.unit = Unit::Share;
            reason.observed = f64::from(share);
            reason.expected = Expected {
                low: f64::from((usual - spread).max(0.0)),
                high: f64::from((usual + spread).min(1.0)),
                peers: peers.map(|share| f64::from(*share)),
            };
            reason.data = (!name.is_empty()).then(|| name.into());
        }
    }
}

/// What the day says by itself comes first, if it says as much as a rise that is raised.
fn rise(rising: Rising, most: f64) -> Reason {
    let (low, high) = rising.usual;
    let surprise = f64::from(rising.surprise);
    Reason {
        family: Family::Cum,
        channel: rising.pace.as_str().into(),
        observed: f64::from(rising.observed),
        expected: Expected { low: f64::from(low), high: f64::from(high), peers: None },
        unit: rising.pace.unit(),
        surprise: if most >= f64::from(EXCEPTIONAL) { surprise.min(most * 0.99) } else { surprise },
        tool: None,
        data: None,
    }
}

/// Mean over the days that are not learned yet and today.
fn recent_mean(person: &Person, channel: Channel) -> f32 {
    let waiting = person.pending.iter().zip(person.weights).filter(|(_, weight)| *weight > 0);
    let days = waiting.map(|(levels, _)| learn::natural(channel, levels.get(channel)));
    let (sum, count) = days
        .chain([person.today.get(channel)])
        .fold((0.0, 0.0), |(sum, count), day| (sum + day, count + 1.0));
    sum / f32::max(count, 1.0)
}
