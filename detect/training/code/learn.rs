/// Units of the hidden layer, as `src/code/model.rs` has them.
pub(crate) const HIDDEN: usize = 64;
/// First step.
const STEP: f32 = 0.1;

/// Features of a sample that are known, with its class and how much it counts.
pub(crate) struct Sparse {
    pub(crate) class: u32,
    pub(crate) weight: f32,
    pub(crate) features: Vec<u32>,
}

/// A network of one hidden layer over the features that are there; a step of its own for each weight (AdaGrad).
pub(crate) struct Network {
    /// What each feature adds to the units.
    pub(crate) features: Vec<[f32; HIDDEN]>,
    /// What each unit starts from.
    pub(crate) start: [f32; HIDDEN],
    /// What each unit says of each class, and what is said before anything is seen.
    pub(crate) classes: Vec<[f32; HIDDEN]>,
    pub(crate) priors: Vec<f32>,
    squares: Squares,
}

struct Squares {
    features: Vec<[f32; HIDDEN]>,
    start: [f32; HIDDEN],
    classes: Vec<[f32; HIDDEN]>,
    priors: Vec<f32>,
}

/// Weights of features for one question: is it code?
pub(crate) struct Question {
    pub(crate) weights: Vec<f32>,
    squares: Vec<f32>,
}

impl Network {
    pub(crate) fn new(features: usize, classes: usize) -> Self {
        let mut chance = Chance::default();
        let mut row = |size: f32| -> [f32; HIDDEN] { std::array::from_fn(|_| (chance.share() - 0.5) * size) };
        Self {
            features: (0..features).map(|_| row(0.4)).collect(),
            start: [0.0; HIDDEN],
            classes: (0..classes).map(|_| row(0.4)).collect(),
            priors: vec![0.0; classes],
            squares: Squares {
                features: vec![[1e-4; HIDDEN]; features],
                start: [1e-3; HIDDEN],
                classes: vec![[1e-3; HIDDEN]; classes],
                priors: vec![1e-3; classes],
            },
        }
    }

    fn hidden(&self, features: &[u32]) -> [f32; HIDDEN] {
        let mut sum = [0.0; HIDDEN];
        for feature in features {
            add(&mut sum, &self.features[*feature as usize], 1.0);
        }
        let scale = scale(features.len());
        std::array::from_fn(|unit| (self.start[unit] + sum[unit] * scale).max(0.0))
    }

    fn scores(&self, hidden: &[f32; HIDDEN]) -> Vec<f32> {
        self.classes.iter().zip(&self.priors).map(|(row, prior)| prior + dot(row, hidden)).collect()
    }

    /// Logits of the classes.
    pub(crate) fn told(&self, features: &[u32]) -> Vec<f32> {
        self.scores(&self.hidden(features))
    }

    /// Goes over the samples so many times, in an order that looks random and is always the same.
    ///
    /// Each time a share of a sample's features is left out, so that every telling feature learns to tell alone.
    pub(crate) fn train(&mut self, samples: &[Sparse], rounds: usize, left_out: u64) {
        let mut chance = Chance::default();
        let mut order: Vec<usize> = (0..samples.len()).collect();
        let mut seen = Vec::new();
        for round in 0..rounds {
            let mut loss = 0.0;
            chance.shuffle(&mut order);
            let step = STEP * (1.0 - 0.9 * round as f32 / rounds as f32);
            for sample in order.iter().map(|index| &samples[*index]) {
                let limit = chance.next() % (left_out + 1);
                seen.clear();
                seen.extend(sample.features.iter().filter(|_| chance.next() % 100 >= limit));
                loss += self.learn(sample, &seen, step);
            }
            println!("round {round}: loss {:.4}", loss / samples.len() as f32);
        }
    }

