use super::feature::features;

/// Most classes a model can have.
const CLASSES: usize = 16;
/// Bytes before the biases: number of classes, bits of the hash, scale.
const HEAD: usize = 1 + 1 + 4;

/// The weights of a classifier: for every hashed feature one for each class.
pub struct Model {
    classes: usize,
    mask: u32,
    scale: f32,
    bias: [f32; CLASSES],
    weights: Vec<[i8; CLASSES]>,
}

/// Probabilities of a model's classes; they sum to one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scores {
    classes: usize,
    shares: [f32; CLASSES],
}

impl Model {
    /// Reads weights as [`Model::write`] writes them; `None` if they are not such.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (&[classes, bits, ref scale @ ..], rest) = bytes.split_first_chunk::<HEAD>()?;
        let (classes, bits) = (usize::from(classes), u32::from(bits));
        let (bias, rows) = rest.split_at_checked(4 * classes)?;
        let whole = (1..=CLASSES).contains(&classes) && bits < 24 && rows.len() == classes << bits;
        if !whole {
            return None;
        }
        let mut model = Self {
            classes,
            mask: (1 << bits) - 1,
            scale: f32::from_le_bytes(*scale),
            bias: [0.0; CLASSES],
            weights: vec![[0; CLASSES]; 1 << bits],
        };
        for (number, bytes) in model.bias.iter_mut().zip(bias.as_chunks().0) {
            *number = f32::from_le_bytes(*bytes);
        }
        for (row, bytes) in model.weights.iter_mut().zip(rows.chunks_exact(classes)) {
            row.iter_mut().zip(bytes).for_each(|(weight, byte)| *weight = byte.cast_signed());
        }
        Some(model)
    }

    /// Writes weights that were trained: a row for each of 2^`bits` features, in it a weight for each class.
    ///
    /// Weights are kept in steps of a 127th of the largest.
    pub fn write(bits: u8, bias: &[f32], rows: &[Vec<f32>]) -> Vec<u8> {
        let largest = rows.iter().flatten().fold(f32::MIN_POSITIVE, |most, weight| most.max(weight.abs()));
        let scale = largest / f32::from(i8::MAX);
        #[expect(clippy::cast_possible_truncation, reason = "no weight is larger than the largest")]
        let step = |weight: &f32| (weight / scale).round() as i8;
        let mut bytes = vec![u8::try_from(bias.len()).unwrap_or(u8::MAX), bits];
        bytes.extend(scale.to_le_bytes());
        bytes.extend(bias.iter().flat_map(|bias| bias.to_le_bytes()));
        bytes.extend(rows.iter().flatten().map(|weight| step(weight).cast_unsigned()));
        bytes
    }

    /// How likely the classes are for a text, given in parts.
    #[expect(clippy::cast_precision_loss, reason = "sums of few small numbers")]
    pub fn score(&self, parts: &[&[u8]]) -> Scores {
        let (mut sums, mut count) = ([0_i32; CLASSES], 0_u32);
        for part in parts {
            features(part, |feature| {
                let Some(row) = self.weights.get((feature & self.mask) as usize) else { return };
                sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += i32::from(*weight));
                count += 1;
            });
        }
        let share = self.scale / (count.max(1) as f32).sqrt();
        let mut shares = self.bias;
        shares.iter_mut().zip(sums).for_each(|(score, sum)| *score += sum as f32 * share);
        Scores { classes: self.classes, shares }.normalized()
    }
}

impl Scores {
    /// The likeliest class and its probability.
    pub fn best(&self) -> (usize, f32) {
        let shares = self.shares.iter().copied().enumerate().take(self.classes);
        shares.max_by(|one, other| one.1.total_cmp(&other.1)).unwrap_or((0, 0.0))
    }

    /// The probability of a class.
    pub fn of(&self, class: usize) -> f32 {
        self.shares.get(class).copied().filter(|_| class < self.classes).unwrap_or(0.0)
    }

    /// From sums to probabilities.
    fn normalized(mut self) -> Self {
        let shares = self.shares.get_mut(..self.classes).unwrap_or_default();
        let most = shares.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        shares.iter_mut().for_each(|share| *share = (*share - most).exp());
        let sum: f32 = shares.iter().sum();
        shares.iter_mut().for_each(|share| *share /= sum);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{Model, features};

    /// Two classes: texts with one word, and all others.
    fn model(word: &str) -> Vec<u8> {
        let mut rows = vec![vec![0.0, 0.0]; 1 << 10];
        features(word.as_bytes(), |feature| rows[feature as usize % (1 << 10)] = vec![4.0, 0.0]);
        Model::write(10, &[0.0, 1.0], &rows)
    }

    #[test]
    fn what_is_written_can_be_read() {
        let bytes = model("merger");
        let model = Model::read(&bytes).unwrap();
        for (text, class) in [("a merger", 0), ("the weather", 1), ("", 1)] {
            assert_eq!(model.score(&[text.as_bytes()]).best().0, class, "{text}");
        }
        let scores = model.score(&[b"merger"]);
        assert!((scores.of(0) + scores.of(1) - 1.0).abs() < 1e-5 && scores.of(2) == 0.0);
        assert!(
            Model::read(&bytes[1..]).is_none()
                && Model::read(&[]).is_none()
                && Model::read(&bytes[..99]).is_none()
        );
    }
}
