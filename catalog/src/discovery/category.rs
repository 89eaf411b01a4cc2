use super::sign::{Sign, Signs};

/// What firewalls, proxies and resolvers call the kind of services that tools are, between words of one space.
const KINDS: [&str; 8] = [
    " generative ai ",
    " gen ai ",
    " genai ",
    " artificial intelligence ",
    " ai ml ",
    " ai and ml ",
    " machine learning ",
    " ai chat ",
];

/// What the category says of a host that a firewall, proxy or resolver gives it, as `Generative AI, Software` or
/// `AI and ML Applications`.
pub fn of_category(category: &str) -> Signs {
    let words = category.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let words = words.fold(" ".to_owned(), |all, word| all + &word.to_lowercase() + " ");
    let is_ai = words == " ai " || KINDS.iter().any(|kind| words.contains(kind));
    if is_ai { Sign::Category.into() } else { Signs::NONE }
}

#[cfg(test)]
mod tests {
    use super::of_category;

    #[test]
    fn kinds_of_ai_in_the_words_of_others() {
        for (category, is_ai) in [
            ("Generative AI", true),
            ("Generative AI,Software/Technology", true),
            ("AI and ML Applications", true),
            ("AI & ML Applications", true),
            ("artificial-intelligence", true),
            ("GenAI", true),
            ("AI", true),
            ("AI_ML", true),
            ("Information Technology", false),
            ("Air Travel", false),
            ("General AI-free", false),
            ("", false),
        ] {
            assert_eq!(!of_category(category).is_empty(), is_ai, "{category}");
        }
    }
}
