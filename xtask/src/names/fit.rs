use names::{Kind, Lexicon, Model, ROWS, STEPS, TAGS, Tagger, may_follow};

use super::corpus::Text;

/// Learning rate of AdaGrad (Duchi, Hazan, Singer 2011).
const RATE: f32 = 0.15;
/// How strongly weights are drawn to nought at each step, so that most features need none.
const SHRINK: f32 = 0.000_01;
/// Rows seen less often are not learnt.
const SEEN: u32 = 5;

type Weights = [f32; TAGS];

/// A word as training sees it.
struct Sample {
    rows: Vec<u32>,
    tag: usize,
}

/// Fits the weights of a linear-chain conditional random field by gradient steps, one segment at a time.
pub(crate) struct Fit {
    lexicon: Lexicon,
    rows: Vec<Weights>,
    /// Sums of squared gradients.
    squares: Vec<Weights>,
    /// From each tag, or the start, by the tag that follows.
    steps: [[f32; TAGS + 1]; TAGS],
    step_squares: [[f32; TAGS + 1]; TAGS],
}

impl Fit {
    pub(crate) fn new(lexicon: Lexicon) -> Self {
        Self {
            lexicon,
            rows: vec![[0.0; TAGS]; ROWS],
            squares: vec![[1e-4; TAGS]; ROWS],
            steps: [[0.0; TAGS + 1]; TAGS],
            step_squares: [[1e-4; TAGS + 1]; TAGS],
        }
    }

    /// The tagger after so many passes over the texts.
    pub(crate) fn run(mut self, texts: &[Text], passes: u32) -> Tagger {
        let mut segments = self.segments(texts);
        self.forget_rare(&mut segments);
        let mut order: Vec<usize> = (0..segments.len()).collect();
        let mut random = 0x9E37_79B9_u64;
        for pass in 0..passes {
            for last in (1..order.len()).rev() {
                random = random.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
                order.swap(last, (random >> 33) as usize % (last + 1));
            }
            let loss: f32 =
                order.iter().filter_map(|at| segments.get(*at)).map(|segment| self.learn(segment)).sum();
            eprintln!("pass {pass}: {:.4} a segment of {}", loss / order.len() as f32, order.len());
        }
        Tagger::new(
            self.lexicon,
            Model::new(
                self.rows.iter().map(|row| row.map(step)).collect(),
                self.steps.map(|row| row.map(step)),
            ),
        )
    }

    fn segments(&self, texts: &[Text]) -> Vec<Vec<Sample>> {
        let mut segments = Vec::new();
        for text in texts {
            Tagger::samples(&self.lexicon, text.text.as_bytes(), |words| {
                let mut previous = None;
                let tag = |(start, end, rows): (usize, usize, Vec<usize>)| {
                    let span = text.spans.iter().position(|span| start < span.1 && span.0 < end);
                    let kind = span.and_then(|span| text.spans.get(span)).map(|span| span.2);
                    let goes_on = span.is_some() && previous == span;
                    previous = span;
                    let first = match kind {
                        None => 0,
                        Some(Kind::Person) => 1,
                        Some(Kind::Place) => 3,
                        Some(Kind::Organisation) => 5,
                        Some(Kind::Street) => 7,
                    };
                    let tag = if goes_on && first != 7 { first + 1 } else { first };
                    Sample { rows: rows.into_iter().map(|row| row as u32).collect(), tag }
                };
                segments.push(words.into_iter().map(tag).collect());
            });
        }
        segments
    }

    fn forget_rare(&self, segments: &mut [Vec<Sample>]) {
        let mut seen = vec![0_u32; self.rows.len()];
        for row in segments.iter().flatten().flat_map(|sample| &sample.rows) {
            seen.get_mut(*row as usize).into_iter().for_each(|count| *count += 1);
        }
        for sample in segments.iter_mut().flatten() {
            sample.rows.retain(|row| seen.get(*row as usize).is_some_and(|count| *count >= SEEN));
        }
    }

