use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Module, Question};

/// What a quiz came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Marks {
    /// Questions answered rightly.
    pub right: u32,
    /// Questions asked.
    pub of: u32,
    /// Each question, in order.
    pub questions: Vec<QuestionMark>,
    /// Headings of the parts that answer what was wrong, in the order of the module.
    pub reread: Vec<String>,
}

/// What one question came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuestionMark {
    /// Whether all right answers, and no other, were chosen.
    pub right: bool,
    /// What is said to each chosen answer.
    pub feedback: Vec<Feedback>,
}

/// What is said to a chosen answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Feedback {
    /// The answer, by its position.
    pub choice: usize,
    /// Why it is right, or is not.
    pub because: String,
}

/// Answers that cannot be graded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GradeError {
    /// Another number of questions.
    #[error("{given} questions are answered, the quiz has {asked}; answer each, in order")]
    Count {
        /// Answered.
        given: usize,
        /// Asked.
        asked: usize,
    },
    /// A question without an answer.
    #[error("question {question} is not answered")]
    Unanswered {
        /// Which, counted from 1.
        question: usize,
    },
    /// More than one answer to a question that has one.
    #[error("question {question} has one answer, {given} are given")]
    TooMany {
        /// Which, counted from 1.
        question: usize,
        /// Answers given.
        given: usize,
    },
    /// An answer that is not among the choices.
    #[error("question {question} has no choice number {choice}; the first is 0")]
    NoSuchChoice {
        /// Which question, counted from 1.
        question: usize,
        /// The choice.
        choice: usize,
    },
}

/// Marks the answers to a module's quiz: for each question, the positions of the chosen answers.
pub fn grade(module: &Module, answers: &[BTreeSet<usize>]) -> Result<Marks, GradeError> {
    let (given, asked) = (answers.len(), module.questions.len());
    if given != asked {
        return Err(GradeError::Count { given, asked });
    }
    let marked = module.questions.iter().zip(answers).enumerate();
    let questions = marked.map(|(at, (question, chosen))| mark(at + 1, question, chosen));
    let questions: Vec<QuestionMark> = questions.collect::<Result<_, _>>()?;
    let wrong = module.questions.iter().zip(&questions).filter(|(_, mark)| !mark.right);
    let parts: BTreeSet<usize> = wrong.map(|(question, _)| question.part).collect();
    let reread = parts.into_iter().filter_map(|part| module.parts.get(part)).map(|part| part.title.clone());
    let right = questions.iter().filter(|mark| mark.right).count();
    Ok(Marks { right: count(right), of: count(asked), reread: reread.collect(), questions })
}

fn mark(number: usize, question: &Question, chosen: &BTreeSet<usize>) -> Result<QuestionMark, GradeError> {
    if chosen.is_empty() {
        return Err(GradeError::Unanswered { question: number });
    }
    if question.kind != super::Kind::Multiple && chosen.len() > 1 {
        return Err(GradeError::TooMany { question: number, given: chosen.len() });
    }
    let feedback = chosen.iter().map(|&choice| {
        let found = question.choices.get(choice);
        let found = found.map(|found| Feedback { choice, because: found.because.clone() });
        found.ok_or(GradeError::NoSuchChoice { question: number, choice })
    });
    let feedback = feedback.collect::<Result<_, _>>()?;
    Ok(QuestionMark { right: question.right().eq(chosen.iter().copied()), feedback })
}

impl Marks {
    /// Whether they reach the module's pass mark.
    pub fn reach(&self, module: &Module) -> bool {
        u64::from(self.right) * 100 >= u64::from(self.of) * u64::from(module.pass_percent)
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{GradeError, grade};
    use crate::training::read;

    /// Marks of these answers to the sample: right answers, whether they pass at 80 %, and what to read again.
    #[track_caller]
    fn check(answers: &[&[usize]], expected: Result<(u32, bool, &[&str]), GradeError>) {
        let module = read("m.md", include_str!("sample.md")).unwrap();
        let answers: Vec<BTreeSet<usize>> =
            answers.iter().map(|chosen| chosen.iter().copied().collect()).collect();
        let marks = grade(&module, &answers);
        let told = marks.as_ref().map(|marks| (marks.right, marks.reach(&module), marks.reread.as_slice()));
        match (told, expected) {
            (Ok((right, passes, reread)), Ok(expected)) => {
                let reread: Vec<&str> = reread.iter().map(String::as_str).collect();
                assert_eq!((right, passes, reread.as_slice()), expected);
            }
            (Err(error), Err(expected)) => assert_eq!(*error, expected),
            (told, expected) => panic!("{told:?} instead of {expected:?}"),
        }
    }

    #[test]
    fn marks() {
        check(&[&[0], &[0, 2], &[0]], Ok((3, true, &[])));
        check(&[&[0], &[0], &[0]], Ok((2, false, &["Two"])));
        check(&[&[0], &[0, 1, 2], &[0]], Ok((2, false, &["Two"])));
        check(&[&[1], &[1], &[1]], Ok((0, false, &["One", "Two"])));
        check(&[&[0], &[0, 2]], Err(GradeError::Count { given: 2, asked: 3 }));
        check(&[&[0], &[], &[0]], Err(GradeError::Unanswered { question: 2 }));
        check(&[&[0, 1], &[0, 2], &[0]], Err(GradeError::TooMany { question: 1, given: 2 }));
        check(&[&[0], &[0, 9], &[0]], Err(GradeError::NoSuchChoice { question: 2, choice: 9 }));
    }
}
