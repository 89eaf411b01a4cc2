use std::{collections::BTreeSet, sync::LazyLock};

use model::Timestamp;
use serde::{Deserialize, Serialize};

/// The questions that every tool is asked, as shipped.
const SHIPPED: &str = include_str!("../../questionnaires/tool.toml");
/// Longest text of an answer, in characters.
const LONGEST_TEXT: usize = 8_000;

static QUESTIONNAIRE: LazyLock<Result<Questionnaire, toml::de::Error>> =
    LazyLock::new(|| toml::from_str(SHIPPED));

/// What is asked of a tool before it is decided about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ToolQuestionnaire))]
pub struct Questionnaire {
    /// Which edition of the questions this is.
    pub version: String,
    /// The questions, by what they are about.
    pub sections: Vec<Section>,
}

/// Questions about one matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = QuestionnaireSection))]
pub struct Section {
    /// Stable name.
    pub id: String,
    /// What the questions are about.
    pub title: String,
    /// Asked only where the policy's `review_topics` name this; always, if nothing is said.
    pub topic: Option<String>,
    /// The questions.
    pub questions: Vec<Question>,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ReviewQuestion))]
pub struct Question {
    /// Stable name, which weights and answers refer to.
    pub id: String,
    /// The question.
    pub asks: String,
    /// What a good answer is.
    pub good: String,
    /// Which evidence is wanted, if any.
    pub evidence: Option<String>,
    /// How much it counts beside the others, unless the organisation says otherwise; 0 counts nothing.
    #[serde(default)]
    pub weight: u8,
    /// What an answer looks like.
    #[serde(flatten)]
    pub kind: QuestionKind,
}

/// What an answer looks like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ReviewQuestionKind))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum QuestionKind {
    /// One of several, each with its points.
    Choice {
        /// The choices, the best first.
        options: Vec<Choice>,
    },
    /// Words, which people judge; no points.
    Text,
    /// A day; full points if it is at most so long ago, none otherwise.
    Date {
        /// How many days old it may be.
        fresh_days: u32,
    },
    /// A web address, which people follow; no points.
    Link,
}

/// One choice of a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = QuestionChoice))]
pub struct Choice {
    /// Stable name.
    pub id: String,
    /// What it says.
    pub says: String,
    /// 0 to 100; the question does not apply and counts nothing if there are none.
    pub points: Option<u8>,
    /// What is known of the tool if this is the answer.
    pub fact: Option<ToolFact>,
}

/// What a review establishes about a tool for use elsewhere, beside the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ToolFact {
    /// The vendor trains models on what people enter.
    TrainsOnInputs,
    /// The model was trained on material without a licence, or nobody says on what.
    UnlicensedTraining,
    /// The organisation does not own what the tool makes for it.
    OutputsNotOwned,
}

/// Why something is no answer to a question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// There is no such question.
    #[error("the questionnaire has no question `{0}`")]
    Unknown(String),
    /// The choice does not exist.
    #[error("`{given}` is no choice of `{question}`; use one of {choices}")]
    Choice {
        /// The question.
        question: String,
        /// What was given.
        given: String,
        /// What may be.
        choices: String,
    },
    /// No day.
    #[error("`{given}` is no day; write it as `2026-11-22`")]
    Date {
        /// What was given.
        given: String,
    },
    /// No web address.
    #[error("an address begins with `https://` and holds no blanks")]
    Link,
    /// Nothing, or too much.
    #[error("an answer has 1 to {LONGEST_TEXT} characters")]
    Length,
}

impl Questionnaire {
    /// The questions that are shipped with Bylaw.
    ///
    /// # Errors
    /// None in a program whose tests pass: the questions are part of it.
    pub fn shipped() -> Result<&'static Self, &'static toml::de::Error> {
        QUESTIONNAIRE.as_ref()
    }

    /// The sections that are asked where the policy asks for `topics`.
    pub fn asked<'a>(&'a self, topics: &'a [String]) -> impl Iterator<Item = &'a Section> {
        let asks = |section: &&Section| section.topic.as_ref().is_none_or(|topic| topics.contains(topic));
        self.sections.iter().filter(asks)
    }

