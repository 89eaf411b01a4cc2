/// Makes the enumeration of all signs and their names in the file of weights.
macro_rules! signs {
    ($($variant:ident $name:literal,)*) => {
        /// Something that can be seen of a value, its name or its line, and speaks for or against a credential.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Sign { $($variant,)* }

        /// How many signs there are.
        pub(crate) const SIGNS: usize = Sign::NAMES.len();

        impl Sign {
            /// What they are called in `training/credential.weights`, in the order of the enumeration.
            const NAMES: &[&str] = &[$($name,)*];
        }
    };
}

signs! {
    Bias "bias",
    NamePassword "name:password",
    NameSecret "name:secret",
    NameToken "name:token",
    NameKey "name:key",
    NameAuth "name:auth",
    NameVendor "name:vendor",
    NameAbout "name:about",
    NameOfOther "name:of_another_kind",
    NameTest "name:test",
    NameEndsAbout "name_ends_in_what_is_about_it",
    NameEndsOther "name_ends_in_another_word",
    NameOther "name_of_other_words",
    NameCapitals "name_in_capitals",
    NameMember "name_of_a_member",
    NamedInQuotes "named_in_quotes",
    NamedWithinQuotes "named_within_quotes",
    AssignQuoted "assign_quoted",
    AssignBare "assign_bare",
    ColonQuoted "colon_quoted",
    ColonBare "colon_bare",
    Compare "compare",
    ArrowQuoted "arrow_quoted",
    ArrowBare "arrow_bare",
    Comma "comma",
    Listed "one_of_a_list",
    Call "call",
    CallOfOther "call_of_another_name",
    Element "element",
    Argument "argument",
    Statement "statement",
    Backticks "backticks",
    To4 "length_to_4",
    To7 "length_to_7",
    To11 "length_to_11",
    To19 "length_to_19",
    To39 "length_to_39",
    From40 "length_from_40",
    OneKind "one_kind",
    TwoKinds "two_kinds",
    ThreeKinds "three_kinds",
    FourKinds "four_kinds",
    Digits "digits",
    Capitals "capitals",
    Marks "signs",
    Foreign "foreign",
    Changes "changes",
    Entropy "entropy",
    Variety "variety",
    DigitsOnly "digits_only",
    LettersAndDigits "letters_and_digits",
    DigitsAtEnd "digits_at_the_end",
    Hexadecimal "hexadecimal",
    Repetition "repetition",
    FewLetters "few_letters",
    Strange "strange",
    VeryStrange "very_strange",
    StrangeAndLong "strange_and_long",
    BareReference "opens_as_reference,_bare",
    Reference "opens_as_reference",
    Variable "variable",
    BareTemplate "template,_bare",
    Template "template",
    BareCall "call,_bare",
    BareBrackets "brackets,_bare",
    BareMember "member,_bare",
    Member "member",
    DashedWords "dashed_words",
    MarkAndDigit "sign_and_digit",
    MarkWithin "sign_within",
    Underscore "underscore",
    BareIdentifier "identifier_without_digits,_bare",
    Humps "humps",
    Path "path",
    Url "url",
    Scope "scope",
    AtMark "at_sign",
    Ellipsis "ellipsis",
    Blank "blank",
    Sentence "sentence",
    Crosses "crosses",
    LowerOnly "lower_case_only",
    CapitalsOnly "capitals_only",
    Capitalised "capitalised",
    Uuid "uuid",
    Wild "wild",
    Placeholder "placeholder",
    StandinWords "stand-in_words",
    HoldsStandin "holds_a_stand-in",
    RepeatsName "repeats_the_name",
    ManyWords "many_words",
    Comment "comment",
    GoesOn "goes_on",
    WordsFollow "words_follow",
    CodeFollows "code_follows",
    CodeStatement "statement_of_code",
    Alone "alone_on_its_line",
}

impl Sign {
    /// Its place in a table of weights.
    pub(crate) fn index(self) -> usize {
        self as usize
    }

    /// The place of the sign that is called so.
    pub(crate) fn named(name: &str) -> Option<usize> {
        Self::NAMES.iter().position(|known| *known == name)
    }

    /// What it is called.
    pub(crate) fn name(self) -> &'static str {
        Self::NAMES.get(self.index()).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{SIGNS, Sign};

    #[test]
    fn every_sign_is_called_something_else() {
        let places: Vec<usize> = Sign::NAMES.iter().filter_map(|name| Sign::named(name)).collect();
        assert_eq!(places, (0..SIGNS).collect::<Vec<_>>());
        assert_eq!(Sign::Alone.index() + 1, SIGNS);
    }
}