    fn learn(&mut self, sample: &Sparse, seen: &[u32], step: f32) -> f32 {
        let hidden = self.hidden(seen);
        let mut slopes = self.scores(&hidden);
        let highest = slopes.iter().copied().fold(f32::MIN, f32::max);
        slopes.iter_mut().for_each(|score| *score = (*score - highest).exp());
        let total: f32 = slopes.iter().sum();
        slopes.iter_mut().for_each(|score| *score *= sample.weight / total);
        let loss = -(slopes[sample.class as usize] / sample.weight).max(1e-9).ln();
        slopes[sample.class as usize] -= sample.weight;
        let mut back = [0.0; HIDDEN];
        for (class, slope) in slopes.iter().enumerate() {
            add(&mut back, &self.classes[class], *slope);
            let change = hidden.map(|unit| unit * slope);
            descend(&mut self.classes[class], &mut self.squares.classes[class], &change, step);
            self.squares.priors[class] += slope * slope;
            self.priors[class] -= step * slope / self.squares.priors[class].sqrt();
        }
        let scale = scale(seen.len());
        let back: [f32; HIDDEN] =
            std::array::from_fn(|unit| if hidden[unit] > 0.0 { back[unit] } else { 0.0 });
        descend(&mut self.start, &mut self.squares.start, &back, step);
        let back = back.map(|slope| slope * scale);
        for feature in seen {
            let index = *feature as usize;
            descend(&mut self.features[index], &mut self.squares.features[index], &back, step);
        }
        loss
    }
}

impl Question {
    pub(crate) fn new(features: usize) -> Self {
        Self { weights: vec![0.0; features], squares: vec![1e-6; features] }
    }

    /// How surely the answer is yes, in logits.
    pub(crate) fn told(&self, features: &[u32]) -> f32 {
        features.iter().map(|feature| self.weights[*feature as usize]).sum()
    }

    /// Goes over the samples so many times; class 1 is yes.
    pub(crate) fn train(&mut self, samples: &[Sparse], rounds: usize, left_out: u64) {
        let mut chance = Chance::default();
        let mut order: Vec<usize> = (0..samples.len()).collect();
        for round in 0..rounds {
            let mut loss = 0.0;
            chance.shuffle(&mut order);
            for sample in order.iter().map(|index| &samples[*index]) {
                let mut seen = sample.features.clone();
                seen.retain(|_| chance.next() % 100 >= left_out);
                let share = 1.0 / (1.0 + (-self.told(&seen)).exp());
                let wanted = sample.class as f32;
                loss -= (1.0 - (share - wanted).abs()).max(1e-9).ln();
                let slope = (share - wanted) * sample.weight;
                for feature in seen {
                    let (weight, square) =
                        (&mut self.weights[feature as usize], &mut self.squares[feature as usize]);
                    let slope = slope + 2e-6 * *weight;
                    *square += slope * slope;
                    *weight -= 0.15 * slope / square.sqrt();
                }
            }
            println!("code or not, round {round}: loss {:.4}", loss / samples.len() as f32);
        }
    }
}

/// What the sum of so many features is multiplied with: many features agree more than they add.
pub(crate) fn scale(features: usize) -> f32 {
    1.0 / (features.max(4) as f32).sqrt()
}

fn add(sum: &mut [f32; HIDDEN], row: &[f32; HIDDEN], times: f32) {
    sum.iter_mut().zip(row).for_each(|(sum, weight)| *sum += weight * times);
}

fn dot(one: &[f32; HIDDEN], other: &[f32; HIDDEN]) -> f32 {
    let mut sums = [0.0; 8];
    for (one, other) in one.chunks_exact(8).zip(other.chunks_exact(8)) {
        sums.iter_mut().zip(one).zip(other).for_each(|((sum, one), other)| *sum += one * other);
    }
    sums.iter().sum()
}

fn descend(weights: &mut [f32; HIDDEN], squares: &mut [f32; HIDDEN], slopes: &[f32; HIDDEN], step: f32) {
    for ((weight, square), slope) in weights.iter_mut().zip(squares).zip(slopes) {
        *square += slope * slope;
        *weight -= step * slope / square.sqrt();
    }
}

/// Numbers that look random and are always the same.
struct Chance(u64);

impl Default for Chance {
    fn default() -> Self {
        Self(0x2545_F491_4F6C_DD1D)
    }
}

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn shuffle(&mut self, order: &mut [usize]) {
        for last in (1..order.len()).rev() {
            order.swap(last, (self.next() % (last as u64 + 1)) as usize);
        }
    }

    fn share(&mut self) -> f32 {
        (self.next() % 10_000) as f32 / 10_000.0
    }
}
