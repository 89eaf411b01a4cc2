//! The end of a person's day: what it adds to the organisation's curves, and what it changes in the baseline.

use crate::{
    Family,
    calibration::View,
    channel::{Channel, PerChannel},
    norms::{Digest, Norms},
    person::{Person, level_to_sum, tenths},
    rise::{Day, curve, curves},
    score::Scores,
};

/// Deviations beyond which a day counts no further: one day, however extreme, moves a baseline by a bounded step.
const CLIP: f32 = 2.5;
/// What is left of a day's kinds of content after another active day.
const RECENT: f32 = 0.75;
/// Surprise of the kinds of content from which a day hardly counts for what is usual.
const STRANGE: f32 = 2.5;
/// Evidence of one day at most.
const MOST_EVIDENCE: f32 = 20.0;
/// What is left of evidence after a day.
const EVIDENCE_FADES: f32 = 0.8;

/// What a day counts for when it is learned: little if it was strange.
fn weight(scores: &Scores) -> f32 {
    match scores.own {
        own if own > 12.0 => 0.1,
        own if own > 5.0 => 0.3,
        _ => 1.0,
    }
}

/// Whether curves may be added to: not before there are peers to compare with.
pub(crate) fn count(
    person: &mut Person,
    scores: &Scores,
    standing: impl Fn(Channel) -> f32,
    known: &Tails<'_>,
    digest: &mut Digest,
) {
    let human = !person.is_program();
    let sustained =
        |channel| 0.8 * person.sustained(channel) + 0.2 * scores.deviations.get(channel).clamp(-1.5, 5.0);
    let mut exceeded = person.exceeded;
    for channel in Channel::ALL {
        let level = scores.levels.get(channel);
        let values = [
            (View::Own, scores.deviations.get(channel), person.days >= 2.0),
            (View::Everyone, level, human),
            (View::Sustained, sustained(channel) * 8.0, person.days >= 4.0),
            (View::Standing, standing(channel), human && person.days >= 5.0 && channel.is_standing()),
        ];
        for (view, value, counts) in values {
            if !counts {
                continue;
            }
            digest.additions.count(view, channel, value);
            let Some(bits) = exceeded.get_mut(view as usize) else { continue };
            let first = *bits & 1 << channel as u32 == 0 || view == View::Standing;
            if first && value >= (known.0)(view, channel) {
                *bits |= 1 << channel as u32;
                digest.additions.exceed(view, channel, value, person.key);
            }
        }
    }
    person.exceeded = exceeded;
    let level = (person.evidence * 2.0).min(f32::from(u16::MAX)) as u16;
    *digest.evidence.entry(level).or_default() += 1;
}

/// Adds how far the last days are from a person's anchors.
pub(crate) fn count_rises(person: &mut Person, norms: &Norms, digest: &mut Digest) {
    if person.is_program() {
        return;
    }
    let group = norms.groups.department(person.department);
    for (pace, window) in curves() {
        let at = curve(pace, window);
        let peers = group.rises.get(at).copied().unwrap_or(0.0);
        let Some(distance) = person.rise.distance(pace, window, peers, Day::Over) else { continue };
        digest.additions.count_rise(at, distance);
    }
}

/// Where the tails begin.
pub(crate) struct Tails<'a>(pub &'a dyn Fn(View, Channel) -> f32);

/// Ends a person's day.
pub(crate) fn close(person: &mut Person, scores: &Scores, memory: f32) {
    let weight = weight(scores);
    person.evidence = EVIDENCE_FADES * person.evidence + scores.own.min(MOST_EVIDENCE);
    for channel in Channel::ALL {
        let z = scores.deviations.get(channel).clamp(-1.5, 5.0);
        let sustained = 0.8 * person.sustained(channel) + 0.2 * z;
        person.sustained.set(channel, (sustained * 25.0).round() as i8);
    }
    let mut levels = PerChannel::default();
    Channel::ALL.iter().for_each(|channel| levels.set(*channel, tenths(scores.levels.get(*channel))));
    if person.days < person.pending.len() as f32 {
        commit(person, &levels, weight, memory);
    } else {
        delay(person, levels, weight, memory);
    }
    let strange = scores.families.get(Family::Cat as usize).is_some_and(|cat| cat.surprise > STRANGE);
    person.rise.close();
    labels_and_hours(person, if strange { weight.min(0.1) } else { weight }, memory);
    person.judge();
}

/// Learns the oldest day that waits, and lets this one wait.
fn delay(person: &mut Person, levels: PerChannel<u8>, weight: f32, memory: f32) {
    let oldest = person.pending.first().copied().unwrap_or_default();
    let due = person.weights.first().copied().unwrap_or_default();
    if due > 0 {
        commit(person, &oldest, f32::from(due) / 255.0, memory);
    }
    person.pending.rotate_left(1);
    person.weights.rotate_left(1);
    if let (Some(place), Some(kept)) = (person.pending.last_mut(), person.weights.last_mut()) {
        *place = levels;
        *kept = (weight * 255.0) as u8;
    }
}

fn commit(person: &mut Person, levels: &PerChannel<u8>, weight: f32, memory: f32) {
    person.days = (person.days + weight).min(memory);
    let step = weight / person.days.max(weight);
    for channel in Channel::ALL {
        let level = f32::from(levels.get(channel)) / 10.0;
        let (mean, deviation) = (person.mean(channel), person.deviation(channel));
        let reach = if person.days > 3.0 { CLIP * deviation.max(0.25) } else { f32::INFINITY };
        let apart = (level - mean).clamp(-reach, reach);
        person.set_mean(channel, mean + step * apart);
        let variance = (1.0 - step) * (deviation * deviation + step * apart * apart);
        person.deviation.set(channel, (variance.sqrt() * 4096.0).min(65_535.0) as u16);
    }
}

fn labels_and_hours(person: &mut Person, weight: f32, memory: f32) {
    let fade = 1.0 - weight / memory;
    let all = person.labels_today.iter().map(|count| f32::from(*count)).sum::<f32>();
    let each = 1.0 / (1.0 + all / 25.0);
    for ((usual, recent), today) in
        person.labels.iter_mut().zip(&mut person.labels_recent).zip(person.labels_today)
    {
        *usual = *usual * fade + weight * f32::from(today.min(100));
        *recent = (RECENT * f32::from(*recent) + each * f32::from(today) * 256.0).min(65_535.0) as u16;
    }
    for (hour, days) in person.hours.iter_mut().enumerate() {
        let active = if person.hours_today & 1 << hour != 0 { 256.0 * weight } else { 0.0 };
        *days = (f32::from(*days) * fade + active).min(65_535.0) as u16;
    }
}

/// A level that was kept in tenths, in its natural unit.
pub(crate) fn natural(channel: Channel, tenths: u8) -> f32 {
    level_to_sum(channel, f32::from(tenths) / 10.0)
}