    /// One gradient step; gives the loss before it.
    fn learn(&mut self, segment: &[Sample]) -> f32 {
        let scores: Vec<Weights> = segment.iter().map(|sample| self.scores(sample)).collect();
        let (forward, all) = self.forward(&scores);
        let backward = self.backward(&scores);
        let mut gold = 0.0;
        let mut previous = TAGS;
        let mut steps = [[0.0; TAGS + 1]; TAGS];
        for (at, sample) in segment.iter().enumerate() {
            let (Some(score), Some(ahead), Some(behind)) =
                (scores.get(at), forward.get(at), backward.get(at))
            else {
                break;
            };
            let mut gradient: Weights = [0.0; TAGS];
            for (tag, slot) in gradient.iter_mut().enumerate() {
                *slot = (pick(ahead, tag) + pick(behind, tag) - all).exp()
                    - f32::from(u8::from(tag == sample.tag));
            }
            let before = at.checked_sub(1).and_then(|at| forward.get(at));
            for (to, row) in steps.iter_mut().enumerate() {
                for (from, slot) in row.iter_mut().enumerate().filter(|(from, _)| may_follow(*from, to)) {
                    let reached = match before {
                        None if from == TAGS => 0.0,
                        Some(before) if from < TAGS => pick(before, from),
                        _ => continue,
                    };
                    *slot += (reached + self.step(from, to) + pick(score, to) + pick(behind, to) - all).exp();
                }
            }
            if let Some(slot) = steps.get_mut(sample.tag).and_then(|row| row.get_mut(previous)) {
                *slot -= 1.0;
            }
            gold += pick(score, sample.tag) + self.step(previous, sample.tag);
            previous = sample.tag;
            self.update(sample, &gradient);
        }
        let slots = self.steps.iter_mut().flatten().zip(self.step_squares.iter_mut().flatten());
        slots
            .zip(steps.iter().flatten())
            .for_each(|((weight, square), gradient)| descend(weight, square, *gradient));
        all - gold
    }

    fn scores(&self, sample: &Sample) -> Weights {
        let mut scores = [0.0; TAGS];
        for row in sample.rows.iter().filter_map(|row| self.rows.get(*row as usize)) {
            scores.iter_mut().zip(row).for_each(|(score, weight)| *score += weight);
        }
        scores
    }

    fn update(&mut self, sample: &Sample, gradient: &Weights) {
        if gradient.iter().all(|slope| slope.abs() < 1e-4) {
            return;
        }
        for row in &sample.rows {
            let (Some(weights), Some(squares)) =
                (self.rows.get_mut(*row as usize), self.squares.get_mut(*row as usize))
            else {
                continue;
            };
            for ((weight, square), slope) in weights.iter_mut().zip(squares).zip(gradient) {
                descend(weight, square, *slope);
            }
        }
    }

    fn step(&self, from: usize, to: usize) -> f32 {
        self.steps.get(to).and_then(|row| row.get(from)).copied().unwrap_or(0.0)
    }

    /// Logarithms of the sums over all ways to each tag of each word, and over all ways.
    fn forward(&self, scores: &[Weights]) -> (Vec<Weights>, f32) {
        let mut reached: Vec<Weights> = Vec::with_capacity(scores.len());
        for score in scores {
            let mut next = [f32::NEG_INFINITY; TAGS];
            for (to, slot) in next.iter_mut().enumerate() {
                let ways = match reached.last() {
                    None if may_follow(TAGS, to) => self.step(TAGS, to),
                    None => f32::NEG_INFINITY,
                    Some(before) => log_sum(
                        (0..TAGS)
                            .filter(|from| may_follow(*from, to))
                            .map(|from| pick(before, from) + self.step(from, to)),
                    ),
                };
                *slot = ways + pick(score, to);
            }
            reached.push(next);
        }
        let all = log_sum(reached.last().into_iter().flatten().copied());
        (reached, all)
    }

    fn backward(&self, scores: &[Weights]) -> Vec<Weights> {
        let mut behind = vec![[0.0; TAGS]];
        for score in scores.iter().skip(1).rev() {
            let mut next = [0.0; TAGS];
            let later = behind.last().copied().unwrap_or_default();
            for (from, slot) in next.iter_mut().enumerate() {
                *slot = log_sum(
                    (0..TAGS)
                        .filter(|to| may_follow(from, *to))
                        .map(|to| self.step(from, to) + pick(score, to) + pick(&later, to)),
                );
            }
            behind.push(next);
        }
        behind.reverse();
        behind
    }
}

fn pick(weights: &Weights, tag: usize) -> f32 {
    weights.get(tag).copied().unwrap_or(f32::NEG_INFINITY)
}

fn log_sum(values: impl Iterator<Item = f32> + Clone) -> f32 {
    let most = values.clone().fold(f32::NEG_INFINITY, f32::max);
    if most == f32::NEG_INFINITY {
        most
    } else {
        most + values.map(|value| (value - most).exp()).sum::<f32>().ln()
    }
}

fn descend(weight: &mut f32, square: &mut f32, slope: f32) {
    *square += slope * slope;
    let rate = RATE / square.sqrt();
    let next = *weight - rate * slope;
    *weight = next.signum() * (next.abs() - SHRINK * rate).max(0.0);
}

/// A weight in whole steps; small ones are dropped.
fn step(weight: f32) -> i8 {
    (weight * STEPS).round().clamp(-127.0, 127.0) as i8
}
