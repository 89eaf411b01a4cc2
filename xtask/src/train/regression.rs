use detect::classify::{Model, features};
use rand::{SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};

const EPOCHS: u16 = 12;
const RATE: f32 = 1.5;
/// How much weights shrink towards zero with every text that uses them.
const DECAY: f32 = 2e-4;

/// Multinomial logistic regression on the hashed features of texts.
pub(super) struct Regression {
    bits: u8,
    bias: Vec<f32>,
    rows: Vec<Vec<f32>>,
}

impl Regression {
    pub(super) fn train(samples: &[(usize, String)], classes: usize, bits: u8) -> Self {
        let mut model = Self { bits, bias: vec![0.0; classes], rows: vec![vec![0.0; classes]; 1 << bits] };
        let mut samples: Vec<(usize, Vec<u32>)> =
            samples.iter().map(|(class, text)| (*class, hashed(text, bits))).collect();
        let count = |wanted: usize| samples.iter().filter(|(class, _)| *class == wanted).count() as f32;
        let counts: Vec<f32> = (0..classes).map(count).collect();
        let most = counts.iter().copied().fold(1.0, f32::max);
        let mut random = StdRng::seed_from_u64(11);
        for epoch in 0..EPOCHS {
            samples.shuffle(&mut random);
            let rate = RATE / (1.0 + f32::from(epoch));
            for (class, features) in &samples {
                // Rare classes count as much as common ones.
                let share = most / counts.get(*class).copied().unwrap_or(most);
                model.learn(*class, features, rate * share.sqrt());
            }
        }
        model
    }

    fn learn(&mut self, class: usize, features: &[u32], rate: f32) {
        let value = 1.0 / (features.len().max(1) as f32).sqrt();
        let mut scores = self.bias.clone();
        for row in features.iter().filter_map(|feature| self.rows.get(*feature as usize)) {
            scores.iter_mut().zip(row).for_each(|(score, weight)| *score += weight * value);
        }
        let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        scores.iter_mut().for_each(|score| *score = (*score - most).exp());
        let sum: f32 = scores.iter().sum();
        let errors: Vec<f32> = scores
            .iter()
            .enumerate()
            .map(|(at, score)| f32::from(u8::from(at == class)) - score / sum)
            .collect();
        for feature in features {
            let Some(row) = self.rows.get_mut(*feature as usize) else { continue };
            for (weight, error) in row.iter_mut().zip(&errors) {
                *weight += rate * (error * value - DECAY * *weight);
            }
        }
        self.bias.iter_mut().zip(&errors).for_each(|(bias, error)| *bias += 0.1 * rate * error);
    }

    pub(super) fn written(&self) -> Vec<u8> {
        Model::write(self.bits, &self.bias, &self.rows)
    }
}

fn hashed(text: &str, bits: u8) -> Vec<u32> {
    let mut all = Vec::new();
    features(text.as_bytes(), |feature| all.push(feature & ((1 << bits) - 1)));
    all
}
