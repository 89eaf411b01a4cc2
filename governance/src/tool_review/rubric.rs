use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use model::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Answer,
    questionnaire::{Question, QuestionKind, Questionnaire, ToolFact},
};
use crate::Lifecycle;

/// The heaviest a question can be.
pub const HEAVIEST: u8 = 10;
/// Full points.
const FULL: u8 = 100;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How much each question counts, where the organisation disagrees with the shipped questionnaire.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rubric {
    /// Weights by question, 0 to [`HEAVIEST`].
    pub weights: BTreeMap<String, u8>,
}

impl Lifecycle for Rubric {
    const KIND: &'static str = "tool_rubric";

    fn state(&self) -> &'static str {
        "in_force"
    }
}

/// What the answers add up to. It informs those who decide and decides nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ReviewScore))]
pub struct Score {
    /// Points earned of those that could be, in per cent, rounded down; none before anything that counts is asked.
    pub percent: Option<u8>,
    /// Questions that were answered.
    pub answered: u32,
    /// Questions that are asked.
    pub asked: u32,
    /// How each question contributed, in the questionnaire's order.
    pub lines: Vec<ScoreLine>,
}

/// What one question contributed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ReviewScoreLine))]
pub struct ScoreLine {
    /// The question.
    pub question: String,
    /// Its weight as it counts here.
    pub weight: u8,
    /// 0 to 100; none where the question has no points or does not apply.
    pub points: Option<u8>,
    /// Why, in a sentence.
    pub because: String,
}

/// Why weights are not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeightError {
    /// There is no such question.
    #[error("the questionnaire has no question `{0}`")]
    Unknown(String),
    /// Words and links are judged by people.
    #[error("answers to `{0}` have no points, so it cannot have a weight")]
    Unscored(String),
    /// More than the most.
    #[error("the weight {weight} of `{question}` is more than {HEAVIEST}")]
    TooHeavy {
        /// The question.
        question: String,
        /// What was given.
        weight: u8,
    },
}

impl Rubric {
    /// These weights, if every one makes sense.
    pub fn new(weights: BTreeMap<String, u8>, questionnaire: &Questionnaire) -> Result<Self, WeightError> {
        for (id, &weight) in &weights {
            let question = questionnaire.question(id).ok_or_else(|| WeightError::Unknown(id.clone()))?;
            if !question.is_scored() {
                return Err(WeightError::Unscored(id.clone()));
            }
            if weight > HEAVIEST {
                return Err(WeightError::TooHeavy { question: id.clone(), weight });
            }
        }
        Ok(Self { weights })
    }

    /// What `question` weighs here.
    pub fn weight(&self, question: &Question) -> u8 {
        self.weights.get(&question.id).copied().unwrap_or(question.weight)
    }

    /// What `answers` add up to on the day `now`: the mean of the points by weight. A question without an answer earns
    /// nothing; one that does not apply counts nothing.
    pub fn score(
        &self,
        questionnaire: &Questionnaire,
        topics: &[String],
        answers: &BTreeMap<String, Answer>,
        now: Timestamp,
    ) -> Score {
        let questions: Vec<&Question> =
            questionnaire.asked(topics).flat_map(|section| &section.questions).collect();
        let answered = |question: &&&Question| answers.contains_key(&question.id);
        let lines: Vec<ScoreLine> =
            questions.iter().map(|question| self.line(question, answers.get(&question.id), now)).collect();
        let counted = lines.iter().filter_map(|line| line.points.map(|points| (points, line.weight)));
        let (earned, possible) = counted.fold((0, 0), |(earned, possible), (points, weight)| {
            let weight = u32::from(weight);
            (earned + u32::from(points) * weight, possible + u32::from(FULL) * weight)
        });
        Score {
            percent: (earned * 100).checked_div(possible).and_then(|percent| u8::try_from(percent).ok()),
            answered: count(questions.iter().filter(answered).count()),
            asked: count(questions.len()),
            lines,
        }
    }

    fn line(&self, question: &Question, answer: Option<&Answer>, now: Timestamp) -> ScoreLine {
        let (points, because) = match (&question.kind, answer) {
            (QuestionKind::Text | QuestionKind::Link, _) => (None, "read by people; no points".to_owned()),
            (_, None) => (Some(0), "not answered, so it earns nothing".to_owned()),
            (QuestionKind::Choice { .. }, Some(answer)) => chosen(question, &answer.value),
            (QuestionKind::Date { fresh_days }, Some(answer)) => dated(*fresh_days, &answer.value, now),
        };
        ScoreLine { question: question.id.clone(), weight: self.weight(question), points, because }
    }
}

/// What the answers establish about the tool, for use elsewhere.
pub fn facts(questionnaire: &Questionnaire, answers: &BTreeMap<String, Answer>) -> BTreeSet<ToolFact> {
    let chosen = |(id, answer): (&String, &Answer)| questionnaire.question(id)?.choice(&answer.value)?.fact;
    answers.iter().filter_map(chosen).collect()
}

fn chosen(question: &Question, value: &str) -> (Option<u8>, String) {
    match question.choice(value) {
        Some(choice) => match choice.points {
            Some(points) => (Some(points), format!("“{}” has {points} of {FULL} points", choice.says)),
            None => (None, format!("“{}”: the question does not apply", choice.says)),
        },
        // An earlier edition's choice: the question has to be answered again.
        None => (Some(0), "the answer is no longer among the choices".to_owned()),
    }
}

