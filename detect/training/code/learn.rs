/// A sample as the learner sees it.
pub(crate) struct Sparse {
    pub(crate) class: u32,
    pub(crate) weight: f32,
    pub(crate) values: Vec<(u32, f32)>,
}

/// Multinomial logistic regression by stochastic gradients, with a step of its own for each weight (AdaGrad).
pub(crate) struct Learner {
    classes: usize,
    weights: Vec<f32>,
    squares: Vec<f32>,
}

/// First step.
const STEP: f32 = 0.15;
/// What pulls weights to nothing, per use.
const DECAY: f32 = 2e-6;

impl Learner {
    pub(crate) fn new(features: usize, classes: usize) -> Self {
        Self { classes, weights: vec![0.0; features * classes], squares: vec![1e-6; features * classes] }
    }

    pub(crate) fn row(&self, feature: usize) -> &[f32] {
        &self.weights[feature * self.classes..(feature + 1) * self.classes]
    }

    fn scores(&self, values: &[(u32, f32)]) -> Vec<f32> {
        let mut scores = vec![0.0; self.classes];
        for (feature, value) in values {
            scores
                .iter_mut()
                .zip(self.row(*feature as usize))
                .for_each(|(score, weight)| *score += weight * value);
        }
        scores
    }

    /// The class of the highest score.
    pub(crate) fn told(&self, values: &[(u32, f32)]) -> usize {
        let scores = self.scores(values);
        (0..self.classes).max_by(|one, other| scores[*one].total_cmp(&scores[*other])).unwrap_or_default()
    }

    /// Goes over the samples so many times, in an order that looks random and is always the same.
    ///
    /// Each time a share of a sample's features is hidden, so that every telling feature learns to tell alone.
    pub(crate) fn train(&mut self, samples: &[Sparse], rounds: usize, hidden: u64) {
        let mut chance = 0x2545_F491_4F6C_DD1D_u64;
        let mut values = Vec::new();
        for round in 0..rounds {
            let (mut loss, stride) = (0.0, coprime(samples.len()));
            for turn in 0..samples.len() {
                let sample = &samples[(turn * stride + round * 7919) % samples.len()];
                values.clear();
                values.extend(sample.values.iter().filter(|_| {
                    chance ^= chance << 13;
                    chance ^= chance >> 7;
                    chance ^= chance << 17;
                    chance % 100 >= hidden
                }));
                loss += self.learn(sample, &values);
            }
            println!("round {round}: loss {:.4}", loss / samples.len() as f32);
        }
    }

    fn learn(&mut self, sample: &Sparse, values: &[(u32, f32)]) -> f32 {
        let mut slopes = self.scores(values);
        let highest = slopes.iter().copied().fold(f32::MIN, f32::max);
        slopes.iter_mut().for_each(|score| *score = (*score - highest).exp());
        let total: f32 = slopes.iter().sum();
        slopes.iter_mut().for_each(|score| *score *= sample.weight / total);
        let loss = -(slopes[sample.class as usize] / sample.weight).max(1e-9).ln();
        slopes[sample.class as usize] -= sample.weight;
        for (feature, value) in values {
            let range = *feature as usize * self.classes..(*feature as usize + 1) * self.classes;
            let (weights, squares) = (&mut self.weights[range.clone()], &mut self.squares[range]);
            for ((weight, square), slope) in weights.iter_mut().zip(squares).zip(&slopes) {
                let slope = slope * value + DECAY * *weight;
                *square += slope * slope;
                *weight -= STEP * slope / square.sqrt();
            }
        }
        loss
    }
}

/// A stride that visits every sample once.
fn coprime(count: usize) -> usize {
    let shared = |mut one: usize, mut other: usize| {
        while other != 0 {
            (one, other) = (other, one % other);
        }
        one
    };
    (count * 5 / 8..).find(|stride| *stride > 0 && shared(*stride, count.max(1)) == 1).unwrap_or(1)
}
