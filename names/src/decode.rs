use std::sync::LazyLock;

use crate::model::{Model, STEPS, TAGS};

/// Exponentials of scores below the highest by that much: those that are met are looked up.
static FALLING: LazyLock<[f32; 1024]> = LazyLock::new(|| std::array::from_fn(|below| falling(below as i16)));

fn falling(below: i16) -> f32 {
    (f32::from(-below) / STEPS).exp()
}

/// Scores and beliefs about the words of one segment; kept to be used again.
#[derive(Default)]
pub(crate) struct Lattice {
    /// Exponentials of the words' own scores, the highest made 1.
    emissions: Vec<[f32; TAGS]>,
    forward: Vec<[f32; TAGS]>,
    backward: Vec<[f32; TAGS]>,
    /// The best way to each tag of each word.
    best: Vec<[u8; TAGS]>,
    /// The chosen tags, and the probability of each.
    pub(crate) tags: Vec<(u8, f32)>,
}

impl Lattice {
    pub(crate) fn clear(&mut self) {
        self.emissions.clear();
    }

    /// Takes the scores of the next word.
    pub(crate) fn push(&mut self, scores: &[i16; TAGS]) {
        let highest = scores.iter().copied().max().unwrap_or(0);
        let mut emission = [0.0; TAGS];
        let known = &*FALLING;
        for (weight, score) in emission.iter_mut().zip(scores) {
            let below = highest - score;
            *weight = known.get(below as usize).copied().unwrap_or_else(|| falling(below));
        }
        self.emissions.push(emission);
    }

    /// Chooses the most probable sequence of tags and says how probable each is.
    pub(crate) fn decode(&mut self, model: &Model) {
        self.viterbi(model);
        if self.tags.iter().any(|(tag, _)| *tag != 0) {
            self.beliefs(model);
        }
    }

    fn viterbi(&mut self, model: &Model) {
        self.best.clear();
        self.tags.clear();
        let mut reach: Option<[f32; TAGS]> = None;
        for emission in &self.emissions {
            let (mut next, mut ways) = (*model.opening(), [0; TAGS]);
            if let Some(reach) = &reach {
                (next, ways) = best_ways(model, reach);
            }
            next.iter_mut().zip(emission).for_each(|(weight, emission)| *weight *= emission);
            normalise(&mut next);
            self.best.push(ways);
            reach = Some(next);
        }
        let last = reach.into_iter().flatten().zip(0_u8..);
        let mut tag = last.fold((0.0, 0), |best, one| if one.0 > best.0 { one } else { best }).1;
        for ways in self.best.iter().rev() {
            self.tags.push((tag, 0.0));
            tag = ways.get(usize::from(tag)).copied().unwrap_or(0);
        }
        self.tags.reverse();
    }

    fn beliefs(&mut self, model: &Model) {
        self.forward.clear();
        self.backward.clear();
        let mut previous: Option<[f32; TAGS]> = None;
        for emission in &self.emissions {
            let mut next = [0.0; TAGS];
            for ((weight, emission), step) in next.iter_mut().zip(emission).zip(model.steps()) {
                let reached = previous.map_or(step[TAGS], |previous| {
                    previous.iter().zip(step).map(|(weight, step)| weight * step).sum()
                });
                *weight = reached * emission;
            }
            normalise(&mut next);
            self.forward.push(next);
            previous = Some(next);
        }
        let mut behind = [1.0; TAGS];
        for emission in self.emissions.iter().rev() {
            self.backward.push(behind);
            let mut next = [0.0; TAGS];
            for ((weight, emission), step) in behind.iter().zip(emission).zip(model.steps()) {
                next.iter_mut().zip(step).for_each(|(before, step)| *before += weight * emission * step);
            }
            normalise(&mut next);
            behind = next;
        }
        let around = self.forward.iter().zip(self.backward.iter().rev());
        for ((tag, belief), (forward, backward)) in self.tags.iter_mut().zip(around) {
            let all: f32 = forward.iter().zip(backward).map(|(one, other)| one * other).sum();
            let own =
                forward.iter().zip(backward).nth(usize::from(*tag)).map_or(0.0, |(one, other)| one * other);
            *belief = if all > 0.0 { own / all } else { 0.0 };
        }
    }
}

/// For each tag, the best way to it from the tags reached, and how likely that is. All tags side by side, so that the
/// compiler can use vectors.
fn best_ways(model: &Model, reach: &[f32; TAGS]) -> ([f32; TAGS], [u8; TAGS]) {
    let (mut best, mut ways) = ([0.0; TAGS], [0_u32; TAGS]);
    for ((weight, steps), from) in reach.iter().zip(model.onward()).zip(0_u32..) {
        for ((best, way), step) in best.iter_mut().zip(&mut ways).zip(steps) {
            let through = weight * step;
            let better = through > *best;
            *best = if better { through } else { *best };
            *way = if better { from } else { *way };
        }
    }
    (best, ways.map(|way| way as u8))
}

fn normalise(weights: &mut [f32; TAGS]) {
    let sum: f32 = weights.iter().sum();
    if sum > 0.0 {
        weights.iter_mut().for_each(|weight| *weight /= sum);
    }
}