fn dated(fresh_days: u32, value: &str, now: Timestamp) -> (Option<u8>, String) {
    let oldest = now.minus(DAY.saturating_mul(fresh_days));
    match value.parse::<Timestamp>() {
        Ok(day) if day > now => (Some(0), "the day is still to come".to_owned()),
        Ok(day) if day >= oldest => (Some(FULL), format!("at most {fresh_days} days ago")),
        Ok(_) => (Some(0), format!("more than {fresh_days} days ago")),
        Err(_) => (Some(0), "no day".to_owned()),
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
        version = "test"
        [[sections]]
        id = "a"
        title = "A"
        [[sections.questions]]
        id = "a.choice"
        asks = "Which?"
        good = "Best."
        weight = 3
        kind = "choice"
        options = [
            { id = "best", says = "Best", points = 100 },
            { id = "half", says = "Half", points = 50 },
            { id = "worst", says = "Worst", points = 0, fact = "trains_on_inputs" },
            { id = "none", says = "Not applicable" },
        ]
        [[sections.questions]]
        id = "a.date"
        asks = "When?"
        good = "Lately."
        weight = 1
        kind = "date"
        fresh_days = 10
        [[sections.questions]]
        id = "a.text"
        asks = "How?"
        good = "Well."
        kind = "text"
        [[sections]]
        id = "b"
        title = "B"
        topic = "fairness"
        [[sections.questions]]
        id = "b.choice"
        asks = "Fair?"
        good = "Yes."
        weight = 4
        kind = "choice"
        options = [{ id = "yes", says = "Yes", points = 100 }, { id = "no", says = "No", points = 0 }]
    "#;

    fn answers(given: &[(&str, &str)]) -> BTreeMap<String, Answer> {
        let answer = |value: &str| Answer {
            value: value.to_owned(),
            note: String::new(),
            by: "rae".to_owned(),
            at: Timestamp::from_millis(0),
        };
        given.iter().map(|(id, value)| ((*id).to_owned(), answer(value))).collect()
    }

    /// The score in per cent on 22 November 2026, and what each line gets.
    fn check(weights: &[(&str, u8)], topics: &[&str], given: &[(&str, &str)], expected: &str) {
        let questionnaire: Questionnaire = toml::from_str(SMALL).unwrap();
        let weights = weights.iter().map(|(id, weight)| ((*id).to_owned(), *weight)).collect();
        let topics: Vec<String> = topics.iter().map(|&topic| topic.to_owned()).collect();
        let rubric = Rubric::new(weights, &questionnaire).unwrap();
        let now = "2026-11-22".parse().unwrap();
        let score = rubric.score(&questionnaire, &topics, &answers(given), now);
        let points = |line: &ScoreLine| line.points.map_or("-".to_owned(), |points| points.to_string());
        let lines: Vec<String> = score.lines.iter().map(points).collect();
        let percent = score.percent.map_or("-".to_owned(), |percent| percent.to_string());
        assert_eq!(
            format!("{percent}% {}/{} [{}]", score.answered, score.asked, lines.join(" ")),
            expected,
            "{given:?}"
        );
    }

    #[test]
    fn scores() {
        check(&[], &[], &[], "0% 0/3 [0 0 -]");
        check(
            &[],
            &[],
            &[("a.choice", "best"), ("a.date", "2026-11-20"), ("a.text", "so")],
            "100% 3/3 [100 100 -]",
        );
        check(&[], &[], &[("a.choice", "half"), ("a.date", "2026-11-20")], "62% 2/3 [50 100 -]");
        check(&[], &[], &[("a.choice", "half"), ("a.date", "2026-11-01")], "37% 2/3 [50 0 -]");
        check(&[], &[], &[("a.choice", "best"), ("a.date", "2027-01-01")], "75% 2/3 [100 0 -]");
        check(&[], &[], &[("a.choice", "none"), ("a.date", "2026-11-12")], "100% 2/3 [- 100 -]");
        check(&[], &[], &[("a.choice", "gone")], "0% 1/3 [0 0 -]");
        check(&[("a.date", 0)], &[], &[("a.choice", "half")], "50% 1/3 [50 0 -]");
        check(&[("a.date", 0), ("a.choice", 0)], &[], &[("a.choice", "half")], "-% 1/3 [50 0 -]");
        check(&[], &["fairness"], &[("a.choice", "best"), ("b.choice", "yes")], "87% 2/4 [100 0 - 100]");
        check(&[], &[], &[("a.choice", "best"), ("b.choice", "yes")], "75% 1/3 [100 0 -]");
    }

    #[test]
    fn weights_make_sense() {
        let questionnaire: Questionnaire = toml::from_str(SMALL).unwrap();
        for (id, weight, expected) in [
            ("a.choice", 10, None),
            ("a.choice", 11, Some("more than 10")),
            ("a.text", 1, Some("cannot have a weight")),
            ("c", 1, Some("no question `c`")),
        ] {
            let made = Rubric::new(BTreeMap::from([(id.to_owned(), weight)]), &questionnaire);
            let complaint = made.err().map(|error| error.to_string());
            assert_eq!(complaint.is_some(), expected.is_some(), "{id} {weight}");
            assert!(complaint.unwrap_or_default().contains(expected.unwrap_or_default()));
        }
    }

    #[test]
    fn facts_come_from_choices() {
        let questionnaire: Questionnaire = toml::from_str(SMALL).unwrap();
        assert_eq!(facts(&questionnaire, &answers(&[("a.choice", "best")])), BTreeSet::new());
        let worst = facts(&questionnaire, &answers(&[("a.choice", "worst")]));
        assert_eq!(worst, BTreeSet::from([ToolFact::TrainsOnInputs]));
    }
}