    /// The question called `id`.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.sections.iter().flat_map(|section| &section.questions).find(|question| question.id == id)
    }

    /// The words by which a policy may ask for more sections.
    pub fn topics(&self) -> BTreeSet<&str> {
        self.sections.iter().filter_map(|section| section.topic.as_deref()).collect()
    }

    /// Whether `value` answers the question called `id`.
    pub fn check(&self, id: &str, value: &str) -> Result<(), AnswerError> {
        let question = self.question(id).ok_or_else(|| AnswerError::Unknown(id.to_owned()))?;
        let length = value.trim().chars().count();
        if length == 0 || length > LONGEST_TEXT {
            return Err(AnswerError::Length);
        }
        match &question.kind {
            QuestionKind::Choice { options } if options.iter().all(|option| option.id != value) => {
                let choices: Vec<String> = options.iter().map(|option| format!("`{}`", option.id)).collect();
                let question = id.to_owned();
                Err(AnswerError::Choice { question, given: value.to_owned(), choices: choices.join(", ") })
            }
            QuestionKind::Date { .. } if value.parse::<Timestamp>().is_err() => {
                Err(AnswerError::Date { given: value.to_owned() })
            }
            QuestionKind::Link if !is_address(value) => Err(AnswerError::Link),
            _ => Ok(()),
        }
    }
}

impl Question {
    /// The choice called `id`, if the question offers one.
    pub fn choice(&self, id: &str) -> Option<&Choice> {
        match &self.kind {
            QuestionKind::Choice { options } => options.iter().find(|option| option.id == id),
            _ => None,
        }
    }

    /// Whether answers can have points.
    pub const fn is_scored(&self) -> bool {
        matches!(self.kind, QuestionKind::Choice { .. } | QuestionKind::Date { .. })
    }
}

/// Addresses are shown as links to reviewers, so nothing but the web's secure scheme is taken.
pub(crate) fn is_address(text: &str) -> bool {
    text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty())
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_can_be_told_apart_and_scored() {
        let questionnaire = Questionnaire::shipped().unwrap();
        let mut seen = BTreeSet::new();
        for section in &questionnaire.sections {
            assert!(!section.questions.is_empty(), "{}", section.id);
            for question in &section.questions {
                assert!(seen.insert(question.id.as_str()), "{} twice", question.id);
                assert!(question.id.starts_with(&format!("{}.", section.id)), "{}", question.id);
                assert!(question.asks.ends_with('?') && question.good.ends_with('.'), "{}", question.id);
                assert_eq!(
                    question.is_scored(),
                    question.weight > 0,
                    "{}: only points have a weight",
                    question.id
                );
                if let QuestionKind::Choice { options } = &question.kind {
                    let points: Vec<u8> = options.iter().filter_map(|option| option.points).collect();
                    assert!(
                        points.is_sorted_by(|a, b| a > b),
                        "{}: the best first, no two alike",
                        question.id
                    );
                    assert!(points.first() == Some(&100) && points.last() == Some(&0), "{}", question.id);
                }
            }
        }
    }

    #[test]
    fn it_covers_what_a_review_must() {
        let questionnaire = Questionnaire::shipped().unwrap();
        let sections: Vec<&str> = questionnaire.sections.iter().map(|section| section.id.as_str()).collect();
        for wanted in [
            "processing",
            "training",
            "identity",
            "assurance",
            "incidents",
            "location",
            "subprocessors",
            "rights",
            "accessibility",
            "fairness",
        ] {
            assert!(sections.contains(&wanted), "{wanted}");
        }
        assert_eq!(questionnaire.topics(), BTreeSet::from(["accessibility", "fairness"]));
        let asked = |topics: &[&str]| {
            let topics: Vec<String> = topics.iter().map(|&topic| topic.to_owned()).collect();
            questionnaire.asked(&topics).count()
        };
        assert_eq!((asked(&[]) + 2, asked(&["accessibility", "fairness"])), (sections.len(), sections.len()));
    }

    fn check(id: &str, value: &str, complaint: Option<&str>) {
        let answer = Questionnaire::shipped().unwrap().check(id, value);
        match (answer, complaint) {
            (Ok(()), None) => {}
            (Err(error), Some(says)) => assert!(error.to_string().contains(says), "{error}"),
            (answer, _) => panic!("{id} `{value}`: {answer:?}"),
        }
    }

    #[test]
    fn answers_fit_their_questions() {
        check("training.inputs", "never", None);
        check(
            "training.inputs",
            "perhaps",
            Some("`perhaps` is no choice of `training.inputs`; use one of `never`"),
        );
        check("training.nothing", "never", Some("no question `training.nothing`"));
        check("assurance.penetration_test", "2026-03-01", None);
        check("assurance.penetration_test", "last spring", Some("is no day"));
        check("rights.terms", "https://example.com/terms?v=2#use", None);
        for text in
            ["http://example.com", "https://", "javascript:alert(1)", "https://a b", "https://a\"><script>"]
        {
            check("rights.terms", text, Some("begins with `https://`"));
        }
        check("processing.described", " ", Some("1 to 8000 characters"));
        check("processing.described", &"x".repeat(8_001), Some("1 to 8000 characters"));
    }
}
